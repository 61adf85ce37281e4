import CKernels

/// Sixteen levels for the components of vectors' differences from their centroids: quantiles of a sample, so that each
/// level stands for as many components (K. Santhanam et al., ColBERTv2, NAACL 2022).
struct ResidualCodec: Sendable {
  /// Where one level ends and the next begins: fifteen, ascending.
  let bounds: [Float]
  /// What each code stands for: the mean of its sixteenth.
  let levels: [Float]

  /// The codec of an index: each component gets the level that is nearest.
  init(levels: [Float]) {
    self.levels = levels
    bounds = zip(levels, levels.dropFirst()).map { ($0 + $1) / 2 }
  }

  /// - Parameter residuals: A sample of components; none makes levels that are all 0.
  init(residuals: [Float]) {
    let count = Int(ck_token_levels)
    guard !residuals.isEmpty else {
      bounds = [Float](repeating: 0, count: count - 1)
      levels = [Float](repeating: 0, count: count)
      return
    }
    let sorted = residuals.sorted()
    func place(_ share: Int) -> Int { min(sorted.count - 1, share * sorted.count / count) }
    bounds = (1..<count).map { sorted[place($0)] }
    levels = (0..<count).map { level in
      let range = place(level)..<max(place(level) + 1, level + 1 == count ? sorted.count : place(level + 1))
      return sorted[range].reduce(0, +) / Float(range.count)
    }
  }
}
