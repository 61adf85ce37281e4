"""A collector that takes POST /v1/traces, holds each body against OpenTelemetry's protobuf schema, and tells what it got.

Usage: otlp_receiver.py PORT SPANS; ends when it has that many spans, and writes one JSON object.
"""
import base64
import http.server
import json
import re
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2
from opentelemetry.proto.trace.v1 import trace_pb2

spans, errors, services = [], [], []


def with_binary_ids(value):
    """OTLP writes ids in hexadecimal where protobuf's JSON has base64; anything but the right number of digits is wrong."""
    if isinstance(value, list):
        return [with_binary_ids(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {}
    for key, item in value.items():
        if key in ("traceId", "spanId", "parentSpanId"):
            if not re.fullmatch("[0-9a-f]{%d}" % (32 if key == "traceId" else 16), item):
                errors.append(f"{key} {item!r}")
            result[key] = base64.b64encode(bytes.fromhex(item)).decode()
        else:
            result[key] = with_binary_ids(item)
    return result


def plain(value):
    kind = value.WhichOneof("value")
    return [plain(item) for item in value.array_value.values] if kind == "array_value" else getattr(value, kind)


def take(body):
    request = json_format.ParseDict(with_binary_ids(json.loads(body)), trace_service_pb2.ExportTraceServiceRequest())
    for resource in request.resource_spans:
        services.extend(a.value.string_value for a in resource.resource.attributes if a.key == "service.name")
        for span in (span for scope in resource.scope_spans for span in scope.spans):
            if not 0 < span.start_time_unix_nano <= span.end_time_unix_nano:
                errors.append(f"{span.name}: from {span.start_time_unix_nano} to {span.end_time_unix_nano}")
            spans.append({
                "name": span.name, "id": span.span_id.hex(), "trace": span.trace_id.hex(), "parent": span.parent_span_id.hex(),
                "kind": trace_pb2.Span.SpanKind.Name(span.kind), "status": trace_pb2.Status.StatusCode.Name(span.status.code),
                "links": [link.span_id.hex() for link in span.links],
                "attributes": {a.key: str(plain(a.value)) for a in span.attributes},
            })


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != "/v1/traces" or self.headers["Content-Type"] != "application/json":
            errors.append(f"{self.path} {self.headers['Content-Type']}")
        try:
            take(body)
        except Exception as error:  # whatever the schema says is the test's finding
            errors.append(repr(error))
        self.send_response(400 if errors else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
while len(spans) < int(sys.argv[2]) and not errors:
    server.handle_request()
json.dump({"service": services[0] if services else "", "spans": spans, "errors": errors}, sys.stdout)
