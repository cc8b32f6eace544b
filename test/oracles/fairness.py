import logging
import warnings

import numpy as np
import pandas as pd
from aif360.sklearn import metrics as aif
from fairlearn import metrics as fl
from smclarify.bias.metrics import common, posttraining as post, pretraining as pre
from sklearn import metrics as m

from oracle import Oracle, UNDEFINED

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
o = Oracle("fairness", 20263, "fairlearn", "aif360", "smclarify", "scikit-learn", "pandas")
r = o.random

# Fairlearn answers 0 for a rate of no rows; ours is undefined there
RATES = {
    "selectionRate": fl.selection_rate,
    "truePositiveRate": lambda y, p: fl.true_positive_rate(y, p) if (y == 1).any() else np.nan,
    "falsePositiveRate": lambda y, p: fl.false_positive_rate(y, p) if (y == 0).any() else np.nan,
    "accuracy": m.accuracy_score,
    "precision": lambda y, p, sample_weight=None: m.precision_score(y, p, zero_division=np.nan, sample_weight=sample_weight),
}


def full_groups(y, p, g):
    """Every group has both labels: then all libraries mean the same."""
    return all(len(set(y[g == k])) == 2 for k in set(g)) and len(set(g)) > 1


def frames():
    for _ in range(250):
        n, k = int(r.integers(20, 90)), int(r.integers(2, 5))
        y, p, g = r.integers(0, 2, n), r.integers(0, 2, n), r.integers(0, k, n)
        if not full_groups(y, p, g):
            continue
        w = np.round(r.uniform(0, 3, n), 2) + 0.01 if r.random() < 0.4 else None
        kw = {"sensitive_features": g, "sample_weight": w}
        rows = {"labels": y, "predictions": p, "groups": g, **({} if w is None else {"weights": w})}
        o.add("demographicParityDifference", "fairlearn.metrics.demographic_parity_difference", [rows], {"value": fl.demographic_parity_difference(y, p, **kw)})
        none = p[np.isin(g, list(set(g)))].sum() == 0
        o.add("demographicParityRatio", "fairlearn.metrics.demographic_parity_ratio", [rows], UNDEFINED if none else {"value": fl.demographic_parity_ratio(y, p, **kw)})
        o.add("equalOpportunityDifference", "fairlearn.metrics.equal_opportunity_difference", [rows], {"value": fl.equal_opportunity_difference(y, p, **kw)})
        o.add("equalOpportunityRatio", "fairlearn.metrics.equal_opportunity_ratio", [rows], {"value": fl.equal_opportunity_ratio(y, p, **kw)})
        for agg, name in (("worst_case", "worst-case"), ("mean", "mean")):
            o.add("equalizedOddsDifference", f"fairlearn.metrics.equalized_odds_difference(agg='{agg}')", [rows, {"aggregate": name}], {"value": fl.equalized_odds_difference(y, p, agg=agg, **kw)})
            o.add("equalizedOddsRatio", f"fairlearn.metrics.equalized_odds_ratio(agg='{agg}')", [rows, {"aggregate": name}], {"value": fl.equalized_odds_ratio(y, p, agg=agg, **kw)})
        s = pd.Series(y, index=pd.MultiIndex.from_arrays([g, np.arange(n)], names=["g", "id"]))
        two = g < 2
        s2, p2, g2 = s[two], p[two], g[two]
        if len(set(g2)) == 2:
            index = pd.Series(y[two], index=pd.Index(g2, name="g"))
            opts = {"prot_attr": "g", "priv_group": 1}
            sub = {"labels": y[two], "predictions": p2, "groups": g2}
            o.add("averageOddsDifference", "aif360 average_odds_difference", [sub, 0, 1], {"value": aif.average_odds_difference(index, p2, **opts)})
            o.add("averageAbsoluteOddsDifference", "aif360 average_odds_error", [sub, 0, 1], {"value": aif.average_odds_error(index, p2, **opts)})
            if p2[g2 == 1].any():
                o.add("disparateImpact", "aif360 disparate_impact_ratio", [sub, 0, 1], {"value": aif.disparate_impact_ratio(index, p2, **opts)})
            # aif360 wants a series with the groups in its index, and counts outcomes by label value
            labels = pd.Series(p2, index=pd.Index(g2, name="g"))
            if all(len(set(p2[g2 == k])) == 2 for k in (0, 1)):
                o.add("differentialFairness", "aif360 smoothed_edf", [sub], {"value": aif.smoothed_edf(labels, prot_attr="g")})
        frame = fl.MetricFrame(metrics=RATES, y_true=y, y_pred=p, sensitive_features=pd.DataFrame({"a": g, "b": (np.arange(n) * 7 % 2)}), control_features=pd.DataFrame({"c": np.arange(n) % 2}))
        want = []
        for c in (0, 1):
            part = frame.by_group.loc[c]
            want.append([[None if pd.isna(part.loc[key, name]) else float(part.loc[key, name]) for name in RATES] for key in part.index if not pd.isna(part.loc[key, "selectionRate"])])
        o.add("fairnessFrame", "fairlearn.metrics.MetricFrame(two sensitive, one control)", [y, p, {"a": g, "b": np.arange(n) * 7 % 2}, {"c": np.arange(n) % 2}, list(RATES)], want)


