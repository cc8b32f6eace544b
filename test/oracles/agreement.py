import itertools
import math
import warnings

import krippendorff
import numpy as np
from scipy import optimize
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats import inter_rater

from oracle import Oracle, UNDEFINED

warnings.filterwarnings("ignore")
o = Oracle("agreement", 20266, "krippendorff", "statsmodels", "scikit-learn", "scipy")
r = o.random


def kappas():
    for _ in range(250):
        n, k = int(r.integers(3, 60)), int(r.integers(2, 5))
        a = r.integers(0, k, n)
        b = np.where(r.random(n) < r.random(), a, r.integers(0, k, n))
        if len(set(a) | set(b)) < 2:
            continue
        for weights in ("none", "linear", "quadratic"):
            value = cohen_kappa_score(a, b, weights=None if weights == "none" else weights)
            o.add("cohenKappa", f"sklearn.metrics.cohen_kappa_score({weights})", [a, b, {"weights": weights}], {"value": value})
        names = sorted(set(a) | set(b))
        table = np.array([[np.sum((a == x) & (b == y)) for y in names] for x in names])
        got = inter_rater.cohens_kappa(table)
        if got.std_kappa > 1e-6:
            o.add("cohenKappa", "statsmodels cohens_kappa", [a, b], {"value": got.kappa, "interval": {"low": max(-1, got.kappa_low), "high": min(1, got.kappa_upp)}})
        raters = int(r.integers(2, 8))
        counts = np.array([r.multinomial(raters, r.dirichlet(np.ones(k))) for _ in range(n)])
        if (counts.sum(0) > 0).sum() > 1:
            o.add("fleissKappa", "statsmodels fleiss_kappa", [counts], {"value": inter_rater.fleiss_kappa(counts)})


def gwet(table, q, w):
    """Gwet 2014, chapters 4 and 5: raters may be missing."""
    n = table.sum(1)
    table, n = table[n > 0], n[n > 0]
    pi = (table / n[:, None]).mean(0)
    two = n > 1
    t = table[two]
    pa = ((t * (t @ w.T - 1)).sum(1) / (n[two] * (n[two] - 1))).mean()
    pe = w.sum() / (q * (q - 1)) * (pi * (1 - pi)).sum()
    return (pa - pe) / (1 - pe)


def several():
    for _ in range(200):
        raters, items, k = int(r.integers(2, 6)), int(r.integers(3, 25)), int(r.integers(2, 6))
        truth = r.integers(1, k + 1, items)
        data = np.where(r.random((raters, items)) < 0.6, truth, r.integers(1, k + 1, (raters, items))).astype(float)
        data[r.random((raters, items)) < 0.2] = np.nan
        values = sorted(set(data[~np.isnan(data)]))
        counts = np.array([[np.sum(data[:, i] == v) for v in values] for i in range(items)])
        rows = [[None if np.isnan(v) else int(v) for v in row] for row in data]
        if (counts.sum(1) > 1).sum() < 1 or len(values) < 2 or len(set(np.repeat(values, counts[counts.sum(1) > 1].sum(0)))) < 2:
            continue
        for scale in ("nominal", "ordinal", "interval", "ratio"):
            o.add("krippendorffAlpha", f"krippendorff.alpha({scale})", [rows, {"scale": scale}], {"value": krippendorff.alpha(data, level_of_measurement=scale)})
        at = np.array(values)
        for weights, w in (("none", np.eye(len(at))), ("quadratic", 1 - (at[:, None] - at) ** 2 / (at[-1] - at[0]) ** 2)):
            o.add("gwetAc", f"Gwet's formulas in numpy ({weights})", [rows, {"weights": weights}], {"value": gwet(counts, len(at), w)})


def preferences():
    for _ in range(40):
        k = int(r.integers(2, 6))
        strength, nu = r.normal(0, 0.7, k), float(r.uniform(0.2, 1.5)) if r.random() < 0.7 else 0.0
        games = []
        for i, j in itertools.combinations(range(k), 2):
            weights = np.array([math.exp(strength[i]), math.exp(strength[j]), nu * math.exp((strength[i] + strength[j]) / 2)])
            games.append((i, j, *r.multinomial(int(r.integers(30, 90)), weights / weights.sum())))
        if any(g[2] == 0 or g[3] == 0 for g in games):
            continue
        ties = sum(g[4] for g in games) > 0

        def loss(x):
            s = np.append(x[: k - 1], 0)
            t = math.exp(x[k - 1]) if ties else 0
            total = 0
            for i, j, a, b, c in games:
                common = math.log(math.exp(s[i]) + math.exp(s[j]) + t * math.exp((s[i] + s[j]) / 2))
                total -= a * (s[i] - common) + b * (s[j] - common) + (c * (math.log(t) + (s[i] + s[j]) / 2 - common) if ties else 0)
            return total

        best = optimize.minimize(loss, np.zeros(k - 1 + ties), method="BFGS", options={"gtol": 1e-10})
        s = np.append(best.x[: k - 1], 0)
        s -= s.mean()
        rows = [{"first": f"m{i}", "second": f"m{j}", "firstWins": a, "secondWins": b, "ties": c} for i, j, a, b, c in games]
        o.add("bradleyTerry", "scipy.optimize on the likelihood", [rows], {"strengths": {f"m{i}": s[i] for i in range(k)}, "tieTendency": math.exp(best.x[k - 1]) if ties else 0}, 1e-4, "the Python optimiser stops near 1e-6")


def annotators():
    for _ in range(40):
        raters, items, k = int(r.integers(2, 6)), int(r.integers(5, 30)), int(r.integers(2, 4))
        truth = r.integers(0, k, items)
        data = np.where(r.random((raters, items)) < 0.75, truth, r.integers(0, k, (raters, items)))
        q = len(set(data.ravel()))
        names = sorted(set(data.ravel()))
        codes = np.searchsorted(names, data)
        t = np.array([[np.mean(codes[:, i] == c) for c in range(q)] for i in range(items)])
        for _ in range(20):
            prior = t.mean(0)
            conf = np.zeros((raters, q, q))
            for a in range(raters):
                for c in range(q):
                    conf[a, :, c] = t[codes[a] == c].sum(0)
                total = conf[a].sum(1, keepdims=True)
                conf[a] = np.divide(conf[a], total, out=np.zeros_like(conf[a]), where=total > 0)
            with np.errstate(divide="ignore"):
                logs = np.log(prior) + sum(np.log(conf[a][:, codes[a]]).T for a in range(raters))
            t = np.exp(logs - logs.max(1, keepdims=True))
            t /= t.sum(1, keepdims=True)
        o.add("dawidSkene", "the EM recursion in numpy, 20 rounds", [data, {"rounds": 20, "tolerance": -1}], {"items": t}, 1e-7, "20 rounds carry rounding on")


for topic in (kappas, several, preferences, annotators):
    topic()
o.save()
