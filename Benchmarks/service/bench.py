"""Measures `codeintel serve` on loopback with wrk. Standard library only; see ./run."""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).parent
QUESTIONS = HERE.parent / "engine" / "questions.txt"
PACKAGES = ["swift-argument-parser", "swift-service-lifecycle"]
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


def row(case, metric, unit, value, runs=1):
    """A row without a peer: nothing else here does the same whole job."""
    return {"area": "service", "case": case, "metric": metric, "unit": unit, "ours": round(value, 3),
            "peer": None, "peer_name": None, "ratio": None, "runs": runs}


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Service:
    """One `codeintel serve` on a port of the system's choice."""

    def __init__(self, binary, index, folder, **environment):
        self.token = secrets.token_hex(16)
        token_file = pathlib.Path(folder) / "token"
        token_file.write_text(self.token)
        variables = {**os.environ, "CODEINTEL_LAME_DUCK_SECONDS": "0", "CODEINTEL_INDEX_WATCH_SECONDS": "0",
                     "CODEINTEL_ADMIN_PER_MINUTE": "1000000", "KGFOUNDRY_ALLOW_RUNTIME_SWAP": "1", **environment}
        self.process = subprocess.Popen(
            [binary, "serve", "--index", str(index), "--port", "0", "--admin-token-file", str(token_file), "--quiet"],
            stdout=subprocess.PIPE, stderr=open(pathlib.Path(folder) / "log", "a"), text=True, env=variables)
        line = self.process.stdout.readline()
        self.port = int(line.rsplit(":", 1)[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def request(self, method, path, token=False, connection=None):
        """Status and body; on a connection of its own unless one is given."""
        own = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"Bearer {self.token}"} if token else {}
        own.request(method, path, headers=headers)
        answer = own.getresponse()
        body = answer.read()
        if connection is None:
            own.close()
        return answer.status, json.loads(body)

    def wait_ready(self):
        while self.request("GET", "/readyz")[0] != 200:
            time.sleep(0.1)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def resident(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


@contextlib.contextmanager
def serving(arguments, index, **environment):
    with tempfile.TemporaryDirectory() as folder:
        service = Service(arguments.binary, index, folder, **environment)
        try:
            yield service
        except BaseException:
            service.process.kill()
            raise
        if service.stop() != 0:
            sys.exit("the service did not end well: " + (pathlib.Path(folder) / "log").read_text()[-2000:])


def wrk(service, connections, seconds, script="questions.lua", path="/"):
    """Requests a second, p50 and p99 in milliseconds, answers that were no 2xx, and socket errors."""
    command = ["wrk", "-t", str(min(2, connections)), "-c", str(connections), "-d", f"{seconds}s", "--latency",
               "--timeout", "30s", service.url + path]
    if script:
        command[1:1] = ["-s", str(HERE / script)]
    output = subprocess.run(command, env={**os.environ, "QUESTIONS": str(QUESTIONS)}, check=True, text=True,
                            stdout=subprocess.PIPE).stdout
    def latency(share):
        value, unit = re.search(rf"{share}%\s+([\d.]+)(us|ms|s|m)\b", output).groups()
        return float(value) * UNITS[unit]
    other = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    return {"rate": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]), "p50": latency(50), "p99": latency(99),
            "requests": int(re.search(r"(\d+) requests in", output)[1]), "other": int(other[1]) if other else 0,
            "errors": sum(map(int, errors.groups())) if errors else 0}


def timed(work):
    """Milliseconds and what the work gave."""
    start = time.monotonic()
    result = work()
    return (time.monotonic() - start) * 1000, result


