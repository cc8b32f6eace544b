import math
import warnings

import numpy as np
from scipy import stats
from statsmodels.stats import contingency_tables as ct
from statsmodels.stats import multitest, power, proportion as prop
import statsmodels.api as sm

from oracle import Oracle, UNDEFINED, numbers

warnings.filterwarnings("ignore")
o = Oracle("uncertainty", 20264, "scipy", "statsmodels")
r = o.random


def interval(low, high):
    return {"interval": {"low": low, "high": high}}


def proportions():
    for _ in range(500):
        n = int(r.choice([r.integers(1, 30), r.integers(1, 2000), r.integers(1, 10**7)]))
        k = int(r.choice([0, n, r.integers(0, n + 1)]))
        level = float(r.choice([0.8, 0.9, 0.95, 0.99, 0.999]))
        low, high = prop.proportion_confint(k, n, 1 - level, "wilson")
        o.add("wilson", "statsmodels proportion_confint(method='wilson')", [k, n, level], {"value": k / n, **interval(0 if k == 0 else low, 1 if k == n else high)})
        low, high = (stats.beta.ppf((1 - level) / 2, k, n - k + 1) if k else 0), (stats.beta.isf((1 - level) / 2, k + 1, n - k) if k < n else 1)
        o.add("clopperPearson", "statsmodels proportion_confint(method='beta')", [k, n, level], interval(low, high))
        exposure = float(np.round(r.uniform(0.1, 50), 2))
        events = int(r.integers(0, 200))
        low, high = stats.chi2.ppf((1 - level) / 2, 2 * events) / 2 if events else 0, stats.chi2.isf((1 - level) / 2, 2 * events + 2) / 2
        o.add("poissonRate", "scipy.stats.chi2.ppf", [events, exposure, level], {"value": events / exposure, **interval(low / exposure, high / exposure)})
        m = int(r.integers(2, 500))
        j = int(r.integers(0, m + 1))
        n, k = int(r.integers(2, 500)), 0
        k = int(r.integers(0, n + 1))
        shares = [{"successes": k, "n": n}, {"successes": j, "n": m}]
        if 0 < k < n and 0 < j < m:
            low, high = prop.confint_proportions_2indep(k, n, j, m, method="newcomb", compare="diff", alpha=1 - level)
            o.add("newcombe", "statsmodels confint_proportions_2indep(method='newcomb')", [*shares, level], {"value": k / n - j / m, **interval(low, high)})
            low, high = prop.confint_proportions_2indep(k, n, j, m, method="log", compare="ratio", alpha=1 - level)
            o.add("riskRatio", "statsmodels confint_proportions_2indep(method='log')", [*shares, level], {"value": k / n / (j / m), **interval(low, high)})
            low, high = prop.confint_proportions_2indep(k, n, j, m, method="agresti-caffo", compare="diff", alpha=1 - level)
            o.add("agrestiCaffo", "statsmodels confint_proportions_2indep(method='agresti-caffo')", [*shares, level], interval(max(-1, low), min(1, high)))
            z, p = prop.proportions_ztest([k, j], [n, m])
            o.add("twoProportionZ", "statsmodels proportions_ztest", shares, {"statistic": z, "pValue": p})
        o.add("cohenH", "statsmodels proportion_effectsize", [k / n, j / m], prop.proportion_effectsize(k / n, j / m))


def multiplicity():
    for _ in range(250):
        m = int(r.integers(1, 40))
        p = np.round(r.random(m) ** r.integers(1, 5), int(r.integers(1, 5)))
        for fn, method in (("bonferroni", "bonferroni"), ("holm", "holm"), ("benjaminiHochberg", "fdr_bh"), ("benjaminiYekutieli", "fdr_by")):
            o.add(fn, f"statsmodels multipletests(method='{method}')", [p], multitest.multipletests(p, method=method)[1])


def paired():
    for _ in range(300):
        b, c = int(r.integers(0, 80)), int(r.integers(0, 80))
        if b + c:
            got = ct.mcnemar([[5, b], [c, 5]], exact=True)
            o.add("mcnemarExact", "statsmodels mcnemar(exact=True)", [b, c], {"statistic": got.statistic, "pValue": got.pvalue})
            got = ct.mcnemar([[5, b], [c, 5]], exact=False, correction=True)
            o.add("mcnemar", "statsmodels mcnemar(exact=False)", [b, c], {"statistic": got.statistic, "pValue": got.pvalue})
        n = int(r.integers(2, 60))
        x, y = numbers(r, n), numbers(r, n)
        d = x - y
        got = stats.ttest_rel(x, y)
        o.add("pairedT", "scipy.stats.ttest_rel", [x, y], UNDEFINED if (d == d[0]).all() else {"statistic": got.statistic, "pValue": got.pvalue})
        if (d != 0).any():
            exact = n <= 50 and len(set(abs(d))) == n and (d != 0).all()
            got = stats.wilcoxon(x, y, zero_method="wilcox", method="exact" if exact else "asymptotic")
            o.add("wilcoxon", "scipy.stats.wilcoxon", [x, y], {"statistic": got.statistic, "pValue": got.pvalue})


