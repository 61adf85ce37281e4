"""The first queries after the preload: the first one should cost what the tenth costs. Reported, no time is asserted."""

import statistics
import time

from rows import exact, row, timed
from service import serving

QUESTION = "/search?q=where+is+the+shutdown"


def first_queries(service):
    """Rows of a service that is ready and was asked nothing yet."""
    times, statuses = [], []
    for _ in range(10):
        start = time.monotonic()
        statuses.append(service.request("GET", QUESTION)[0])
        times.append((time.monotonic() - start) * 1000)
    steady = statistics.median(timed(lambda: service.request("GET", QUESTION))[0] for _ in range(200))
    return [row("first query after preload", "time", "ms", times[0]),
            row("tenth query after preload", "time", "ms", times[9]),
            row("median of 200 queries after those", "time", "ms", steady),
            row("first query / tenth query", "ratio", "x", times[0] / times[9]),
            row("first query / that median", "ratio", "x", times[0] / steady),
            exact("the first ten queries", "not 200", "answers", sum(status != 200 for status in statuses))]


def first(arguments, index):
    with serving(arguments, index, CODEINTEL_INDEX_PRELOAD="hybrid,vllm") as service:
        service.wait_ready()
        return first_queries(service)
