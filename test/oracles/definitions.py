"""What no library offers under this name: the definition written once more, in numpy, pandas and scipy, from the source that the function names."""
import difflib
import itertools

import krippendorff
import numpy as np
import pandas as pd
from scipy import stats

from oracle import Oracle, UNDEFINED, numbers

o = Oracle("definitions", 20267, "scipy", "pandas", "krippendorff")
r = o.random
Z = stats.norm.ppf(0.975)


def stereotypes():
    for _ in range(80):
        n = int(r.integers(1, 40))
        more, less = np.round(r.normal(-20, 3, n), 1), np.round(r.normal(-20, 3, n), 1)
        d = more - less
        o.add("crowsPairsScore", "numpy", [more, less], {"value": np.mean(np.where(d > 0, 1, np.where(d == 0, 0.5, 0)))})
        o.add("crowsPairsLogRatio", "numpy", [more, less], {"value": d.mean()})
        items = pd.DataFrame({"context": r.choice(["ambiguous", "disambiguated"], n), "answer": r.choice(["biased", "unbiased", "unknown"], n), "correct": r.random(n) < 0.5})
        bias = lambda part: 2 * (part.answer == "biased").sum() / (part.answer != "unknown").sum() - 1
        rows = items.to_dict("records")
        dis, amb = items[items.context == "disambiguated"], items[items.context == "ambiguous"]
        o.add("bbqDisambiguatedScore", "pandas", [rows], {"value": bias(dis)} if (dis.answer != "unknown").any() else UNDEFINED)
        if len(amb):
            known = (amb.answer != "unknown").any()
            o.add("bbqAmbiguousScore", "pandas", [rows], {"value": (1 - amb.correct.mean()) * bias(amb) if known else 0})
            o.add("bbqAmbiguousScore", "pandas", [rows, "all"], {"value": (1 - items.correct.mean()) * bias(amb) if known else 0})
        lms, ss = round(r.uniform(0, 100), 1), round(r.uniform(0, 100), 1)
        o.add("icatScore", "numpy", [lms, ss], {"value": lms * min(ss, 100 - ss) / 50})
        a, t, p = (r.integers(0, 2, (k, 12)) for k in (2, 3, 3))
        if (a.sum(axis=1) == 0).any():
            continue
        total = 0
        for i, k in itertools.product(range(2), range(3)):
            sign = 1 if (a[i] & t[k]).mean() > a[i].mean() * t[k].mean() + 1e-12 else -1
            total += sign * (p[k][a[i] == 1].mean() - t[k][a[i] == 1].mean())
        o.add("biasAmplification", "numpy", [{"attributes": a, "tasks": t, "predictedTasks": p}], {"value": total / 6})


def counterfactuals():
    for _ in range(80):
        n = int(r.integers(2, 30))
        a, b = numbers(r, n), numbers(r, n)
        o.add("counterfactualGap", "numpy", [a, b], {"value": np.abs(a - b).mean()})
        if np.std(a - b) > 0:
            interval = stats.ttest_rel(a, b).confidence_interval()
            o.add("counterfactualLean", "scipy.stats.ttest_rel", [a, b], {"value": (a - b).mean(), "interval": {"low": interval.low, "high": interval.high}}, 1e-8, "differences of large columns lose digits")
        x, y = r.integers(0, 3, n), r.integers(0, 3, n)
        o.add("counterfactualFlipRate", "numpy", [x, y], {"value": np.mean(x != y)})
        o.add("sampledExposure", "numpy", [a[0], b], {"value": -np.log2((1 + (b <= a[0]).sum()) / (n + 1))})
        s, w = "".join(r.choice(list("abc"), n)), "".join(r.choice(list("abc"), n))
        o.add("longestVerbatimRun", "difflib", [list(s), list(w)], difflib.SequenceMatcher(None, s, w, autojunk=False).find_longest_match().size)