def throughput(arguments, index):
    rows = []
    with serving(arguments, index, CODEINTEL_INDEX_PRELOAD="hybrid,vllm") as service:
        service.wait_ready()
        times = []
        for turn in range(10):
            start = time.monotonic()
            service.request("GET", "/search?q=where+is+the+shutdown")
            times.append((time.monotonic() - start) * 1000)
        steady = statistics.median(
            timed(lambda: service.request("GET", "/search?q=where+is+the+shutdown"))[0] for _ in range(200))
        rows += [row("first query after preload", "time", "ms", times[0]),
                 row("tenth query after preload", "time", "ms", times[9]),
                 row("median of 200 queries after those", "time", "ms", steady),
                 row("first query / that median", "ratio", "x", times[0] / steady)]
        # A burst first: the chunk store opens a connection for each search that runs at once, and keeps them.
        wrk(service, 64, 2)
        time.sleep(1)
        baseline = service.descriptors()
        for name, script, path in [("healthz", None, "/healthz"), ("search", "questions.lua", "/")]:
            for connections in [1, 8, 64]:
                wrk(service, connections, 2, script, path)
                runs = [wrk(service, connections, arguments.seconds, script, path) for _ in range(arguments.runs)]
                case = f"{name}, {connections} connections"
                for metric, unit in [("rate", "requests/s"), ("p50", "ms"), ("p99", "ms")]:
                    rows.append(row(case, metric, unit, statistics.median(run[metric] for run in runs), arguments.runs))
                rows.append(row(case, "not 2xx", "answers", sum(run["other"] + run["errors"] for run in runs)))
        time.sleep(1)
        rows.append(row("descriptors left after the load", "count", "descriptors", service.descriptors() - baseline))
        rows.append(row("memory after the load", "resident", "MiB", service.resident()))
    return rows


def swaps(arguments, _):
    """Swaps between two generations without one file in common, under load; each answer must be of one generation."""
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        for number in [1, 2]:
            shutil.rmtree(root / "source", ignore_errors=True)
            for file in range(40):
                path = root / "source" / f"Generation{number}" / f"File{file}.swift"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"func bicycle{number}x{file}() {{ let wheel = {file} }}\n")
            subprocess.run([arguments.binary, "index", str(root / "source"), "--index", str(root / "index"), "--quiet"],
                           check=True, stdout=subprocess.DEVNULL)
        current = root / "index" / "CURRENT"
        flaws, answers, stop = [], [0, 0, 0], threading.Event()
        with serving(arguments, root / "index", CODEINTEL_INDEX_PRELOAD="hybrid,vllm") as service:
            service.wait_ready()

            def verify():
                connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
                while not stop.is_set():
                    status, body = service.request("GET", "/search?q=bicycle+wheel", connection=connection)
                    if status != 200 or body["limits"] or not body["hits"]:
                        flaws.append(f"{status} {json.dumps(body)[:300]}")
                        continue
                    wanted = f"Generation{body['generation']}/"
                    answers[body["generation"]] += 1
                    if any(not hit["path"].startswith(wanted) for hit in body["hits"]):
                        flaws.append(f"generation {body['generation']} answered with another one's hit")

            threads = [threading.Thread(target=verify) for _ in range(2)]
            load = {}
            pressing = threading.Thread(target=lambda: load.update(wrk(service, 8, arguments.swap_seconds)))
            for thread in [*threads, pressing]:
                thread.start()
            admin = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
            durations = []
            for turn in range(arguments.swaps):
                wanted = 2 if turn % 2 else 1
                pending = current.with_suffix(".next")
                pending.write_text(f"{wanted}\n")
                pending.replace(current)
                start = time.monotonic()
                status, body = service.request("POST", "/admin/index/swap", token=True, connection=admin)
                durations.append((time.monotonic() - start) * 1000)
                if status != 200 or body["to"] != wanted:
                    flaws.append(f"swap: {status} {body}")
                if turn % 50 == 0:
                    after = service.request("GET", "/search?q=bicycle", connection=admin)[1]
                    if after.get("generation") != wanted:
                        flaws.append("an answer was stale after its swap had returned")
            pressing.join()
            stop.set()
            for thread in threads:
                thread.join()
        if flaws:
            print("\n".join(flaws[:10]), file=sys.stderr)
        case = f"{arguments.swaps} swaps under load"
        return [row(case, "flaws", "answers", len(flaws)), row(case, "answers checked", "answers", sum(answers)),
                row(case, "answers of wrk", "answers", load["requests"]),
                row(case, "not 2xx of wrk", "answers", load["other"] + load["errors"]),
                row(case, "swap p50", "ms", statistics.median(durations)),
                row(case, "swap p99", "ms", percentile(durations, 0.99)),
                row(case, "search p99 meanwhile", "ms", load["p99"])]


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
                row(case, "status afterwards", "status", status)]


