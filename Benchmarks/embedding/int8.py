"""Our int8 embedder against onnxruntime's dynamic int8 of the same weights, in alternating runs; see Benchmarks/embedding/run int8."""

import argparse
import json
import os
import random
import statistics
import sys
import time

import onnxruntime

sys.path[:0] = [os.path.dirname(__file__), os.path.join(os.path.dirname(__file__), "../../scripts/reference")]
from ours import Ours  # noqa: E402
from peer import Peer, exported, quantised  # noqa: E402
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
    ours = Ours(options.binary, model, options.threads, "int8")
    files = quantised(exported(model, options.cache))
    layouts = [(1, options.threads)] + ([(options.threads, 1)] if options.threads > 1 else [])
    peers = [
        Peer(model, file, workers, intra, batch)
        for file in files.values()
        for workers, intra in layouts
        for batch in options.peer_batches
    ]
    print(f"load before: {os.getloadavg()}", file=sys.stderr)
    rows = []

    def add(case, metric, unit, mine, theirs, peer):
        a, b = statistics.median(mine), statistics.median(theirs)
        name = f"onnxruntime {onnxruntime.__version__} ({peer.name})"
        rows.append({
            "area": "embedding", "case": f"int8: {case}", "metric": metric, "unit": unit, "ours": a, "peer": b,
            "peer_name": name, "ratio": a / b if b else None, "runs": len(mine),
        })  # fmt: skip
        print(f"{case:28} {metric:14} ours {a:10.4g} peer {b:10.4g} {unit:8} ratio {a / b:.3f}  ({name})", file=sys.stderr)

    for case, texts in [("64 short texts, one call", short), (f"{len(chunks)} code chunks, one call", chunks)]:
        sample = texts[:: max(1, len(texts) // 48)]
        peer = min(peers, key=lambda p: min(timed(lambda: p.embed(sample)) for _ in range(2)))
        ours.ask(action="embed", texts=texts[:256])
        mine, theirs, my_cpu, their_cpu = [], [], [], []
        for _ in range(options.runs):
            before = ours.cpu()
            mine.append(len(texts) / ours.ask(action="embed", texts=texts)["seconds"])
            my_cpu.append((ours.cpu() - before) / len(texts) * 1e3)
            before = time.process_time()
            theirs.append(len(texts) / timed(lambda: peer.embed(texts)))
            their_cpu.append((time.process_time() - before) / len(texts) * 1e3)
        add(case, "throughput", "texts/s", mine, theirs, peer)
        add(case, "processor time", "ms/text", my_cpu, their_cpu, peer)

    peer = min(
        (p for p in peers if p.workers == 1), key=lambda p: sum(timed(lambda t=t: p.embed([t])) for t in short[:16])
    )
    mine, theirs = [], []
    ours.ask(action="one-by-one", texts=short)
    for _ in range(options.runs):
        mine.append(statistics.median(ours.ask(action="one-by-one", texts=short)["each"]) * 1e3)
        theirs.append(statistics.median(timed(lambda t=t: peer.embed([t])) for t in short) * 1e3)
    add("64 short texts, one by one", "latency p50", "ms", mine, theirs, peer)

    loads = [ours.load * 1e3]
    for _ in range(4):
        again = Ours(options.binary, model, options.threads, "int8")
        loads.append(again.load * 1e3)
        again.close()
    add("load", "time", "ms", loads, [p.load * 1e3 for p in peers], peers[0])
    memory = ours.ask(action="memory")
    rows.append({
        "area": "embedding", "case": "int8: after all runs", "metric": "peak memory", "unit": "MiB",
        "ours": memory["peak"] / 2**20, "peer": None, "peer_name": None, "ratio": None, "runs": 1,
    })  # fmt: skip
    print(f"peak memory {memory['peak'] / 2**20:.0f} MiB; load after: {os.getloadavg()}", file=sys.stderr)
    ours.close()
    text = json.dumps(rows, indent=2) + "\n"
    if options.json:
        with open(options.json, "w", encoding="ascii") as out:
            out.write(text)
    else:
        print(text, end="")


main()
