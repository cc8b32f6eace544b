"""Whether a source bears out a sentence of an answer.  `python training/grounding.py`

A balanced logistic regression over a dozen counts (src/safeguards/grounding/features.ts): how much of what the answer adds to the question stands in the
source and in one sentence of it, names, numbers, negation, whether the question stands near the answer, whether the answer is of the kind asked for.
Judged by leaving a source out.
"""

import json
import subprocess

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import encoder
import names

SOURCES = ("adversarialqa_swapped", "halueval_qa")
STRENGTH = 0.3


def features(rows):
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    out = subprocess.run(["node", str(encoder.HERE / "grounding_features.ts")], input=lines.encode(), check=True, capture_output=True).stdout
    names_of, *values = [json.loads(line) for line in out.decode().splitlines()]
    return names_of, np.array(values)


def fit(x, y, importance):
    mean, scale = x.mean(0), x.std(0) + 1e-6
    model = LogisticRegression(C=STRENGTH, class_weight="balanced").fit((x - mean) / scale, y, sample_weight=importance)
    return mean, scale, model


def judge(fitted, x):
    mean, scale, model = fitted
    return model.predict_proba((x - mean) / scale)[:, 1]


def recall_at(y, scores, false_positives):
    limit = np.quantile(scores[y == 0], 1 - false_positives)
    return float((scores[y == 1] > limit).mean())


def main():
    rows = [(source, row) for source in SOURCES for row in names.rows_of(f"grounding/{source}.jsonl")]
    source = np.array([name for name, _ in rows])
    y = np.array([row["label"] == "hallucinated" for _, row in rows]).astype(int)
    of, x = features([row for _, row in rows])
    importance = np.array([1 / (source == name).sum() for name in source]) * len(rows) / len(SOURCES)
    evaluation = {"by_source": []}
    for left_out in SOURCES:
        held = source == left_out
        scores = judge(fit(x[~held], y[~held], importance[~held]), x[held])
        evaluation["by_source"].append({"source": left_out, "grounded": int((y[held] == 0).sum()), "hallucinated": int(y[held].sum()), "auc": round(float(roc_auc_score(y[held], scores)), 3), "recall_at_5pct_fpr": round(recall_at(y[held], scores, 0.05), 3), "balanced_accuracy": round(float(((scores >= 0.5) == y[held])[y[held] == 1].mean() / 2 + ((scores >= 0.5) == y[held])[y[held] == 0].mean() / 2), 3)})
    evaluation["mean_auc"] = round(float(np.mean([one["auc"] for one in evaluation["by_source"]])), 3)
    mean, scale, model = fit(x, y, importance)
    folder = encoder.OUT / "grounding"
    folder.mkdir(parents=True, exist_ok=True)
    numbers = lambda values: [round(float(value), 6) for value in values]  # noqa: E731
    head = {"name": "grounding", "format": "plimsoll.grounding/1", "features": of, "mean": numbers(mean), "scale": numbers(scale), "weights": numbers(model.coef_[0]), "bias": round(float(model.intercept_[0]), 6), "threshold": 0.5}
    (folder / "model.json").write_text(json.dumps(head, indent=2) + "\n")
    (folder / "evaluation.json").write_text(json.dumps(evaluation, indent=2) + "\n")
    print(json.dumps(evaluation, indent=2))


if __name__ == "__main__":
    main()
