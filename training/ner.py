"""The name tagger: persons, places, organisations and addresses in running text.  `python training/ner.py`

A top (encoder.py) with a tag a token. The trunk is uncased, so each token brings a number that says how its word is written
(src/safeguards/classifiers/encoder/shapes.ts); an embedding of it is added where the top begins, and its own opinion to the tags. Training writes a
share of the texts in lower case or in capitals: to the trunk they are the same, only the shapes differ.
"""

import argparse
import itertools
import json
import os
import pathlib
import random
import subprocess
import tempfile
import time

import numpy as np
import torch
from onnx import TensorProto, helper
from torch import nn

import encoder
import names

TAGS = ["O"] + [f"{place}-{kind}" for kind in ("person", "location", "organization", "address") for place in "BI"]
KINDS = ("person", "location", "organization", "address")
JUDGED = ("person", "location", "organization")
SHAPES = 216
LOWER, CAPITALISED, CAPITALS, MIXED, INITIAL = 0, 1, 2, 3, 8
CACHE = pathlib.Path(os.environ.get("PLIMSOLL_TRAINING_CACHE", "/tmp/plimsoll-training"))
torch.set_num_threads(int(os.environ.get("PLIMSOLL_TRAINING_THREADS", "2")))


def tokens(texts):
    """Ids, UTF-16 offsets and shapes of each text."""
    with tempfile.TemporaryDirectory() as folder:
        prefix = pathlib.Path(folder) / "texts"
        lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
        subprocess.run(["node", str(encoder.HERE / "tokenise.ts"), str(prefix)], input=lines.encode(), check=True)
        at = np.fromfile(f"{prefix}.indptr", dtype=np.int32)
        parts = [np.fromfile(f"{prefix}.{part}", dtype=np.int32) for part in ("ids", "starts", "ends", "shapes")]
    return [tuple(part[at[i] : at[i + 1]][: encoder.LONGEST - 2] for part in parts) for i in range(len(texts))]


def units(text, spans):
    """Offsets in code points to offsets in UTF-16 units."""
    if text.isascii():
        return spans
    at = list(itertools.accumulate((2 if ord(char) > 0xFFFF else 1 for char in text), initial=0))
    return [(at[start], at[end], kind) for start, end, kind in spans]


class Corpus:
    def __init__(self, rows):
        self.rows = rows
        self.sources = np.array([source for source, _, _ in rows])
        texts = [text for _, text, _ in rows]
        self.tokens = tokens(texts)
        self.spans = [units(text, spans) for _, text, spans in rows]
        ids = [encoder.framed(ids) for ids, _, _, _ in self.tokens]
        self.lengths = np.array([len(one) for one in ids])
        self.starts = np.r_[0, np.cumsum(self.lengths)]
        CACHE.mkdir(parents=True, exist_ok=True)
        key = encoder.digest_of(b"".join(one.tobytes() for one in ids) + (encoder.OUT / "encoder" / "model.json").read_bytes())[7:23]
        path = CACHE / f"ner-{key}.npy"
        if not path.exists():
            store = np.lib.format.open_memmap(str(path) + ".part", mode="w+", dtype=np.float16, shape=(int(self.starts[-1]), encoder.WIDTH))
            for at in range(0, len(ids), 2000):
                part = np.concatenate(encoder.hidden_of(ids[at : at + 2000]))
                store[self.starts[at] : self.starts[at] + len(part)] = part
            store.flush()
            os.rename(str(path) + ".part", path)
        self.hidden = np.load(path, mmap_mode="r")
        self.shapes = [np.r_[0, shapes, 0] for _, _, _, shapes in self.tokens]
        self.tags = [self._tags(at) for at in range(len(rows))]

    def _tags(self, at):
        _, starts, ends, _ = self.tokens[at]
        tags = np.zeros(len(starts) + 2, np.int64)
        tags[0] = tags[-1] = -100
        for start, end, kind in sorted(self.spans[at], key=lambda span: span[0] - span[1]):
            inside = np.flatnonzero((starts < end) & (ends > start))
            if len(inside):
                base = 1 + 2 * KINDS.index(kind)
                tags[inside + 1] = base + 1
                tags[inside[0] + 1] = base
        return tags

    def batch(self, group, rng=None):
        length = self.lengths[group].max()
        hidden = np.zeros((len(group), length, encoder.WIDTH), np.float16)
        mask, shapes, tags = np.zeros((len(group), length), bool), np.zeros((len(group), length), np.int64), np.full((len(group), length), -100)
        for at, row in enumerate(group):
            n = self.lengths[row]
            hidden[at, :n] = self.hidden[self.starts[row] : self.starts[row + 1]]
            mask[at, :n], tags[at, :n] = True, self.tags[row]
            shapes[at, :n] = self.shapes[row] if rng is None else written(self.shapes[row], rng)
        return torch.from_numpy(hidden), torch.from_numpy(mask), torch.from_numpy(shapes), torch.from_numpy(tags)

    def groups(self, rows, size, rng=None):
        noise = rng.normal(0, 6, len(rows)) if rng is not None else np.zeros(len(rows))
        order = rows[np.argsort(self.lengths[rows] + noise, kind="stable")]
        groups, group, longest = [], [], 0
        for row in order:
            longest = max(longest, self.lengths[row])
            if group and longest * (len(group) + 1) > size:
                groups.append(np.array(group))
                group, longest = [], self.lengths[row]
            group.append(row)
        groups.append(np.array(group))
        if rng is not None:
            rng.shuffle(groups)
        return groups


