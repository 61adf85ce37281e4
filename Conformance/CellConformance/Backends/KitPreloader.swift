import Synchronization

/// The kit's own preloader: one caller a named cell, all at once, nobody waiting for another. A preload that rolls back
/// closes again what it made, when a cell of it failed, and nothing else.
enum KitPreloader {
  static func blocking<B: BlockingCellBackend>(
    _ backend: B, _ items: [PreloadItem<B.Cell>], only names: Set<String>, rollsBack: Bool
  ) -> [String: any Error] {
    let chosen = items.filter { names.contains($0.name) }.map { ($0, MadeHere()) }
    let board = Board(expected: chosen.count)
    for (item, made) in chosen {
      do {
        try KitThread.start("cell-preload") {
          board.put(item.name) { _ = try backend.getOrInitialize(item.cell, item.factory.noting(made)) }
        }
      } catch { board.put(item.name) { throw error } }
    }
    let errors = board.wait()
    if rollsBack, !errors.isEmpty {
      for (item, made) in chosen where made.isSet { try? backend.close(item.cell, silent: true) }
    }
    return errors
  }

  static func suspending<B: SuspendingCellBackend>(
    _ backend: B, _ items: [PreloadItem<B.Cell>], only names: Set<String>, rollsBack: Bool
  ) async -> [String: any Error] {
    let chosen = items.filter { names.contains($0.name) }.map { ($0, MadeHere()) }
    let errors = await withTaskGroup(of: (String, (any Error)?).self) { group in
      for (item, made) in chosen {
        group.addTask {
          do {
            _ = try await backend.getOrInitialize(item.cell, item.factory.noting(made))
            return (item.name, nil)
          } catch { return (item.name, error) }
        }
      }
      var errors: [String: any Error] = [:]
      for await (name, error) in group { errors[name] = error }
      return errors
    }
    if rollsBack, !errors.isEmpty {
      for (item, made) in chosen where made.isSet { try? await backend.close(item.cell, silent: true) }
    }
    return errors
  }

  /// Whether a factory of this preload has run: only then is the payload the preload's own.
  final class MadeHere: Sendable {
    private let flag = Atomic<Bool>(false)
    var isSet: Bool { flag.load(ordering: .acquiring) }
    func set() { flag.store(true, ordering: .releasing) }
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

extension ProbeFactory {
  /// The same factory, which also notes that it ran.
  fileprivate func noting(_ made: KitPreloader.MadeHere) -> ProbeFactory {
    var plan = plan
    let inside = plan.inside
    plan.inside = InnerCall(
      performBlocking: {
        made.set()
        inside?.performBlocking()
      },
      performSuspending: {
        made.set()
        await inside?.performSuspending()
      })
    return ProbeFactory(plan: plan, purpose: purpose, cell: cell, counters: counters, core: core)
  }
}
