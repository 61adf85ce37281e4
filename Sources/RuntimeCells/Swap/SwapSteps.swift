/// What is done to a new payload before it is published, and after. Each step may suspend; a step that throws rejects the
/// payload, which is then disposed while the old one goes on serving.
public struct SwapSteps<Value: Sendable>: Sendable {
  /// Says whether the payload is good: right dimension, right model, answers a question.
  public var validate: (@Sendable (Value) async throws -> Void)?
  /// Makes the first use fast: touches pages, runs a query.
  public var warmUp: (@Sendable (Value) async throws -> Void)?
  /// Asked at the end of the probation with the new payload; false rolls back.
  public var isHealthy: (@Sendable (Value) async -> Bool)?

  /// Makes steps; those left out are not done.
  public init(
    validate: (@Sendable (Value) async throws -> Void)? = nil,
    warmUp: (@Sendable (Value) async throws -> Void)? = nil,
    isHealthy: (@Sendable (Value) async -> Bool)? = nil
  ) {
    self.validate = validate
    self.warmUp = warmUp
    self.isHealthy = isHealthy
  }
}