def counts():
    for _ in range(300):
        rows, columns = int(r.integers(2, 5)), int(r.integers(2, 6))
        t = r.integers(0, 40, (rows, columns))
        kept = t[t.sum(1) > 0][:, t.sum(0) > 0]
        yates = bool(r.integers(2))
        if min(kept.shape) > 1:
            got = stats.chi2_contingency(kept, correction=yates)
            o.add("chiSquareIndependence", "scipy.stats.chi2_contingency", [t, {"yates": yates}], {"statistic": got.statistic, "pValue": got.pvalue, "degreesOfFreedom": got.dof})
            o.add("cramerV", "scipy.stats.contingency.association", [t], {"value": stats.contingency.association(kept, method="cramer")})
        observed, share = r.integers(0, 50, columns), r.integers(1, 9, columns)
        if observed.sum():
            got = stats.chisquare(observed, share / share.sum() * observed.sum())
            o.add("chiSquareGoodness", "scipy.stats.chisquare", [observed, share], {"statistic": got.statistic, "pValue": got.pvalue})
        a, b, c, d = (int(v) for v in r.integers(0, 25, 4))
        if min(a + b, c + d, a + c, b + d):
            o.add("fisherExact", "scipy.stats.fisher_exact", [a, b, c, d], {"pValue": stats.fisher_exact([[a, b], [c, d]])[1]})


def location():
    for _ in range(250):
        m, n = int(r.integers(2, 40)), int(r.integers(2, 40))
        x, y, z = numbers(r, m), numbers(r, n), numbers(r, int(r.integers(2, 20)))
        both = np.concatenate([x, y])
        varied = np.var(x) + np.var(y) > 0
        got = stats.ttest_ind(x, y, equal_var=False)
        o.add("welch", "scipy.stats.ttest_ind(equal_var=False)", [x, y], {"statistic": got.statistic, "pValue": got.pvalue, "degreesOfFreedom": got.df} if varied else UNDEFINED)
        if varied:
            ci = stats.ttest_ind(y, x, equal_var=False).confidence_interval(0.95)
            o.add("differenceOfMeans", "scipy.stats.ttest_ind confidence_interval", [x, y], interval(ci.low, ci.high))
            sd = math.sqrt(((m - 1) * np.var(x, ddof=1) + (n - 1) * np.var(y, ddof=1)) / (m + n - 2))
            d = (x.mean() - y.mean()) / sd
            half = (m + n - 2) / 2
            o.add("cohenD", "numpy", [x, y], {"value": d})
            o.add("hedgesG", "numpy, scipy.special.gammaln", [x, y], {"value": d * math.exp(math.lgamma(half) - math.lgamma(half - 0.5)) / math.sqrt(half)})
        if (both != both[0]).any():
            got = stats.mannwhitneyu(x, y)
            o.add("mannWhitney", "scipy.stats.mannwhitneyu", [x, y], {"statistic": got.statistic, "pValue": got.pvalue})
            o.add("cliffDelta", "scipy.stats.mannwhitneyu", [x, y], {"value": 2 * got.statistic / m / n - 1})
            got = stats.kruskal(x, y, z)
            o.add("kruskalWallis", "scipy.stats.kruskal", [[x, y, z]], {"statistic": got.statistic, "pValue": got.pvalue})
        if np.var(x) > 0:
            ci = stats.ttest_1samp(x, 0).confidence_interval(0.9)
            o.add("meanInterval", "scipy.stats.ttest_1samp confidence_interval", [x, 0.9], {"value": x.mean(), **interval(ci.low, ci.high)})
        g = r.integers(0, 6, m)
        if len(set(g)) > 1 and np.var(x) > 0:
            fit = sm.OLS(x, np.ones(m)).fit(cov_type="cluster", cov_kwds={"groups": g, "use_correction": False})
            ci = fit.conf_int(0.05)[0]
            o.add("clusteredMean", "statsmodels OLS(cov_type='cluster')", [x, g], {"value": fit.params[0], **interval(*ci)})


