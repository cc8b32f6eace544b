"""Fitting, judging, quantising and writing a linear classifier."""

import hashlib
import json
import pathlib
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

OUT = pathlib.Path(__file__).parent.parent / "classifiers"

# liblinear's dual solver stops at 60 passes: more changes no figure in the third decimal.
warnings.filterwarnings("ignore", category=UserWarning)


def balanced_weights(groups, labels, rows):
    """Each group counts with the root of its size, each label with half of everything: a big source must not be the model."""
    weights = np.zeros(len(labels))
    for group in np.unique(groups[rows]):
        for label in (False, True):
            members = rows & (groups == group) & (labels == label)
            if members.any():
                weights[members] = members.sum() ** -0.5
    for label in (False, True):
        members = rows & (labels == label)
        weights[members] *= 0.5 * rows.sum() / weights[members].sum()
    return weights


def fit(matrix, labels, groups, rows, strength=3.0):
    weights = balanced_weights(groups, labels, rows)
    model = LogisticRegression(C=strength, solver="liblinear", dual=True, max_iter=60, tol=1e-2, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(matrix[rows], labels[rows], sample_weight=weights[rows])
    return model.coef_[0], float(model.intercept_[0])


def auc(positive, negative):
    return float(roc_auc_score(np.r_[np.ones(len(positive)), np.zeros(len(negative))], np.r_[positive, negative]))


def recall_at(false_positive_rate, positive, negative):
    return float((positive > np.quantile(negative, 1 - false_positive_rate)).mean())


def calibrate(positive, negative, positive_groups, negative_groups):
    """Platt scaling on scores that no model gave for its own training data; families count alike."""
    scores = np.r_[positive, negative]
    labels = np.r_[np.ones(len(positive), bool), np.zeros(len(negative), bool)]
    groups = np.r_[positive_groups, negative_groups]
    weights = balanced_weights(groups, labels, np.ones(len(labels), bool))
    model = LogisticRegression(C=1e6, random_state=0).fit(scores[:, None], labels, sample_weight=weights)
    # Hardly any evidence about unseen positives gives a slope near nothing, and probabilities that all look alike.
    return max(float(model.coef_[0, 0]), 0.5), float(model.intercept_[0])


def balanced_quantile(scores, groups, quantile):
    """The score that this share of benign text stays below, families counting with the root of their size."""
    weights = np.zeros(len(scores))
    for group in np.unique(groups):
        weights[groups == group] = (groups == group).sum() ** -0.5
    order = np.argsort(scores)
    share = np.cumsum(weights[order]) / weights.sum()
    return float(scores[order][np.searchsorted(share, quantile)])


def quantise(weights):
    """int16 with one scale: half the file of float32, and no score moves by a thousandth (int8 moved logits by up to 1.1)."""
    scale = float(np.abs(weights).max()) / 32767
    return np.round(weights / scale).astype("<i2"), scale


def write(name, outputs, details, parity):
    """outputs: list of {label, weights (int16), scale, bias, slope, intercept, thresholds}; parity: [{text, probability}] as computed here, for the product's test.
    The digest is over the weights as they lie in the file."""
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    stored = b"".join(output["weights"].tobytes() for output in outputs)
    (folder / "weights.i16").write_bytes(stored)
    head = {
        "name": name,
        "format": "plimsoll.linear/1",
        "feature_bits": 18,
        "weights_digest": "sha256:" + hashlib.sha256(stored).hexdigest(),
        "outputs": [{key: value for key, value in output.items() if key != "weights"} for output in outputs],
    }
    for file, content in [("model.json", head), ("evaluation.json", details), ("parity.json", parity)]:
        (folder / file).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    print(f"{name}: {len(stored)} bytes, {head['weights_digest']}")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def first_logits(linear_name, linear_output, linear):
    """The shipped calibration of a linear model's raw scores."""
    head = json.loads((OUT / linear_name / "model.json").read_text())
    output = next(each for each in head["outputs"] if each["label"] == linear_output)
    return output["slope"] * linear + output["intercept"], {"name": linear_name, "digest": head["weights_digest"], "output": linear_output}


def edges_of(first, groups, traffic, asked):
    """The linear score from which the transformer is asked: what `asked` of benign traffic reaches."""
    return {level: balanced_quantile(first[traffic], groups[traffic], 1 - share) for level, share in asked.items()}


def cascade(first, transformer, positive, groups, traffic, edges, is_asked, false_positives, by_source, given=None):
    """How two stages go together, from scores of both on texts that neither has seen.

    Where the transformer is asked (`is_asked` by level), a logistic regression of both logits decides (three numbers, fitted on these very scores, or
    `given` where there are too few). The thresholds are those that a share of benign traffic passes in both stages together.
    Returns what the product reads, the figures of the card, and each stage's scores.
    """
    weights = balanced_weights(groups, positive, np.ones(len(positive), bool))
    rest = ~is_asked["medium"]
    if given is None:
        both = LogisticRegression(C=10, random_state=0).fit(np.c_[first, transformer], positive, sample_weight=weights)
        stack = {"linear": max(0.0, float(both.coef_[0, 0])), "transformer": max(0.05, float(both.coef_[0, 1])), "bias": float(both.intercept_[0])}
        alone = LogisticRegression(C=10, random_state=0).fit(first[rest][:, None], positive[rest], sample_weight=weights[rest])
        unasked = {"linear": max(0.05, float(alone.coef_[0, 0])), "bias": float(alone.intercept_[0])}
    else:
        stack, unasked = given
    stacked = stack["linear"] * first + stack["transformer"] * transformer + stack["bias"]
    limits = {level: balanced_quantile(np.where(is_asked[level], stacked, -30.0)[traffic], groups[traffic], 1 - share) for level, share in false_positives.items()}
    served = np.where(rest, unasked["linear"] * first + unasked["bias"], stacked)
    stages = {"linear": first, "transformer": transformer, "both": stacked, "cascade": served}
    flagged = {level: is_asked[level] & (stacked > limit) for level, limit in limits.items()}
    measured = {
        "by_source": [
            {**row, **{stage: {"auc": auc(scores[of], scores[against]), "recall_at_1pct_fpr": recall_at(0.01, scores[of], scores[against])} for stage, scores in stages.items()}}
            for row, of, against in by_source
        ],
        "asked_of_benign": {level: float(mask[traffic].mean()) for level, mask in is_asked.items()},
        "flagged_of_benign": [
            {"family": str(group), "texts": int(members.sum()), **{level: float(mask[members].mean()) for level, mask in flagged.items()}, "asked": float((~rest)[members].mean())}
            for group in np.unique(groups[traffic])
            for members in [traffic & (groups == group)]
        ],
        "found": {level: float(np.mean([mask[positive & (groups == group)].mean() for group in np.unique(groups[positive])])) for level, mask in flagged.items()},
    }
    product = {"stack": stack, "unasked": unasked, "thresholds": {level: float(sigmoid(limit)) for level, limit in limits.items()}, "asked": {level: float(sigmoid(edge)) for level, edge in edges.items()}}
    return product, measured, stages
