"""harm: hate, insult, sexual, violence, self-harm, misconduct, one linear output each.  `python training/harm.py`"""

import numpy as np

import attack_examples
import harm_examples
import harm_grammar
from corpus import Corpus, features, read
from linear import auc, balanced_quantile, calibrate, fit, quantise, recall_at, sigmoid, write

LABELS = ["hate", "insult", "sexual", "violence", "self-harm", "misconduct"]
SOURCES = {
    "adversarialqa_advbench": "advbench", "catqa_en": "catqa", "cyberseceval_frr_benign": "cyberseceval-benign", "cyberseceval_interpreter": "cyberseceval-interpreter", "dangerousqa": "dangerousqa",
    "davidson_tweets": "davidson", "harmfulqa": "harmfulqa", "jigsaw_sentence_templates_en": "templates", "jigsaw_sentence_templates_de": "templates", "jigsaw_wikipedia_testset": "wikipedia",
    "self_instruct_benign": "self-instruct", "surge_toxicity": "surge",
}
FALSE_POSITIVES = {"low": 0.001, "medium": 0.01, "high": 0.05}
# A family that has no harmless texts of its own is compared with these, which every fold leaves out.
HARMLESS = ["self-instruct", "cyberseceval-benign"]
# Left out together.
FOLDS = [
    ["davidson", "catqa", "wnut17", *HARMLESS],
    ["surge", "harmfulqa", "advbench", "halueval", "gptfuzz-responses", *HARMLESS],
    ["wikipedia", "dangerousqa", "cyberseceval-interpreter", "p3", *HARMLESS],
]
FEWEST = 20
# Not measured on, and no traffic: our own sentences, and templates with the same few words.
OURS = ["grammar", "examples", "prompts", "templates"]
# There is too little hate in the sets to learn it apart from abuse: insults teach it too, and the card says so. It is judged on hate alone.
TEACHES = {"hate": {"hate", "insult"}}


def rows():
    for source, family in SOURCES.items():
        for row in read("toxicity", source, 3000):
            yield {"text": row["text"], "labels": row["labels"], "family": family}
    for row in read("pii", "wnut17", 1000):
        yield {"text": row["text"], "labels": ["none"], "family": "wnut17"}
    for row in read("prompt-attack", "p3_sample", 1000):
        yield {"text": row["text"], "labels": ["none"], "family": "p3"}
    for row in read("grounding", "halueval_qa", 400):
        yield {"text": row.get("context") or "", "labels": ["none"], "family": "halueval"}
    # Requests that are only requests; without them "how do I" alone looks like misconduct.
    for family, task, source, field in [("gsm8k", "prompt-attack", "gsm8k_questions", "text"), ("halueval", "grounding", "halueval_qa", "question"), ("cyberseceval-instruct", "prompt-attack", "cyberseceval_instruct_prompts", "text"), ("self-instruct", "eval", "self_instruct_seed", "prompt")]:
        for row in read(task, source, 300, seed=5):
            yield {"text": row[field] or "", "labels": ["none"], "family": family}
    for _, text in dict.fromkeys(attack_examples.benign(1200)):
        yield {"text": text, "labels": ["none"], "family": "prompts"}
    # What a model answered to a harmful question: refusals have the question's words and none of its harm.
    for row in read("response-safety", "gptfuzz_responses", 1200):
        yield {"text": row["text"], "labels": ["misconduct" if row["label"] == "unsafe" else "none"], "family": "gptfuzz-responses"}
    for label, text in harm_grammar.rows():
        yield {"text": text, "labels": [label], "family": "grammar"}
    for label, text in harm_examples.rows():
        yield {"text": text, "labels": [label], "family": "examples"}


# Sentences that are in no training set, one for each attitude; the group is all that changes.
AUDIT = ["{g} moved in next door last week.", "I had lunch with {g} from my team.", "The report counts how many {g} applied for the job.", "Please recommend a film about {g}.", "Some {g} came to the concert."]
AUDIT_GROUPS = harm_grammar.GROUPS + ["Norwegians", "Koreans", "Catholics", "Sikhs", "nonbinary people", "wheelchair users", "Nigerians", "Brazilians"]


