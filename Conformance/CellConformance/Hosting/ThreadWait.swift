/// Lets a thread that may block wait for a task.
enum ThreadWait {
  /// Runs `body` in a task of its own and blocks the calling thread until it is over. Never called in a task.
  static func on<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let answer = Answer<Value>()
    Task.detached {
      do { answer.put(.success(try await body())) } catch { answer.put(.failure(error)) }
    }
    return try answer.take().get()
  }

  private final class Answer<Value: Sendable>: @unchecked Sendable {
    // @unchecked: `result` is used under the monitor only.
    private let monitor = Monitor()
    private var result: Result<Value, any Error>?

    func put(_ result: Result<Value, any Error>) {
      monitor.locked {
        self.result = result
        monitor.broadcast()
      }
    }

    func take() -> Result<Value, any Error> {
      monitor.locked {
        while true {
          if let result { return result }
          monitor.wait()
        }
      }
    }
  }
}
