"""Measures `codeintel serve` on loopback with wrk. Standard library only; see ./run."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from case_first import first
from case_pressure import blocked, overload
from case_soak import soak
from case_swaps import swaps
from case_terminated import terminated
from case_throughput import throughput
from rows import FLAWS

PACKAGES = ["swift-argument-parser", "swift-service-lifecycle"]
CASES = {"first": first, "throughput": throughput, "overload": overload, "blocked": blocked, "terminated": terminated,
         "swaps": swaps, "soak": soak}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("--json")
    parser.add_argument("--index")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--swaps", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--soak-seconds", type=int, default=1800)
    parser.add_argument("--soak-growth", type=float, default=32, help="MiB of memory that the soak may grow by")
    parser.add_argument("--terminations", type=int, default=20)
    parser.add_argument("--only", help="cases with commas: " + ", ".join(CASES))
    parser.add_argument("folders", nargs="*")
    arguments = parser.parse_args()
    wanted = arguments.only.split(",") if arguments.only else list(CASES)
    if unknown := [case for case in wanted if case not in CASES]:
        parser.error(f"no such case: {', '.join(unknown)}")
    folders = arguments.folders or [str(pathlib.Path(arguments.root) / ".build/checkouts" / name) for name in PACKAGES]
    with tempfile.TemporaryDirectory() as scratch:
        index = arguments.index or f"{scratch}/index"
        if not arguments.index:
            subprocess.run([arguments.binary, "index", *folders, "--index", index, "--quiet"], check=True,
                           stdout=subprocess.DEVNULL)
        rows = []
        for case in wanted:
            began = time.monotonic()
            found = CASES[case](arguments, index)
            rows += found
            for entry in found:
                print(f"{entry['case']}: {entry['metric']} {entry['ours']} {entry['unit']}", file=sys.stderr)
            print(f"{case}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    print("| case | metric | value |\n|---|---|---|")
    for entry in rows:
        print(f"| {entry['case']} | {entry['metric']} | {entry['ours']} {entry['unit']} |")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(rows, indent=1) + "\n")
    if FLAWS:
        sys.exit("\n".join(FLAWS))


if __name__ == "__main__":
    main()
