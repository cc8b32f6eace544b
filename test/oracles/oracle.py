"""Writes cases of one topic as <topic>.json.gz: what our function is given, and what the other library answers.

A case is [arguments, expected]. Expected is a number, a list, or a mapping of the fields that are compared; {"undefined": true} means that our function must
say that the number does not exist. NaN and infinities travel as strings.
"""
import gzip
import json
import math
import os
from importlib.metadata import version

import numpy as np


def plain(x):
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple, np.ndarray)):
        return [plain(v) for v in x]
    if isinstance(x, (bool, np.bool_)):
        return bool(x)
    if isinstance(x, (int, np.integer)):
        return int(x)
    if isinstance(x, (float, np.floating)):
        x = float(x)
        if math.isnan(x):
            return "NaN"
        if math.isinf(x):
            return "Infinity" if x > 0 else "-Infinity"
        return int(x) if x == int(x) and abs(x) < 2**53 and not (x == 0 and math.copysign(1, x) < 0) else x
    return x


UNDEFINED = {"undefined": True}


class Oracle:
    def __init__(self, topic, seed, *packages):
        self.topic, self.seed, self.functions = topic, seed, {}
        self.random = np.random.default_rng(seed)
        self.versions = {name: version(name) for name in ("numpy", *packages)}

    def add(self, fn, oracle, args, expected, tolerance=1e-9, reason=None):
        entry = self.functions.setdefault((fn, oracle), {"fn": fn, "oracle": oracle, "tolerance": tolerance, "cases": []})
        if reason:
            entry["reason"] = reason
        entry["cases"].append([plain(args), plain(expected)])

    def save(self):
        text = json.dumps({"topic": self.topic, "seed": self.seed, "versions": self.versions, "functions": list(self.functions.values())}, separators=(",", ":"), ensure_ascii=False)
        path = os.path.join(os.path.dirname(__file__), f"{self.topic}.json.gz")
        with open(path, "wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0, compresslevel=9) as file:
            file.write(text.encode("utf-8", "surrogatepass"))
        print(self.topic, sum(len(f["cases"]) for f in self.functions.values()), "cases", os.path.getsize(path) // 1024, "KiB")


def numbers(random, n, kind=None):
    """A column as they come: smooth, tied, skewed, constant in parts; rounded, so that files stay small and ties are exact."""
    kind = kind or random.choice(["normal", "tied", "skewed", "wide"])
    if kind == "normal":
        return np.round(random.normal(0, 1, n), 3)
    if kind == "tied":
        return random.integers(0, 6, n).astype(float)
    if kind == "skewed":
        return np.round(random.exponential(2, n), 2)
    return np.round(random.normal(0, 1, n) * 10.0 ** random.integers(-3, 6), 6)
