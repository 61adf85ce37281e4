import ArgumentParser
import CodeIntel

/// Fusion's numbers for one search or one evaluation.
struct FusionOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: "The constant of reciprocal rank fusion (default: the setting fusion.rrf_k).")
  var k: Double?

  @Option(
    name: .long,
    help: "Weights of channels, as faiss=1,bm25=0.4 (default: the setting fusion.weights, also for those not named).")
  var weights: String?

  func validate() throws {
    if let k, !(k > 0 && k.isFinite) { throw ValidationError("--k must be a positive number, got \(k).") }
    _ = try parsedWeights()
  }

  /// The weights by channel; nil when the option is not there.
  func parsedWeights() throws -> [String: Double]? {
    guard let weights else { return nil }
    do {
      return try ChannelWeights.parse(
        weights.split(separator: ",", omittingEmptySubsequences: false).map(String.init),
        channels: ApplicationContext.channelNames)
    } catch {
      throw ValidationError("--weights: \(error)")
    }
  }
}
