"""One running `codeintel serve`, and wrk against it."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
QUESTIONS = HERE.parent / "engine" / "questions.txt"
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


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


def wrk(service, connections, seconds, script="questions.lua", path="/", **environment):
    """Requests a second, p50 and p99 in milliseconds, answers that were no 2xx, and socket errors."""
    command = ["wrk", "-t", str(min(2, connections)), "-c", str(connections), "-d", f"{seconds}s", "--latency",
               "--timeout", "30s", service.url + path]
    if script:
        command[1:1] = ["-s", str(HERE / script)]
    output = subprocess.run(command, env={**os.environ, "QUESTIONS": str(QUESTIONS), **environment}, check=True, text=True,
                            stdout=subprocess.PIPE).stdout
    def latency(share):
        value, unit = re.search(rf"{share}%\s+([\d.]+)(us|ms|s|m)\b", output).groups()
        return float(value) * UNITS[unit]
    other = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    return {"rate": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]), "p50": latency(50), "p99": latency(99),
            "requests": int(re.search(r"(\d+) requests in", output)[1]), "other": int(other[1]) if other else 0,
            "errors": sum(map(int, errors.groups())) if errors else 0}
