/// Every problem type that leaves our processes. The entries come from `Fixtures/contract.json`.
public enum ProblemCatalogue {
  /// Where the types are documented on a running service.
  public static let basePath = "/problems/"

  private static let byCode = Dictionary(
    all.flatMap { type in type.codes.map { ($0, type) } }, uniquingKeysWith: { first, _ in first })

  private static let bySlug = Dictionary(all.map { ($0.slug, $0) }, uniquingKeysWith: { first, _ in first })

  /// Whether an error code has an entry of its own.
  public static func covers(code: String) -> Bool { byCode[code] != nil }

  /// The type of an error code; a code without an entry is our mistake, so an internal error.
  public static func type(forCode code: String) -> ProblemType { byCode[code] ?? .internalError }

  /// The type with a slug.
  public static func type(forSlug slug: String) -> ProblemType? { bySlug[slug] }

  /// The type that a problem's `type` member names: the relative reference that we emit, nothing else.
  public static func type(forURI uri: String) -> ProblemType? {
    guard uri.hasPrefix(basePath) else { return nil }
    return bySlug[String(uri.dropFirst(basePath.count))]
  }
}
