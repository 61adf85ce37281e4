extension DenseSpace {
  /// The index of an earlier generation, where the space is in two parts. Another name than ``indexFileName``: a program
  /// that knows no row maps must miss the file instead of taking its rows for the chunks'.
  var primaryFileName: String { channel + ".primary.index" }
  /// The vectors that the primary part lacks.
  var freshFileName: String { channel + ".fresh.index" }
  /// Which chunk each vector of the two parts belongs to.
  var rowMapFileName: String { channel + ".rows" }
  /// The names under which a generation may have its large part.
  var primaryFileNames: Set<String> { [indexFileName, primaryFileName] }
}
