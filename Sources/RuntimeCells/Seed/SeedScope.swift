/// Whether seeding is allowed for the current task. `RuntimeCellsTesting` alone opens such a scope.
package enum SeedScope {
  /// True inside `withSeedingAllowed`.
  @TaskLocal package static var isAllowed = false
}
