/// The kit's own preloader: one caller a named cell, all at once, nobody waiting for another.
enum KitPreloader {
  static func blocking<B: BlockingCellBackend>(
    _ backend: B, _ items: [PreloadItem<B.Cell>], only names: Set<String>
  ) -> [String: any Error] {
    let board = Board(expected: items.count { names.contains($0.name) })
    for item in items where names.contains(item.name) {
      do {
        try KitThread.start("cell-preload") {
          board.put(item.name) { _ = try backend.getOrInitialize(item.cell, item.factory) }
        }
      } catch { board.put(item.name) { throw error } }
    }
    return board.wait()
  }

  static func suspending<B: SuspendingCellBackend>(
    _ backend: B, _ items: [PreloadItem<B.Cell>], only names: Set<String>
  ) async -> [String: any Error] {
    await withTaskGroup(of: (String, (any Error)?).self) { group in
      for item in items where names.contains(item.name) {
        group.addTask {
          do {
            _ = try await backend.getOrInitialize(item.cell, item.factory)
            return (item.name, nil)
          } catch { return (item.name, error) }
        }
      }
      var errors: [String: any Error] = [:]
      for await (name, error) in group { errors[name] = error }
      return errors
    }
  }

  /// Collects what came of each cell.
  private final class Board: @unchecked Sendable {
    // @unchecked: the variables are used under the monitor only.
    private let monitor = Monitor()
    private var missing: Int
    private var errors: [String: any Error] = [:]

    init(expected: Int) { missing = expected }

    func put(_ name: String, _ body: () throws -> Void) {
      let result = Result(catching: body)
      monitor.locked {
        if case .failure(let error) = result { errors[name] = error }
        missing -= 1
        monitor.broadcast()
      }
    }

    func wait() -> [String: any Error] {
      monitor.locked {
        while missing > 0 { monitor.wait() }
        return errors
      }
    }
  }
}
