public import Embedding

extension VLLMConfiguration {
  /// Checks every setting, without any connection.
  ///
  /// - Throws: `EmbeddingError` with code `invalidSetting` that names the setting.
  public func validate() throws(EmbeddingError) { _ = try validated() }

  /// Checks every setting and gives the address in parts.
  ///
  /// - Throws: `EmbeddingError` with code `invalidSetting` that names the setting.
  func validated() throws(EmbeddingError) -> Endpoint {
    let endpoint = try Endpoint(url)
    let counts = [
      ("maxTexts", maxTexts, 1), ("maxTextBytes", maxTextBytes, 1), ("maxAnswerBytes", maxAnswerBytes, 1024),
      ("maxConcurrency", maxConcurrency, 1), ("maxQueue", maxQueue, 0), ("maxAttempts", maxAttempts, 1),
      ("circuitFailures", circuitFailures, 1), ("dimension", dimension ?? 1, 1),
    ]
    for (name, value, least) in counts where value < least {
      throw Self.invalid(name, "at least \(least)", "\(value)")
    }
    let times = [
      ("attemptTimeout", attemptTimeout), ("deadline", deadline), ("connectTimeout", connectTimeout),
      ("circuitPause", circuitPause),
    ]
    for (name, value) in times where value <= .zero { throw Self.invalid(name, "more than zero", "\(value)") }
    if let model, model.isEmpty { throw Self.invalid("model", "a name", "an empty one") }
    if apiKeyFile != nil, !endpoint.usesTLS, !endpoint.isLoopback, !allowsKeyWithoutTLS {
      throw EmbeddingError(
        .invalidSetting,
        "an API key would travel unprotected: use https://, or allow it where the network itself is trusted",
        expected: "https, or a loopback address", actual: "http to \(endpoint.host)")
    }
    return endpoint
  }

  private static func invalid(_ name: String, _ expected: String, _ actual: String) -> EmbeddingError {
    EmbeddingError(
      .invalidSetting, "the embedding client's \(name) is out of range", expected: expected, actual: actual)
  }
}
