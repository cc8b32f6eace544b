import warnings

import numpy as np
from scipy import stats
from sklearn import metrics as m

from oracle import Oracle, UNDEFINED, numbers

warnings.filterwarnings("ignore")
o = Oracle("quality", 20261, "scikit-learn", "scipy")
r = o.random


def pick(values):
    return values[int(r.integers(len(values)))]


def classification():
    for _ in range(350):
        n, k = int(r.integers(1, 50)), int(r.integers(1, 5))
        y, p = r.integers(0, k, n), r.integers(0, k, n)
        if r.random() < 0.5:
            p = np.where(r.random(n) < 0.7, y, p)
        w = np.round(r.uniform(0, 3, n), 2) + 0.01 if r.random() < 0.4 else None
        opt = {} if w is None else {"weights": w}
        o.add("accuracy", "sklearn.metrics.accuracy_score", [y, p, opt], {"value": m.accuracy_score(y, p, sample_weight=w)})
        o.add("balancedAccuracy", "sklearn.metrics.balanced_accuracy_score", [y, p, opt], {"value": m.balanced_accuracy_score(y, p, sample_weight=w)})
        one = len(set(y)) == 1 or len(set(p)) == 1
        o.add("matthewsCorrelation", "sklearn.metrics.matthews_corrcoef", [y, p, opt], UNDEFINED if one else {"value": m.matthews_corrcoef(y, p, sample_weight=w)})
        o.add("confusion", "sklearn.metrics.confusion_matrix", [y, p, *([] if w is None else [w])], {"counts": m.confusion_matrix(y, p, sample_weight=w)})
        average = pick(["micro", "macro", "weighted"] + (["binary"] if k <= 2 else []))
        zero, beta = int(r.integers(2)), pick([0.5, 1, 2])
        opt = {**opt, "average": average, "zeroDivision": zero}
        kw = {"average": average, "zero_division": zero, "sample_weight": w}
        o.add("precision", "sklearn.metrics.precision_score", [y, p, opt], {"value": m.precision_score(y, p, **kw)})
        o.add("recall", "sklearn.metrics.recall_score", [y, p, opt], {"value": m.recall_score(y, p, **kw)})
        o.add("fBeta", "sklearn.metrics.fbeta_score", [y, p, {**opt, "beta": beta}], {"value": m.fbeta_score(y, p, beta=beta, **kw)})


def scores():
    for _ in range(220):
        n = int(r.integers(2, 60))
        y = r.integers(0, 2, n)
        s = np.round(r.random(n), int(r.integers(1, 4)))
        w = np.round(r.uniform(0, 3, n), 2) + 0.01 if r.random() < 0.4 else None
        opt = {} if w is None else {"weights": w}
        both = len(set(y)) == 2
        o.add("rocAuc", "sklearn.metrics.roc_auc_score", [y, s, opt], {"value": m.roc_auc_score(y, s, sample_weight=w)} if both else UNDEFINED)
        o.add("averagePrecision", "sklearn.metrics.average_precision_score", [y, s, opt], {"value": m.average_precision_score(y, s, sample_weight=w)} if y.any() else UNDEFINED)
        if y.any():
            pr, rc, _ = m.precision_recall_curve(y, s, sample_weight=w)
            o.add("precisionRecallAuc", "sklearn.metrics.auc(precision_recall_curve)", [y, s, opt], {"value": m.auc(rc, pr)})
        if both:
            fpr, tpr, _ = m.roc_curve(y, s, drop_intermediate=False)
            o.add("rocCurve", "sklearn.metrics.roc_curve", [y, s], {"falsePositiveRate": fpr, "truePositiveRate": tpr})
        o.add("brierScore", "sklearn.metrics.brier_score_loss", [y, s], {"value": np.mean((y - s) ** 2) if not both else m.brier_score_loss(y, s)})
        parts = np.zeros(2)
        for v in np.unique(s):
            at = s == v
            parts += at.sum() / n * np.array([(v - y[at].mean()) ** 2, (y[at].mean() - y.mean()) ** 2])
        o.add("brierDecomposition", "numpy", [y, s], {"reliability": parts[0], "resolution": parts[1], "uncertainty": y.mean() * (1 - y.mean())})
        bins = int(r.integers(2, 16))
        edges = np.array([b / bins for b in range(1, bins)])
        gaps = [(np.sum(at), abs(y[at].mean() - s[at].mean())) for b in range(bins) if (at := np.searchsorted(edges, s, side="right") == b).any()]
        o.add("expectedCalibrationError", "numpy", [y, s, {"bins": bins}], {"value": sum(k * g for k, g in gaps) / n})
        o.add("maximumCalibrationError", "numpy", [y, s, {"bins": bins}], {"value": max(g for _, g in gaps)})
        spread = np.sum((1 - 2 * s) ** 2 * s * (1 - s))
        if spread > 0:
            z = np.sum((y - s) * (1 - 2 * s)) / np.sqrt(spread)
            o.add("spiegelhalterTest", "numpy, scipy.stats.norm", [y, s], {"statistic": z, "pValue": 2 * stats.norm.sf(abs(z))})
        errors, confidence = r.integers(0, 2, n), np.round(r.permutation(n) / n, 3)
        ordered = errors[np.argsort(-confidence, kind="stable")]
        o.add("riskCoverageArea", "numpy", [errors, confidence], {"value": np.mean(np.cumsum(ordered) / np.arange(1, n + 1))})


