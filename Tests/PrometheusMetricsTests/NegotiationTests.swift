import PrometheusMetrics
import Testing

@Suite("Accept negotiation")
struct NegotiationTests {
  @Test(
    "The header decides, and 0.0.4 is what is left",
    arguments: [
      (nil, .text004), ("", .text004), ("*/*", .text004), ("text/*", .text004), ("application/*", .openMetrics100),
      ("application/json", .text004), ("text/html,application/xhtml+xml,*/*;q=0.8", .text004),
      ("application/openmetrics-text", .openMetrics100),
      ("application/openmetrics-text; version=1.0.0", .openMetrics100),
      ("application/openmetrics-text; version=0.0.1", .text004),
      ("APPLICATION/OpenMetrics-Text;VERSION=1.0.0", .openMetrics100),
      ("application/openmetrics-text;version=\"1.0.0\"", .openMetrics100),
      ("application/openmetrics-text;q=0", .text004),
      ("text/plain;version=0.0.4, application/openmetrics-text;version=1.0.0", .openMetrics100),
      ("text/plain;version=0.0.4;q=0.9, application/openmetrics-text;version=1.0.0;q=0.5", .text004),
      // What Prometheus 2.42 sends.
      (
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
          + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics100
      ),
      // What Prometheus 3 sends, in substance.
      (
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
          + "text/plain;version=0.0.4;escaping=allow-utf-8;q=0.2,*/*;q=0.1", .openMetrics100
      ),
      ("application/openmetrics-text;q=broken, text/plain", .text004), (";;,/,a/b;c,=", .text004),
    ] as [(String?, ExpositionFormat)])
  func negotiated(accept: String?, format: ExpositionFormat) {
    #expect(ExpositionFormat.negotiated(accept: accept) == format)
  }

  @Test("The content types are those that scrapers compare to the letter")
  func contentTypes() {
    #expect(ExpositionFormat.text004.contentType == "text/plain; version=0.0.4; charset=utf-8")
    #expect(
      ExpositionFormat.openMetrics100.contentType == "application/openmetrics-text; version=1.0.0; charset=utf-8")
  }
}
