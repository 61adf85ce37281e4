import RuntimeCells

/// Allows seeding cells while `body` runs, in the current task and its child tasks: for tests that cannot set the
/// environment variable.
///
/// ```swift
/// try await withSeedingAllowed { try cell.seed(FakeIndex()) }
/// ```
public func withSeedingAllowed<R>(_ body: () async throws -> R) async rethrows -> R {
  try await SeedScope.$isAllowed.withValue(true, operation: body)
}

/// Allows seeding cells while `body` runs: the synchronous form.
public func withSeedingAllowed<R>(_ body: () throws -> R) rethrows -> R {
  try SeedScope.$isAllowed.withValue(true, operation: body)
}