def sizes():
    for _ in range(200):
        effect, n = float(np.round(r.uniform(0.02, 1.5), 3)), int(r.integers(5, 2000))
        alpha, ratio, want = float(r.choice([0.01, 0.05, 0.1])), float(r.choice([0.5, 1, 2])), float(r.choice([0.5, 0.8, 0.9]))
        options = {"alpha": alpha, "ratio": ratio}
        solver = power.NormalIndPower()
        o.add("normalPower", "statsmodels NormalIndPower().power", [effect, n, options], solver.power(effect, n, alpha, ratio))
        got = float(np.ravel(solver.solve_power(effect, None, alpha, want, ratio))[0])
        if solver.start_bqexp is not None and abs(solver.power(effect, got, alpha, ratio) - want) < 1e-12:
            o.add("normalSampleSize", "statsmodels NormalIndPower().solve_power", [effect, want, options], got, 1e-7, "the Python solver stops at 1e-8")
        half, p = float(np.round(r.uniform(0.005, 0.2), 3)), float(np.round(r.uniform(0.05, 0.95), 2))
        o.add("precisionSampleSize", "statsmodels samplesize_confint_proportion", [half, p, 0.95], prop.samplesize_confint_proportion(p, half, 0.05))


def distributions():
    for _ in range(400):
        z = float(np.round(r.normal() * 8, 3))
        o.add("normalCdf", "scipy.stats.norm.cdf", [z], {"pValue": stats.norm.cdf(z)})
        p = float(10.0 ** -r.uniform(0.1, 30)) if r.random() < 0.5 else float(r.random())
        o.add("normalQuantile", "scipy.stats.norm.ppf", [p], stats.norm.ppf(p))
        df, x = float(np.round(10 ** r.uniform(-0.3, 5), 2)), float(np.round(10 ** r.uniform(-2, 3), 3))
        o.add("chiSquareSurvival", "scipy.stats.chi2.sf", [x, df], {"pValue": stats.chi2.sf(x, df)})
        q = float(r.uniform(0.001, 0.999))
        o.add("studentQuantile", "scipy.stats.t.ppf", [q, df], stats.t.ppf(q, df))
        o.add("chiSquareQuantile", "scipy.stats.chi2.ppf", [q, df], stats.chi2.ppf(q, df))
        n, share = int(10 ** r.uniform(0, 6)), float(np.round(r.uniform(0.01, 0.99), 3))
        k = int(np.clip(round(n * share + r.normal() * 4 * math.sqrt(n * share * (1 - share))), 0, n))
        o.add("binomialCdf", "scipy.stats.binom.cdf", [k, n, share], {"pValue": stats.binom.cdf(k, n, share)})
        o.add("poissonCdf", "scipy.stats.poisson.cdf", [k % 500, x], {"pValue": stats.poisson.cdf(k % 500, x)})


def prevalence():
    """Rogan and Gladen's estimate with Lang and Reiczigel's interval, from the formulas of the paper."""
    for _ in range(200):
        n, m1, m0 = int(r.integers(20, 2000)), int(r.integers(20, 500)), int(r.integers(20, 500))
        k, se, sp = int(r.integers(0, n + 1)), float(np.round(r.uniform(0.6, 1), 3)), float(np.round(r.uniform(0.6, 1), 3))
        z = stats.norm.ppf(0.975)
        n2, p2 = n + z * z, (k + z * z / 2) / (n + z * z)
        s2, c2 = (m1 * se + 1) / (m1 + 2), (m0 * sp + 1) / (m0 + 2)
        est = (p2 + c2 - 1) / (s2 + c2 - 1)
        shift = 2 * z * z * (est * s2 * (1 - s2) / m1 - (1 - est) * c2 * (1 - c2) / m0)
        half = z / (s2 + c2 - 1) * math.sqrt(p2 * (1 - p2) / n2 + est**2 * s2 * (1 - s2) / m1 + (1 - est) ** 2 * c2 * (1 - c2) / m0)
        cut = lambda v: min(1, max(0, v))
        quality = {"sensitivity": se, "sensitivityN": m1, "specificity": sp, "specificityN": m0}
        o.add("roganGladen", "the published formulas in numpy", [k, n, quality], {"value": cut((k / n + sp - 1) / (se + sp - 1)), **interval(cut(est + shift - half), cut(est + shift + half))})


for topic in (proportions, multiplicity, paired, counts, location, sizes, distributions, prevalence):
    topic()
o.save()
