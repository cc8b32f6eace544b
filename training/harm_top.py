"""The second stage of harm: one top, an output a category.  `python training/harm_top.py`"""

import json
import random

import numpy as np

import encoder
import tops
from corpus import Corpus
from harm import HARMLESS, LABELS, OURS, TEACHES
from harm import rows as linear_rows
from linear import auc, balanced_weights, fit, recall_at

# Left out together; the harmless requests always, so that every category has unseen texts to be compared with.
FOLDS = [
    ["davidson", "catqa", "wnut17", *HARMLESS],
    ["surge", "harmfulqa", "advbench", "halueval", *HARMLESS],
    ["wikipedia", "dangerousqa", "cyberseceval-interpreter", "p3", *HARMLESS],
]
MOST_OF_A_FAMILY = {"davidson": 1600, "harmfulqa": 600, "templates": 700, "examples": 1800, "grammar": 900}
FEWEST = 20
# Of our own sentences we know what else they are not; these may go together.
TOGETHER = {frozenset(pair) for pair in [("hate", "insult"), ("hate", "violence"), ("violence", "misconduct"), ("violence", "self-harm"), ("insult", "self-harm"), ("insult", "sexual")]}


def rows():
    by_group = {}
    for row in linear_rows():
        by_group.setdefault((row["family"], tuple(sorted(row["labels"]))), []).append(row)
    rng = random.Random(4)
    for (family, _), group in sorted(by_group.items()):
        rng.shuffle(group)
        share = MOST_OF_A_FAMILY.get(family, 450)
        total = sum(len(other) for (name, _), other in by_group.items() if name == family)
        # The rare labels of a family whole.
        yield from group[: max(200, int(share * len(group) / total))]


def target(row, label):
    found = set(row["labels"]) & set(LABELS)
    if label in found or (TEACHES.get(label, set()) & found):
        return 1.0
    if not found:
        return 0.0
    if row["family"] in OURS and all(frozenset((label, other)) not in TOGETHER for other in found):
        return 0.0
    return np.nan


def importance_of(targets, family, rows_in):
    weights = np.zeros(targets.shape)
    for label in range(targets.shape[1]):
        weights[:, label] = balanced_weights(family, np.nan_to_num(targets[:, label]) > 0.5, rows_in & ~np.isnan(targets[:, label]))
    return weights


def main():
    weights = encoder.minilm()
    corpus = Corpus(rows())
    family = corpus.family
    matrix = corpus.matrix[corpus.heads]
    targets = np.array([[target(row, label) for label in LABELS] for row in corpus.rows])
    labels = np.array([[label in row["labels"] for label in LABELS] for row in corpus.rows])
    harmless = ~labels.any(1)
    windows = tops.Windows([row["text"] for row in corpus.rows], most=1)
    print(f"{len(corpus)} texts, {int(windows.lengths.sum())} tokens", flush=True)

    unseen = np.full((len(corpus), 2 * len(LABELS)), np.nan)
    by_source = []
    for number, left_out in enumerate(FOLDS):
        members = np.isin(family, left_out)
        top = tops.train(weights, windows, np.nan_to_num(targets), importance_of(targets, family, ~members), np.flatnonzero(~members), epochs=2, seed=number, say=lambda line: print("  " + line, flush=True))
        scores = tops.judge(top, windows, np.flatnonzero(members))
        for at, label in enumerate(LABELS):
            taught = np.nan_to_num(targets[:, at]) > 0.5
            linear, bias = fit(matrix, taught, family, (taught | harmless) & ~members)
            judged = np.c_[matrix @ linear + bias, scores[:, at]]
            # Harmless requests are left out of every fold: the last one speaks for them.
            unseen[members, at], unseen[members, len(LABELS) + at] = judged[members, 0], judged[members, 1]
            for name in left_out:
                positive = (family == name) & labels[:, at]
                if positive.sum() < FEWEST or name in OURS:
                    continue
                own = (family == name) & harmless
                negative = own if own.sum() >= 50 else np.isin(family, HARMLESS)
                by_source.append({"label": label, "source": str(name), "texts": int(positive.sum()), **{
                    stage: {"auc": auc(judged[positive, which], judged[negative, which]), "recall_at_1pct_fpr": recall_at(0.01, judged[positive, which], judged[negative, which])} for which, stage in enumerate(["linear", "transformer"])
                }, "both": {"auc": auc(judged[positive].sum(1), judged[negative].sum(1)), "recall_at_1pct_fpr": recall_at(0.01, judged[positive].sum(1), judged[negative].sum(1))}})
                print("  ", by_source[-1], flush=True)
    for stage in ("linear", "transformer", "both"):
        print(stage, np.mean([np.mean([row[stage]["auc"] for row in by_source if row["label"] == label]) for label in LABELS if any(row["label"] == label for row in by_source)]), flush=True)
    np.savez(tops.CACHE / "harm-unseen.npz", unseen=unseen, labels=labels, family=family, harmless=harmless)
    (tops.CACHE / "harm-by-source.json").write_text(json.dumps(by_source))

    top = tops.train(weights, windows, np.nan_to_num(targets), importance_of(targets, family, np.ones(len(corpus), bool)), np.arange(len(corpus)), epochs=3, seed=7, say=lambda line: print("final " + line, flush=True))
    (tops.CACHE / "harm-top.onnx").write_bytes(tops.export(top, windows))
    print("done", flush=True)


if __name__ == "__main__":
    main()
