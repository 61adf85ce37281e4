"""Compares the contract with what the sources say."""
import re

from . import telemetry

LITERAL = re.compile(r'"([A-Za-z0-9_.-]+)"')
# A name that only a comment mentions is not in use.
COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
ENVIRONMENT = re.compile(r"^(KGFOUNDRY_[A-Z0-9_]+|CODEINTEL_[A-Z0-9_]+|[A-Z]+_PRELOAD|SKIP_GPU_WARMUP)$")
SHELL = re.compile(r"\b(KGFOUNDRY_[A-Z0-9_]+|CODEINTEL_[A-Z0-9_]+)\b")
CONSTANT = re.compile(r"(?<!\w)(?:CellMetric|CellEventName|ServerMetric|ServerEvent)?\.([a-z]\w+)")
SIGNAL = re.compile(r"^runtime_cell_[a-z_]+$")
# A stable error code: static let closed = Code(rawValue: "cell.closed"), or the same by Self or .init.
ERROR_CODE = re.compile(
    r'static\s+let\s+\w+(?:\s*:\s*(?:Self|Code))?\s*=\s*(?:Self|Code|\.init)\(\s*(?:rawValue:\s*)?"([a-z0-9-]+\.[a-z0-9.-]+)"'
)


def compare(contract, root):
    """Errors, and notes on names that the contract has as in use but no source mentions."""
    literals, codes = set(), {}
    for path in sources(root):
        text = path.read_text(encoding="utf-8")
        literals.update(LITERAL.findall(COMMENT.sub("", text)))
        for code in ERROR_CODE.findall(text):
            codes.setdefault(code, path.relative_to(root).as_posix())
    for path in sorted((root / "scripts").rglob("*")):
        if path.is_file() and "contract" not in path.parts and path.name != "contract":
            literals.update(SHELL.findall(path.read_text(encoding="utf-8", errors="replace")))
    errors, notes = [], []
    covered = {code for entry in contract["problem_types"] for code in entry["codes"]}
    for code, path in sorted(codes.items()):
        if code not in covered:
            errors.append(f"{path}: the error code {code} has no problem type; add it to Fixtures/contract.json")
    unused = sorted(code for code in covered if "." in code and code not in codes)
    if unused:
        notes.append(f"no source defines the error codes {', '.join(unused)}")
    compare_names("environment variable", contract["environment"], {n for n in literals if ENVIRONMENT.match(n)},
                  literals, errors, notes)
    signals = contract["metrics"] + contract["events"]
    # Metrics and events are mostly named by their generated constants.
    constants = telemetry_constants(root)
    literals.update(entry["name"] for entry in signals if telemetry.constant(entry) in constants)
    compare_names("metric or event", signals, {n for n in literals if SIGNAL.match(n)}, literals, errors, notes)
    return errors, notes


def telemetry_constants(root):
    """The members that the targets with generated names write with a leading dot, or by their type."""
    found = set()
    for path in sources(root):
        if {"CellTelemetry", "CodeIntelServer"} & set(path.parts):
            found.update(CONSTANT.findall(path.read_text(encoding="utf-8")))
    return found


def compare_names(kind, entries, found, literals, errors, notes):
    known = {entry["name"] for entry in entries}
    for name in sorted(found - known):
        errors.append(f"the sources use the {kind} {name}, which Fixtures/contract.json does not have")
    for entry in entries:
        used = entry["name"] in literals
        if used and entry.get("reserved"):
            errors.append(f"the {kind} {entry['name']} is in use: take \"reserved\" away in Fixtures/contract.json")
        elif not used and not entry.get("reserved"):
            notes.append(f"no source uses the {kind} {entry['name']} yet")


def sources(root):
    for folder in ("Sources", "Conformance"):
        for path in sorted((root / folder).rglob("*.swift")):
            if "Generated" not in path.parts:
                yield path
