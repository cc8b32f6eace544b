"""The Python side of bench/statistics.ts: reads a task a line, answers the seconds it took. Arrays come as files of doubles."""
import json
import logging
import os
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
out = os.fdopen(os.dup(1), "w")  # libraries print on stdout
sys.stdout = sys.stderr
folder = sys.argv[1]
load = lambda name: np.fromfile(os.path.join(folder, name + ".f64"))


def fairness():
    from fairlearn.metrics import MetricFrame, count, false_negative_rate, false_positive_rate, selection_rate, true_negative_rate, true_positive_rate
    from sklearn.metrics import accuracy_score, precision_score, recall_score, zero_one_loss

    y, p, g = (load(n).astype(int) for n in ("labels", "predictions", "groups"))
    metrics = {"a": accuracy_score, "s": selection_rate, "t": true_positive_rate, "f": false_positive_rate, "n": true_negative_rate, "m": false_negative_rate, "p": precision_score, "r": recall_score, "z": zero_one_loss, "c": count}

    def run():
        frame = MetricFrame(metrics=metrics, y_true=y, y_pred=p, sensitive_features=g)
        frame.by_group, frame.difference(), frame.ratio()

    return run


def bootstrap_loop(replicates=500):
    hits = load("hits")
    rng = np.random.default_rng(1)

    def run():
        means = [hits[rng.integers(0, len(hits), len(hits))].mean() for _ in range(replicates)]
        np.quantile(means, [0.025, 0.975])

    return run


def bootstrap_scipy(replicates=500):
    from scipy.stats import bootstrap

    hits = load("hits")
    return lambda: bootstrap((hits,), np.mean, n_resamples=replicates, method="percentile", vectorized=True, batch=50, rng=np.random.default_rng(1))


def ks():
    from scipy.stats import ks_2samp

    x, y = load("x"), load("y")
    return lambda: ks_2samp(x, y)


def drift():
    import pandas as pd
    from evidently import Dataset, Report
    from evidently.presets import DataDriftPreset

    a, b = (pd.DataFrame(load(n).reshape(20, -1).T, columns=[f"c{i}" for i in range(20)]) for n in ("reference", "current"))

    def run():
        Report([DataDriftPreset()]).run(Dataset.from_pandas(b), Dataset.from_pandas(a)).dict()

    return run


def shap_values():
    import shap

    weights, background, rows = load("weights"), load("background").reshape(-1, 20), load("rows").reshape(-1, 20)
    model = lambda x: 1 / (1 + np.exp(-(x @ weights) - 0.3 * x[:, 0] * x[:, 1]))
    return lambda: shap.KernelExplainer(model, background).shap_values(rows, nsamples=2088, l1_reg=False, silent=True)


tasks = {"fairness": fairness, "bootstrap-loop": bootstrap_loop, "bootstrap-scipy": bootstrap_scipy, "ks": ks, "drift": drift, "shap": shap_values}
ready = {}
for line in sys.stdin:
    name = line.strip()
    try:
        if name not in ready:
            ready[name] = tasks[name]()
        start, cpu = time.perf_counter(), time.process_time()
        ready[name]()
        answer = {"seconds": time.perf_counter() - start, "cpuSeconds": time.process_time() - cpu}
    except Exception as error:  # the bench says which peer is missing instead of stopping
        answer = {"error": f"{type(error).__name__}: {error}"}
    out.write(json.dumps(answer) + "\n")
    out.flush()
