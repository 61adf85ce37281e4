"""Latency and quality of the sparse channels beside PyPI's bm25s on the same questions, one thread each; see ./run.

Ours is what `codeintel eval` measures inside the program, one question at a time: the whole channel, splitting the question
into words and handing it to another thread included, no start of a process. bm25s is measured in this process, once with its
words ready made ("search") and once with splitting and stemming them in Python ("query")."""

import argparse
import json
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
from judging import load, ndcg

WORD = re.compile(r"\w+", re.UNICODE)
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")


def words(text, stem):
    """The engine's tokens: each word whole and in parts, in lower case, stemmed as the full-text table does."""
    tokens = []
    for word in WORD.findall(text):
        parts = PART.findall(word)
        tokens += ([word] if len(parts) != 1 or parts[0] != word else []) + parts
    return stem.stemWords([token.lower() for token in tokens])


class Peer:
    """bm25s in one process, by one of its two backends."""

    def __init__(self, backend, documents, corpus):
        self.name = f"bm25s {bm25s.__version__} ({backend})"
        self.stem = Stemmer.Stemmer("porter")
        self.names = [document["_id"] for document in documents]
        self.model = bm25s.BM25(method="lucene", k1=1.2, b=0.75, backend=backend)
        self.model.index(corpus, show_progress=False)

    def tokens(self, question):
        distinct = list(dict.fromkeys(words(question, self.stem)))[:128]
        return [token for token in distinct if token in self.model.vocab_dict]

    def ask(self, known, k):
        if not known:
            return [], []
        # Without a pool: one of one thread would only cost.
        found, scores = self.model.retrieve([known], k=min(k, len(self.names)), show_progress=False, n_threads=0)
        return found[0], scores[0]

    def round(self, questions, k):
        """The medians of one pass over the questions, words ready made and not, in milliseconds."""
        search, query = [], []
        for question in questions:
            start = time.perf_counter()
            known = self.tokens(question["text"])
            ready = time.perf_counter()
            self.ask(known, k)
            end = time.perf_counter()
            search.append((end - ready) * 1000)
            query.append((end - start) * 1000)
        return statistics.median(search), statistics.median(query)

    def quality(self, questions, grades, k):
        def ranking(question):
            found, scores = self.ask(self.tokens(question["text"]), k)
            return [self.names[row] for row, score in zip(found, scores) if score > 0]

        return statistics.mean(ndcg(ranking(question), grades[question["_id"]]) for question in questions)


def ours(binary, folder, depth, channel):
    command = [binary, "eval", str(folder), "--channels", channel, "--depth", str(depth), "--json", "--quiet"]
    environment = os.environ | {"CODEINTEL_COMPUTE_THREADS": "1"}
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout)


def row(case, metric, unit, value, peer, name, runs):
    return {"area": "retrieval", "case": case, "metric": metric, "unit": unit, "ours": round(value, 5),
            "peer": round(peer, 5), "peer_name": name, "ratio": round(value / peer, 4) if peer else None, "runs": runs}


def measure(binary, folder, runs, depth):
    """Rows for one collection; `runs` is how many rounds each channel gets."""
    documents, questions, grades = load(folder)
    stem = Stemmer.Stemmer("porter")
    texts = [f"{d['title']}\n{d['text']}" if d.get("title") else d["text"] for d in documents]
    corpus = [words(text, stem) for text in texts]
    peers = [Peer(backend, documents, corpus) for backend in ("numpy", "numba")]
    quality = {peer: peer.quality(questions, grades, depth) for peer in peers}  # Also compiles what numba compiles.
    rows = []
    for channel, rounds in runs.items():
        case = f"{channel}: {folder.name}, {len(documents)} documents, {len(questions)} questions, depth {depth}"
        mine, theirs, report = [], {peer: [] for peer in peers}, None
        # In alternation, so that all see the same machine.
        for _ in range(rounds):
            report = ours(binary, folder, depth, channel)
            mine.append(report["latency_ms"])
            for peer in peers:
                theirs[peer].append(peer.round(questions, depth))
        if report is None:
            continue
        whole = statistics.median(latency[channel]["p50"] for latency in mine)
        for peer in peers:
            search, query = (statistics.median(times) for times in zip(*theirs[peer]))
            rows.append(row(case, "p50, peer's query", "ms", whole, query, peer.name, rounds))
            rows.append(row(case, "p50, peer's search", "ms", whole, search, peer.name, rounds))
            if f"{channel}.index" in mine[0]:
                index = statistics.median(latency[f"{channel}.index"]["p50"] for latency in mine)
                rows.append(row(case, "p50 without encoding, peer's search", "ms", index, search, peer.name, rounds))
            rows.append(row(case, "ndcg@10", "", report["channels"][channel]["ndcg@10"], quality[peer], peer.name, 1))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--json")
    parser.add_argument("--runs", type=int, default=7, help="rounds of bm25")
    parser.add_argument("--splade-runs", type=int, default=3, help="rounds of splade; each encodes all documents anew")
    parser.add_argument("--depth", type=int, default=100)
    parser.add_argument("datasets", nargs="*")
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        folders = [pathlib.Path(name) for name in arguments.datasets]
        folders = folders or [collection.write(f"{scratch}/python-stdlib")]
        for folder in folders:
            rows += measure(
                arguments.binary, folder, {"bm25": arguments.runs, "splade": arguments.splade_runs}, arguments.depth)
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    print("| case | metric | ours | peer | | ratio |\n|---|---|---|---|---|---|")
    for entry in rows:
        print(f"| {entry['case']} | {entry['metric']} | {entry['ours']} {entry['unit']} | {entry['peer']} | "
              f"{entry['peer_name']} | {entry['ratio']} |")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
