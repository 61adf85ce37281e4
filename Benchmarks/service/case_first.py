"""The first queries after the preload: the first one should cost what the tenth costs. Reported, no time is asserted."""

import statistics
import urllib.parse

from rows import exact, row, timed
from service import QUESTIONS, serving


def first(arguments, index):
    """Medians over fresh services. No question comes twice, or the tenth would find its vector in the cache of recent ones."""
    paths = ["/search?q=" + urllib.parse.quote(line) for line in QUESTIONS.read_text().splitlines()]
    times, statuses = [], []
    for _ in range(arguments.runs):
        with serving(arguments, index, CODEINTEL_INDEX_PRELOAD="hybrid,vllm") as service:
            service.wait_ready()
            asked = [timed(lambda path=path: service.request("GET", path)) for path in paths]
        times.append([milliseconds for milliseconds, _ in asked])
        statuses += [status for _, (status, _) in asked]
    at = [statistics.median(column) for column in zip(*times)]
    steady = statistics.median(at[9:])
    runs = arguments.runs
    return [row("first query after preload", "time", "ms", at[0], runs),
            row("tenth query after preload", "time", "ms", at[9], runs),
            row(f"median of queries 10 to {len(at)}", "time", "ms", steady, runs),
            row("first query / tenth query", "ratio", "x", at[0] / at[9], runs),
            row("first query / that median", "ratio", "x", at[0] / steady, runs),
            exact("the first queries", "not 200", "answers", sum(status != 200 for status in statuses))]
