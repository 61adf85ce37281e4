"""Times `codeintel index` and `codeintel search` as whole processes. Standard library only; see ./run."""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import made_tree

# Together more than 20,000 chunks.
PACKAGES = ["GRDB.swift", "swift-argument-parser", "swift-async-algorithms", "swift-log", "swift-service-lifecycle"]


def measured(command, **options):
    """Runs a command; gives its output, wall seconds, processor seconds and peak memory in MiB."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} exited with {process.returncode}")
    return output, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def row(case, metric, unit, value, runs=1):
    """A row without a peer: nothing else here does the same whole job."""
    return {"area": "engine", "case": case, "metric": metric, "unit": unit, "ours": round(value, 3),
            "peer": None, "peer_name": None, "ratio": None, "runs": runs}


def indexing(arguments, folders, index):
    output, wall, processor, memory = measured([arguments.binary, "index", *folders, "--index", index, "--json"])
    report = json.loads(output)
    case = f"index {report['files']} files, {report['chunks']} chunks"
    rows = [row(case, "throughput", "chunks/s", report["chunks"] / wall), row(case, "wall time", "s", wall),
            row(case, "processor time", "s", processor), row(case, "peak memory", "MiB", memory)]
    for stage in report["stages"]:
        rows.append(row(case, f"stage {stage['name']}", "s", stage["seconds"]))
    return rows, report["chunks"]


def whole(stages):
    """Channels run at the same time, their parts (with a dot) inside of them, and the rest one after the other."""
    times = {stage["name"]: stage["duration_ms"] for stage in stages if "." not in stage["name"]}
    after = sum(times.pop(name, 0) for name in ["filter", "fusion", "hydration"])
    return max(times.values()) + after


def searching(arguments, index, chunks, cores):
    questions = pathlib.Path(__file__).with_name("questions.txt").read_text().splitlines()
    # Other questions of the same words: they warm all but the questions' vectors, which are kept for a while.
    warming = [" ".join(reversed(question.split())) for question in questions]
    within = ["taskset", "--cpu-list", f"0-{cores - 1}", arguments.binary]
    kind = f"{cores} core" + ("s" if cores > 1 else "")
    case = f"search {chunks} chunks, warm, {kind}"
    stages, memories = {}, []
    for _ in range(arguments.runs):
        output, _, _, memory = measured(
            [*within, "search", "-", "--json", "--index", index],
            stdin=subprocess.Popen(["printf", "%s\\n", *warming, *questions], stdout=subprocess.PIPE).stdout)
        memories.append(memory)
        for line in output.splitlines()[len(questions):]:
            answer = json.loads(line)
            for stage in answer["stages"]:
                stages.setdefault(stage["name"], []).append(stage["duration_ms"])
            stages.setdefault("all together", []).append(whole(answer["stages"]))
    rows = []
    for name, values in stages.items():
        rows.append(row(case, f"stage {name} p50", "ms", statistics.median(values), arguments.runs))
        rows.append(row(case, f"stage {name} p99", "ms", percentile(values, 0.99), arguments.runs))
    rows.append(row(case, "peak memory", "MiB", statistics.median(memories), arguments.runs))
    cold = [measured([*within, "search", questions[0], "--json", "--index", index])[1] for _ in range(arguments.runs)]
    rows.append(row(f"search {chunks} chunks, whole process, {kind}", "wall time p50", "s", statistics.median(cold),
                    arguments.runs))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("--json")
    parser.add_argument("--index")
    parser.add_argument("--search", type=int, metavar="CHUNKS", help="only search the index of --index, of so many chunks")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--made", type=int, help="index so many made-up functions instead of folders")
    parser.add_argument("--cores", default="2", help="on how many cores to search, with commas: 1,2")
    parser.add_argument("folders", nargs="*")
    arguments = parser.parse_args()
    root = pathlib.Path(arguments.root)
    folders = arguments.folders or [str(root / ".build/checkouts" / name) for name in PACKAGES]
    with tempfile.TemporaryDirectory() as scratch:
        index = arguments.index or f"{scratch}/index"
        if arguments.made and not arguments.search:
            folders = [str(made_tree.write(f"{scratch}/made", arguments.made))]
        rows, chunks = ([], arguments.search) if arguments.search else indexing(arguments, folders, index)
        for cores in map(int, arguments.cores.split(",")):
            rows += searching(arguments, index, chunks, cores)
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    print("| case | metric | value |\n|---|---|---|")
    for entry in rows:
        print(f"| {entry['case']} | {entry['metric']} | {entry['ours']} {entry['unit']} |")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
