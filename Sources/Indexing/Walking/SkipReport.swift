/// What was left out of an index: a count for each reason, with a few paths as examples.
public struct SkipReport: Sendable, Hashable, Codable {
  /// How many files, links or directories were skipped, by reason. Reasons that did not occur are absent.
  public private(set) var counts: [SkipReason: Int] = [:]
  /// The first few paths by reason, in the order in which they were met.
  public private(set) var examples: [SkipReason: [String]] = [:]

  /// How many example paths are kept for each reason.
  public static let examplesPerReason = 5

  /// A report of nothing skipped.
  public init() {}

  /// How many were skipped for any reason.
  public var total: Int { counts.values.reduce(0, +) }

  /// The count for one reason, 0 when it did not occur.
  public subscript(reason: SkipReason) -> Int { counts[reason, default: 0] }

  /// Counts one more.
  public mutating func add(_ reason: SkipReason, path: String) {
    counts[reason, default: 0] += 1
    if examples[reason, default: []].count < Self.examplesPerReason { examples[reason, default: []].append(path) }
  }

  /// Adds another report's counts, and its examples as far as there is room.
  public mutating func merge(_ other: SkipReport) {
    for (reason, count) in other.counts { counts[reason, default: 0] += count }
    for (reason, paths) in other.examples {
      let room = Self.examplesPerReason - examples[reason, default: []].count
      examples[reason, default: []].append(contentsOf: paths.prefix(max(0, room)))
    }
  }

  /// Decodes `{reason: {count, examples}}`; unknown reasons are ignored, so that older programs read newer manifests.
  public init(from decoder: any Decoder) throws {
    for (name, entry) in try [String: Entry](from: decoder) {
      guard let reason = SkipReason(rawValue: name) else { continue }
      counts[reason] = entry.count
      examples[reason] = entry.examples
    }
  }

  /// Encodes `{reason: {count, examples}}`.
  public func encode(to encoder: any Encoder) throws {
    let pairs = counts.map { ($0.key.rawValue, Entry(count: $0.value, examples: examples[$0.key, default: []])) }
    try Dictionary(uniqueKeysWithValues: pairs).encode(to: encoder)
  }

  private struct Entry: Codable {
    let count: Int
    let examples: [String]
  }
}
