"""Fine-tuning a top (the encoder's last two layers and a head) on activations of the frozen trunk that are computed once."""

import hashlib
import json
import os
import pathlib

import numpy as np
import torch
from torch import nn

import encoder

torch.set_num_threads(int(os.environ.get("PLIMSOLL_TRAINING_THREADS", "1")))
ROOM = encoder.LONGEST - 2
OVERLAP = 32
CACHE = pathlib.Path(os.environ.get("PLIMSOLL_TRAINING_CACHE", "/tmp/plimsoll-training"))


def activations(ids):
    """What the trunk makes of each window, from the cache where it was met before: all of them one after the other, and where each begins."""
    CACHE.mkdir(parents=True, exist_ok=True)
    trunk = encoder.digest_of((encoder.OUT / "encoder" / "trunk.onnx").read_bytes())[7:19]
    store, index = CACHE / f"{trunk}.f16", CACHE / f"{trunk}.json"
    known = json.loads(index.read_text()) if index.exists() else {}
    keys = [hashlib.blake2b(one.tobytes(), digest_size=12).hexdigest() for one in ids]
    fresh = {key: one for key, one in zip(keys, ids) if key not in known}
    if fresh:
        with store.open("ab") as file:
            for (key, one), hidden in zip(fresh.items(), encoder.hidden_each(fresh.values())):
                known[key] = file.tell() // (2 * encoder.WIDTH)
                file.write(hidden.tobytes())
        index.write_text(json.dumps(known))
    hidden = np.memmap(store, np.float16, "r").reshape(-1, encoder.WIDTH)
    return hidden, np.array([known[key] for key in keys])


class Windows:
    """Every window of 126 tokens of each text (src/safeguards/classifiers/encoder/thread.ts), at most `most` a text, with what the trunk makes of it."""

    def __init__(self, texts, most=4, folded=True):
        ids, self.owner = [], []
        for at, (all_ids, _, _) in enumerate(encoder.tokens(texts, folded)):
            starts = list(range(0, max(1, len(all_ids) - OVERLAP), ROOM - OVERLAP))
            # Spread over the text, both ends among them.
            for pick in sorted({starts[round(i)] for i in np.linspace(0, len(starts) - 1, min(most, len(starts)))}):
                ids.append(encoder.framed(all_ids[pick : pick + ROOM]))
                self.owner.append(at)
        self.owner = np.array(self.owner)
        self.texts = len(texts)
        self.lengths = np.array([len(one) for one in ids])
        self.hidden, self.starts = activations(ids)

    def __len__(self):
        return len(self.lengths)

    def of(self, at):
        return self.hidden[self.starts[at] : self.starts[at] + self.lengths[at]]

    def batches(self, rows, size=4096, rng=None, crop=encoder.LONGEST):
        """Rows of like length together, at most `size` tokens: (rows, hidden, mask). Of a window longer than `crop` a part, somewhere in it."""
        lengths = np.minimum(self.lengths, crop)
        noise = rng.normal(0, 4, len(rows)) if rng is not None else np.zeros(len(rows))
        order = rows[np.argsort(lengths[rows] + noise, kind="stable")]
        groups, group, longest = [], [], 0
        for row in order:
            reached = max(longest, lengths[row])
            if group and reached * (len(group) + 1) > size:
                groups.append(group)
                group, reached = [], lengths[row]
            group.append(row)
            longest = reached
        groups.append(group)
        if rng is not None:
            rng.shuffle(groups)
        for group in groups:
            length = lengths[group].max()
            hidden = np.zeros((len(group), length, encoder.WIDTH), np.float16)
            mask = np.zeros((len(group), length), bool)
            for at, row in enumerate(group):
                skipped = rng.integers(0, self.lengths[row] - lengths[row] + 1) if rng is not None else 0
                hidden[at, : lengths[row]] = self.of(row)[skipped : skipped + lengths[row]]
                mask[at, : lengths[row]] = True
            yield np.array(group), torch.from_numpy(hidden), torch.from_numpy(mask)

    def highest(self, scores):
        """The highest score among the windows of each text, as the product takes it."""
        result = np.full((self.texts, scores.shape[1]), -np.inf, np.float32)
        np.maximum.at(result, self.owner, scores)
        return result


