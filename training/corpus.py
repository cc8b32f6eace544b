"""The rows that the classifiers are trained on, and which of them belong together.

PLIMSOLL_TRAINING_DATA names a folder of JSON Lines files, `<task>/<source>.jsonl`, each row with `text`, `source` and labels (see README.md).
A *family* is what is left out as one when a model is judged on data that it has not seen: translations, and sets with common ancestors, go together.
"""

import json
import os
import pathlib
import random
import subprocess
import tempfile

import numpy as np
import scipy.sparse as sp

HERE = pathlib.Path(__file__).parent
FEATURE_SPACE = 1 << 18
LONGEST = 8000


def data_folder():
    folder = os.environ.get("PLIMSOLL_TRAINING_DATA")
    if not folder:
        raise SystemExit("set PLIMSOLL_TRAINING_DATA to the folder of training data (training/README.md)")
    return pathlib.Path(folder)


def read(task, source, limit=None, where=lambda row: True, seed=1):
    path = data_folder() / task / f"{source}.jsonl"
    with path.open(encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row.get("text", row.get("prompt", row.get("context")))]
    rows = [row for row in rows if where(row)]
    if limit is not None and len(rows) > limit:
        random.Random(seed).shuffle(rows)
        rows = rows[:limit]
    return rows


class Corpus:
    """Texts with their families, and the feature rows of the wholes and windows of each."""

    def __init__(self, rows):
        rows = [{**row, "text": row["text"].strip()[:LONGEST]} for row in rows]
        self.rows = [row for row in rows if row["text"]]
        self.family = np.array([row["family"] for row in self.rows])
        self.matrix, owner = features([row["text"] for row in self.rows])
        self.is_window = owner < 0
        self.owner = np.where(self.is_window, -1 - owner, owner)
        self.is_single = np.ones(len(self.rows), bool)
        self.is_single[self.owner[self.is_window]] = False
        # The first stretch of each text: all of it, when it is short.
        self.heads = np.unique(np.where(self.is_window, len(self.rows), self.owner), return_index=True)[1][: len(self.rows)]

    def __len__(self):
        return len(self.rows)

    def column(self, name):
        return np.array([row.get(name) for row in self.rows])

    def judge(self, weights, bias):
        """One logit a row."""
        return self.matrix @ weights + bias

    def strongest_stretch(self, scores):
        strongest = np.full(len(self), -np.inf)
        np.maximum.at(strongest, self.owner[~self.is_window], scores[~self.is_window])
        return strongest

    def strongest_window(self, scores):
        """The highest score among the windows of each text; that of the stretch where it is the only window."""
        strongest = np.full(len(self), -np.inf)
        windows = self.is_window | self.is_single[self.owner]
        np.maximum.at(strongest, self.owner[windows], scores[windows])
        return strongest


def features(texts):
    """CSR matrix of L2-normalised binary features, by the product's own code, and the owner of each row (training/featurise.ts)."""
    with tempfile.TemporaryDirectory() as folder:
        prefix = pathlib.Path(folder) / "texts"
        lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
        subprocess.run(["node", str(HERE / "featurise.ts"), str(prefix)], input=lines.encode("utf-8", "replace"), check=True)
        ends = np.fromfile(f"{prefix}.indptr", dtype=np.int32).astype(np.int64)
        indices = np.fromfile(f"{prefix}.indices", dtype=np.int32)
        owner = np.fromfile(f"{prefix}.texts", dtype=np.int32)
    counts = np.diff(ends)
    values = np.repeat((1 / np.sqrt(np.maximum(counts, 1))).astype(np.float32), counts)
    return sp.csr_matrix((values, indices, ends), shape=(len(counts), FEATURE_SPACE)), owner
