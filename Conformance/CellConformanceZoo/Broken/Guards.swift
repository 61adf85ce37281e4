import CellConformance

/// The seed guard's four words.
enum SeedGuard {
  static let variable = "KGFOUNDRY_ALLOW_RUNTIME_SEED"
  static func isOpen(_ value: String?) -> Bool {
    value.map { ["1", "true", "yes", "on"].contains($0.lowercased()) } ?? false
  }
}

/// The swap guard, which knows the same words, and what defects make of it.
enum SwapGuard {
  static let variable = "KGFOUNDRY_ALLOW_RUNTIME_SWAP"

  static func isOpen(in world: CellWorld, _ defect: Defect?, atCreation: Bool) -> Bool {
    let value = world.environment(variable)
    return switch defect {
    case .swapUnguarded: true
    case .swapGuardOnlyOne: value == "1"
    case .swapGuardAnyValue: value != nil
    case .swapGuardInverted: !SeedGuard.isOpen(value)
    case .swapGuardTakesSeed: SeedGuard.isOpen(value) || SeedGuard.isOpen(world.environment(SeedGuard.variable))
    case .swapGuardAtCreation: atCreation
    default: SeedGuard.isOpen(value)
    }
  }

  static func refusal(of cell: String, _ defect: Defect?) -> String {
    "swapping \"\(cell)\" is not allowed here: "
      + (defect == .swapGuardSilent ? "ask the administrator" : "set \(variable)=1 where the service runs")
  }
}