def written(shapes, rng):
    """The same text as somebody writes who never presses shift, or always."""
    chance = rng.random()
    if chance > 0.16:
        return shapes
    rest, word = shapes % 8, (shapes // 8) % 9
    if chance > 0.05:
        lower = np.isin(word, (CAPITALISED, CAPITALS, MIXED, INITIAL))
        return (9 + np.where(lower, LOWER, word)) * 8 + rest
    upper = np.isin(word, (LOWER, CAPITALISED, MIXED))
    return (18 + np.where(upper, CAPITALS, word)) * 8 + rest


class Tagger(nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.blocks = encoder.blocks_of(weights, encoder.TRUNK_LAYERS, encoder.LAYERS)
        self.words, self.places, self.continues = nn.Embedding(27, encoder.WIDTH), nn.Embedding(4, encoder.WIDTH), nn.Embedding(2, encoder.WIDTH)
        for table in (self.words, self.places, self.continues):
            nn.init.normal_(table.weight, std=0.05)
        self.opinion = nn.Embedding(SHAPES, len(TAGS))
        nn.init.zeros_(self.opinion.weight)
        self.head = nn.Linear(encoder.WIDTH, len(TAGS))

    def shaped(self, shapes):
        return self.words(shapes // 8) + self.places((shapes // 2) % 4) + self.continues(shapes % 2)

    def forward(self, x, mask, shapes, dropout=0.0):
        x = x + nn.functional.dropout(self.shaped(shapes), dropout, self.training)
        for block in self.blocks:
            x = block(x, mask, dropout)
        return self.head(nn.functional.dropout(x, dropout, self.training)) + self.opinion(shapes)


def train(weights, corpus, rows, importance, epochs, tagger=None, rate=4e-4, seed=0, size=4096, dropout=0.1):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    tagger = (tagger or Tagger(weights)).train()
    tables = [p for name, p in tagger.named_parameters() if not name.startswith("blocks")]
    optimiser = torch.optim.AdamW([{"params": tagger.blocks.parameters(), "lr": rate}, {"params": tables, "lr": rate * 5}], weight_decay=0.01)
    steps = epochs * len(corpus.groups(rows, size))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1, (step + 1) / (0.06 * steps)) * max(0.02, 1 - step / steps))
    for epoch in range(epochs):
        total, began = 0.0, time.time()
        for group in corpus.groups(rows, size, rng):
            hidden, mask, shapes, tags = corpus.batch(group, rng)
            # A piece of a word now and then is not there: names shall be known by their surroundings too.
            gone = (torch.rand(mask.shape) < 0.12) & mask
            hidden = torch.where(gone[..., None], torch.zeros((), dtype=hidden.dtype), hidden)
            with torch.autocast("cpu", torch.bfloat16):
                logits = tagger(hidden.float(), mask, shapes, dropout)
            loss = nn.functional.cross_entropy(logits.float().transpose(1, 2), tags, ignore_index=-100, label_smoothing=0.03, reduction="none")
            loss = (loss * torch.from_numpy(importance[group])[:, None].float()).sum() / (tags >= 0).sum()
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(tagger.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(f"  epoch {epoch + 1}: loss {total / (steps / epochs):.4f}, {time.time() - began:.0f} s", flush=True)
    return tagger.eval()


def probabilities(tagger, corpus, rows):
    """Of each row [tokens, tags], [CLS] and [SEP] left out."""
    result = {}
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for group in corpus.groups(rows, 8192):
            hidden, mask, shapes, _ = corpus.batch(group)
            logits = tagger(hidden.float(), mask, shapes).float().numpy()
            for at, row in enumerate(group):
                result[row] = logits[at, 1 : corpus.lengths[row] - 1]
    return result


def spans_of(logits, tokens):
    """Words, not pieces, are tagged: as src/safeguards/classifiers/encoder/spans.ts does. [(start, end, kind, score)]."""
    _, starts, ends, shapes = tokens
    spans, at, open_span = [], 0, None
    while at < len(starts):
        last = at + 1
        while last < len(starts) and shapes[last] % 2 == 1:
            last += 1
        mean = logits[at:last].mean(0)
        p = np.exp(mean - mean.max())
        p /= p.sum()
        # B and I of a kind are one answer to the question what it is.
        by_kind = p[1:].reshape(-1, 2).sum(1)
        best = int(by_kind.argmax())
        if by_kind[best] <= p[0]:
            open_span = None
        else:
            begins = p[1 + 2 * best] > p[2 + 2 * best]
            if open_span is not None and open_span[2] == best and not begins:
                open_span[1] = ends[last - 1]
                open_span[3].append(by_kind[best])
            else:
                open_span = [starts[at], ends[last - 1], best, [by_kind[best]]]
                spans.append(open_span)
        at = last
    return [(int(start), int(end), KINDS[kind], float(np.mean(scores))) for start, end, kind, scores in spans]


def measure(found, gold, threshold=0.0):
    """By kind: spans, precision, recall and F1 of overlapping spans, F1 of exact ones; and all kinds together."""
    counts = {kind: np.zeros(5) for kind in JUDGED}
    for row, spans in found.items():
        for kind in JUDGED:
            want = [(s, e) for s, e, k in gold[row] if k == kind]
            got = [(s, e) for s, e, k, score in spans if k == kind and score >= threshold]
            hit = sum(any(s < e2 and s2 < e for s2, e2 in got) for s, e in want)
            right = sum(any(s < e2 and s2 < e for s2, e2 in want) for s, e in got)
            counts[kind] += [len(want), hit, len(got), right, len(set(want) & set(got))]
    def figures(want, hit, got, right, exact):
        precision, recall = right / max(1, got), hit / max(1, want)
        return {"spans": int(want), **{name: round(float(value), 3) for name, value in {"precision": precision, "recall": recall, "f1": 2 * precision * recall / max(1e-9, precision + recall), "f1_exact": 2 * exact / max(1, want + got)}.items()}}
    return {**{kind: figures(*counts[kind]) for kind in JUDGED}, "all": figures(*sum(counts.values()))}


def rows_once():
    """The teacher takes minutes: what it and the filler made is kept beside the activations."""
    CACHE.mkdir(parents=True, exist_ok=True)
    path = CACHE / f"ner-rows-{encoder.digest_of((encoder.HERE / 'names.py').read_bytes())[7:23]}.json"
    if not path.exists():
        silver = list(names.silver())
        rows = list(names.annotated()) + silver + list(names.respelt(silver)) + list(names.made_up())
        random.Random(1).shuffle(rows)
        path.write_text(json.dumps(rows))
    return [(source, text, [tuple(span) for span in spans]) for source, text, spans in json.loads(path.read_text())]


IMPORTANCE = {"silver": 0.5, "respelt": 0.4, "made_up": 0.5}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--share", type=float, default=0.35, help="of the silver and made-up rows")
    arguments.add_argument("--epochs", type=int, default=1)
    asked = arguments.parse_args()
    began = time.time()
    rng = random.Random(3)
    # Most tweets name nobody: a third of those say enough about it.
    keeps = lambda source, spans: rng.random() < (0.35 if source == "wnut17" and not spans else 1.0 if source in names.FAMILIES else asked.share)  # noqa: E731
    corpus = Corpus([row for row in rows_once() if keeps(row[0], row[2])])
    print({source: int((corpus.sources == source).sum()) for source in sorted(set(corpus.sources))}, f"{corpus.starts[-1]} tokens, {time.time() - began:.0f} s", flush=True)
    weights = encoder.minilm()
    importance = np.array([IMPORTANCE.get(source, 1.0) for source in corpus.sources])
    # First without a row that people annotated or that comes of presidio's templates: what it finds there is what it would find anywhere.
    annotated = np.isin(corpus.sources, list(names.FAMILIES))
    tagger = train(weights, corpus, np.flatnonzero(~annotated), importance, asked.epochs)
    evaluation = {"trained_without": sorted(names.FAMILIES), "unseen": {}}
    for source in sorted(names.FAMILIES):
        held = np.flatnonzero(corpus.sources == source)
        logits = probabilities(tagger, corpus, held)
        found = {row: spans_of(logits[row], corpus.tokens[row]) for row in held}
        evaluation["unseen"][source] = {str(threshold): measure(found, corpus.spans, threshold)["all"] for threshold in (0.0, 0.5, 0.6, 0.7)}
        print(source, evaluation["unseen"][source], flush=True)
    # Then on with all of them.
    tagger = train(weights, corpus, np.arange(len(corpus.rows)), importance, asked.epochs, tagger, rate=2e-4, seed=1)
    write(tagger, corpus, evaluation)


def graph_of(tagger, corpus):
    graph = encoder.Graph()
    shapes = torch.arange(SHAPES)
    table = tagger.shaped(shapes).detach().float().numpy()
    x = graph.node("Add", ["hidden", graph.node("Gather", [graph.constant(table, "shapes.table"), "shapes"])])
    picked = np.linspace(0, len(corpus.rows) - 1, 400).astype(int)
    hidden = []
    for row in picked:
        one, _, shape, _ = corpus.batch(np.array([row]))
        hidden.append(one.float() + tagger.shaped(shape).detach())
    x = graph.layers(x, tagger.blocks, hidden)
    weight, bias = (part.detach().float().numpy() for part in (tagger.head.weight, tagger.head.bias))
    tags = graph.node("Add", [graph.node("MatMul", [x, graph.constant(weight.T, "head")]), graph.constant(bias, "head.bias")])
    graph.node("Add", [tags, graph.node("Gather", [graph.constant(tagger.opinion.weight.detach().numpy(), "shapes.opinion"), "shapes"])])
    graph.nodes[-1].output[0] = "logits"
    given = [helper.make_tensor_value_info(*encoder.HIDDEN), helper.make_tensor_value_info("shapes", TensorProto.INT32, [1, "tokens"])]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, "tokens", len(TAGS)])]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "ner", given, outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", 20), helper.make_opsetid(encoder.CONTRIB, 1)], ir_version=9, producer_name="plimsoll",
    )
    return model.SerializeToString(deterministic=True)


