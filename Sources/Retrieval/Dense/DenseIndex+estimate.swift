public import Indexing

extension DenseIndex {
  /// Bytes the index of a record would take in memory, from what the record says of its kind and parts.
  ///
  /// - Parameters:
  ///   - record: What a manifest says of a dense space.
  ///   - isMapped: Whether it is opened mapped, as far as its kind can be.
  ///   - scansInt8: Whether flat parts keep 8-bit codes beside their vectors.
  /// - Returns: Bytes, or nil when the record does not say enough.
  public static func estimatedBytes(
    _ record: ArtifactRecord, isMapped: Bool = false, scansInt8: Bool = false
  ) -> Int? {
    func number(_ name: String) -> Int? { record.settings[name].flatMap { Int($0) } }
    guard let model = record.model, let rows = number("rows") else { return nil }
    let kind = record.settings["kind"].flatMap { FaissIndexKind(parameterText: $0) } ?? .automatic
    return estimatedBytes(
      primary: number("primary_rows") ?? rows, fresh: number("fresh_rows") ?? 0, dead: number("dead_rows") ?? 0,
      dimension: model.dim, kind: kind, isMapped: isMapped, scansInt8: scansInt8)
  }
}
