extension ExpositionFormat {
  /// Chooses by an `Accept` header (RFC 9110 section 12.5.1); nil or empty means that the client takes anything.
  ///
  /// The format with the higher weight wins. At equal weights OpenMetrics wins where the client names it, else 0.0.4.
  /// When nothing fits, the answer is 0.0.4 all the same: a scraper is better served than refused.
  public static func negotiated(accept: String?) -> ExpositionFormat {
    let ranges = MediaRange.list(accept ?? "")
    let text = MediaRange.weight("text", "plain", version: "0.0.4", in: ranges)
    let open = MediaRange.weight("application", "openmetrics-text", version: "1.0.0", in: ranges)
    guard open.quality > 0, open.isNamed || open.quality > text.quality else { return .text004 }
    return open.quality >= text.quality ? .openMetrics100 : .text004
  }
}
