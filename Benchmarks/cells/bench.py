"""Runs the cell benchmarks in alternation with their peers and prints medians. Started by Benchmarks/cells/run."""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
CORES = os.cpu_count() or 1


def read_rows(bench, arc):
    """(case, our command, peer's name, peer's command); every command prints nanoseconds per operation."""
    python = [sys.executable, str(HERE / "python_cell.py")]

    def ours(name, threads=1):
        return [bench, name, str(threads)]

    def striped(name, threads=1):
        return ["/usr/bin/env", "RUNTIME_CELLS_READ_PATH=striped", bench, name, str(threads)]

    read = ours("withValueIfReady")
    reads = ours("withValueIfReady", CORES)
    many = f"withValueIfReady, {CORES} threads"
    return [
        ("withValueIfReady, 1 thread", read, "arc-swap load", [arc, "load", "1"]),
        (many, reads, "arc-swap load", [arc, "load", str(CORES)]),
        (many, reads, "the same, 1 thread", read),
        ("withValueIfReady striped, 1 thread", striped("withValueIfReady"), "arc-swap load", [arc, "load", "1"]),
        (
            f"withValueIfReady striped, {CORES} threads", striped("withValueIfReady", CORES),
            "arc-swap load", [arc, "load", str(CORES)],
        ),
        ("leaseIfReady, 1 thread", ours("leaseIfReady"), "arc-swap load_full", [arc, "load_full", "1"]),
        ("getOrInitialize, 1 thread", ours("getOrInitialize"), "withValueIfReady", read),
        ("withValueBlocking, 1 thread", ours("withValueBlocking"), "withValueIfReady", read),
        ("withValueIfReady, 1 thread", read, "Rust OnceLock get (no disposal)", [arc, "OnceLock", "1"]),
        ("withValueIfReady, 1 thread", read, "Swift Mutex", ours("mutex")),
        (many, reads, "Swift Mutex", ours("mutex", CORES)),
        ("withValueIfReady, 1 thread", read, "swift-atomics ManagedAtomic reference", ours("managed_atomic")),
        (many, reads, "swift-atomics ManagedAtomic reference", ours("managed_atomic", CORES)),
        ("withValueIfReady, 1 thread", read, "swift-atomics lazy reference (no disposal)", ours("lazy_reference")),
        ("withValueIfReady, 1 thread", read, "C++ atomic_load(shared_ptr)", ours("shared_ptr")),
        (many, reads, "C++ atomic_load(shared_ptr)", ours("shared_ptr", CORES)),
        ("getOrInitialize, 1 thread", ours("getOrInitialize"), "Python original's algorithm", python),
        ("withValueIfReady, 1 thread", read, "Python original's peek", python + ["peek"]),
        ("withValue of a cell", ours("getOrInitialize"), "Swift actor call", ours("actor")),
        # Wall clock: what each drain pays for the reads above.
        ("membarrier, 1 reading thread", ours("barrier", 1), "without readers", ours("barrier", 0)),
    ]


def run(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def reads(bench, arc, runs):
    print(f"{'case':36} {'ours':>8} {'peer':>8} {'ratio':>6}  peer   (ns of CPU per operation, medians of {runs}; load {os.getloadavg()[0]:.1f})")
    for case, ours, peer_name, peer in read_rows(bench, arc):
        if not os.path.exists(peer[0]):
            print(f"{case:36} left out: {peer_name} could not be built here", file=sys.stderr)
            continue
        pairs = [(float(run(ours)), float(run(peer))) for _ in range(runs)]
        mine, theirs = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
        ratio = mine / theirs if theirs > 0 else None
        print(f"{case:36} {mine:8.2f} {theirs:8.2f} {ratio or 0:6.2f}  {peer_name}", flush=True)
        metric = "wall_time" if case.startswith("membarrier") else "cpu_time"
        yield row(case, metric, "ns", mine, runs, theirs, peer_name, ratio)


def figures(tool, runs):
    """What has no peer: printed and written as it is."""
    print(f"\n{'figure':42} {'value':>12}   (medians of {runs})")
    for case in (["swaps", "100000"], ["flight"], ["snapshot"], ["memory"]):
        taken = [dict(line.split() for line in run([tool, *case]).splitlines()) for _ in range(runs)]
        for name in taken[0]:
            value = statistics.median(float(one[name]) for one in taken)
            if name in ("failed_reads", "built_minus_disposed"):
                # A promise, not a figure: the worst run counts.
                value = max(abs(float(one[name])) for one in taken)
            print(f"{case[0] + ' ' + name:42} {value:12.2f}", flush=True)
            unit = name.rsplit("_", 1)[-1] if name.endswith(("_us", "_ms")) else "count"
            yield row(case[0], name, "bytes" if name.startswith("bytes") else unit, value, runs)


def row(case, metric, unit, ours, runs, peer=None, peer_name=None, ratio=None):
    return {
        "area": "cells", "case": case, "metric": metric, "unit": unit, "ours": ours,
        "peer": peer, "peer_name": peer_name, "ratio": ratio, "runs": runs, "load": os.getloadavg()[0],
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bench", required=True)
    parser.add_argument("--arc", required=True)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    before = os.getloadavg()[0]
    rows = list(reads(arguments.bench, arguments.arc, arguments.runs))
    rows += figures(str(Path(arguments.bench).with_name("cell-figures")), arguments.runs)
    print(f"\nload average {before:.1f} before, {os.getloadavg()[0]:.1f} after, {CORES} cores")
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(rows, indent=2) + "\n")


main()
