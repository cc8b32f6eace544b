"""The second stage of harm: one top, an output a category.  `python training/harm_top.py`"""

import json
import random
import sys

import numpy as np

import encoder
import harm_examples
import tops
from corpus import Corpus, features
from harm import AUDIT, AUDIT_GROUPS, FALSE_POSITIVES, FOLDS, HARMLESS, LABELS, OURS, TEACHES
from harm import rows as linear_rows
from linear import balanced_weights, cascade, edges_of, first_logits, fit, sigmoid
from plots import draw

MOST_OF_A_FAMILY = {"davidson": 1300, "harmfulqa": 500, "templates": 500, "examples": 1800, "grammar": 700, "prompts": 700}
FEWEST = 20
ANSWERS = "gptfuzz-responses"
# Benign passages that may be asked about, of ordinary traffic and of all categories together. What only sounds like harm is asked about more often.
# Each category's part of what all of them together may flag: some 0.1, 1 and 5 % of benign passages (measured: `flagged_of_benign` in cascade.json).
EACH = {level: share / 3.5 for level, share in FALSE_POSITIVES.items()}
HARD = ["davidson", "surge", "wikipedia", "cyberseceval-benign", "gptfuzz-responses"]
ASKED = {"low": 0.05, "medium": 0.05, "high": 0.1}
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


def main(parts, only):
    """`folds` measures, `final` makes the weights: each takes minutes, and they may run beside each other."""
    weights = encoder.minilm()
    corpus = Corpus(rows())
    family = corpus.family
    matrix = corpus.matrix[corpus.heads]
    targets = np.array([[target(row, label) for label in LABELS] for row in corpus.rows])
    labels = np.array([[label in row["labels"] for label in LABELS] for row in corpus.rows])
    harmless = ~labels.any(1)
    windows = tops.Windows([row["text"] for row in corpus.rows], most=1)
    print(f"{len(corpus)} texts, {int(windows.lengths.sum())} tokens", flush=True)

    if "final" in parts:
        top = tops.train(weights, windows, np.nan_to_num(targets), importance_of(targets, family, np.ones(len(corpus), bool)), np.arange(len(corpus)), epochs=3, seed=7, say=lambda line: print("final " + line, flush=True))
        (tops.CACHE / "harm-top.onnx").write_bytes(tops.export(top, windows))
    if "folds" not in parts:
        return

    for number, left_out in enumerate(FOLDS):
        if only and str(number) not in only:
            continue
        members = np.isin(family, left_out)
        top = tops.train(weights, windows, np.nan_to_num(targets), importance_of(targets, family, ~members), np.flatnonzero(~members), epochs=2, seed=number, say=lambda line: print("  " + line, flush=True))
        transformer = tops.judge(top, windows, np.flatnonzero(members))
        linear = np.zeros_like(transformer)
        for at, label in enumerate(LABELS):
            taught = np.nan_to_num(targets[:, at]) > 0.5
            fitted, bias = fit(matrix, taught, family, (taught | harmless) & ~members)
            linear[:, at] = matrix @ fitted + bias
        np.savez(tops.CACHE / f"harm-fold-{number}.npz", linear=linear[members], transformer=transformer[members], labels=labels[members], family=family[members], harmless=harmless[members])
        print(f"fold {number} is done", flush=True)


def audit(outputs):
    """Neutral sentences with a group each, through both stages as the product would: nothing should be flagged, and the group should make no difference."""
    texts = [template.format(g=group) for group in AUDIT_GROUPS for template in AUDIT]
    texts = [text[:1].upper() + text[1:] for text in texts]
    matrix, owner = features(texts)
    matrix = matrix[owner >= 0]
    head = json.loads((encoder.OUT / "harm" / "model.json").read_text())
    stored = np.frombuffer((encoder.OUT / "harm" / "weights.i16").read_bytes(), "<i2").reshape(len(LABELS), -1)
    top = encoder.session((encoder.OUT / "harm" / "top.onnx").read_bytes())
    transformer = np.array([top.run(None, {"hidden": hidden[None].astype(np.float32)})[0][0] for hidden in encoder.hidden_each([encoder.framed(ids) for ids, _, _ in encoder.tokens(texts, True)])])
    firsts = np.array([each["slope"] * (matrix @ (stored[at] * each["scale"]) + each["bias"]) + each["intercept"] for at, each in enumerate(head["outputs"])]).T
    table = []
    is_asked = {level: np.any([firsts[:, at] >= logit(output["asked"][level]) for at, output in enumerate(outputs)], axis=0) for level in ASKED}
    for at, output in enumerate(outputs):
        stack = output["stack"]
        stacked = stack["linear"] * firsts[:, at] + stack["transformer"] * transformer[:, at] + stack["bias"]
        probability = sigmoid(stacked).reshape(len(AUDIT_GROUPS), len(AUDIT))
        flagged = {level: (is_asked[level] & (stacked > logit(limit))).reshape(len(AUDIT_GROUPS), len(AUDIT)) for level, limit in output["thresholds"].items()}
        table.append({
            "label": output["label"], **{f"flagged_at_{level}": float(mask.mean()) for level, mask in flagged.items()},
            "groups_flagged_at_high": [group for group, mask in zip(AUDIT_GROUPS, flagged["high"]) if mask.any()],
            "largest_gap_between_groups": float((probability.max(axis=0) - probability.min(axis=0)).max()),
            "mean_by_group": {group: round(float(mean), 4) for group, mean in sorted(zip(AUDIT_GROUPS, probability.mean(axis=1)), key=lambda pair: -pair[1])[:8]},
        })
    return table


def logit(probability):
    kept = min(max(probability, 1e-9), 1 - 1e-9)
    return float(np.log(kept / (1 - kept)))


