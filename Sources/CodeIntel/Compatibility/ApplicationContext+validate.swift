extension ApplicationContext {
  /// Whether index, model and settings fit together, with every check and what it found (seed feature S35).
  ///
  /// The generation that `CURRENT` names is opened aside, so that a running engine is looked at without being disturbed; the
  /// same checks run whenever a generation is opened, at the start and before each swap is published. A channel whose index is
  /// damaged and that is not required, which they let pass with a limit, fails here.
  ///
  /// - Throws: ``IndexingError`` or ``RetrievalError`` when a part that every index has, or that is required, cannot be opened; `CancellationError`.
  public func validateRuntimeCompatibility() async throws -> CompatibilityReport {
    let set = try await openCurrentGeneration(false)
    let result: Result<CompatibilityReport, any Error>
    do { result = .success(try await set.compatibility().report(refusingBroken: true)) } catch {
      result = .failure(error)
    }
    try await set.close()
    return try result.get()
  }
}
