/// What an inverted index of impacts is of.
enum ImpactKind: Hashable {
  /// Terms of a model's vocabulary, by number, with weights in steps of 1/64 in a byte.
  case splade
  /// Words, with their part of BM25's score as a float.
  case bm25

  /// The first eight bytes of a file.
  var magic: String { self == .splade ? "RCSPLADE" : "RCBM25IX" }
  /// The version of the file's format that is read and written.
  var version: UInt32 { 1 }
  /// What messages call it.
  var noun: String { self == .splade ? "sparse index" : "keyword index" }
  /// Bytes of an impact.
  var impactBytes: Int { self == .splade ? 1 : 4 }
  /// Whether terms are words, found in a dictionary.
  var hasWords: Bool { self == .bm25 }
  /// Impacts a unit of weight, 0 for floats. A fixed number, so that impacts of two generations are the same numbers.
  /// Weights of SPLADE are logarithms, of which 3.98 is the largest that fits.
  var scale: UInt32 { self == .splade ? 64 : 0 }
}
