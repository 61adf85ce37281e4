import CellConformance

/// The lock cell with a preloader of its own that has one fault.
struct PreloadingBackend: OverLockCell, BlockingPreloading {
  enum Fault: String, CaseIterable {
    case everything = "preloads-everything"
    case warmsNothing = "preload-warms-nothing"
    case stops = "preload-stops-at-failure"
    case swallows = "preload-swallows-failures"
    case bypasses = "preload-bypasses-flight"
    case rollsBackAll = "roll-back-closes-everything"
    case neverRollsBack = "preload-never-rolls-back"
  }

  let fault: Fault
  let inner = LockBackend()

  var manifest: BackendManifest { BackendManifest(name: "lock/\(fault.rawValue)", capabilities: [.preloading]) }

  func preload(_ items: [PreloadItem<LockBackend.Cell>], only names: Set<String>) -> [String: any Error] {
    var errors: [String: any Error] = [:]
    for item in items where names.contains(item.name) || fault == .everything {
      do {
        switch fault {
        case .warmsNothing: try item.factory.makeBlocking().close()
        case .bypasses where peek(item.cell) == nil:
          let made = try item.factory.makeBlocking()
          try? made.close()
        default: _ = try getOrInitialize(item.cell, item.factory)
        }
      } catch {
        if fault != .swallows { errors[item.name] = error }
        if fault == .stops { return errors }
      }
    }
    return errors
  }

  func preloadOrRollBack(_ items: [PreloadItem<LockBackend.Cell>], only names: Set<String>) -> [String: any Error] {
    let errors = preload(items, only: names)
    if fault == .rollsBackAll, !errors.isEmpty {
      for item in items { try? close(item.cell, silent: true) }
    }
    return errors
  }
}
