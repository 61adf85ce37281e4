import CellConformance
import CellContract

/// Lock cells that are closed together: each on a thread of its own, as soon as all that need it are closed. Correct without
/// a fault.
final class LockRegistry: @unchecked Sendable {
  // @unchecked: the variables are read and written under the monitor only.
  typealias Item = RegistryItem<LockBackend.Cell>

  private let items: [Item]
  private let backend: LockBackend
  private let fault: RegistryBackend.Fault?
  private let monitor = Monitor()
  private var done: Set<String> = []
  private var errors: [String: any Error] = [:]
  private var wasClosed = false
  private var sweeps: [@Sendable () throws -> Void] = []

  init(_ items: [Item], backend: LockBackend, fault: RegistryBackend.Fault?) throws {
    for (place, item) in items.enumerated() where fault != .takesDuplicates {
      if items[..<place].contains(where: { $0.name == item.name }) {
        throw CellError(.duplicateName, cell: item.name, message: "\"\(item.name)\" is registered already")
      }
    }
    self.items = fault == .forgetsLast ? items.dropLast() : items
    self.backend = backend
    self.fault = fault
  }

  func addSweep(_ body: @escaping @Sendable () throws -> Void) { monitor.locked { sweeps.append(body) } }

  func end(isFinal: Bool) -> [String: any Error] {
    if fault == .sweepsFirst { sweep() }
    let errors = endCells(isFinal: isFinal)
    if fault != .sweepsFirst, fault != .sweepsAfterSuccessOnly || errors.isEmpty { sweep() }
    return errors
  }

  private func sweep() {
    for body in monitor.locked({ fault == .sweepsBackwards ? sweeps.reversed() : sweeps }) {
      do { try body() } catch { if fault == .sweepStopsOthers { return } }
    }
  }

  private func endCells(isFinal: Bool) -> [String: any Error] {
    if monitor.locked({ wasClosed }), fault == .once { return [:] }
    monitor.locked { (done, errors, wasClosed) = ([], [:], true) }
    let needs = dependencies()
    let isFinal = (isFinal && fault != .onlyCloses) || fault == .isFinal
    let order = ordered(needs)
    if fault == .oneByOne || fault == .stops {
      for item in order {
        close(item, isFinal)
        if fault == .stops, monitor.locked({ !errors.isEmpty }) { break }
      }
    } else {
      for (place, item) in order.enumerated() {
        let before = order[..<place].map(\.name).filter { needs[$0]?.contains(item.name) == true }
        let started: Void? = try? KitThread.start("lock-close-all") { [self] in
          monitor.locked { while !done.isSuperset(of: before) { monitor.wait() } }
          close(item, isFinal)
        }
        if started == nil { close(item, isFinal) }
      }
      monitor.locked { while done.count < items.count { monitor.wait() } }
    }
    return monitor.locked { fault == .swallows ? [:] : errors }
  }

  /// Who needs whom: declared, or seen when a factory asked.
  private func dependencies() -> [String: Set<String>] {
    if fault == .ignoresDependencies { return [:] }
    var needs: [String: Set<String>] = [:]
    for item in items {
      let seen = fault == .learnsNothing ? [] : item.cell.inner.monitor.locked { item.cell.inner.needs }
      needs[item.name] = seen.union(item.dependencies).intersection(items.map(\.name))
    }
    return needs
  }

  /// Who needs others comes first; of cells that need each other, who was registered first.
  private func ordered(_ needs: [String: Set<String>]) -> [Item] {
    var open = items
    var order: [Item] = []
    while !open.isEmpty {
      let free = open.firstIndex { item in !open.contains { needs[$0.name]?.contains(item.name) == true } } ?? 0
      order.append(open.remove(at: free))
    }
    return order
  }

  private func close(_ item: Item, _ isFinal: Bool) {
    let result = Result {
      if isFinal { try backend.shutDown(item.cell, silent: false) } else { try backend.close(item.cell, silent: false) }
    }
    monitor.locked {
      if case .failure(let error) = result { errors[item.name] = error }
      done.insert(item.name)
      monitor.broadcast()
    }
  }
}
