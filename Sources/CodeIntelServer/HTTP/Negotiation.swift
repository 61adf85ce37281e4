import Hummingbird
import PrometheusMetrics

/// Which of a few media types a client wants (RFC 9110 section 12.5.1).
enum Negotiation {
  /// The first of `offers` with the greatest weight; the first one when the client names none of them.
  static func choose(_ offers: [String], for request: Request) -> String {
    let ranges = MediaRange.list(request.headers[.accept] ?? "")
    var best: (offer: String, quality: Double)?
    for offer in offers {
      let parts = offer.split(separator: "/")
      guard let type = parts.first, let subtype = parts.last else { continue }
      let quality = MediaRange.weight(type, subtype, in: ranges).quality
      if quality > (best?.quality ?? 0) { best = (offer, quality) }
    }
    return best?.offer ?? offers.first ?? ""
  }
}
