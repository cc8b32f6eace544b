import math
import warnings

import numpy as np
import river.drift as rd
import river.drift.binary as rdb
from scipy import special, stats
from scipy.spatial.distance import jensenshannon
from sklearn.decomposition import PCA
from sklearn.isotonic import IsotonicRegression
from sklearn.preprocessing import StandardScaler

from oracle import Oracle, UNDEFINED, numbers

warnings.filterwarnings("ignore")
o = Oracle("drift", 20265, "scipy", "river", "scikit-learn")
r = o.random


def result(test):
    return {"statistic": test.statistic, "pValue": test.pvalue}


def columns():
    for _ in range(250):
        m, n = int(r.integers(2, 60)), int(r.integers(2, 60))
        x = numbers(r, m)
        y = numbers(r, n) if r.random() < 0.5 else np.round(x[r.integers(0, m, n)] + r.normal(0, 0.3, n), 2)
        o.add("kolmogorovSmirnov", "scipy.stats.ks_2samp(method='exact')", [x, y, {"method": "exact"}], result(stats.ks_2samp(x, y, method="exact")))
        o.add("kolmogorovSmirnov", "scipy.stats.ks_2samp(method='asymp')", [x, y, {"method": "asymptotic"}], result(stats.ks_2samp(x, y, method="asymp")), 1e-7, "scipy's own matrix powers and Pomeranz recursion keep about ten digits")
        o.add("wasserstein", "scipy.stats.wasserstein_distance", [x, y], {"value": stats.wasserstein_distance(x, y)})
        if x.std() > 0:
            o.add("wassersteinNormed", "Evidently's formula on scipy", [x, y], {"value": stats.wasserstein_distance(x, y) / max(x.std(), 0.001)})
        o.add("energyDistance", "scipy.stats.energy_distance", [x, y], {"value": stats.energy_distance(x, y)}, 1e-7, "the square root of a difference near 0")
        if max(m, n) <= 14:
            o.add("cramerVonMises", "scipy.stats.cramervonmises_2samp(method='exact')", [x, y, {"method": "exact"}], result(stats.cramervonmises_2samp(x, y, method="exact")))
        got = stats.cramervonmises_2samp(x, y, method="asymptotic")
        o.add("cramerVonMises", "scipy.stats.cramervonmises_2samp(method='asymptotic')", [x, y, {"method": "asymptotic"}], {"statistic": got.statistic, "p": got.pvalue}, 2e-4, "scipy stops its series at terms below 1e-7; p is compared at 1e-3 and above")
        z = numbers(r, int(r.integers(2, 20)))
        if len(set(np.concatenate([x, y, z]))) > 1 and m + n + len(z) > 4:
            got = stats.anderson_ksamp([x, y, z], variant="midrank")
            o.add("andersonDarling", "scipy.stats.anderson_ksamp(variant='midrank')", [[x, y, z]], result(got))


def large():
    for _ in range(12):
        m, n = int(r.integers(10_001, 11_000)), int(r.integers(200, 400))
        x = r.integers(0, 1000, m)
        y = r.integers(0, int(r.integers(900, 1100)), n)
        o.add("kolmogorovSmirnov", "scipy.stats.ks_2samp(method='auto', above 10,000 rows)", [x, y], result(stats.ks_2samp(x, y)), 1e-7, "scipy's smirnov and Pelz-Good sums keep about ten digits")


def divergences():
    for _ in range(300):
        k = int(r.integers(2, 14))
        a, b = r.integers(0, 60, k), r.integers(0, 60, k)
        if not a.sum() or not b.sum():
            continue
        p, q = a / a.sum(), b / b.sum()
        lacking = bool(((q == 0) & (p > 0)).any())
        o.add("kullbackLeibler", "scipy.stats.entropy", [a, b], UNDEFINED if lacking else {"value": stats.entropy(p, q)})
        o.add("jensenShannonDistance", "scipy.spatial.distance.jensenshannon", [a, b], {"value": jensenshannon(p, q)})
        o.add("jensenShannonDistanceBase2", "scipy.spatial.distance.jensenshannon(base=2)", [a, b], {"value": jensenshannon(p, q, base=2)})
        o.add("hellinger", "numpy", [a, b], {"value": math.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2)})
        o.add("totalVariation", "numpy", [a, b], {"value": abs(p - q).sum() / 2})
        o.add("largestShift", "numpy", [a, b], {"value": abs(p - q).max()})
        floor = lambda s: np.where(s == 0, 1e-4, s)
        o.add("psi", "Evidently's formula in numpy", [a, b, {"zeros": "floor"}], {"value": ((floor(p) - floor(q)) * np.log(floor(p) / floor(q))).sum()})
        half = lambda c: (c + 0.5) / (c.sum() + k / 2)
        o.add("psi", "numpy, half a row added", [a, b], {"value": ((half(a) - half(b)) * np.log(half(a) / half(b))).sum()})
        m, n = int(r.integers(10, 9000)), int(r.integers(10, 9000))
        bar = stats.chi2.ppf(0.99, k - 1) * (1 / m + 1 / n)
        o.add("psiThreshold", "scipy.stats.chi2.ppf", [k, m, n], {"value": bar})
        o.add("jensenShannonThreshold", "scipy.stats.chi2.ppf", [k, m, n], {"value": math.sqrt(bar / 8)})


