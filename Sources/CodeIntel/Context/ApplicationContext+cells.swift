public import CellContract
import Embedding
public import RuntimeCells

extension ApplicationContext {
  /// The names that ``cell(of:)`` knows, in the order of the cells table.
  public var cellNames: [String] {
    let own = models.all.map(\.name)
    return [CellName.embedder, CellName.hybrid] + CellName.ofGeneration + own.filter { $0 != CellName.embedder }
  }

  /// The cell of the context that an operation on `name` acts on: what lives inside the generation set is done to the set.
  ///
  /// - Throws: ``CellError`` with `unknownCell` that tells which names there are.
  public func cell(of name: String) throws(CellError) -> any ManagedCell {
    if let cell = registry[CellName.ofGeneration.contains(name) ? CellName.hybrid : name] { return cell }
    let shown = String(name.prefix(64))
    guard name != CellName.codeRankEmbedder else {
      throw CellError(
        .unknownCell, cell: shown,
        message: "The second dense space has no model of its own here: it uses that of \(CellName.embedder), unless "
          + "coderank.model_dir names another.")
    }
    throw CellError(
      .unknownCell, cell: shown,
      message: "There is no cell of that name; there are \(cellNames.joined(separator: ", ")).")
  }

  /// Makes the cell ready that ``cell(of:)`` names.
  ///
  /// - Returns: the generation of its payload.
  /// - Throws: ``CellError`` with `unknownCell`, `warmingUp` and others of an initialisation; `CancellationError`.
  public func prewarm(_ name: String, deadline: Duration) async throws -> CellGeneration {
    switch try cell(of: name) {
    case let cell as RuntimeCell<any Embedder>: try await cell.withValue(deadline: deadline) { _, number in number }
    case let cell as RuntimeCell<any SparseEncoder>:
      try await cell.withValue(deadline: deadline) { _, number in number }
    default: try await hybrid.withValue(deadline: deadline) { _, number in number }
    }
  }

  /// Replaces the payload of the cell that ``cell(of:)`` names while it serves. What does not fit the rest is refused before
  /// it is published; anything that goes wrong leaves the old payload serving.
  ///
  /// - Parameters:
  ///   - permit: from the authority in the context's cell configuration.
  ///   - deadline: how long to wait for the publish; nil waits as long as it takes.
  /// - Throws: ``CellError`` with `unknownCell`, and as ``RuntimeCell/swap(permit:options:steps:deadline:factory:)``; a
  ///   payload that does not fit is `swapFailed` around its ``RetrievalError`` or ``IndexingError``.
  @discardableResult
  public func reload(
    _ name: String, permit: SwapPermit, deadline: Duration? = .seconds(300)
  ) async throws -> SwapResult {
    switch try cell(of: name) {
    case let cell as RuntimeCell<any Embedder>:
      let name = cell.name
      return try await cell.swap(
        permit: permit, steps: SwapSteps(validate: { try await self.checkFit(of: .embedder($0, cell: name)) }),
        deadline: deadline)
    case let cell as RuntimeCell<any SparseEncoder>:
      return try await cell.swap(
        permit: permit, steps: SwapSteps(validate: { try await self.checkFit(of: .sparse($0)) }), deadline: deadline)
    default: return try await reloadIndex(permit: permit, deadline: deadline)
    }
  }

  /// Whether a model's vectors can be compared with those of the generation that is served. Where none is, nothing has to
  /// fit: opening one compares it with the model.
  ///
  /// - Throws: ``RetrievalError`` that names expected and actual.
  private func checkFit(of model: CandidateModel) async throws {
    // Only if it is ready: opening the set would ask the very cell that is being swapped.
    guard let served = hybrid.leaseIfReady() else { return }
    let compatibility = try await served.value.compatibility(with: model)
    served.release()
    try compatibility.validate()
  }
}
