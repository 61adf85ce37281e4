"""The first queries after the preload: the first one should cost what the tenth costs. Reported, no time is asserted."""

import statistics
import time
import urllib.parse

from rows import exact, row, timed
from service import QUESTIONS, serving

# Seconds. A machine that has slept answers later, whatever it has prepared: caches are cold and processors wake up. The first
# question comes after such a pause, so those it is compared with do too.
PAUSE = 0.1


def first(arguments, index):
    """Medians over fresh services. No question comes twice, or the tenth would find its vector in the cache of recent ones."""
    questions = QUESTIONS.read_text().splitlines()
    times, statuses = [], []
    for _ in range(arguments.runs):
        with serving(arguments, index, CODEINTEL_INDEX_PRELOAD="hybrid,vllm") as service:
            service.wait_ready()
            asked = []
            for question in questions:
                time.sleep(PAUSE)
                path = "/search?q=" + urllib.parse.quote(question)
                asked.append(timed(lambda: service.request("GET", path)))
            busy = [timed(lambda: service.request("GET", "/search?q=" + urllib.parse.quote("what does " + question)))
                    for question in questions]
        times.append([milliseconds for milliseconds, _ in asked + busy])
        statuses += [status for _, (status, _) in asked + busy]
    at = [statistics.median(column) for column in zip(*times)]
    paused, unpaused = at[9:len(questions)], at[len(questions) + 1:]
    runs = arguments.runs
    return [row("first query after preload", "time", "ms", at[0], runs),
            row("tenth query, after the same pause", "time", "ms", at[9], runs),
            row(f"queries 10 to {len(questions)}, after the same pause", "time", "ms", statistics.median(paused), runs),
            row("queries without a pause", "time", "ms", statistics.median(unpaused), runs),
            row("first query / tenth query", "ratio", "x", at[0] / at[9], runs),
            row("first query / median of 10 and later", "ratio", "x", at[0] / statistics.median(paused), runs),
            exact("the first queries", "not 200", "answers", sum(status != 200 for status in statuses))]
