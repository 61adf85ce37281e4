"""PyPI's prometheus-client, measured by the same requests as our runner."""
import sys
import threading
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SIZES = [m * 10**e for e in range(6) for m in (1, 2, 5)] + [1e6]


def parallel(threads, body):
    workers = [threading.Thread(target=body) for _ in range(threads - 1)]
    start = time.perf_counter_ns()
    for worker in workers:
        worker.start()
    body()
    for worker in workers:
        worker.join()
    return time.perf_counter_ns() - start


def filled():
    registry = CollectorRegistry()
    families = [Counter(f"requests_{n}", "requests", ["route", "status"], registry=registry) for n in range(10)]
    for number in range(10_000):
        families[number % 10].labels(f"/r/{number}", "200").inc(number)
    return registry


def main():
    registry = filled()
    own = CollectorRegistry()
    counter = Counter("c", "c", ["a"], registry=own)
    series = counter.labels("b")
    gauge = Gauge("g", "g", registry=own)
    sizes = Histogram("h", "h", buckets=SIZES, registry=own)
    times = Histogram("t", "t", registry=own)

    def repeat(count, call):
        def body():
            for number in range(count):
                call(number)

        return body

    calls = {
        "counter": lambda n: series.inc(),
        "float-counter": lambda n: series.inc(0.5),
        "gauge": lambda n: gauge.set(n),
        "histogram": lambda n: sizes.observe(n & 4095),
        "timer": lambda n: times.observe((n & 0xFFFFFFFF) / 1e9),
        "lookup": lambda n: counter.labels("b").inc(),
        "scrape": lambda n: generate_latest(registry),
    }
    for line in sys.stdin:
        case, threads, count = line.split()
        if case not in calls:
            print(-1, flush=True)
            continue
        print(parallel(int(threads), repeat(int(count), calls[case])) / max(1, int(count)), flush=True)


main()
