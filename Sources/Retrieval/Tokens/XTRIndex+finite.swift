import CKernels

extension XTRIndex {
  /// The largest magnitude of a centroid's component and of a level: that of half precision. Sums of products with a
  /// question's vectors stay finite then.
  private static let largest: Float = 65_504
  /// Tokens looked at together; where one of them is unusable they are looked at one by one.
  private static let block = 4096

  /// The first place that holds NaN, an infinity or a number beyond half precision, nil when there is none.
  ///
  /// Where vectors are kept in four bits, their components are sums of a centroid's and a level, so that these two small
  /// tables tell. Half-precision vectors are all read, right after the checksum has read them.
  ///
  /// - Returns: What holds it, and the value with its component.
  func firstUnusable() -> (what: String, found: String)? {
    let dimension = metadata.dimension
    if let level = (0..<16).first(where: { !ck_all_within(levels + $0, 1, Self.largest) }) {
      return ("level \(level) of its four-bit form", "\(levels[level])")
    }
    if !ck_all_within(centroids, metadata.centroids * dimension, Self.largest) {
      for centroid in 0..<metadata.centroids {
        for component in 0..<dimension {
          let place = centroids + centroid * dimension + component
          guard !ck_all_within(place, 1, Self.largest) else { continue }
          return ("centroid \(centroid)", "\(place.pointee) at component \(component)")
        }
      }
    }
    guard metadata.element == .float16 else { return nil }
    let halves = rows.assumingMemoryBound(to: UInt16.self)
    for first in stride(from: 0, to: metadata.tokens, by: Self.block) {
      let count = min(Self.block, metadata.tokens - first) * dimension
      guard !ck_all_finite_f16(halves + first * dimension, count) else { continue }
      for place in first * dimension..<first * dimension + count where !ck_all_finite_f16(halves + place, 1) {
        return (name(ofToken: place / dimension), "\(Self.text(halves[place])) at component \(place % dimension)")
      }
    }
    return nil
  }

  /// As people count: by document. The token exists.
  private func name(ofToken token: Int) -> String {
    var (low, high) = (0, metadata.documents - 1)
    while low < high {
      let middle = (low + high) / 2
      if Int(starts[middle + 1]) > token { high = middle } else { low = middle + 1 }
    }
    return "token \(token - Int(starts[low])) of document \(low)"
  }

  private static func text(_ half: UInt16) -> String {
    half & 0x3FF != 0 ? "nan" : half & 0x8000 != 0 ? "-inf" : "inf"
  }
}
