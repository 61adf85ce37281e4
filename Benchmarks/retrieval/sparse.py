"""Latency and quality of the sparse channels beside PyPI's bm25s on the same questions, one thread; see ./run."""

import argparse
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import bm25s
import Stemmer

import collection

WORD = re.compile(r"\w+", re.UNICODE)
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")


def words(text, stem):
    """The engine's tokens: each word whole and in parts, in lower case, stemmed as the full-text table does."""
    tokens = []
    for word in WORD.findall(text):
        parts = PART.findall(word)
        tokens += ([word] if len(parts) != 1 or parts[0] != word else []) + parts
    return stem.stemWords([token.lower() for token in tokens])


def ndcg(ranking, grades):
    gain = sum(grades.get(name, 0) / math.log2(place + 2) for place, name in enumerate(ranking[:10]))
    ideal = sum(grade / math.log2(place + 2) for place, grade in enumerate(sorted(grades.values(), reverse=True)[:10]))
    return gain / ideal if ideal else 0.0


def load(folder):
    def lines(name):
        return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines() if line]

    grades = {}
    for line in (folder / "qrels.tsv").read_text().splitlines():
        parts = line.split("\t")
        if len(parts) == 3 and parts[2].lstrip("-").isdigit() and int(parts[2]) > 0:
            grades.setdefault(parts[0], {})[parts[1]] = int(parts[2])
    documents = lines("corpus.jsonl")
    return documents, [question for question in lines("queries.jsonl") if question["_id"] in grades], grades


class Peer:
    def __init__(self, documents):
        self.stem = Stemmer.Stemmer("porter")
        self.names = [document["_id"] for document in documents]
        texts = [f"{d.get('title') or ''}\n{d['text']}" if d.get("title") else d["text"] for d in documents]
        self.model = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        self.model.index([words(text, self.stem) for text in texts], show_progress=False)

    def ask(self, question, k):
        tokens = list(dict.fromkeys(words(question, self.stem)))[:128]
        known = [token for token in tokens if token in self.model.vocab_dict]
        if not known:
            return []
        found, scores = self.model.retrieve([known], k=min(k, len(self.names)), show_progress=False, n_threads=1)
        return [self.names[row] for row, score in zip(found[0], scores[0]) if score > 0]


def ours(binary, folder, depth):
    command = [binary, "eval", str(folder), "--channels", "bm25,splade", "--depth", str(depth), "--json", "--quiet"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def row(case, metric, unit, value, peer, runs):
    return {"area": "retrieval", "case": case, "metric": metric, "unit": unit, "ours": round(value, 5),
            "peer": round(peer, 5), "peer_name": f"bm25s {bm25s.__version__}",
            "ratio": round(value / peer, 4) if peer else None, "runs": runs}


def measure(binary, folder, runs, depth):
    documents, questions, grades = load(folder)
    peer = Peer(documents)
    mine, theirs, report, rankings = {"bm25": [], "splade": []}, [], None, []
    # In alternation, so that both see the same machine.
    for _ in range(runs):
        report = ours(binary, folder, depth)
        for channel, times in mine.items():
            times.append(report["latency_ms"][channel]["p50"])
        times, rankings = [], []
        for question in questions:
            start = time.perf_counter()
            rankings.append(peer.ask(question["text"], depth))
            times.append((time.perf_counter() - start) * 1000)
        theirs.append(statistics.median(times))
    quality = statistics.mean(ndcg(r, grades[q["_id"]]) for r, q in zip(rankings, questions))
    case = f"{folder.name}, {len(documents)} documents, {len(questions)} questions, depth {depth}"
    rows = []
    for channel, times in mine.items():
        rows.append(row(f"{channel}: {case}", "query p50", "ms", statistics.median(times), statistics.median(theirs), runs))
        rows.append(row(f"{channel}: {case}", "ndcg@10", "", report["channels"][channel]["ndcg@10"], quality, 1))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--json")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--depth", type=int, default=100)
    parser.add_argument("datasets", nargs="*")
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        folders = [pathlib.Path(name) for name in arguments.datasets]
        folders = folders or [collection.write(f"{scratch}/python-stdlib")]
        for folder in folders:
            rows += measure(arguments.binary, folder, arguments.runs, arguments.depth)
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    print("| case | metric | ours | bm25s | ratio |\n|---|---|---|---|---|")
    for entry in rows:
        print(f"| {entry['case']} | {entry['metric']} | {entry['ours']} {entry['unit']} | {entry['peer']} | {entry['ratio']} |")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