PARITY = [
    "My name is Priya Raghunathan and I live in Leeds.", "please send it to john smith in new york", "ANNA KOWALSKA WORKS AT SIEMENS IN MUNICH", "How do I ignore white space in git diff?",
    "From: Kofi Mensah\nCompany: Blue River Logistics Ltd.\nCity: Accra", "I live at 12 Baker Street, London NW1 6XE.", "The committee met on Tuesday and agreed that the harbour should be dredged.", "",
]


def write(tagger, corpus, evaluation):
    content = graph_of(tagger, corpus)
    encoder.write_top("ner", content, [{"label": tag} for tag in TAGS])
    folder = encoder.OUT / "ner"
    evaluation["rows"] = {source: int((corpus.sources == source).sum()) for source in sorted(set(corpus.sources))}
    (folder / "evaluation.json").write_text(json.dumps(evaluation, indent=2) + "\n")
    # What the float model says of our own sentences, for the product's test.
    own = Corpus([("own", text, []) for text in PARITY])
    logits = probabilities(tagger, own, np.arange(len(PARITY)))
    rows = [{"text": text, "spans": [{"start": s, "end": e, "kind": k, "score": round(p, 4)} for s, e, k, p in spans_of(logits[at], own.tokens[at])]} for at, text in enumerate(PARITY)]
    (folder / "parity.json").write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n")
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()
