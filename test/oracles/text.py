import collections
import re
import string
from fractions import Fraction
from math import comb

import nltk
import numpy as np
import sacrebleu
from rouge_score import rouge_scorer

from oracle import Oracle

o = Oracle("text", 20262, "sacrebleu", "rouge-score", "nltk")
r = o.random
WORDS = "the a an cat dog sat on mat mats The It's 3.5 1,000 well-known e.g. U.S. (hi) \"quoted\" naïve Straße 日本 emoji😀 x&amp;y 10-12 don't no. end, ; \u00a0x A b b b".split(" ")
rouge = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"])


def sentence(low=0, high=14):
    return " ".join(r.choice(WORDS, int(r.integers(low, high + 1))))


def variant(text):
    words = text.split(" ")
    for _ in range(int(r.integers(0, 4))):
        words.insert(int(r.integers(0, len(words) + 1)), str(r.choice(WORDS)))
        if len(words) > 1 and r.random() < 0.6:
            words.pop(int(r.integers(0, len(words))))
    return " ".join(words)


def normal(text):
    text = "".join(c for c in text.lower() if c not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def bag_f1(a, b):
    a, b = normal(a).split(), normal(b).split()
    same = sum((collections.Counter(a) & collections.Counter(b)).values())
    return 0 if same == 0 else 2 * (same / len(a)) * (same / len(b)) / (same / len(a) + same / len(b))


def set_f1(a, b):
    a, b = set(a.split()), set(b.split())
    same = len(a & b)
    return 0 if same == 0 else 2 * (same / len(a)) * (same / len(b)) / (same / len(a) + same / len(b))


for _ in range(400):
    n, refs = int(r.integers(1, 5)), int(r.integers(1, 4))
    references = [[sentence(1) for _ in range(refs)] for _ in range(n)]
    outputs = [variant(x[0]) if r.random() < 0.8 else sentence() for x in references]
    streams = [[x[k] for x in references] for k in range(refs)]
    tokenizer, smoothing, lower = str(r.choice(["13a", "char", "none"])), str(r.choice(["exp", "floor", "add-k", "none"])), bool(r.integers(2))
    effective = bool(r.integers(2))
    got = sacrebleu.BLEU(tokenize=tokenizer, smooth_method=smoothing, lowercase=lower, effective_order=effective, force=True).corpus_score(outputs, streams)
    o.add("bleu", "sacrebleu.corpus_bleu", [outputs, references, {"tokenizer": tokenizer, "smoothing": smoothing, "lowercase": lower, "effectiveOrder": effective}], {"value": got.score})
    order, beta, white = int(r.integers(0, 3)), int(r.integers(1, 4)), bool(r.integers(2))
    got = sacrebleu.CHRF(word_order=order, beta=beta, whitespace=white, lowercase=lower).corpus_score(outputs, streams)
    o.add("chrf", "sacrebleu.corpus_chrf", [outputs, references, {"wordOrder": order, "beta": beta, "whitespace": white, "lowercase": lower}], {"value": got.score})
    a, b = outputs[0], references[0][0]
    lines = ("\n".join(outputs), "\n".join(x[0] for x in references))
    score = rouge.score(b, a)
    fields = lambda s: {"precision": s.precision, "recall": s.recall, "f1": s.fmeasure}
    o.add("rougeN", "rouge_score rouge1", [a, b, 1], fields(score["rouge1"]))
    o.add("rougeN", "rouge_score rouge2", [a, b, 2], fields(score["rouge2"]))
    o.add("rougeL", "rouge_score rougeL", [a, b], fields(score["rougeL"]))
    o.add("rougeLsum", "rouge_score rougeLsum", list(lines), fields(rouge.score(lines[1], lines[0])["rougeLsum"]))
    o.add("levenshtein", "nltk.edit_distance", [a, b], nltk.edit_distance(a, b))
    o.add("wordErrorRate", "nltk.edit_distance over words", [[a], [b]], {"value": nltk.edit_distance(a.split(), b.split()) / len(b.split())})
    o.add("f1Set", "fmeval definition in Python", [a, b], set_f1(a, b))
    o.add("f1Bag", "SQuAD evaluate-v1.1 in Python", [a, b], bag_f1(a, b))
    o.add("quasiExactMatch", "SQuAD normalize_answer in Python", [[a, b], [b, normal(b)]], {"value": ((normal(a) == normal(b)) + (normal(normal(b)) == normal(b))) / 2})

for _ in range(300):
    k = int(r.integers(1, 6))
    n = r.integers(k, 30, int(r.integers(1, 6)))
    c = np.array([r.integers(0, x + 1) for x in n])
    at_least = [1 - Fraction(comb(int(a - b), k), comb(int(a), k)) for a, b in zip(n, c)]
    every = [Fraction(comb(int(b), k), comb(int(a), k)) for a, b in zip(n, c)]
    o.add("passAtK", "exact fractions", [n, c, k], {"value": float(sum(at_least) / len(n))})
    o.add("passHatK", "exact fractions", [n, c, k], {"value": float(sum(every) / len(n))})
o.save()
