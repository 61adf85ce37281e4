/// The mean difference of two systems over the same questions, with a percentile interval from resampled questions
/// (Efron and Tibshirani, 1993; Sakai, SIGIR 2006). The same seed gives the same interval.
public struct PairedBootstrap: Sendable, Hashable, Codable {
  /// The mean of the differences.
  public var difference: Double
  /// The lower end of the 95 % interval.
  public var lower: Double
  /// The upper end of the 95 % interval.
  public var upper: Double

  /// Resamples the questions.
  ///
  /// - Parameters:
  ///   - differences: One difference a question; empty gives zeros.
  ///   - draws: How many samples, at least 1.
  ///   - seed: Of the random numbers.
  public init(differences: [Double], draws: Int = 2_000, seed: UInt64 = 1) {
    guard !differences.isEmpty else {
      (difference, lower, upper) = (0, 0, 0)
      return
    }
    let count = differences.count
    var generator = SeededGenerator(seed: seed)
    var means = (0..<max(1, draws)).map { _ in
      var sum = 0.0
      for _ in 0..<count { sum += differences[Int.random(in: 0..<count, using: &generator)] }
      return sum / Double(count)
    }
    means.sort()
    difference = differences.reduce(0, +) / Double(count)
    lower = means[Int(Double(means.count - 1) * 0.025)]
    upper = means[Int((Double(means.count - 1) * 0.975).rounded(.up))]
  }

  /// Whether the interval leaves out 0.
  public var isSignificant: Bool { lower > 0 || upper < 0 }
}
