"""Compares our embedder with others in alternating runs; see scripts/bench embedding. Writes JSON rows.

The peers: onnxruntime, sentence-transformers on torch, and vLLM where CODEINTEL_TEST_VLLM_URL names one.
"""

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
from servers import SentenceTransformers, Server  # noqa: E402
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
    parser.add_argument("--bulk-runs", type=int, help="runs over the code chunks, if not as many")
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

    # What only serves texts as they come, whatever their number.
    others = [SentenceTransformers(model, options.threads)]
    if url := os.environ.get("CODEINTEL_TEST_VLLM_URL"):
        others.append(Server(url, "all-MiniLM-L6-v2"))
    else:
        print("vLLM is left out: scripts/vllm run scripts/bench embedding", file=sys.stderr)
    print(f"load before: {os.getloadavg()}", file=sys.stderr)

    # The same texts give the same vectors, or the comparison means nothing.
    answer = ours.ask(action="embed", texts=short, vectors=True)
    left = np.frombuffer(base64.b64decode(answer["vectors"]), dtype="<f4").reshape(len(short), -1)
    worst = min(float((left * p.embed(short)).sum(1).min()) for p in peers + others)
    print(f"worst cosine between ours and another: {worst:.7f}", file=sys.stderr)
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
        return f"onnxruntime {onnxruntime.__version__} ({peer.name})" if isinstance(peer, Peer) else peer.name

    def cpu(peer):
        return peer.cpu() if hasattr(peer, "cpu") else time.process_time()

    def fastest(texts):
        """The peer's best set-up for texts like these: the shortest of two runs each over a sample."""
        sample = texts[:: max(1, len(texts) // 48)]
        return min(peers, key=lambda p: min(timed(lambda: p.embed(sample)) for _ in range(2)))

    scale = lambda times: [t * 1e3 for t in times]  # noqa: E731
    bulk_runs = options.bulk_runs or options.runs
    for case, texts, runs in [
        ("64 short texts, one call", short, options.runs),
        (f"{len(chunks)} code chunks, one call", chunks, bulk_runs),
    ]:
        chosen = [fastest(texts)] + others
        tokens = sum(len(e.ids) for e in chosen[0].tokenizer.encode_batch(texts))
        ours.ask(action="embed", texts=texts[:256])
        for peer in chosen:
            peer.embed(texts[:64])
        mine, my_cpu = [], []
        theirs, their_cpu = [[] for _ in chosen], [[] for _ in chosen]
        # Everybody once a round, so that what else the machine does meets all alike.
        for _ in range(runs):
            before = ours.cpu()
            mine.append(ours.ask(action="embed", texts=texts)["seconds"])
            my_cpu.append((ours.cpu() - before) / len(texts) * 1e3)
            for number, peer in enumerate(chosen):
                before = cpu(peer)
                theirs[number].append(timed(lambda p=peer: p.embed(texts)))
                their_cpu[number].append((cpu(peer) - before) / len(texts) * 1e3)
        rate = lambda times, n: [n / t for t in times]  # noqa: E731
        for number, peer in enumerate(chosen):
            add(case, "throughput", "texts/s", rate(mine, len(texts)), rate(theirs[number], len(texts)), name(peer))
            add(case, "throughput", "tokens/s", rate(mine, tokens), rate(theirs[number], tokens), name(peer))
            # Processor time says the same on a machine whose cores others use at the same time.
            add(case, "processor time", "ms/text", my_cpu, their_cpu[number], name(peer))

    # Single texts: the peer's best is all threads in one run.
    chosen = [
        min(
            (p for p in peers if p.workers == 1),
            key=lambda p: min(sum(timed(lambda t=t: p.embed([t])) for t in short) for _ in range(2)),
        )
    ] + others
    mine, theirs = [], [[] for _ in chosen]
    ours.ask(action="one-by-one", texts=short)
    for _ in range(options.runs):
        mine.append(statistics.median(ours.ask(action="one-by-one", texts=short)["each"]))
        for number, peer in enumerate(chosen):
            theirs[number].append(statistics.median(timed(lambda t=t, p=peer: p.embed([t])) for t in short))
    for number, peer in enumerate(chosen):
        add("64 short texts, one by one", "latency p50", "ms", scale(mine), scale(theirs[number]), name(peer))

    loads = [ours.load]
    for _ in range(4):
        again = Ours(options.binary, model, options.threads)
        loads.append(again.load)
        again.close()
    add("load", "time", "ms", scale(loads), scale([p.load for p in peers]), name(peers[0]))
    print(f"load after: {os.getloadavg()}", file=sys.stderr)
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
