"""Steady load for long."""

import statistics
import threading
import time

from rows import exact, row
from service import serving, wrk


def soak(arguments, index):
    """Steady load for long: memory after a tenth of the time and at the end, descriptors, and any answer but 200.

    Memory that grows by more than `--soak-growth` MiB between the two is a flaw."""
    with serving(arguments, index, CODEINTEL_INDEX_PRELOAD="hybrid,vllm") as service:
        service.wait_ready()
        wrk(service, 64, 2)
        time.sleep(1)
        descriptors = service.descriptors()
        seconds = arguments.soak_seconds
        settled = time.monotonic() + seconds / 10
        samples, load = [], {}
        pressing = threading.Thread(target=lambda: load.update(wrk(service, 8, seconds)))
        pressing.start()
        while pressing.is_alive():
            time.sleep(max(0.2, seconds / 200))
            if time.monotonic() > settled:
                samples.append(service.resident())
        time.sleep(1)
        case = f"soak of {seconds} s, 8 connections"
        tenth = max(1, len(samples) // 10)
        beyond = f"growth beyond {arguments.soak_growth:g} MiB"
        begin, end = statistics.median(samples[:tenth]), statistics.median(samples[-tenth:])
        return [row(case, "searches", "answers", load["requests"]),
                exact(case, "not 2xx", "answers", load["other"] + load["errors"]),
                row(case, "p99", "ms", load["p99"]),
                row(case, "memory after a tenth of it", "MiB", begin), row(case, "memory at the end", "MiB", end),
                row(case, "growth", "MiB", end - begin),
                exact(case, beyond, "MiB", max(0, round(end - begin - arguments.soak_growth, 3))),
                exact(case, "descriptors left", "descriptors", service.descriptors() - descriptors)]
