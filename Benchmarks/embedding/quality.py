"""nDCG@10 of exact search with f32 and with int8 vectors, over datasets in the BEIR layout; see Benchmarks/embedding/run quality.

A dataset is a folder with corpus.jsonl (_id, text, maybe title), queries.jsonl (_id, text) and qrels.tsv (query, document, grade).
Exits with 1 when int8 loses more than --limit on one of them.
"""

import argparse
import base64
import json
import math
import os
import sys

import numpy as np

sys.path.insert(0, os.path.dirname(__file__))
from ours import Ours  # noqa: E402


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def judged(path):
    grades = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            fields = line.split()
            if len(fields) < 3 or not fields[-1].lstrip("-").isdigit():
                continue  # the header
            grades.setdefault(fields[0], {})[fields[-2]] = int(fields[-1])
    return grades


def ndcg(ranked, grades, depth=10):
    """Gain is the grade, discount log2(rank + 1), as trec_eval's ndcg_cut; documents that nobody judged gain nothing."""
    gain = lambda values: sum(max(0, g) / math.log2(i + 2) for i, g in enumerate(values[:depth]))  # noqa: E731
    best = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(document, 0) for document in ranked[:depth]]) / best if best else None


def vectors(embedder, texts):
    parts = []
    for at in range(0, len(texts), 512):
        answer = embedder.ask(action="embed", texts=texts[at : at + 512], vectors=True)
        parts.append(np.frombuffer(base64.b64decode(answer["vectors"]), dtype="<f4"))
    return np.concatenate(parts).reshape(len(texts), -1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--cache", help="unused here")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=float, default=0.005)
    parser.add_argument("datasets", nargs="+")
    options = parser.parse_args()
    engines = {
        name: Ours(options.binary, os.environ["CODEINTEL_MODEL_DIR"], options.threads, name) for name in ("f32", "int8")
    }
    failed = False
    for folder in options.datasets:
        corpus, queries = lines(folder + "/corpus.jsonl"), lines(folder + "/queries.jsonl")
        grades = judged(folder + "/qrels.tsv")
        queries = [q for q in queries if any(g > 0 for g in grades.get(str(q["_id"]), {}).values())]
        ids = [str(d["_id"]) for d in corpus]
        texts = [((d.get("title") or "") + " " + d["text"]).strip() for d in corpus]
        scores, kept = {}, {}
        for name, engine in engines.items():
            documents = kept[name] = vectors(engine, texts)
            asked = vectors(engine, [q["text"] for q in queries])
            order = np.argsort(-(asked @ documents.T), axis=1, kind="stable")[:, :10]
            scores[name] = np.array([
                ndcg([ids[i] for i in row], grades[str(q["_id"])]) for q, row in zip(queries, order)
            ])  # fmt: skip
        cosines = (kept["f32"] * kept["int8"]).sum(1)
        loss = scores["f32"] - scores["int8"]
        error = loss.std(ddof=1) / math.sqrt(len(loss))
        row = {
            "dataset": os.path.basename(os.path.normpath(folder)), "documents": len(ids), "queries": len(queries),
            "ndcg@10": {name: round(float(s.mean()), 5) for name, s in scores.items()},
            "loss": round(float(loss.mean()), 5), "standard_error": round(float(error), 5),
            "cosine": {"mean": round(float(cosines.mean()), 5), "worst": round(float(cosines.min()), 5)},
        }  # fmt: skip
        print(json.dumps(row), flush=True)
        failed = failed or loss.mean() > options.limit
    for engine in engines.values():
        engine.close()
    sys.exit(1 if failed else 0)


main()
