public import CellConformance

/// A named part of the rules, to be adopted as a suite of its own.
///
/// ```swift
/// @Suite(.serialized) struct LockCellSeedGuard {
///   static let kit = CellConformanceKit(LockCellBackend())
///   @Test(arguments: SeedGuardSuite.cases(of: kit)) func conforms(_ rule: RuleCase) async throws {
///     try await Self.kit.check(rule)
///   }
/// }
/// ```
public protocol ConformanceSuite {
  /// Which part.
  static var suite: NamedSuite { get }
}

extension ConformanceSuite {
  /// The cases of this part.
  public static func cases(of kit: CellConformanceKit) -> [RuleCase] { kit.cases(of: suite) }
}

/// The kit's own health, and looking at cells: families 0 and 1.
public enum FoundationSuite: ConformanceSuite {
  /// This part.
  public static var suite: NamedSuite { .foundation }
}

/// Single flight, races and progress: families 2, 9 and 10.
public enum ContentionHammerSuite: ConformanceSuite {
  /// This part.
  public static var suite: NamedSuite { .contentionHammer }
}

/// The seed and its guard: family 3.
public enum SeedGuardSuite: ConformanceSuite {
  /// This part.
  public static var suite: NamedSuite { .seedGuard }
}

/// Closing, disposal and leases: families 4 and 11.
public enum DisposerSuite: ConformanceSuite {
  /// This part.
  public static var suite: NamedSuite { .disposer }
}

/// Preloading and many cells together: families 6 and 13.
public enum PreloadSuite: ConformanceSuite {
  /// This part.
  public static var suite: NamedSuite { .preload }
}

/// Errors as RFC 9457 problems: family 8.
public enum ProblemDetailsShapeSuite: ConformanceSuite {
  /// This part.
  public static var suite: NamedSuite { .problemDetailsShape }
}

/// Replacing a payload while it serves, the guard of that and the way back: family 5.
public enum SwapSuite: ConformanceSuite {
  /// This part.
  public static var suite: NamedSuite { .swap }
}

/// What observers are told: family 7.
public enum EventSuite: ConformanceSuite {
  /// This part.
  public static var suite: NamedSuite { .events }
}

/// Limits on concurrent use: family 12.
public enum GateSuite: ConformanceSuite {
  /// This part.
  public static var suite: NamedSuite { .gate }
}
