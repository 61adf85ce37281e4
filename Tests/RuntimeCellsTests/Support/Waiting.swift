import CellContract
import Synchronization
import Testing

/// Lets other tasks run until `condition` holds. For facts that will come true without more help; a hang is the failure.
func until(_ condition: () -> Bool) async {
  while !condition() { await Task.yield() }
}

/// The error that `body` throws.
func caught<R>(_ body: () async throws -> R) async -> (any Error)? {
  do {
    _ = try await body()
    return nil
  } catch { return error }
}

/// Expects `body` to throw a ``CellError`` with that code, and returns it.
@discardableResult
func expectError<R>(
  _ code: CellError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> R
) async -> CellError? {
  let error = await caught(body)
  let cellError = error as? CellError
  #expect(cellError?.code == code, "got \(String(describing: error))", sourceLocation: sourceLocation)
  return cellError
}

/// Gathers values from many tasks.
final class Box<Value: Sendable>: Sendable {
  private let state: Mutex<[Value]> = Mutex([])
  var values: [Value] { state.withLock { $0 } }
  func add(_ value: Value) { state.withLock { $0.append(value) } }
}

/// Is set once.
final class Flag: Sendable {
  private let state = Atomic<Bool>(false)
  var isSet: Bool { state.load(ordering: .acquiring) }
  func set() { state.store(true, ordering: .releasing) }
}
