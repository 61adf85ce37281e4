import Synchronization

/// Hands out 0, 1, 2, … to whoever asks.
final class SharedCounter: Sendable {
  private let value = Atomic(0)

  func take() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}
