extension ExpositionFormat {
  /// Chooses by an `Accept` header (RFC 9110 section 12.5.1); nil or empty means that the client takes anything.
  ///
  /// The format with the higher weight wins. At equal weights OpenMetrics wins where the client names it, else 0.0.4.
  /// When nothing fits, the answer is 0.0.4 all the same: a scraper is better served than refused.
  public static func negotiated(accept: String?) -> ExpositionFormat {
    let ranges = MediaRange.list(accept ?? "")
    let text = weight("text", "plain", version: "0.0.4", in: ranges)
    let open = weight("application", "openmetrics-text", version: "1.0.0", in: ranges)
    guard open.quality > 0, open.isNamed || open.quality > text.quality else { return .text004 }
    return open.quality >= text.quality ? .openMetrics100 : .text004
  }

  /// The weight that the most specific matching range gives to a format, and whether that range names the format.
  private static func weight(
    _ type: Substring, _ subtype: Substring, version: String, in ranges: [MediaRange]
  ) -> (quality: Double, isNamed: Bool) {
    var best: (specificity: Int, quality: Double) = (-1, 0)
    for range in ranges {
      let specificity: Int
      switch (range.type, range.subtype) {
      case ("*", "*"): specificity = 0
      case (type, "*"): specificity = 1
      case (type, subtype):
        if let asked = range.parameters["version"] {
          guard asked == version else { continue }
          specificity = 3
        } else {
          specificity = 2
        }
      default: continue
      }
      if specificity > best.specificity { best = (specificity, range.quality) }
    }
    return (best.quality, best.specificity >= 2)
  }
}
