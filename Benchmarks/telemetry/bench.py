"""Compares our metrics with the Rust crate prometheus and PyPI's prometheus-client, in alternation. Writes JSON rows."""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# case, threads, operations of ours and of Rust, operations of Python
UPDATES = [
    (case, threads, 5_000_000, 200_000)
    for case in ("counter", "float-counter", "gauge", "histogram", "timer")
    for threads in (1, 2)
] + [("lookup", 1, 500_000, 100_000)]


class Program:
    def __init__(self, name, command):
        self.name = name
        self.command = command
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, case, threads, count):
        self.process.stdin.write(f"{case} {threads} {count}\n")
        self.process.stdin.flush()
        answer = float(self.process.stdout.readline())
        if answer < 0:
            raise SystemExit(f"{self.name} does not know {case}")
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def alternated(programs, requests, runs):
    """Median answers, each run asking all programs in turn."""
    answers = {program.name: [] for program in programs}
    for run in range(runs + 1):
        for program in programs:
            answer = program.ask(*requests[program.name])
            if run:  # the first one warms up
                answers[program.name].append(answer)
    return {name: statistics.median(values) for name, values in answers.items()}


def allocations(command, case):
    """Allocations and bytes of one scrape: the difference between three scrapes and one, counted by valgrind."""
    totals = []
    for count in (1, 3):
        result = subprocess.run(
            ["valgrind", "--leak-check=no", *command], input=f"{case} 1 {count}\n", capture_output=True, text=True
        )
        found = re.search(r"total heap usage: ([\d,]+) allocs, [\d,]+ frees, ([\d,]+) bytes", result.stderr)
        if not found:
            return None
        totals.append([int(number.replace(",", "")) for number in found.groups()])
    return [(totals[1][i] - totals[0][i]) / 2 for i in (0, 1)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--rust")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--json")
    options = parser.parse_args()
    ours = Program("ours", [options.ours])
    peers = [Program("prometheus-client (Python)", [sys.executable, os.path.join(HERE, "python_peer.py")])]
    if options.rust:
        peers.insert(0, Program("prometheus 0.13 (Rust)", [options.rust]))
    rows = []

    def add(case, metric, unit, own, peer=None, peer_name=None, runs=options.runs):
        ratio = round(own / peer, 4) if peer else None
        row = {
            "area": "telemetry", "case": case, "metric": metric, "unit": unit, "ours": round(own, 3),
            "peer": None if peer is None else round(peer, 3), "peer_name": peer_name, "ratio": ratio, "runs": runs,
        }
        rows.append(row)
        against = f"   {peer_name} {row['peer']}   ratio {ratio}" if peer_name else ""
        print(f"{case:32} {row['ours']:>14} {unit}{against}", flush=True)

    for case, threads, many, few in UPDATES:
        programs = [ours, *peers]
        requests = {p.name: (case, threads, few if "Python" in p.name else many) for p in programs}
        answers = alternated(programs, requests, options.runs)
        for peer in peers:
            add(f"{case}, {threads} thread{'s' * (threads > 1)}", "time per operation", "ns", answers["ours"],
                answers[peer.name], peer.name)

    # Ours without swift-metrics' classes around it, against theirs: the rest is the cost of those.
    for name, case, theirs in (
        ("histogram handler", "histogram-handler", "histogram"), ("direct histogram", "direct-histogram", "histogram"),
        ("direct gauge", "direct-gauge", "gauge"),
    ):
        for threads in (1, 2):
            requests = {p.name: (theirs, threads, 200_000 if "Python" in p.name else 5_000_000) for p in peers}
            requests["ours"] = (case, threads, 5_000_000)
            answers = alternated([ours, *peers], requests, options.runs)
            for peer in peers:
                add(f"{name}, {threads} thread{'s' * (threads > 1)}", "time per operation", "ns", answers["ours"],
                    answers[peer.name], peer.name)

    requests = {p.name: ("scrape", 1, 5 if "Python" in p.name else 20) for p in [ours, *peers]}
    answers = alternated([ours, *peers], requests, options.runs)
    for peer in peers:
        add("scrape of 10,000 series", "time per scrape", "ms", answers["ours"] / 1e6, answers[peer.name] / 1e6, peer.name)
    own = [allocations([options.ours], "scrape"), allocations([options.rust], "scrape") if options.rust else None]
    if own[0]:
        peer = own[1] or [None, None]
        name = "prometheus 0.13 (Rust)" if own[1] else None
        add("scrape of 10,000 series", "allocations per scrape", "count", own[0][0], peer[0], name, runs=1)
        add("scrape of 10,000 series", "bytes allocated per scrape", "bytes", own[0][1], peer[1], name, runs=1)

    # Wall time, but for the cycle from empty to closed: processor time, since waking threads is most of the wall time.
    observed = [("cold-init", 2_000, 1), ("cold-cycle", 2_000, 1)]
    observed += [("ready-read", 5_000_000, threads) for threads in (1, 2)]
    for case, count, threads in observed:
        values = {"": [], "-observed": []}
        for run in range(options.runs + 1):
            # Each goes first in turn: what runs second finds other frequencies and caches.
            for suffix, answers in sorted(values.items(), reverse=run % 2 == 1):
                answer = ours.ask(case + suffix, threads, count)
                if run:
                    answers.append(answer)
        add(f"{case}, {threads} thread{'s' * (threads > 1)}, observed", "time per operation", "ns",
            statistics.median(values["-observed"]), statistics.median(values[""]), "without observers")
    for program in [ours, *peers]:
        program.close()
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)
            file.write("\n")


main()
