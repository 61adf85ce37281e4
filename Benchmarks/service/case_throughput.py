"""Requests a second and latency at 1, 8 and 64 connections; what is left open."""

import statistics
import time

from rows import exact, row
from service import serving, wrk


def throughput(arguments, index):
    rows = []
    with serving(arguments, index, CODEINTEL_INDEX_PRELOAD="hybrid,vllm") as service:
        service.wait_ready()
        # A burst first: the chunk store opens a connection for each search that runs at once, and keeps them.
        wrk(service, 64, 2)
        time.sleep(1)
        baseline = service.descriptors()
        for name, script, path, environment in [
                ("healthz", None, "/healthz", {}), ("search, 20 questions by turns", "questions.lua", "/", {}),
                ("search, no question twice", "questions.lua", "/", {"NEW_QUESTIONS": "1"})]:
            for connections in [1, 8, 64]:
                wrk(service, connections, 2, script, path, **environment)
                runs = [wrk(service, connections, arguments.seconds, script, path, **environment) for _ in range(arguments.runs)]
                case = f"{name}, {connections} connections"
                for metric, unit in [("rate", "requests/s"), ("p50", "ms"), ("p99", "ms")]:
                    rows.append(row(case, metric, unit, statistics.median(run[metric] for run in runs), arguments.runs))
                rows.append(exact(case, "not 2xx", "answers", sum(run["other"] + run["errors"] for run in runs)))
        time.sleep(1)
        rows.append(exact("descriptors left after the load", "count", "descriptors", service.descriptors() - baseline))
        rows.append(row("memory after the load", "resident", "MiB", service.resident()))
    return rows