def individual():
    for _ in range(200):
        n = int(r.integers(4, 60))
        y, p, g = r.integers(0, 2, n), r.integers(0, 2, n), r.integers(0, 3, n)
        b = 1 + p - y
        if b.sum() == 0:
            continue
        o.add("generalizedEntropy", "aif360 generalized_entropy_error", [y, p, 2], {"value": aif.generalized_entropy_error(y, p, alpha=2)})
        o.add("theilIndex", "aif360 theil_index", [y, p], {"value": aif.theil_index(b)})
        o.add("generalizedEntropyOf", "aif360 generalized_entropy_index", [b + 1, 3], {"value": aif.generalized_entropy_index(b + 1, alpha=3)})
        index = pd.Series(y, index=pd.Index(g, name="g"))
        o.add("betweenGroupEntropy", "aif360 between_group_generalized_entropy_error", [y, p, g, 2], {"value": aif.between_group_generalized_entropy_error(index, p, prot_attr="g", alpha=2)})
        x = r.normal(0, 1, (n, 2)).round(4)
        k = int(r.integers(1, 4))
        if n >= k and len(np.unique(x, axis=0)) == n:
            o.add("consistency", "aif360 consistency_score", [{"columns": 2, "values": x.ravel()}, p, k], {"value": aif.consistency_score(x, p, n_neighbors=k)})
            d = r.random(n) < 0.4
            # smclarify asks sklearn for five neighbours of the advantaged rows, or one when there are at most nine
            if d.any() and not d.all():
                value = post.FT(pd.DataFrame(x), pd.Series(d), pd.Series(p == 1))
                o.add("flipTest", "smclarify FT", [{"columns": 2, "values": x.ravel()}, p, d.astype(int)], {"value": value})


def clarify():
    for _ in range(250):
        n = int(r.integers(6, 80))
        y, p, d, strata = r.integers(0, 2, n), r.integers(0, 2, n), r.random(n) < 0.5, r.integers(0, 3, n)
        if d.all() or not d.any():
            continue
        compat = {"mode": "clarify-compat"}
        rows = {"labels": y, "predictions": p, "groups": d.astype(int)}
        x, facet, py, pp = pd.Series(d), pd.Series(d), pd.Series(y == 1), pd.Series(p == 1)
        for fn, name, value in (
            ("differenceInPositivePredictions", "DPPL", post.DPPL(x, facet, pp)),
            ("clarifyDisparateImpact", "DI", post.DI(x, facet, pp)),
            ("accuracyDifference", "AD", post.AD(x, facet, py, pp)),
            ("recallDifference", "RD", post.RD(x, facet, py, pp)),
            ("specificityDifference", "SD", post.SD(x, facet, py, pp)),
            ("differenceInAcceptanceRates", "DAR", post.DAR(x, facet, py, pp)),
            ("differenceInRejectionRates", "DRR", post.DRR(x, facet, py, pp)),
            ("differenceInConditionalAcceptance", "DCA", post.DCA(x, facet, py, pp)),
            ("differenceInConditionalRejection", "DCR", post.DCR(x, facet, py, pp)),
            ("treatmentEquality", "TE", post.TE(x, facet, py, pp)),
        ):
            o.add(fn, f"smclarify {name}", [rows, compat], {"value": value})
        o.add("conditionalDemographicDisparity", "smclarify CDDPL", [p, d.astype(int), strata], {"value": post.CDDPL(x, facet, pp, pd.Series(strata))})
        k = int(r.integers(2, 5))
        label = r.integers(0, k, n)
        counts = {"advantaged": [int(((label == c) & ~d).sum()) for c in range(k)], "disadvantaged": [int(((label == c) & d).sum()) for c in range(k)]}
        series = pd.Series(label)
        o.add("classImbalance", "smclarify CI", [counts], {"value": pre.CI(x, facet)})
        both = [c for c in range(k) if counts["advantaged"][c] and counts["disadvantaged"][c]]
        if both:
            o.add("labelKl", "smclarify KL", [counts, compat], {"value": pre.KL(series, facet)})
            o.add("labelL2", "smclarify LP", [counts, compat], {"value": pre.LP(series, facet)})
            o.add("labelTvd", "smclarify TVD", [counts, compat], {"value": pre.TVD(series, facet)})
            o.add("labelKs", "smclarify KS", [counts, compat], {"value": pre.KS(series, facet)})
            o.add("labelJs", "smclarify JS", [counts, compat], {"value": pre.JS(series, facet)})
        o.add("differenceInPositiveLabels", "smclarify DPL", [{"advantaged": [int((~d & (y == c)).sum()) for c in (0, 1)], "disadvantaged": [int((d & (y == c)).sum()) for c in (0, 1)]}, 1], {"value": pre.DPL(x, facet, py)})


for topic in (frames, individual, clarify):
    topic()
o.save()