def groups():
    for _ in range(80):
        cells = [dict(zip(("tp", "fn", "fp", "tn"), map(int, r.integers(1, 60, 4))), group=g) for g in "abc"]
        rate = {c["group"]: (c["tp"] + c["fp"]) / (c["tp"] + c["fp"] + c["fn"] + c["tn"]) for c in cells}
        o.add("impactRatios", "numpy", [cells], [{"impactRatio": {"value": rate[g] / max(rate.values())}} for g in "abc"])
        tp, fp, fn = (sum(c[k] for c in cells) for k in ("tp", "fp", "fn"))
        ppv, fnr = tp / (tp + fp), fn / (tp + fn)
        base = [(c["tp"] + c["fn"]) / (c["tp"] + c["fp"] + c["fn"] + c["tn"]) for c in cells]
        implied = [p / (1 - p) * (1 - ppv) / ppv * (1 - fnr) for p in base]
        o.add("impossibility", "numpy", [cells], {"baseRates": [{"value": p} for p in base], "impliedFalsePositiveRates": [{"value": f} for f in implied], "unavoidableGap": max(implied) - min(implied)})
        # Newcombe's interval of each pair at a third of the error, written out
        z = stats.norm.ppf(1 - 0.05 / 3 / 2)
        wilson = lambda k, n: [(k / n + z * z / 2 / n + s * z * np.sqrt(k / n * (1 - k / n) / n + z * z / 4 / n / n)) / (1 + z * z / n) for s in (-1, 1)]
        low = high = 0
        for c, d in itertools.combinations(cells, 2):
            (k1, n1), (k2, n2) = ((x["tp"], x["tp"] + x["fn"]) for x in (c, d))
            (l1, u1), (l2, u2) = wilson(k1, n1), wilson(k2, n2)
            gap = k1 / n1 - k2 / n2
            below, above = gap - np.hypot(k1 / n1 - l1, u2 - k2 / n2), gap + np.hypot(u1 - k1 / n1, k2 / n2 - l2)
            low, high = max(low, below, -above), max(high, above, -below)
        tpr = [c["tp"] / (c["tp"] + c["fn"]) for c in cells]
        o.add("rateDifference", "numpy and scipy.stats.norm", [cells, "truePositiveRate"], {"value": max(tpr) - min(tpr), "interval": {"low": low, "high": high}})
        low = high = 1
        for c, d in itertools.combinations(cells, 2):
            (k1, n1), (k2, n2) = ((x["tp"], x["tp"] + x["fn"]) for x in (c, d))
            half = z * np.sqrt(1 / k1 - 1 / n1 + 1 / k2 - 1 / n2)
            ratio = np.log(k1 / n1 / (k2 / n2))
            low, high = min(low, np.exp(ratio - half), np.exp(-ratio - half)), min(high, np.exp(ratio + half), np.exp(-ratio + half))
        o.add("rateRatio", "numpy and scipy.stats.norm", [cells, "truePositiveRate"], {"value": min(tpr) / max(tpr), "interval": {"low": low, "high": min(1, high)}})


def agreement():
    for _ in range(40):
        ratings = r.integers(1, 4, (3, 12)).astype(float)
        ratings[r.random((3, 12)) < 0.15] = np.nan
        if np.isnan(ratings).all(axis=0).any() or len(np.unique(ratings[~np.isnan(ratings)])) < 3:
            continue
        alpha = lambda x: krippendorff.alpha(reliability_data=x, level_of_measurement="interval")
        whole = alpha(ratings)
        left = np.array([alpha(np.delete(ratings, i, axis=1)) for i in range(12)])
        half = Z * np.sqrt(11 / 12 * ((left - left.mean()) ** 2).sum())
        rows = [[None if np.isnan(x) else int(x) for x in rater] for rater in ratings]
        o.add("krippendorffAlpha", "krippendorff.alpha leaving out item after item", [rows, {"scale": "interval"}], {"value": whole, "interval": {"low": whole - half, "high": min(1, whole + half)}})


def experiments():
    for _ in range(80):
        m, n = (int(x) for x in r.integers(3, 30, 2))
        xa, xb = r.normal(0, 1, m).round(3), r.normal(0, 1, n).round(3)
        ya, yb = (xa + r.normal(0, 0.5, m)).round(3), (xb + r.normal(0.2, 0.5, n)).round(3)
        x, y = np.r_[xa, xb], np.r_[ya, yb]
        theta = np.cov(y, x)[0, 1] / x.var(ddof=1)
        adjusted = [yy - theta * (xx - x.mean()) for yy, xx in ((ya, xa), (yb, xb))]
        interval = stats.ttest_ind(adjusted[1], adjusted[0], equal_var=False).confidence_interval()
        o.add("cuped", "numpy.cov and scipy.stats.ttest_ind", [{"outcome": ya, "before": xa}, {"outcome": yb, "before": xb}], {"theta": theta, "reduction": np.corrcoef(x, y)[0, 1] ** 2, "difference": {"value": adjusted[1].mean() - adjusted[0].mean(), "interval": {"low": interval.low, "high": interval.high}}})
        d, k, v, tau2 = round(r.normal(0, 0.3), 3), int(r.integers(1, 2000)), round(r.uniform(0.1, 2), 2), round(r.uniform(0.001, 0.2), 4)
        ratio = np.sqrt(2 * v / (2 * v + k * tau2)) * np.exp(k**2 * tau2 * d**2 / (4 * v * (2 * v + k * tau2)))
        if ratio < 1e200:
            o.add("msprtNormal", "numpy", [d, k, {"variance": v, "tau2": tau2}], {"likelihoodRatio": ratio, "pValue": min(1, 1 / ratio)})
        p, q = r.integers(1, 100, 2) / 100
        V = p * (1 - p) + q * (1 - q)
        ratio = np.sqrt(V / (V + k * tau2)) * np.exp(k**2 * tau2 * (q - p) ** 2 / (2 * V * (V + k * tau2)))
        if V > 0 and ratio < 1e200:
            o.add("msprtBernoulli", "numpy", [p, q, k, {"tau2": tau2}], {"likelihoodRatio": ratio, "pValue": min(1, 1 / ratio)}, 1e-8, "the exponent of the ratio is large: its rounding is relative to the exponent")
        se, alpha, tuned = round(r.uniform(0.01, 0.3), 3), round(r.uniform(0.01, 0.3), 3), int(r.integers(10, 9000))
        rho = np.sqrt((-2 * np.log(alpha) + np.log(-2 * np.log(alpha) + 1)) / tuned)
        half = se * np.sqrt(k) * np.sqrt(2 * (k * rho**2 + 1) / (k**2 * rho**2) * np.log(np.sqrt(k * rho**2 + 1) / alpha))
        o.add("sequenceTuning", "numpy", [alpha, tuned], rho)
        o.add("asymptoticSequence", "numpy", [d, se, k, {"alpha": alpha, "tunedFor": tuned}], {"value": d, "interval": {"low": d - half, "high": d + half}})
        e = np.exp(rho**2 * (k * d**2 / se**2) / (2 * (k * rho**2 + 1))) / np.sqrt(k * rho**2 + 1)
        if e < 1e200:
            o.add("asymptoticSequenceTest", "numpy", [d, se, k, {"alpha": alpha, "tunedFor": tuned}], {"statistic": e, "pValue": min(1, 1 / e)}, 1e-8, "the exponent of the statistic is large")


