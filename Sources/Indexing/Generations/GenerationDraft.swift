/// A generation that is being built. Holds the index's lock until it is published or abandoned.
public final class GenerationDraft: Sendable {
  /// The number it will have.
  public let number: Int
  /// Where its files are to be written; moves when it is published.
  public let directory: String
  private let lock: Locked<FileLock?>

  init(number: Int, directory: String, lock: FileLock) {
    self.number = number
    self.directory = directory
    self.lock = Locked(lock)
  }

  /// Whether it was neither published nor abandoned.
  public var isOpen: Bool { lock.withLock { $0 != nil } }

  /// Removes what was written and gives the lock back. Blocks. Does nothing once the draft is closed.
  public func abandon() {
    guard isOpen else { return }
    // A failure is not worth an error: the next draft removes what is left.
    try? FileSystem.remove(directory)
    release()
  }

  func release() { lock.withLock { $0 = nil } }
}
