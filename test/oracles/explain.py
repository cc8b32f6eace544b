import difflib
import logging
import math
import warnings

import numpy as np
import pandas as pd
import shap
from scipy import stats
from sklearn.metrics import roc_curve

from oracle import Oracle

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
o = Oracle("explain", 20267, "shap", "scikit-learn", "pandas", "scipy")
r = o.random


def shapley():
    """A model of a line, products of pairs and a step: given to both sides as numbers."""
    for _ in range(60):
        m = int(r.integers(2, 8))
        line, step = np.round(r.normal(0, 1, m), 2), np.round(r.normal(0, 1, m), 2)
        pairs = [[int(a), int(b), float(np.round(r.normal(), 2))] for a, b in r.integers(0, m, (3, 2))]
        f = lambda x: x @ line + sum(c * x[:, a] * x[:, b] for a, b, c in pairs) + (x @ step > 0)
        background, row = np.round(r.normal(0, 1, (int(r.integers(1, 6)), m)), 2), np.round(r.normal(0, 1, m), 2)
        values = shap.KernelExplainer(f, background).shap_values(row, nsamples=2**m + 10, l1_reg=False, silent=True)
        o.add("kernelShap", "shap.KernelExplainer (all coalitions)", [{"line": line, "pairs": pairs, "step": step}, row, {"columns": m, "values": background.ravel()}], {"values": values}, 1e-7, "shap solves the regression by normal equations")


def privacy():
    for _ in range(200):
        n = int(r.integers(6, 80))
        y, s = r.integers(0, 2, n), np.round(r.random(n), 2)
        if len(set(y)) == 2:
            fpr, tpr, _ = roc_curve(y, s, drop_intermediate=False)
            rates = [0.01, 0.1, 0.3]
            o.add("membershipAttack", "sklearn.metrics.roc_curve", [y, s, rates], {"advantage": {"value": max(tpr - fpr)}, "truePositiveRateAt": [{"result": {"value": tpr[fpr <= x].max()}} for x in rates]})
        members, others = int(r.integers(5, 300)), int(r.integers(5, 300))
        missed, alarms = int(r.integers(0, members + 1)), int(r.integers(0, others + 1))
        upper = lambda k, n: 1 if k == n else stats.beta.isf(0.025, k + 1, n - k)
        fnr, fpr = upper(missed, members), upper(alarms, others)
        bound = max([0] + [math.log(a / b) for a, b in ((1 - fnr, fpr), (1 - fpr, fnr)) if a > 0])
        o.add("privacyLowerBound", "the definition with scipy.stats.beta", [{"members": members, "missed": missed, "others": others, "falseAlarms": alarms}], {"value": bound})
        table = pd.DataFrame({"a": r.integers(0, 3, n), "b": r.integers(0, 3, n), "s": r.integers(0, 4, n)})
        groups = table.groupby(["a", "b"])
        o.add("anonymity", "pandas groupby", [[table.a.to_numpy(), table.b.to_numpy()], table.s.to_numpy()], {"k": groups.size().min(), "lDistinct": groups.s.nunique().min(), "groups": len(groups), "uniqueRows": (groups.size() == 1).sum(), "lEntropy": groups.s.apply(lambda c: math.exp(stats.entropy(c.value_counts()))).min()})
        a, b = r.integers(0, 3, n).tolist(), r.integers(0, 3, int(r.integers(1, 60))).tolist()
        o.add("longestVerbatimRun", "difflib.SequenceMatcher", [a, b], difflib.SequenceMatcher(None, a, b, autojunk=False).find_longest_match().size)


def sequences():
    """The recursions of the papers, written down a second time."""
    for _ in range(60):
        n, alpha = int(r.integers(5, 200)), float(r.choice([0.01, 0.05, 0.1]))
        x = np.round(r.beta(float(r.uniform(0.5, 5)), float(r.uniform(0.5, 5)), n), 2)
        t = np.arange(1, n + 1)
        mu = (0.5 + np.cumsum(x)) / (t + 1)
        var = (0.25 + np.cumsum((x - mu) ** 2)) / (t + 1)
        mu0, var0 = np.concatenate([[0.5], mu[:-1]]), np.concatenate([[0.25], var[:-1]])
        lam = np.minimum(0.5, np.sqrt(2 * math.log(2 / alpha) / (var0 * t * np.log(1 + t))))
        centre = np.cumsum(lam * x) / np.cumsum(lam)
        half = (math.log(2 / alpha) + np.cumsum((x - mu0) ** 2 * (-np.log(1 - lam) - lam))) / np.cumsum(lam)
        low, high = max(0, (centre - half).max()), min(1, (centre + half).min())
        o.add("empiricalBernsteinSequence", "Waudby-Smith and Ramdas's theorem 2 in numpy", [x, alpha], {"low": low, "high": high})
        m = float(np.round(r.uniform(0.1, 0.9), 2))
        wish = (mu0 - m) / (var0 + (mu0 - m) ** 2)
        up, down = np.clip(wish, 0, 0.5 / m), np.clip(-wish, 0, 0.5 / (1 - m))
        e = (np.prod(1 + up * (x - m)) + np.prod(1 - down * (x - m))) / 2
        o.add("bettingProcess", "aGRAPA betting in numpy", [x, m], {"eValue": e})


for topic in (shapley, privacy, sequences):
    topic()
o.save()
