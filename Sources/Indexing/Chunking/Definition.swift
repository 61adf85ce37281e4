/// A named definition in a file, found by a parser.
struct Definition: Sendable {
  /// Qualified name.
  var symbol: String
  var kind: String
  /// The lines from its leading comment or attribute to its end.
  var lines: ClosedRange<Int>
  /// Whether it gets a chunk of its own; small ones (stored properties, cases) stay with their neighbours.
  var isOwnChunk: Bool
  /// Whether it is always divided into its inner definitions, as types are; others only when they are too long.
  var isContainer: Bool
  /// Whether a head of one or two lines joins the first inner definition: extensions and namespaces say little alone.
  var hasThinHead = false
}
