"""Prints what SageMaker Clarify's library says of examples/german-credit: the expected numbers of `plimsoll selftest`."""
import json
import os

import pandas as pd
from smclarify.bias.metrics import posttraining as post, pretraining as pre

folder = os.path.join(os.path.dirname(__file__), "../../examples/german-credit")
rows = pd.read_json(os.path.join(folder, "data.jsonl"), lines=True)
predictions = pd.read_json(os.path.join(folder, "predictions.jsonl"), lines=True)
assert (rows.id == predictions.id).all()
NUMERIC = ["age", "month", "credit_amount", "investment_as_income_percentage", "residence_since", "number_of_credits", "people_liable_for"]
label, predicted = rows.credit == "good", predictions.prediction == "good"
rented = (rows.housing == "rent").astype(int)
for name, facet in (("foreign worker", rows.foreign_worker == "yes"), ("female", rows.sex == "female")):
    print(name, "CDDL", repr(float(pre.CDDL(label, facet, label, rented))))
    print(name, "CDDPL", repr(float(post.CDDPL(label, facet, predicted, rented))))
    print(name, "FT", repr(float(post.FT(rows[NUMERIC], facet, predicted))))
    print(name, "CI", repr(float(pre.CI(label, facet))), "DPL", repr(float(pre.DPL(label, facet, label))), "DPPL", repr(float(post.DPPL(label, facet, predicted))))
