"""Compares our embedder with others in alternating runs; see scripts/bench embedding. Writes JSON rows.

The peers of f32: onnxruntime, sentence-transformers on torch, and vLLM where CODEINTEL_TEST_VLLM_URL names one. The peer of
int8: onnxruntime's own dynamic int8 of the same weights. Both precisions are measured, one after the other.
"""

import argparse
import base64
import json
import os
import random
import statistics
import subprocess
import sys
import time

import numpy as np
import onnxruntime

sys.path[:0] = [os.path.dirname(__file__), os.path.join(os.path.dirname(__file__), "../../scripts/reference")]
from ours import Ours  # noqa: E402
from peer import Peer, exported, quantised  # noqa: E402
from texts import function, prose  # noqa: E402

# The least cosine to float32 vectors that is still the same model.
FLOORS = {"f32": 0.9999, "int8": 0.99}


def timed(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--json")
    parser.add_argument("--quick", action="store_true", help="fewer runs and chunks, for a first look")
    parser.add_argument("--precision", choices=FLOORS, help="one of them only")
    parser.add_argument("--single", action="store_true", help="only the latency of single texts")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, help="7, or 3 with --quick")
    parser.add_argument("--bulk-runs", type=int, help="runs over the code chunks: 3, or 1 with --quick")
    parser.add_argument("--chunks", type=int, help="1000, or 100 with --quick")
    parser.add_argument("--peer-batches", type=int, nargs="+", default=[8, 32])
    options = parser.parse_args()
    for name, usual, quick in [("runs", 7, 3), ("bulk_runs", 3, 1), ("chunks", 1000, 100)]:
        if getattr(options, name) is None:
            setattr(options, name, quick if options.quick else usual)
        elif getattr(options, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    return options


def onnx_peers(options, model):
    """Each graph with all threads in one session, whose threads sleep or spin between steps, and with a session a thread."""
    files = exported(model, options.cache)
    if options.precision == "int8":
        files = quantised(files)
    layouts = [(1, options.threads)] + ([(options.threads, 1)] if options.threads > 1 else [])
    peers = [
        Peer(model, file, workers, intra, batch)
        for file in files.values()
        for workers, intra in layouts
        for batch in options.peer_batches
    ]
    # For single texts, which know no batches. Elsewhere spinning threads would only take cores from the next in turn.
    spinning = [Peer(model, file, 1, options.threads, 8, spins=True) for file in files.values() if options.threads > 1]
    return peers, spinning


def other_peers(options, model):
    """What only serves texts as they come, whatever their number."""
    if options.precision == "int8":
        return []
    from servers import SentenceTransformers, Server

    others = [SentenceTransformers(model, options.threads)]
    if url := os.environ.get("CODEINTEL_TEST_VLLM_URL"):
        others.append(Server(url, "all-MiniLM-L6-v2"))
    else:
        print("vLLM is left out: scripts/vllm run scripts/bench embedding", file=sys.stderr)
    return others


def vectors(embedder, texts):
    answer = embedder.ask(action="embed", texts=texts, vectors=True)
    return np.frombuffer(base64.b64decode(answer["vectors"]), dtype="<f4").reshape(len(texts), -1)


def check(ours, peers, options, model, texts):
    """The same texts give the same vectors, as far as the precision goes, or the comparison means nothing."""
    if options.precision == "f32":
        mine = vectors(ours, texts)
        worst = min(float((mine * p.embed(texts)).sum(1).min()) for p in peers)
        print(f"worst cosine between ours and another: {worst:.7f}", file=sys.stderr)
    else:
        plain = Ours(options.binary, model, options.threads)
        exact = vectors(plain, texts)
        plain.close()
        worst = float((exact * vectors(ours, texts)).sum(1).min())
        theirs = min(float((exact * p.embed(texts)).sum(1).min()) for p in peers)
        print(f"worst cosine to f32: ours {worst:.4f}, onnxruntime's {theirs:.4f}", file=sys.stderr)
    assert worst > FLOORS[options.precision]


def cpu(peer):
    return peer.cpu() if hasattr(peer, "cpu") else time.process_time()


def name(peer):
    return f"onnxruntime {onnxruntime.__version__} ({peer.name})" if isinstance(peer, Peer) else peer.name


class Table:
    """The rows so far; each is printed as it comes."""

    def __init__(self, precision):
        self.rows = []
        self.prefix = "" if precision == "f32" else f"{precision}: "

    def add(self, case, metric, unit, mine, theirs, peer):
        a, b = statistics.median(mine), statistics.median(theirs)
        self.rows.append({
            "area": "embedding", "case": self.prefix + case, "metric": metric, "unit": unit, "ours": a, "peer": b,
            "peer_name": name(peer), "ratio": a / b if b else None, "runs": len(mine),
        })  # fmt: skip
        print(
            f"{case:28} {metric:14} ours {a:10.4g} peer {b:10.4g} {unit:8} ratio {a / b:.3f}  ({name(peer)})", file=sys.stderr
        )


def one_call(table, ours, peers, others, case, texts, runs):
    """All texts in one call: texts, tokens and processor time. Returns the onnxruntime that was fastest."""
    # The peer's best set-up for texts like these: the shortest of two runs each over a sample.
    sample = texts[:: max(1, len(texts) // 48)]
    chosen = [min(peers, key=lambda p: min(timed(lambda: p.embed(sample)) for _ in range(2)))] + others
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
        add = lambda *row: table.add(case, *row, peer)  # noqa: B023, E731
        add("throughput", "texts/s", rate(mine, len(texts)), rate(theirs[number], len(texts)))
        add("throughput", "tokens/s", rate(mine, tokens), rate(theirs[number], tokens))
        # Processor time says the same on a machine whose cores others use at the same time.
        add("processor time", "ms/text", my_cpu, their_cpu[number])
    return chosen[0]


def one_by_one(table, ours, peers, spinning, others, texts, runs):
    """Single texts: the peer's best is all threads in one run."""
    best = lambda some: min(  # noqa: E731
        some, key=lambda p: min(sum(timed(lambda t=t: p.embed([t])) for t in texts) for _ in range(2))
    )
    chosen = [best([p for p in peers if p.workers == 1])] + ([best(spinning)] if spinning else []) + others
    mine, theirs = [], [[] for _ in chosen]
    ours.ask(action="one-by-one", texts=texts)
    for _ in range(runs):
        mine.append(statistics.median(ours.ask(action="one-by-one", texts=texts)["each"]) * 1e3)
        for number, peer in enumerate(chosen):
            theirs[number].append(statistics.median(timed(lambda t=t, p=peer: p.embed([t])) for t in texts) * 1e3)
    for number, peer in enumerate(chosen):
        table.add(f"{len(texts)} short texts, one by one", "latency p50", "ms", mine, theirs[number], peer)


def alone(peer, texts):
    """The peer's load time and peak memory, from a process of its own."""
    kind = "onnxruntime" if isinstance(peer, Peer) else "sentence-transformers"
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "alone.py")
    command = [sys.executable, program, json.dumps({"kind": kind} | peer.settings)]
    return json.loads(subprocess.run(command, input=json.dumps(texts), check=True, capture_output=True, text=True).stdout)


def load_and_memory(table, peers, options, model, texts):
    """Fresh processes by turns: until texts can come, imports not counted, and what each took for the same texts."""
    alike = [p for p in peers if hasattr(p, "settings")]
    loads, peaks = [], []
    their_loads, their_peaks = [[] for _ in alike], [[] for _ in alike]
    for _ in range(options.bulk_runs):
        mine = Ours(options.binary, model, options.threads, options.precision)
        loads.append(mine.load * 1e3)
        mine.ask(action="embed", texts=texts)
        peaks.append(mine.ask(action="memory")["peak"] / 2**20)
        mine.close()
        for number, peer in enumerate(alike):
            found = alone(peer, texts)
            their_loads[number].append(found["load"] * 1e3)
            their_peaks[number].append(found["peak"] / 2**20)
    case = f"a fresh process, {len(texts)} texts"
    for number, peer in enumerate(alike):
        table.add(case, "load time", "ms", loads, their_loads[number], peer)
        table.add(case, "peak memory", "MiB", peaks, their_peaks[number], peer)
    for peer in (p for p in peers if hasattr(p, "peak")):
        table.add(case, "peak memory", "MiB", peaks, [peer.peak() / 2**20], peer)


def compare(options, model, short, chunks):
    """The rows of one precision."""
    ours = Ours(options.binary, model, options.threads, options.precision)
    (peers, spinning), others = onnx_peers(options, model), other_peers(options, model)
    check(ours, peers + spinning + others, options, model, short)
    table = Table(options.precision)
    if options.single:
        one_by_one(table, ours, peers, spinning, others, short, options.runs)
        ours.close()
        return table.rows
    one_call(table, ours, peers, others, "64 short texts, one call", short, options.runs)
    best = one_call(table, ours, peers, others, f"{len(chunks)} code chunks, one call", chunks, options.bulk_runs)
    one_by_one(table, ours, peers, spinning, others, short, options.runs)
    ours.close()
    load_and_memory(table, [best] + others, options, model, short + chunks[:100])
    return table.rows


def main():
    options = arguments()
    model = os.environ["CODEINTEL_MODEL_DIR"]
    rng = random.Random(7)
    short = [prose(rng, 1 + i % 3) for i in range(64)]
    chunks = [function(rng, 2 + i % 20) for i in range(options.chunks)]
    print(f"load before: {os.getloadavg()}", file=sys.stderr)
    rows = []
    for precision in [options.precision] if options.precision else list(FLOORS):
        print(f"{precision}:", file=sys.stderr)
        options.precision = precision
        rows += compare(options, model, short, chunks)
    print(f"load after: {os.getloadavg()}", file=sys.stderr)
    text = json.dumps(rows, indent=2) + "\n"
    if not options.json:
        return print(text, end="")
    with open(options.json, "w", encoding="ascii") as out:
        out.write(text)


main()
