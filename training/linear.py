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
