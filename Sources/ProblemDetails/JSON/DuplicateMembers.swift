/// What a reader does with an object that names one member twice.
///
/// RFC 8259 section 4 leaves it open, and two programs that choose differently see two different documents.
public enum DuplicateMembers: Sendable, Hashable {
  /// Refuse the document (I-JSON, RFC 7493 section 2.3).
  case reject
  /// Keep the later one, as most parsers do.
  case keepLast
}
