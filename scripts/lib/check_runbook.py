"""Runs the commands of a runbook against a real service and compares the shape of what they print; see scripts/check-runbook."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

SOURCE = "".join(f"func waterPlant{number}(garden: Garden) {{ garden.water(row: {number}) }}\n\n" for number in range(12))


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def commands(block):
    """Pairs of a command and the lines that it is said to print."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
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


def main(runbook, program):
    text = pathlib.Path(runbook).read_text()
    flaws, count = [], 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / "bin").mkdir()
        (folder / "bin" / "codeintel").symlink_to(program)
        (folder / "source").mkdir()
        (folder / "source" / "Garden.swift").write_text(SOURCE)
        (folder / "token").write_text("correct-horse-battery")
        # On a terminal curl draws no meter.
        (folder / ".curlrc").write_text("silent\n")
        model = os.environ["CODEINTEL_MODEL_DIR"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CODEINTEL_")}
        environment |= {"PATH": f"{folder}/bin:{os.environ['PATH']}", "NO_COLOR": "1", "XDG_CONFIG_HOME": scratch,
                        "CURL_HOME": scratch}
        # The model and the index are where the environment says, as on a machine that was set up.
        here = environment | {"CODEINTEL_MODEL_DIR": model}
        subprocess.run(["codeintel", "index", "source", "--index", "idx", "--quiet"], cwd=folder, env=here, check=True,
                       stdout=subprocess.DEVNULL)
        service = subprocess.Popen(
            ["codeintel", "serve", "--index", "idx", "--port", "0", "--admin-token-file", "token", "--quiet"],
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=here | {"CODEINTEL_INDEX_PRELOAD": "vllm,hybrid", "KGFOUNDRY_ALLOW_RUNTIME_SWAP": "1",
                        "CODEINTEL_LAME_DUCK_SECONDS": "0"})
        try:
            url = service.stdout.readline().split()[-1]
            subprocess.run(["curl", "--silent", "--fail", "--output", "/dev/null", "--retry", "600", "--retry-delay", "1",
                            "--retry-all-errors", url + "/readyz"], check=True)
            for block in blocks(text, "console"):
                for command, stated in commands(block):
                    count += 1
                    # The machine's own: the port, the folder of completions, how fast it is.
                    line = command.replace("http://127.0.0.1:8080", url).replace("/etc/bash_completion.d/", "")
                    line = line.replace("--budget-ms 200", "--budget-ms 600000")
                    settings = here if "config show" not in command else environment
                    done = subprocess.run(["bash", "-c", line], cwd=folder, text=True, stdout=subprocess.PIPE,
                                          stderr=subprocess.STDOUT, env=settings | {"URL": url})
                    isFailure = any(said.startswith("error:") for said in stated)
                    flaw = difference(stated, done.stdout)
                    if flaw is None and (done.returncode != 0) != isFailure:
                        flaw = f"exit code {done.returncode}"
                    print(("ok      " if flaw is None else "FAILED  ") + command)
                    if flaw:
                        flaws.append(f"{command}: {flaw}\n  it printed: {done.stdout[:600]}")
            for block in blocks(text, "yaml"):
                count += 1
                (folder / "settings.yaml").write_text(block.replace("/run/secrets/codeintel-token", str(folder / "token")))
                done = subprocess.run(["codeintel", "config", "show", "--config", "settings.yaml"], cwd=folder, text=True,
                                      env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                print(("ok      " if done.returncode == 0 else "FAILED  ") + "the settings as YAML")
                if done.returncode != 0:
                    flaws.append(done.stdout)
        finally:
            service.send_signal(signal.SIGTERM)
            if service.wait(timeout=120) != 0:
                flaws.append(f"the service ended with {service.returncode}")
    for flaw in flaws:
        print(flaw, file=sys.stderr)
    print(f"{count} steps of the runbook, {len(flaws)} do not hold")
    return 1 if flaws or count == 0 else 0


sys.exit(main(*sys.argv[1:]))
