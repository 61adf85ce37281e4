internal import CellContract

/// One run of closing all cells of a registry.
struct OrderedClose: Sendable {
  private let cells: [String: any ManagedCell]
  private let order: CloseOrder
  private let isFinal: Bool
  private let perCell: Duration?
  private let end: ContinuousClock.Instant?

  init(entries: [CellRegistry.Entry], isFinal: Bool, perCell: Duration?, total: Duration?) {
    var cells: [String: any ManagedCell] = [:]
    var dependencies: [String: Set<String>] = [:]
    for entry in entries {
      cells[entry.name] = entry.cell
      dependencies[entry.name] = Set(entry.declaredDependencies + entry.cell.snapshot().dependencies)
    }
    self.cells = cells
    order = CloseOrder(names: entries.map(\.name), dependencies: dependencies)
    self.isFinal = isFinal
    self.perCell = perCell
    end = total.map { ContinuousClock.now + $0 }
  }

  /// Closes each cell as soon as all that need it are done, whether well or badly.
  func run() async -> CellCloseReport {
    var report = CellCloseReport()
    var waiting = order.dependents
    await withTaskGroup(of: CellCloseReport.Item.self) { group in
      func startReady() {
        for name in waiting.filter(\.value.isEmpty).keys.sorted() {
          waiting[name] = nil
          if let cell = cells[name] { group.addTask { await close(cell) } }
        }
      }
      startReady()
      while let item = await group.next() {
        report.items.append(item)
        for name in waiting.keys { waiting[name]?.remove(item.cell) }
        startReady()
      }
    }
    return report
  }

  private func close(_ cell: any ManagedCell) async -> CellCloseReport.Item {
    var deadline = perCell
    if let end {
      let left = max(.zero, end - ContinuousClock.now)
      deadline = min(deadline ?? left, left)
    }
    return await Self.item(cell.name) {
      isFinal
        ? try await cell.shutDown(deadline: deadline, silent: false)
        : try await cell.close(deadline: deadline, silent: false)
    }
  }

  /// What became of one cell.
  static func item(_ name: String, _ close: () async throws -> CellCloseOutcome) async -> CellCloseReport.Item {
    do {
      return .init(cell: name, outcome: try await close(), error: nil)
    } catch let error as CellError {
      let outcome: CellCloseOutcome? = error.code == .disposeFailed ? .error : nil
      return .init(cell: name, outcome: outcome, error: error)
    } catch {
      let wrapped = CellError(
        .closeIncomplete, cell: name, message: "Cell '\(name)' could not be closed.", underlying: error)
      return .init(cell: name, outcome: nil, error: wrapped)
    }
  }
}
