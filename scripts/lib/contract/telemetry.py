"""Swift constants of the CellTelemetry target: metrics and events."""
from .swift import HEADER, camel, literal, paragraph, swift_bool

FOLDER = "Sources/CellTelemetry/Generated"
PREFIX = "runtime_cell_"
SERVER = "Sources/CodeIntelServer/Generated"
# What the engine tells while it serves is described by the service, which owns the registry.
SERVER_PREFIXES = ("http_", "search_", "admin_", "embedding_")


def files(contract):
    metrics, server_metrics = parted(contract["metrics"])
    events, server_events = parted(contract["events"])
    return {
        f"{FOLDER}/CellMetric+all.swift": constants("CellMetric", "PrometheusMetrics", metrics, metric),
        f"{FOLDER}/CellEventName+all.swift": constants("CellEventName", "Logging", events, event),
        f"{SERVER}/ServerMetric+all.swift": constants("ServerMetric", "PrometheusMetrics", server_metrics, server_metric),
        f"{SERVER}/ServerEvent+all.swift": constants("ServerEvent", "Logging", server_events, server_event),
    }


def parted(entries):
    """The entries of the cells, and those of the service; the metrics registry describes its own."""
    cells = [entry for entry in entries if entry["name"].startswith(PREFIX)]
    server = [entry for entry in entries if entry["name"].startswith(SERVER_PREFIXES)]
    return cells, server


def constant(entry):
    """runtime_cell_init_total is .initTotal."""
    return camel(entry["name"].removeprefix(PREFIX).replace("_", "-"))


def constants(owner, module, entries, write):
    # What is the service's own stays within its target.
    access = "" if owner.startswith("Server") else "public "
    parts = [write(entry) for entry in entries]
    names = "".join(f"    .{constant(entry)},\n" for entry in entries)
    parts.append(f"  /// All of them, in the order of the contract.\n  {access}static let all: [{owner}] = [\n{names}  ]")
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


def server_metric(entry):
    labels = ", ".join(literal(name) for name in entry["labels"])
    unit = literal(entry["unit"]) if "unit" in entry else "nil"
    buckets = f".{entry['buckets']}" if "buckets" in entry else "nil"
    return (
        f"  /// The {entry['type']} `{entry['name']}`.\n"
        f"  static let {constant(entry)} = ServerMetric(\n"
        f"    name: {literal(entry['name'])}, kind: .{entry['type']}, unit: {unit},\n"
        f"    labelNames: [{labels}], buckets: {buckets},\n"
        f"    help: {paragraph(entry['help'], '    ')})"
    )


def server_event(entry):
    return (
        f"  /// The event `{entry['name']}`: {entry['when']}.\n"
        f"  static let {constant(entry)} = ServerEvent(name: {literal(entry['name'])}, level: .{entry['level']})"
    )