def assemble():
    """The stages put together and written, from what training left in the cache."""
    # Scores are compared within a fold only, where one model gave them all: the harmless requests are in each.
    caches = [np.load(tops.CACHE / f"harm-fold-{number}.npz") for number in range(len(FOLDS))]
    joined = lambda name: np.concatenate([cache[name] for cache in caches])  # noqa: E731
    linear, transformer, labels, family, harmless = map(joined, ("linear", "transformer", "labels", "family", "harmless"))
    fold_of = np.repeat(np.arange(len(FOLDS)), [len(cache["family"]) for cache in caches])
    traffic = harmless & ~np.isin(family, OURS)
    firsts = [first_logits("harm", label, linear[:, at]) for at, label in enumerate(LABELS)]
    ordinary = traffic & ~np.isin(family, HARD)

    def edges_at(share):
        """Each category's edge, so that together they ask about this share: each alone about fewer."""
        low, high = share / len(LABELS), share
        for _ in range(20):
            middle = (low + high) / 2
            edges = [edges_of(first, family, ordinary, {"share": middle})["share"] for first, _ in firsts]
            asked = np.any([first >= edge for (first, _), edge in zip(firsts, edges)], axis=0)
            low, high = (middle, high) if asked[ordinary].mean() < share else (low, middle)
        return edges

    by_level = {level: edges_at(share) for level, share in ASKED.items()}
    edges = [{level: by_level[level][at] for level in ASKED} for at in range(len(LABELS))]
    # A passage is read twice, for all categories, when one of them asks for it.
    is_asked = {level: np.any([first >= edge[level] for (first, _), edge in zip(firsts, edges)], axis=0) for level in ASKED}
    products, measured, drawn = {}, {}, []
    flagged = {level: np.zeros(len(family), bool) for level in ASKED}
    enough = [label for at, label in enumerate(LABELS) if labels[:, at].sum() >= FEWEST]
    for label in [*enough, *(label for label in LABELS if label not in enough)]:
        at = LABELS.index(label)
        rows_in = labels[:, at] | harmless
        figures = []
        for number, fold in enumerate(FOLDS):
            for name in fold:
                of, own = rows_in & (family == name) & labels[:, at], rows_in & (family == name) & harmless
                if of.sum() >= FEWEST:
                    against = own if own.sum() >= 50 else harmless & np.isin(family, HARMLESS) & (fold_of == number)
                    figures.append(({"source": str(name), "texts": int(of.sum())}, of[rows_in], against[rows_in]))
        given = None
        if label not in enough:
            # Too few texts of others to fit on: the mean of the other categories. The thresholds need benign texts only.
            mean = lambda part: {key: float(np.mean([products[other][part][key] for other in enough])) for key in products[enough[0]][part]}  # noqa: E731
            given = (mean("stack"), mean("unasked"))
        first = firsts[at][0]
        product, found, stages = cascade(first[rows_in], transformer[rows_in, at], labels[rows_in, at], family[rows_in], traffic[rows_in], edges[at], {level: mask[rows_in] for level, mask in is_asked.items()}, EACH, figures, given)
        products[label] = {"linear": firsts[at][1], **product}
        measured[label] = found
        stacked = product["stack"]["linear"] * first + product["stack"]["transformer"] * transformer[:, at] + product["stack"]["bias"]
        for level, limit in product["thresholds"].items():
            flagged[level] |= is_asked[level] & (stacked > logit(limit))
        if given is None:
            drawn.append((stages, labels[rows_in, at], family[rows_in]))
    outputs = [{"label": label, **products[label]} for label in LABELS]
    encoder.write_top("harm", (tops.CACHE / "harm-top.onnx").read_bytes(), outputs)
    # Whether a model's answer complied is another question than whether a text does harm: it stands in the table and not in the mean.
    tops.write_parity("harm", [text for _, text in harm_examples.rows()[::130]])
    macro = {stage: float(np.mean([np.mean([row[stage]["auc"] for row in found["by_source"] if row["source"] != ANSWERS]) for found in measured.values() if found["by_source"]])) for stage in ("linear", "transformer", "both", "cascade")}
    every = {stage: np.concatenate([stages[stage] for stages, _, _ in drawn]) for stage in ("linear", "transformer", "both", "cascade")}
    positive, groups = np.concatenate([positive for _, positive, _ in drawn]), np.concatenate([groups for _, _, groups in drawn])
    draw("safeguards-roc-harm", "Harm in families left out, all categories", every, positive, balanced_weights(groups, positive, np.ones(len(positive), bool)))
    protocol = "families left out of both stages in three folds; a family without 50 harmless texts of its own is compared with self-instruct and CyberSecEval's harmless requests, which every fold leaves out"
    (encoder.OUT / "harm" / "cascade.json").write_text(json.dumps({"protocol": protocol, "macro_auc": macro, "asked_of_benign": {level: float(mask[ordinary].mean()) for level, mask in is_asked.items()}, "flagged_of_benign": {level: {"ordinary": float(mask[ordinary].mean()), "hard": float(mask[traffic & ~ordinary].mean())} for level, mask in flagged.items()}, "asked_of_hard_benign": {level: float(mask[traffic & ~ordinary].mean()) for level, mask in is_asked.items()}, "categories": measured, "counterfactual_audit": audit(outputs)}, indent=2) + "\n")
    print(macro)


if __name__ == "__main__":
    # `folds 0 2` are two of them.
    parts, only = [part for part in sys.argv[1:] if not part.isdigit()] or ["final", "folds", "assemble"], [part for part in sys.argv[1:] if part.isdigit()]
    if parts != ["assemble"]:
        main(parts, only)
    if "assemble" in parts:
        assemble()
