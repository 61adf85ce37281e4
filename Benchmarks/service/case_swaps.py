"""Swaps between two generations without one file in common, under load; each answer must be of one generation."""

import http.client
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading

from rows import exact, percentile, row, timed
from service import serving, wrk


def swaps(arguments, _):
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        for number in [1, 2]:
            build(arguments, root, number)
        with serving(arguments, root / "index", CODEINTEL_INDEX_PRELOAD="hybrid,vllm") as service:
            service.wait_ready()
            run = Run(service, root / "index" / "CURRENT")
            others = [threading.Thread(target=work) for work in [run.verify, run.verify, run.press]]
            for thread in others:
                thread.start()
            try:
                run.swap(arguments.swaps)
            finally:
                run.stop.set()
                for thread in others:
                    thread.join()
        if run.flaws:
            print("\n".join(run.flaws[:10]), file=sys.stderr)
        case = f"{arguments.swaps} swaps under load"
        return [exact(case, "flaws", "answers", len(run.flaws)), row(case, "answers checked", "answers", sum(run.answers)),
                row(case, "of them of the first generation", "answers", run.answers[1]),
                row(case, "answers of wrk", "answers", run.load["requests"]),
                exact(case, "not 2xx of wrk", "answers", run.load["other"] + run.load["errors"]),
                row(case, "swap p50", "ms", statistics.median(run.durations)),
                row(case, "swap p99", "ms", percentile(run.durations, 0.99)),
                row(case, "search p99 meanwhile", "ms", max(run.load["p99"]))]


def build(arguments, root, number):
    shutil.rmtree(root / "source", ignore_errors=True)
    for file in range(40):
        path = root / "source" / f"Generation{number}" / f"File{file}.swift"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"func bicycle{number}x{file}() {{ let wheel = {file} }}\n")
    subprocess.run([arguments.binary, "index", str(root / "source"), "--index", str(root / "index"), "--quiet"],
                   check=True, stdout=subprocess.DEVNULL)


class Run:
    def __init__(self, service, current):
        self.service, self.current, self.stop = service, current, threading.Event()
        self.flaws, self.answers, self.durations = [], [0, 0, 0], []
        self.load = {"requests": 0, "other": 0, "errors": 0, "p99": []}

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=60)

    def verify(self):
        connection = self.connection()
        while not self.stop.is_set():
            self.check(*self.service.request("GET", "/search?q=bicycle+wheel", connection=connection))

    def check(self, status, body, wanted=None):
        """A chunk that the channels found and the store does not have would be a limit, or a page with fewer hits."""
        if status != 200 or body["limits"] or len(body["hits"]) != 10:
            self.flaws.append(f"{status} {json.dumps(body)[:300]}")
            return
        generation = body["generation"]
        self.answers[generation] += 1
        if any(not hit["path"].startswith(f"Generation{generation}/") for hit in body["hits"]):
            self.flaws.append(f"generation {generation} answered with another one's hit")
        if wanted and generation != wanted:
            self.flaws.append(f"generation {generation} answered after the swap to {wanted} had returned")

    def press(self):
        while not self.stop.is_set():
            load = wrk(self.service, 8, 5)
            for name in ["requests", "other", "errors"]:
                self.load[name] += load[name]
            self.load["p99"].append(load["p99"])

    def swap(self, count):
        connection = self.connection()
        for turn in range(count):
            wanted = 2 if turn % 2 else 1
            pending = self.current.with_suffix(".next")
            pending.write_text(f"{wanted}\n")
            pending.replace(self.current)
            took, (status, body) = timed(
                lambda: self.service.request("POST", "/admin/index/swap", token=True, connection=connection))
            self.durations.append(took)
            if status != 200 or body["to"] != wanted:
                self.flaws.append(f"swap: {status} {body}")
            self.check(*self.service.request("GET", "/search?q=bicycle+wheel", connection=connection), wanted)
