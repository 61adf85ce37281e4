"""Swift constants of the CellTelemetry target: metrics and events."""
from .swift import HEADER, camel, literal, paragraph, swift_bool

FOLDER = "Sources/CellTelemetry/Generated"
PREFIX = "runtime_cell_"


def files(contract):
    metrics = [entry for entry in contract["metrics"] if entry["name"].startswith(PREFIX)]
    return {
        f"{FOLDER}/CellMetric+all.swift": constants("CellMetric", "PrometheusMetrics", metrics, metric),
        f"{FOLDER}/CellEventName+all.swift": constants("CellEventName", "Logging", contract["events"], event),
    }


def constant(entry):
    """runtime_cell_init_total is .initTotal."""
    return camel(entry["name"].removeprefix(PREFIX).replace("_", "-"))


def constants(owner, module, entries, write):
    parts = [write(entry) for entry in entries]
    names = "".join(f"    .{constant(entry)},\n" for entry in entries)
    parts.append(f"  /// All of them, in the order of the contract.\n  public static let all: [{owner}] = [\n{names}  ]")
    return f"{HEADER}\nimport {module}\n\nextension {owner} {{\n" + "\n\n".join(parts) + "\n}\n"


def metric(entry):
    labels = ", ".join(literal(name) for name in entry["labels"])
    unit = literal(entry["unit"]) if "unit" in entry else "nil"
    buckets = f".{entry['buckets']}" if "buckets" in entry else "nil"
    return (
        f"  /// The {entry['type']} `{entry['name']}`.\n"
        f"  public static let {constant(entry)} = CellMetric(\n"
        f"    name: {literal(entry['name'])}, kind: .{entry['type']}, unit: {unit},\n"
        f"    labelNames: [{labels}], buckets: {buckets}, isCompat: {swift_bool(entry.get('compat'))},\n"
        f"    help: {paragraph(entry['help'], '    ')})"
    )


def event(entry):
    return (
        f"  /// The event `{entry['name']}`: {entry['when']}.\n"
        f"  public static let {constant(entry)} = CellEventName({literal(entry['name'])}, level: .{entry['level']})"
    )
