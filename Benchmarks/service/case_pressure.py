"""More clients than are let in, and a factory that blocks."""

import http.client
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import threading
import time

from rows import exact, percentile, row
from service import serving


def overload(arguments, index):
    """Four times as many clients as run and wait: those turned away are told at once, and it passes."""
    with serving(arguments, index, CODEINTEL_INDEX_PRELOAD="hybrid,vllm", CODEINTEL_SEARCH_CONCURRENCY="2",
                 CODEINTEL_SEARCH_QUEUE="6") as service:
        service.wait_ready()
        turned, answered, lock, end = [], [], threading.Lock(), time.monotonic() + arguments.seconds

        def ask():
            connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
            while time.monotonic() < end:
                start = time.monotonic()
                connection.request("GET", "/search?q=where+is+the+shutdown")
                answer = connection.getresponse()
                answer.read()
                took = (time.monotonic() - start) * 1000
                with lock:
                    if answer.status == 200:
                        answered.append(took)
                    elif answer.status == 503 and answer.getheader("Retry-After"):
                        turned.append(took)
                    else:
                        sys.exit(f"overload was answered with {answer.status}")
                if answer.status == 503:
                    time.sleep(0.01)

        threads = [threading.Thread(target=ask) for _ in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        status, _ = service.request("GET", "/search?q=shutdown")
        case = "overload, 32 clients on 2 places and a queue of 6"
        return [row(case, "answered", "requests/s", len(answered) / arguments.seconds),
                row(case, "turned away", "requests/s", len(turned) / arguments.seconds),
                row(case, "answered p99", "ms", percentile(answered, 0.99)),
                row(case, "turned away p50", "ms", statistics.median(turned) if turned else 0),
                row(case, "turned away p99", "ms", percentile(turned, 0.99) if turned else 0),
                exact(case, "status afterwards", "status", status, 200)]


def blocked(arguments, index):
    """healthz while the embedder's factory blocks: its weights are a pipe that nobody writes to."""
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder) / "model"
        shutil.copytree(os.environ["CODEINTEL_MODEL_DIR"], model)
        weights = model / "model.safetensors"
        weights.unlink()
        os.mkfifo(weights)
        with serving(arguments, index, CODEINTEL_MODEL_DIR=str(model)) as service:
            asking = [threading.Thread(target=lambda: service.request("GET", "/search?q=shutdown&deadline=11000"))
                      for _ in range(4)]
            for thread in asking:
                thread.start()
            while not any(cell["name"] == "vllm" and cell["init_state"] == "initializing"
                          for cell in service.request("GET", "/readyz")[1]["cells"]):
                time.sleep(0.05)
            times, end = [], time.monotonic() + 10
            while time.monotonic() < end:
                start = time.monotonic()
                status, _ = service.request("GET", "/healthz")
                times.append((time.monotonic() - start) * 1000)
                if status != 200:
                    sys.exit(f"healthz answered {status}")
                time.sleep(0.005)
            # The pipe is opened for writing and closed: the factory wakes and fails.
            os.close(os.open(weights, os.O_WRONLY | os.O_NONBLOCK))
            for thread in asking:
                thread.join()
        case = "healthz while a factory blocks for 10 s"
        return [row(case, "p50", "ms", statistics.median(times)), row(case, "p99", "ms", percentile(times, 0.99))]