def probabilities():
    for _ in range(200):
        n, k = int(r.integers(1, 25)), int(r.integers(2, 6))
        raw = r.integers(0, 8, (n, k)) + (r.random() < 0.5)
        raw[raw.sum(1) == 0] = 1
        p = raw / raw.sum(1, keepdims=True)
        y = r.integers(0, k, n)
        w = np.round(r.uniform(0, 3, n), 2) + 0.01 if r.random() < 0.4 else None
        base = {"labels": y, "probabilities": p.ravel(), "classes": k}
        o.add("logLoss", "sklearn.metrics.log_loss", [{**base, **({} if w is None else {"weights": w})}], {"value": m.log_loss(y, p, labels=range(k), sample_weight=w)})
        top = int(r.integers(1, k))
        if k > 2:
            o.add("topKAccuracy", "sklearn.metrics.top_k_accuracy_score", [base, top], {"value": m.top_k_accuracy_score(y, p, k=top, labels=range(k))})


def regression():
    for _ in range(220):
        n = int(r.integers(2, 40))
        y = numbers(r, n)
        p = y + numbers(r, n, "normal")
        w = np.round(r.uniform(0, 3, n), 2) + 0.01 if r.random() < 0.4 else None
        opt = {} if w is None else {"weights": w}
        o.add("meanAbsoluteError", "sklearn.metrics.mean_absolute_error", [y, p, opt], {"value": m.mean_absolute_error(y, p, sample_weight=w)})
        o.add("rootMeanSquaredError", "sklearn.metrics.root_mean_squared_error", [y, p, opt], {"value": m.root_mean_squared_error(y, p, sample_weight=w)})
        o.add("meanAbsolutePercentageError", "sklearn.metrics.mean_absolute_percentage_error", [y, p, opt], UNDEFINED if (y == 0).any() else {"value": m.mean_absolute_percentage_error(y, p, sample_weight=w)})
        o.add("rSquared", "sklearn.metrics.r2_score", [y, p, opt], UNDEFINED if (y == y[0]).all() else {"value": m.r2_score(y, p, sample_weight=w)})
        alpha = float(np.round(r.random(), 2))
        o.add("quantileLoss", "sklearn.metrics.mean_pinball_loss", [y, p, alpha, opt], {"value": m.mean_pinball_loss(y, p, alpha=alpha, sample_weight=w)})
        q = numbers(r, n)
        flat = (y == y[0]).all() or (q == q[0]).all()
        for fn, name, of in (("pearson", "pearsonr", stats.pearsonr), ("spearman", "spearmanr", stats.spearmanr), ("kendallTauB", "kendalltau", stats.kendalltau)):
            o.add(fn, f"scipy.stats.{name}", [y, q], UNDEFINED if flat else {"value": of(y, q)[0]})
        if not flat and n > 3:
            ci = stats.pearsonr(y, q).confidence_interval(0.9)
            o.add("pearson", "scipy.stats.pearsonr confidence_interval", [y, q, 0.9], {"interval": {"low": ci.low, "high": ci.high}})


def rankings():
    for _ in range(200):
        n = int(r.integers(2, 25))
        rel, s = r.integers(0, 4, n), np.round(r.random(n), int(r.integers(1, 4)))
        k = int(r.integers(1, n + 1))
        o.add("ndcg", "sklearn.metrics.ndcg_score", [rel, s, {"k": k}], {"value": m.ndcg_score([rel], [s], k=k)} if rel.any() else UNDEFINED)
        lists = [r.integers(0, 2, int(r.integers(1, 12))) for _ in range(int(r.integers(1, 6)))]
        o.add("meanReciprocalRank", "numpy", [lists], {"value": np.mean([1 / (np.argmax(x) + 1) if x.any() else 0 for x in lists])})
        ap = [np.mean(np.cumsum(x)[x == 1] / (np.flatnonzero(x) + 1)) if x.any() else 0 for x in lists]
        o.add("meanAveragePrecision", "numpy", [lists], {"value": np.mean(ap)})
        o.add("precisionAtK", "numpy", [lists, k], {"value": np.mean([x[:k].sum() / k for x in lists])})


def sums():
    import math
    from scipy.special import logsumexp
    for _ in range(150):
        n = int(r.integers(1, 40))
        x = numbers(r, n) * 10.0 ** r.integers(-200, 200)
        o.add("sum", "math.fsum", [x], math.fsum(x))
        e = numbers(r, n) * 50
        o.add("logSumExp", "scipy.special.logsumexp", [e], {"value": logsumexp(e)})
        p = float(np.round(r.random(), 3))
        v, w = numbers(r, n), r.integers(1, 9, n)
        o.add("quantile", "numpy.quantile", [v, p], {"value": np.quantile(v, p)})
        o.add("weightedQuantile", "numpy.quantile(method='inverted_cdf')", [v, w, p], {"value": float(np.quantile(v, p, weights=w, method="inverted_cdf"))})


for topic in (classification, scores, probabilities, regression, rankings, sums):
    topic()
o.save()