def embeddings():
    for _ in range(80):
        d, m, n = int(r.integers(1, 5)), int(r.integers(2, 15)), int(r.integers(2, 15))
        x, y = np.round(r.normal(0, 1, (m, d)), 2), np.round(r.normal(0.3, 1, (n, d)), 2)
        sigma = float(np.round(r.uniform(0.3, 3), 2))
        k = lambda a, b: np.exp(-((a[:, None] - b[None]) ** 2).sum(2) / (2 * sigma**2))
        value = (k(x, x).sum() - m) / (m * (m - 1)) + (k(y, y).sum() - n) / (n * (n - 1)) - 2 * k(x, y).mean()
        o.add("maximumMeanDiscrepancy", "numpy", [{"columns": d, "values": x.ravel()}, {"columns": d, "values": y.ravel()}, {"seed": 1, "sigma": sigma, "permutations": 0}], {"statistic": value})
        rows = np.round(r.normal(0, 1, (m + 10, d + 1)) @ r.normal(0, 1, (d + 1, d + 1)), 2)
        scale = StandardScaler().fit(rows)
        pca = PCA(n_components=0.65, svd_solver="full").fit(scale.transform(rows))
        other = np.round(r.normal(0, 1, (n, d + 1)), 2)
        z = scale.transform(other)
        error = np.linalg.norm(z - pca.inverse_transform(pca.transform(z)), axis=1).mean()
        o.add("reconstructionError", "sklearn PCA(n_components=0.65) inverse_transform", [{"columns": d + 1, "values": rows.ravel()}, {"columns": d + 1, "values": other.ravel()}], {"value": error})


def streams():
    for _ in range(40):
        n = int(r.integers(300, 900))
        kind = int(r.integers(3))
        if kind == 0:
            x = np.concatenate([r.integers(0, 2, n), r.integers(2, 5, n)])
        elif kind == 1:
            x = np.round(np.concatenate([r.normal(0, 1, n), r.normal(float(r.uniform(0, 3)), 1, n)]), 1)
        else:
            x = np.concatenate([r.random(n) < 0.1, r.random(n) < float(r.uniform(0.1, 0.9))]).astype(int)
        found = []
        detector = rd.ADWIN()
        for i, v in enumerate(x):
            detector.update(v)
            if detector.drift_detected:
                found.append(i)
        o.add("adwin", "river.drift.ADWIN", [x], {"found": found, "width": detector.width})
        detector, found = rd.PageHinkley(), []
        for i, v in enumerate(x):
            detector.update(v)
            if detector.drift_detected:
                found.append(i)
        o.add("pageHinkley", "river.drift.PageHinkley", [x], {"found": found})
        bits = (r.random(2 * n) < np.where(np.arange(2 * n) < n, 0.1, float(r.uniform(0.1, 0.7)))).astype(int)
        for fn, make in (("ddm", rdb.DDM), ("eddm", rdb.EDDM)):
            detector, found, warned = make(), [], []
            for i, v in enumerate(bits):
                detector.update(v)
                if detector.drift_detected:
                    found.append(i)
                elif detector.warning_detected:
                    warned.append(i)
            o.add(fn, f"river.drift.binary.{fn.upper()}", [bits], {"found": found, "warned": warned})


def unlabelled():
    for _ in range(150):
        n = int(r.integers(4, 60))
        x, y = np.round(r.random(n), 2), r.integers(0, 2, n)
        at = np.round(r.random(10), 3)
        fit = IsotonicRegression(out_of_bounds="clip").fit(x, y)
        o.add("applyIsotonic", "sklearn.isotonic.IsotonicRegression", [x, y, at], fit.predict(at))
        p = fit.predict(x)
        yhat = (p >= 0.5).astype(int)
        o.add("expectedPerformance", "NannyML's formulas in numpy", [x, y, yhat], {"accuracy": {"value": np.mean(1 - abs(yhat - p))}})
        human, judge, other = np.round(r.random(n), 2), np.round(r.random(n), 2), np.round(r.random(5 * n), 2)
        half = stats.norm.ppf(0.95) * math.sqrt(other.var() / len(other) + (human - judge).var() / n)
        value = other.mean() + (human - judge).mean()
        o.add("predictionPoweredMean", "ppi_py's formulas in numpy", [human, judge, other, 0.9], {"value": value, "interval": {"low": value - half, "high": value + half}})


for topic in (columns, large, divergences, embeddings, streams, unlabelled):
    topic()
o.save()
