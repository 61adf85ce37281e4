/// How a payload is made. The case decides where the code runs.
public enum CellFactory<Value: Sendable>: Sendable {
  /// Runs on a thread made for blocking, never on the cooperative pool.
  case blocking(@Sendable () throws -> Value)
  /// Runs in a task of the cell's own.
  case async(@Sendable () async throws -> Value)
}