def calibration():
    for _ in range(60):
        n, bins = int(r.integers(30, 120)), int(r.integers(3, 8))
        p = r.permutation(np.linspace(0.02, 0.98, n)).round(6)
        y = (r.random(n) < p).astype(int)
        order = np.argsort(p, kind="stable")
        parts = [order[b * n // bins : (b + 1) * n // bins] for b in range(bins)]
        h = sum(len(i) * (y[i].mean() - p[i].mean()) ** 2 / (p[i].mean() * (1 - p[i].mean())) for i in parts)
        o.add("hosmerLemeshowTest", "numpy and scipy.stats.chi2", [y, p, bins], {"statistic": h, "pValue": stats.chi2.sf(h, bins - 2)})
        edges = np.clip((p * bins).astype(int), 0, bins - 1)
        want = [{"n": int((edges == b).sum()), "meanProbability": p[edges == b].mean(), "observedRate": y[edges == b].mean()} for b in range(bins) if (edges == b).any()]
        o.add("reliabilityCurve", "numpy", [y, p, {"bins": bins}], want)
        names = "abcdef"[: int(r.integers(2, 6))]
        base, live = ({k: round(abs(r.normal()), 3) for k in names} for _ in range(2))
        gain = lambda by: sum(base[k] / np.log2(i + 2) for i, k in enumerate(sorted(names, key=lambda k: -by[k])))
        o.add("attributionNdcg", "numpy", [base, live], {"value": gain(live) / gain(base)})
        words = [" ".join(r.choice(list("abcd"), int(r.integers(2, 9)))) for _ in range(3)]
        pairs = [(a, b) for t in words for a, b in zip(t.split(), t.split()[1:])]
        o.add("distinctN", "python sets", [words, 2], {"value": len(set(pairs)) / len(pairs)})


def online():
    """Ramdas et al. 2017 (LORD++) and 2018 (SAFFRON), each threshold from the whole past."""
    lord = lambda j: 0.07720838 * np.log(max(j, 2)) / (j * np.exp(np.sqrt(np.log(j))))
    zeta = sum(j**-1.6 for j in range(1, 2_000_000)) + 2_000_000**-0.6 / 0.6
    saffron = lambda j: j**-1.6 / zeta
    for _ in range(40):
        n, alpha = int(r.integers(5, 60)), round(r.uniform(0.02, 0.3), 2)
        p = np.round(np.where(r.random(n) < 0.3, r.uniform(0, 0.01, n), r.uniform(0, 1, n)), 4)
        want, hits = [], []
        for t in range(1, n + 1):
            level = alpha / 2 * lord(t) + sum((alpha / 2 if j == 0 else alpha) * lord(t - h) for j, h in enumerate(hits))
            want.append(level)
            if p[t - 1] <= level:
                hits.append(t)
        o.add("testOnline", "LORD++ in numpy", ["lord", p, alpha], want)
        want, hits, wealth = [], [], 0.5 * alpha
        candidates = p <= 0.5
        for t in range(1, n + 1):
            age = lambda since: t - since - int(candidates[since : t - 1].sum())
            level = wealth / 2 * saffron(age(0)) + sum((wealth / 2 if j == 0 else wealth) * saffron(age(h)) for j, h in enumerate(hits))
            want.append(min(0.5, level))
            if p[t - 1] <= want[-1]:
                hits.append(t)
        o.add("testOnline", "SAFFRON in numpy", ["saffron", p, alpha], want, 1e-8, "the constant of the sequence is a sum of two million terms here")


for topic in (online, stereotypes, counterfactuals, groups, agreement, experiments, calibration):
    topic()
o.save()