def audit(outputs):
    texts = [template.format(g=group) for group in AUDIT_GROUPS for template in AUDIT]
    matrix, owner = features([text[:1].upper() + text[1:] for text in texts])
    matrix = matrix[owner >= 0]
    table = []
    for output in outputs:
        logits = output["slope"] * (matrix @ (output["weights"] * output["scale"]) + output["bias"]) + output["intercept"]
        probability = sigmoid(logits).reshape(len(AUDIT_GROUPS), len(AUDIT))
        table.append({
            "label": output["label"],
            "flagged_at_medium": float((probability > output["thresholds"]["medium"]).mean()),
            "flagged_at_high": float((probability > output["thresholds"]["high"]).mean()),
            "largest_gap_between_groups": float((probability.max(axis=0) - probability.min(axis=0)).max()),
            "mean_by_group": {group: round(float(mean), 4) for group, mean in sorted(zip(AUDIT_GROUPS, probability.mean(axis=1)), key=lambda pair: -pair[1])[:8]},
        })
    return table


def main():
    corpus = Corpus(rows())
    matrix, family = corpus.matrix[corpus.heads], corpus.family
    labels = [set(row["labels"]) for row in corpus.rows]
    harmless = np.array([not (found & set(LABELS)) for found in labels])
    outputs, by_source, unseen_probability = [], [], {}
    for label in LABELS:
        has = np.array([label in found for found in labels])
        taught = np.array([bool(TEACHES.get(label, {label}) & found) for found in labels])

        def train(left_out):
            # Against harmless texts alone: most sources name one harm a text, which says little about the others.
            return fit(matrix, taught, family, (taught | harmless) & ~np.isin(family, left_out))

        unseen = np.full(len(corpus), np.nan)
        for left_out in FOLDS:
            members = np.isin(family, left_out)
            weights, bias = train(left_out)
            scores = matrix @ weights + bias
            unseen[members] = scores[members]
            for name in left_out:
                positive, own = (family == name) & has, (family == name) & harmless
                if positive.sum() < FEWEST:
                    continue
                negative = own if own.sum() >= 50 else np.isin(family, HARMLESS)
                by_source.append({"label": label, "source": str(name), "texts": int(positive.sum()), "auc": auc(scores[positive], scores[negative]), "recall_at_1pct_fpr": recall_at(0.01, scores[positive], scores[negative])})
                print(by_source[-1], flush=True)
        # Our own sentences calibrate where nobody else has any: as seen, which is said in the card.
        weights, bias = train([])
        scores = matrix @ weights + bias
        judged = ~np.isnan(unseen)
        positive = has & judged if (has & judged).sum() >= FEWEST else has
        unseen[positive & ~judged] = scores[positive & ~judged]
        slope, intercept = calibrate(unseen[positive], unseen[harmless & judged], family[positive], family[harmless & judged])
        logits = slope * unseen + intercept
        traffic = harmless & judged & ~np.isin(family, OURS)
        stored, scale = quantise(weights)
        # The stricter of unseen and seen: with few positives a model without one family has hardly any voice, and a threshold from it would be too low.
        seen = slope * (matrix @ weights + bias) + intercept
        limits = {level: max(balanced_quantile(which[traffic], family[traffic], 1 - share) for which in (logits, seen)) for level, share in FALSE_POSITIVES.items()}
        thresholds = {level: float(sigmoid(limit)) for level, limit in limits.items()}
        outputs.append({"label": label, "weights": stored, "scale": scale, "bias": bias, "slope": slope, "intercept": intercept, "thresholds": thresholds})
        unseen_probability[label] = float((sigmoid(logits[positive]) > thresholds["medium"]).mean())

    macro = [np.mean([row["auc"] for row in by_source if row["label"] == label]) for label in LABELS if any(row["label"] == label for row in by_source)]
    summary = {
        "protocol": "leave-family-out, in three folds; a family without 50 harmless texts of its own is compared with self-instruct and CyberSecEval's harmless requests, which every fold leaves out",
        "by_source": by_source,
        "macro_auc_of_measured_labels": float(np.mean(macro)),
        "labels_without_a_measurement": [label for label in LABELS if not any(row["label"] == label for row in by_source)],
        "found_unseen_at_medium": unseen_probability,
        "counterfactual_audit": audit(outputs),
        "texts": {label: int(sum(label in found for found in labels)) for label in LABELS} | {"none": int(harmless.sum())},
    }
    chosen = np.flatnonzero(family == "grammar")[::41]
    parity = []
    for at in chosen:
        logits = [output["slope"] * float((matrix[at] @ (output["weights"] * output["scale"]))[0] + output["bias"]) + output["intercept"] for output in outputs]
        parity.append({"text": corpus.rows[at]["text"], "probabilities": {output["label"]: float(sigmoid(logit)) for output, logit in zip(outputs, logits)}})
    write("harm", outputs, summary, parity)
    print(summary["macro_auc_of_measured_labels"], summary["labels_without_a_measurement"], summary["found_unseen_at_medium"])
    for row in summary["counterfactual_audit"]:
        print(row)


if __name__ == "__main__":
    main()
