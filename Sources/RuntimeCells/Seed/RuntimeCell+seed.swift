public import CellContract

extension RuntimeCell {
  /// Puts a payload in by hand, into an empty cell: for tests. Later initialisations find the cell ready.
  ///
  /// Allowed where `KGFOUNDRY_ALLOW_RUNTIME_SEED` is 1, true, yes or on, or inside `withSeedingAllowed` of
  /// `RuntimeCellsTesting`; looked up at each call. A refusal changes nothing.
  ///
  /// - Parameters:
  ///   - value: the payload.
  ///   - owned: whether a close runs the disposer; false leaves that to the caller.
  /// - Returns: the payload's generation.
  /// - Throws: ``CellError`` with `seedNotAllowed`, `alreadyInitialized`, `initializing`, `draining` (two older payloads
  ///   are in use), `shutDown`.
  @discardableResult
  public func seed(
    _ value: Value, owned: Bool = true, fileID: String = #fileID, line: UInt = #line
  ) throws -> CellGeneration {
    try core.seed(value, owned: owned, stack: "\(fileID):\(line)")
  }
}

extension CellCore {
  func seed(_ value: Value, owned: Bool, stack: String) throws(CellError) -> CellGeneration {
    let source = try seedSource()
    let limits = (value as? any LimitReporting)?.limits ?? []
    let answer = locked {
      incoming = value
      incomingLimits = limits
      incomingIsOwned = owned
      self.answer = .none
      transition(.seed)
      incoming = nil
      incomingLimits = []
      incomingIsOwned = true
      if case .done(let generation) = self.answer {
        emit(.seeded(.init(generation: CellGeneration(generation), source: source, stack: stack)))
      }
      return self.answer
    }
    switch answer {
    case .done(let generation): return CellGeneration(generation)
    case .refused(.alreadyInitialized):
      throw CellError(
        .alreadyInitialized, cell: name,
        message: "Cell '\(name)' holds a payload already; seed it while it is empty, or close it first.")
    case .refused(.initializing):
      throw CellError(
        .initializing, cell: name,
        message: "Cell '\(name)' is being initialised; seed it before anybody asks for it.")
    case .refused(.shutDown): throw shutDownError
    case .refused, .none:
      throw CellError(
        .draining, cell: name,
        message: "Cell '\(name)' cannot be seeded yet: two older payloads are still in use. Release their leases.")
    }
  }

  /// What allows seeding here and now.
  private func seedSource() throws(CellError) -> CellEvent.Seeding.Source {
    if CellGuard.isTruthy(configuration.environment[CellGuard.seedVariable]) { return .environment }
    if SeedScope.isAllowed { return .testScope }
    throw CellError(
      .seedNotAllowed, cell: name,
      message: "Seeding cell '\(name)' is for tests only: set \(CellGuard.seedVariable)=1, or call it inside "
        + "withSeedingAllowed of RuntimeCellsTesting.")
  }
}
