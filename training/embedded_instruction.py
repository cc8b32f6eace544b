"""embedded-instruction: does a document (a tool's answer, a retrieved page, an e-mail) give orders to whoever reads it?

Ordinary-sounding instructions are no attack where a user writes them and are one where data should be: so the two sides are instructions against
prose, told apart window by window.  `python training/embedded_instruction.py`
"""

import json
import random

import numpy as np

import attack_examples
import attack_grammar
from corpus import Corpus, read
from linear import auc, balanced_quantile, calibrate, fit, quantise, recall_at, sigmoid, write

FALSE_POSITIVES = {"low": 0.001, "medium": 0.01, "high": 0.05}
SHORT = 300
# Left out together, for scores of what was not seen.
FOLDS = [
    ["self-instruct", "cyberseceval-injection", "wiki-talk", "gsm8k", "grammar"],
    ["cyberseceval-benign", "giskard", "halueval", "wnut17", "examples"],
    ["p3", "harmful-requests", "bipia", "sec-filings", "ui-strings"],
]


def rows(with_bipia):
    def several(family, instruction, picked, field="text"):
        for row in picked:
            yield {"text": row[field] or "", "instruction": instruction, "family": family}

    short = lambda row: len(row["text"]) < SHORT  # noqa: E731
    yield from several("self-instruct", True, read("prompt-attack", "self_instruct_human", None, short))
    yield from several("cyberseceval-benign", True, read("prompt-attack", "cyberseceval_frr", None, short))
    yield from several("cyberseceval-benign", True, read("prompt-attack", "cyberseceval_instruct_prompts", None, short))
    yield from several("cyberseceval-injection", True, read("prompt-attack", "cyberseceval_prompt_injection", None, short))
    yield from several("giskard", True, read("prompt-attack", "giskard_prompt_injections", None, short))
    yield from several("p3", True, read("prompt-attack", "p3_sample", None, lambda row: row["kind"] == "instruction" and short(row)))
    for source in ["harmfulqa", "catqa_en", "adversarialqa_advbench", "dangerousqa"]:
        yield from several("harmful-requests", True, read("toxicity", source, 300))
    for _, text in attack_grammar.attacks(1600):
        yield {"text": text, "instruction": True, "family": "grammar"}
    rng = random.Random(5)
    for text in sorted({attack_examples.planted(rng) for _ in range(1200)}):
        yield {"text": text, "instruction": True, "family": "examples"}
    for attacked, text in attack_examples.documents(1200):
        if not attacked:
            yield {"text": text, "instruction": False, "family": "examples"}
    yield from several("wiki-talk", False, read("toxicity", "jigsaw_wikipedia_testset", 800, lambda row: row["label"] == "none"))
    yield from several("wnut17", False, read("pii", "wnut17", 800))
    yield from several("sec-filings", False, read("pii", "sec_filings", 300))
    yield from several("halueval", False, read("grounding", "halueval_qa", 300), "context")
    yield from several("ui-strings", False, read("langid", "ui_strings", 600))
    yield from several("gsm8k", False, read("prompt-attack", "gsm8k_questions"))
    if with_bipia:
        for row in read("prompt-attack", "bipia"):
            if row["label"] == "benign":
                yield {"text": row["text"], "instruction": False, "family": "bipia"}
        seen = {row["meta"]["attack"] for row in read("prompt-attack", "bipia") if row["label"] == "attack"}
        for text in sorted(seen):
            yield {"text": text, "instruction": True, "family": "bipia"}


def train(corpus, left_out=()):
    """Windows only: a document is judged by its most commanding one."""
    unit = corpus.is_window | corpus.is_single[corpus.owner]
    instruction, family = corpus.column("instruction")[corpus.owner], corpus.family[corpus.owner]
    # A long instruction has windows that give no order (its data): only short ones teach, except our own.
    teaches = ~instruction | corpus.is_single[corpus.owner] | np.isin(family, ["grammar", "examples", "bipia"])
    return fit(corpus.matrix, instruction, family, unit & teaches & ~np.isin(family, left_out))


def judge_documents(weights, bias):
    """The attacked and the clean documents of BIPIA, none of which the weights have seen."""
    documents = Corpus({**row, "family": "bipia"} for row in read("prompt-attack", "bipia"))
    strongest = documents.strongest_window(documents.judge(weights, bias))
    return documents, strongest


def main():
    corpus = Corpus(rows(with_bipia=True))
    weights, bias = train(corpus, ["bipia"])
    documents, scores = judge_documents(weights, bias)
    attacked = documents.column("label") == "attack"
    domain = np.array([row["meta"]["domain"] for row in documents.rows])
    position = np.array([row["meta"].get("position") for row in documents.rows])
    clean = scores[~attacked]
    by_domain = [
        {"domain": str(name), "attacked": int((attacked & (domain == name)).sum()), "auc": auc(scores[attacked & (domain == name)], scores[~attacked & (domain == name)])}
        for name in np.unique(domain)
    ]
    by_position = [{"position": name, "auc": auc(scores[attacked & (position == name)], clean)} for name in ["start", "middle", "end"]]

    prose = ~corpus.column("instruction")
    unseen = np.full(len(corpus), np.nan)
    for fold in FOLDS:
        left_weights, left_bias = train(corpus, fold)
        members = np.isin(corpus.family, fold)
        unseen[members] = corpus.strongest_window(corpus.judge(left_weights, left_bias))[members]
    slope, intercept = calibrate(unseen[~prose], unseen[prose], corpus.family[~prose], corpus.family[prose])
    documents_like = prose & np.isin(corpus.family, ["wiki-talk", "sec-filings", "halueval", "bipia", "gsm8k"])
    logits = slope * unseen + intercept
    thresholds = {name: balanced_quantile(logits[documents_like], corpus.family[documents_like], 1 - share) for name, share in FALSE_POSITIVES.items()}

    summary = {
        "protocol": "BIPIA (documents and attacks) left out of training as a whole; each document judged by its strongest window",
        "auc": auc(scores[attacked], clean),
        "recall_at_1pct_fpr": recall_at(0.01, scores[attacked], clean),
        "recall_at_5pct_fpr": recall_at(0.05, scores[attacked], clean),
        "by_domain": by_domain,
        "by_position": by_position,
        "documents": {"attacked": int(attacked.sum()), "clean": int((~attacked).sum())},
        "texts": {"instruction": int((~prose).sum()), "prose": int(prose.sum())},
    }
    weights, bias = train(corpus)
    stored, scale = quantise(weights)
    rounded = corpus.strongest_window(corpus.judge(stored * scale, bias))
    parity = [
        {"text": corpus.rows[at]["text"], "probability": float(sigmoid(slope * rounded[at] + intercept))}
        for at in np.flatnonzero(corpus.family == "grammar")[::97]
    ]
    output = {"label": "instruction", "weights": stored, "scale": scale, "bias": bias, "slope": slope, "intercept": intercept}
    output["thresholds"] = {level: float(sigmoid(limit)) for level, limit in thresholds.items()}
    write("embedded-instruction", [output], summary, parity)
    print(json.dumps(summary, indent=1), output["thresholds"])


if __name__ == "__main__":
    main()
