"""Loading the contract, and the rules it must meet in itself."""
import json
import re

SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
CODE = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$")
METRIC = re.compile(r"^[a-z][a-z0-9_]*$")
AREA = re.compile(r"^[a-z]+$")
SECTIONS = ("cells", "environment", "exit_codes", "problem_types", "metrics", "events", "envelopes")


def no_duplicates(pairs):
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"member named twice: {', '.join(twice)}")
    return dict(pairs)


def load(root):
    """The contract and what is wrong with it."""
    path = root / "Fixtures" / "contract.json"
    try:
        contract = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=no_duplicates)
    except (OSError, ValueError) as error:
        return {}, [f"{path.relative_to(root)}: {error}"]
    missing = [section for section in SECTIONS if section not in contract]
    if missing:
        return contract, [f"sections missing: {', '.join(missing)}"]
    return contract, list(violations(contract, root))


def violations(contract, root):
    yield from unique("cell", [cell["name"] for cell in contract["cells"]])
    yield from unique("environment variable", [entry["name"] for entry in contract["environment"]])
    yield from unique("exit code", [entry["code"] for entry in contract["exit_codes"]])
    yield from unique("problem type", [entry["slug"] for entry in contract["problem_types"]])
    yield from unique("problem title", [entry["title"] for entry in contract["problem_types"]])
    yield from unique("error code", [code for entry in contract["problem_types"] for code in entry["codes"]])
    yield from unique("metric", [entry["name"] for entry in contract["metrics"]])
    yield from unique("event", [entry["name"] for entry in contract["events"]])
    exits = {entry["code"] for entry in contract["exit_codes"]}
    for entry in contract["problem_types"]:
        yield from problem_violations(entry, exits)
    for entry in contract["metrics"]:
        yield from metric_violations(entry)
    for entry in contract["envelopes"]:
        schema = root / "Fixtures" / "schema" / entry["schema"]
        try:
            json.loads(schema.read_text(encoding="utf-8"), object_pairs_hook=no_duplicates)
        except (OSError, ValueError) as error:
            yield f"envelope {entry['name']}: Fixtures/schema/{entry['schema']}: {error}"


def unique(kind, names):
    for name in sorted({name for name in names if names.count(name) > 1}, key=str):
        yield f"{kind} {name} appears twice"


def problem_violations(entry, exits):
    where = f"problem type {entry['slug']}"
    if not SLUG.match(entry["slug"]):
        yield f"{where}: a slug is lower-case words joined by hyphens"
    if not AREA.match(entry["area"]):
        yield f"{where}: an area is one lower-case word"
    if not 400 <= entry["status"] <= 599:
        yield f"{where}: status {entry['status']} is no error status"
    if entry["exit"] not in exits or entry["exit"] == 0:
        yield f"{where}: exit code {entry['exit']} is not in the table of failures"
    if entry["title"].endswith("."):
        yield f"{where}: a title has no full stop"
    for name in ("explanation", "remedy"):
        if not entry[name].endswith("."):
            yield f"{where}: {name} is not a sentence"
    if not entry["codes"]:
        yield f"{where}: covers no error code"
    for code in entry["codes"]:
        if not CODE.match(code):
            yield f"{where}: \"{code}\" is no error code"


def metric_violations(entry):
    where = f"metric {entry['name']}"
    if not METRIC.match(entry["name"]):
        yield f"{where}: not a metric name"
    if (entry["type"] == "counter") != entry["name"].endswith("_total"):
        yield f"{where}: counters, and only they, end in _total"
    unit = entry.get("unit")
    if unit and not entry["name"].removesuffix("_total").endswith("_" + unit):
        yield f"{where}: the name does not end in its unit {unit}"
    if "buckets" in entry and entry["type"] != "histogram":
        yield f"{where}: only histograms have buckets"
    if {"le", "quantile"} & set(entry["labels"]):
        yield f"{where}: le and quantile are not ours to use"


def summary(contract):
    codes = sum(len(entry["codes"]) for entry in contract["problem_types"])
    return (
        f"{len(contract['problem_types'])} problem types for {codes} error codes, {len(contract['exit_codes'])} exit codes, "
        f"{len(contract['cells'])} cells, {len(contract['environment'])} environment variables, "
        f"{len(contract['metrics'])} metrics, {len(contract['events'])} events, {len(contract['envelopes'])} envelopes"
    )
