"""Compares our embedder with onnxruntime in alternating runs; see scripts/bench embedding. Writes JSON rows."""

import argparse
import base64
import json
import os
import random
import statistics
import sys
import time

import numpy as np
import onnxruntime

sys.path[:0] = [os.path.dirname(__file__), os.path.join(os.path.dirname(__file__), "../../scripts/reference")]
from ours import Ours  # noqa: E402
from peer import Peer, exported  # noqa: E402
from texts import function, prose  # noqa: E402


def timed(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--json")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--chunks", type=int, default=1000)
    parser.add_argument("--peer-batches", type=int, nargs="+", default=[8, 32])
    options = parser.parse_args()
    model = os.environ["CODEINTEL_MODEL_DIR"]

    rng = random.Random(7)
    short = [prose(rng, 1 + i % 3) for i in range(64)]
    chunks = [function(rng, 2 + i % 20) for i in range(options.chunks)]

    ours = Ours(options.binary, model, options.threads)
    files = exported(model, options.cache)
    layouts = [(1, options.threads)] + ([(options.threads, 1)] if options.threads > 1 else [])
    peers = [
        Peer(model, file, workers, intra, batch)
        for file in files.values()
        for workers, intra in layouts
        for batch in options.peer_batches
    ]

    # The same texts give the same vectors, or the comparison means nothing.
    answer = ours.ask(action="embed", texts=short, vectors=True)
    left = np.frombuffer(base64.b64decode(answer["vectors"]), dtype="<f4").reshape(len(short), -1)
    worst = min(float((left * p.embed(short)).sum(1).min()) for p in peers)
    print(f"worst cosine between the two: {worst:.7f}", file=sys.stderr)
    assert worst > 0.9999

    rows = []

    def add(case, metric, unit, mine, theirs, name):
        a, b = statistics.median(mine), statistics.median(theirs)
        row = {
            "area": "embedding", "case": case, "metric": metric, "unit": unit, "ours": a, "peer": b,
            "peer_name": name, "ratio": a / b if b else None, "runs": len(mine),
        }  # fmt: skip
        rows.append(row)
        print(f"{case:28} {metric:14} ours {a:10.4g} peer {b:10.4g} {unit:8} ratio {a / b:.3f}  ({name})", file=sys.stderr)

    def name(peer):
        return f"onnxruntime {onnxruntime.__version__} ({peer.name})"

    def fastest(texts):
        """The peer's best set-up for texts like these: the shortest of two runs each over a sample."""
        sample = texts[:: max(1, len(texts) // 48)]
        return min(peers, key=lambda p: min(timed(lambda: p.embed(sample)) for _ in range(2)))

    for case, texts in [("64 short texts, one call", short), (f"{len(chunks)} code chunks, one call", chunks)]:
        peer = fastest(texts)
        tokens = sum(len(e.ids) for e in peer.tokenizer.encode_batch(texts))
        ours.ask(action="embed", texts=texts)
        mine, theirs, my_cpu, their_cpu = [], [], [], []
        for _ in range(options.runs):
            before = ours.cpu()
            mine.append(ours.ask(action="embed", texts=texts)["seconds"])
            my_cpu.append((ours.cpu() - before) / len(texts) * 1e3)
            before = time.process_time()
            theirs.append(timed(lambda: peer.embed(texts)))
            their_cpu.append((time.process_time() - before) / len(texts) * 1e3)
        rate = lambda times, n: [n / t for t in times]  # noqa: E731
        add(case, "throughput", "texts/s", rate(mine, len(texts)), rate(theirs, len(texts)), name(peer))
        add(case, "throughput", "tokens/s", rate(mine, tokens), rate(theirs, tokens), name(peer))
        # Processor time says the same on a machine whose cores others use at the same time.
        add(case, "processor time", "ms/text", my_cpu, their_cpu, name(peer))

    # Single texts: the peer's best is all threads in one run.
    peer = min(
        (p for p in peers if p.workers == 1),
        key=lambda p: min(sum(timed(lambda t=t: p.embed([t])) for t in short) for _ in range(2)),
    )
    mine, theirs = [], []
    ours.ask(action="one-by-one", texts=short)
    for _ in range(options.runs):
        mine.append(statistics.median(ours.ask(action="one-by-one", texts=short)["each"]))
        theirs.append(statistics.median(timed(lambda t=t: peer.embed([t])) for t in short))
    scale = lambda times: [t * 1e3 for t in times]  # noqa: E731
    add("64 short texts, one by one", "latency p50", "ms", scale(mine), scale(theirs), name(peer))

    loads = [ours.load]
    for _ in range(4):
        again = Ours(options.binary, model, options.threads)
        loads.append(again.load)
        again.close()
    add("load", "time", "ms", scale(loads), scale([p.load for p in peers]), name(peers[0]))
    memory = ours.ask(action="memory")
    rows.append({
        "area": "embedding", "case": "after all runs", "metric": "peak memory", "unit": "MiB",
        "ours": memory["peak"] / 2**20, "peer": None, "peer_name": None, "ratio": None, "runs": 1,
    })  # fmt: skip
    print(f"peak memory {memory['peak'] / 2**20:.0f} MiB, resident {memory['resident'] / 2**20:.0f} MiB", file=sys.stderr)
    ours.close()
    text = json.dumps(rows, indent=2) + "\n"
    if options.json:
        with open(options.json, "w", encoding="ascii") as out:
            out.write(text)
    else:
        print(text, end="")


main()
