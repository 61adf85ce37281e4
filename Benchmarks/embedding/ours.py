"""Our embedder as a child process that answers one JSON line to each (runner/)."""

import json
import os
import subprocess


class Ours:
    def __init__(self, binary, model, threads, precision="f32"):
        self.process = subprocess.Popen(
            [binary, model, str(threads), precision], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.load = json.loads(self.process.stdout.readline())["load"]

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def cpu(self):
        """Processor seconds used so far, in the kernel's ticks."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        self.process.stdin.close()
        self.process.wait()
