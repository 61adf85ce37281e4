import Hummingbird
import PrometheusMetrics

/// Which of a few media types a client wants (RFC 9110 section 12.5.1).
enum Negotiation {
  /// The first of `offers` with the greatest weight; the first one when the client names none of them.
  static func choose(_ offers: [String], for request: Request) -> String {
    let ranges = MediaRange.list(request.headers[.accept] ?? "")
    var best: (offer: String, quality: Double)?
    for offer in offers {
      let quality = weight(of: offer, in: ranges)
      if quality > (best?.quality ?? 0) { best = (offer, quality) }
    }
    return best?.offer ?? offers.first ?? ""
  }

  /// The weight that the most specific matching range gives.
  private static func weight(of offer: String, in ranges: [MediaRange]) -> Double {
    let parts = offer.split(separator: "/")
    guard let type = parts.first, let subtype = parts.last else { return 0 }
    var best: (specificity: Int, quality: Double) = (-1, 0)
    for range in ranges {
      let specificity: Int
      switch (range.type, range.subtype) {
      case ("*", "*"): specificity = 0
      case (type, "*"): specificity = 1
      case (type, subtype): specificity = 2
      default: continue
      }
      if specificity > best.specificity { best = (specificity, range.quality) }
    }
    return best.quality
  }
}