class TextTop(nn.Module):
    def __init__(self, weights, labels):
        super().__init__()
        self.blocks = encoder.blocks_of(weights, encoder.TRUNK_LAYERS, encoder.LAYERS)
        self.head = nn.Linear(2 * encoder.WIDTH, labels)

    def forward(self, x, mask, dropout=0.0):
        for block in self.blocks:
            x = block(x, mask, dropout)
        x = x.float()
        mean = (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        highest = x.masked_fill(~mask[..., None], -1e4).max(1).values
        return self.head(nn.functional.dropout(torch.cat([mean, highest], 1), dropout, self.training))


def train(weights, windows, targets, importance, rows, epochs=3, rate=2e-4, seed=0, dropout=0.1, size=4096, crop=56, say=lambda _: None):
    """targets [windows, labels] in [0,1]; importance [windows, labels] is 0 where a label says nothing about the window."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    top = TextTop(weights, targets.shape[1]).train()
    optimiser = torch.optim.AdamW([{"params": top.blocks.parameters(), "lr": rate}, {"params": top.head.parameters(), "lr": rate * 5}], weight_decay=0.01)
    steps = epochs * int(1.1 * np.minimum(windows.lengths[rows], crop).sum() / size + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1, (step + 1) / (0.06 * steps)) * max(0.02, 1 - step / steps))
    y, w = torch.from_numpy(targets.astype(np.float32)), torch.from_numpy((importance / importance[rows].sum(0, keepdims=True) * len(rows)).astype(np.float32))
    for epoch in range(epochs):
        total = 0.0
        for group, hidden, mask in windows.batches(rows, size, rng, crop):
            # A word here and there is not there: no single one shall decide.
            keep = mask & (torch.rand(mask.shape) > 0.1)
            keep[:, 0] = True
            with torch.autocast("cpu", torch.bfloat16):
                logits = top(hidden.float(), keep, dropout)
            loss = (nn.functional.binary_cross_entropy_with_logits(logits.float(), y[group] * 0.98 + 0.01, reduction="none") * w[group]).sum(1).mean()
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(top.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += loss.item() * len(group)
        say(f"epoch {epoch + 1}: loss {total / len(rows):.4f}")
    return top.eval()


def judge(top, windows, rows=None):
    """[windows, labels] of logits."""
    rows = np.arange(len(windows)) if rows is None else rows
    scores = np.full((len(windows), top.head.out_features), np.nan, np.float32)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for group, hidden, mask in windows.batches(rows, 8192):
            scores[group] = top(hidden.float(), mask).float().numpy()
    return scores


def export(top, windows, count=300):
    """The graph, its scales taken from windows all over the training data."""
    picked = np.linspace(0, len(windows) - 1, min(count, len(windows))).astype(int)
    hidden = [torch.from_numpy(np.array(windows.of(at), np.float32))[None] for at in picked]
    return encoder.text_graph(top.blocks, hidden, top.head)


def write_parity(name, texts):
    """classifiers/<name>/top-parity.json: the logits that the shipped files give here, of our own texts, for the product's test."""
    framed = [encoder.framed(ids) for ids, _, _ in encoder.tokens(texts, folded=True)]
    top = encoder.session(str(encoder.OUT / name / "top.onnx"))
    rows = [{"text": text, "logits": [round(float(value), 4) for value in top.run(None, {"hidden": hidden[None].astype(np.float32)})[0][0]]} for text, hidden in zip(texts, encoder.hidden_each(framed))]
    (encoder.OUT / name / "top-parity.json").write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n")
