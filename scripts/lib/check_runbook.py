"""Runs the commands of a runbook against a real service and compares the shape of what they print; see scripts/check-runbook."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

SOURCE = "".join(f"func waterPlant{number}(garden: Garden) {{ garden.water(row: {number}) }}\n\n" for number in range(12))


def commands(block):
    """Pairs of a command, which may go on after a backslash, and the lines that it is said to print."""
    found, goes_on = [], False
    for line in block.splitlines():
        if goes_on:
            found[-1][0] += "\n" + line
        elif line.startswith("$ "):
            found.append([line[2:], []])
        elif found:
            found[-1][1].append(line)
        goes_on = line.endswith("\\") and (goes_on or line.startswith("$ "))
    return found


def shape(line):
    """A line without its numbers and the width of its columns."""
    return " ".join(re.sub(r"\d+(\.\d+)?", "#", line).split())


def difference(stated, actual):
    """What the runbook states and the program does not print; None when both agree."""
    wanted = [shape(line) for line in stated if line.strip() not in ("", "…")]
    got = [shape(line) for line in actual.splitlines() if line.strip()]
    missing = [line for line in wanted if line not in got]
    if missing:
        return "not printed: " + " | ".join(missing)
    if "…" not in [line.strip() for line in stated] and stated and len(got) != len(wanted):
        return "printed beyond what is stated: " + " | ".join(line for line in got if line not in wanted)
    return None


class Shell:
    """One bash that runs line after line, so that what a line sets, enters or starts is there for the next."""

    END = "--- end of the line ---"

    def __init__(self, folder, environment):
        # A group of its own: what it has started ends with it.
        self.process = subprocess.Popen(["bash"], cwd=folder, env=environment, text=True, start_new_session=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run(self, command):
        """What the command prints, and its exit code."""
        self.process.stdin.write(f"{{ {command}\n}} </dev/null\nprintf '%s %d\\n' '{self.END}' $?\n")
        self.process.stdin.flush()
        printed = []
        for line in self.process.stdout:
            before, mark, code = line.partition(self.END)
            printed.append(before)
            if mark:
                return "".join(printed), int(code)
        raise SystemExit(f"the shell ended in: {command}\n{''.join(printed)}")

    def end(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.communicate()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def machine(home, root, program):
    """A user's machine before the first line: the checkout, code to be searched, and the environment."""
    (home / "runtime-cells").symlink_to(root)
    (home / "project" / "src").mkdir(parents=True)
    (home / "project" / "src" / "Garden.swift").write_text(SOURCE)
    # On a terminal curl draws no meter.
    (home / ".curlrc").write_text("silent\n")
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("CODEINTEL_", "KGFOUNDRY_", "XDG_CONFIG")) and not name.endswith("_PRELOAD")}
    # What was fetched once is not fetched for each check.
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    environment = kept | {"HOME": str(home), "NO_COLOR": "1", "XDG_CACHE_HOME": cache, "CURL_HOME": str(home), "LC_ALL": "C.UTF-8"}
    if program:
        # The build is made already, in whatever configuration: the lines that make it find it.
        tools = home / "tools"
        tools.mkdir()
        (tools / "codeintel").symlink_to(program)
        (tools / "swift").write_text(f'''#!/bin/sh
case "$*" in
  build*--show-bin-path) echo "{tools}" ;;
  build*) ;;
  *) exec "{shutil.which("swift")}" "$@" ;;
esac
''')
        (tools / "swift").chmod(0o755)
        environment["PATH"] = f"{tools}:{environment['PATH']}"
    return environment


def main(root, program=None):
    text = (pathlib.Path(root) / "docs" / "ops-runtime.md").read_text()
    # The port is the machine's own: all else runs as it stands.
    text = text.replace("http://127.0.0.1:8080", f"http://127.0.0.1:{free_port()}")
    flaws, count = [], 0
    # Whoever ends this program ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("the check was ended"))
    with tempfile.TemporaryDirectory() as scratch:
        home = pathlib.Path(scratch)
        shell = Shell(home, machine(home, root, program))
        try:
            for language, block in re.findall(r"^```(console|yaml)\n(.*?)^```$", text, re.M | re.S):
                if language == "yaml":
                    (home / "project" / "settings.yaml").write_text(block)
                    block = "$ codeintel config show --config settings.yaml > /dev/null\n"
                for command, stated in commands(block):
                    count += 1
                    printed, code = shell.run(command)
                    flaw = difference(stated, printed)
                    if flaw is None and (code != 0) != any(said.startswith("error:") for said in stated):
                        flaw = f"exit code {code}"
                    print(("ok      " if flaw is None else "FAILED  ") + command, flush=True)
                    if flaw:
                        flaws.append(f"{command}: {flaw}\n  it printed: {printed[:600]}")
        finally:
            shell.end()
    for flaw in flaws:
        print(flaw, file=sys.stderr)
    print(f"{count} steps of the runbook, {len(flaws)} do not hold")
    return 1 if flaws or count == 0 else 0


sys.exit(main(*sys.argv[1:]))