def soak(arguments, index):
    """Steady load for long: memory after a tenth of the time and at the end, descriptors, and any answer but 200."""
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
        begin, end = statistics.median(samples[:tenth]), statistics.median(samples[-tenth:])
        return [row(case, "searches", "answers", load["requests"]),
                row(case, "not 2xx", "answers", load["other"] + load["errors"]),
                row(case, "p99", "ms", load["p99"]),
                row(case, "memory after a tenth of it", "MiB", begin), row(case, "memory at the end", "MiB", end),
                row(case, "growth", "MiB", end - begin),
                row(case, "descriptors left", "descriptors", service.descriptors() - descriptors)]


def terminated(arguments, index):
    """SIGTERM under load, several times: every request that the service has accepted is answered.

    Each request has a connection of its own. One that is reset without a byte of an answer may have stood in the system's
    queue, where the service never saw it: those are counted apart, the lame-duck time is there for them.
    """
    lost, answered, unseen, refused, codes, ends = [], 0, 0, 0, [], []
    lock = threading.Lock()
    for _ in range(arguments.terminations):
        with tempfile.TemporaryDirectory() as folder:
            service = Service(arguments.binary, index, folder, CODEINTEL_INDEX_PRELOAD="hybrid,vllm",
                              CODEINTEL_LAME_DUCK_SECONDS="1")
            try:
                service.wait_ready()

                def ask():
                    nonlocal answered, unseen, refused
                    while True:
                        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
                        try:
                            connection.connect()
                        except OSError:
                            with lock:
                                refused += 1
                            return
                        try:
                            connection.request("GET", "/search?q=where+is+the+shutdown")
                            answer = connection.getresponse()
                            answer.read()
                            with lock:
                                answered += 1
                                if answer.status != 200:
                                    lost.append(f"status {answer.status}")
                        except (ConnectionError, http.client.RemoteDisconnected):
                            with lock:
                                unseen += 1
                        except (OSError, http.client.HTTPException) as error:
                            with lock:
                                lost.append(f"{type(error).__name__}: {error}")
                        finally:
                            connection.close()

                clients = [threading.Thread(target=ask) for _ in range(8)]
                for client in clients:
                    client.start()
                time.sleep(1)
                took, code = timed(service.stop)
                ends.append(took)
                codes.append(code)
                for client in clients:
                    client.join()
            finally:
                service.process.kill()
    if lost:
        print("\n".join(lost[:10]), file=sys.stderr)
    case = f"SIGTERM under load, {arguments.terminations} times"
    return [row(case, "answered", "answers", answered), row(case, "lost", "answers", len(lost)),
            row(case, "reset without an answer", "connections", unseen),
            row(case, "clients turned away after the end", "connections", refused),
            row(case, "exit codes other than 0", "processes", sum(code != 0 for code in codes)),
            row(case, "from signal to end, of it 1 s lame duck", "ms", statistics.median(ends))]


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


CASES = {"throughput": throughput, "overload": overload, "blocked": blocked, "terminated": terminated, "swaps": swaps,
         "soak": soak}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("--json")
    parser.add_argument("--index")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--swap-seconds", type=int, default=60)
    parser.add_argument("--swaps", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--soak-seconds", type=int, default=1800)
    parser.add_argument("--terminations", type=int, default=5)
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
            rows += CASES[case](arguments, index)
            print(f"{case}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    print("| case | metric | value |\n|---|---|---|")
    for entry in rows:
        print(f"| {entry['case']} | {entry['metric']} | {entry['ours']} {entry['unit']} |")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
