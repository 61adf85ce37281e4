/// What one channel's index and model say of themselves, to be compared with each other and with the chunk store.
struct ChannelFacts: Sendable {
  /// The channel.
  var channel: String
  /// Rows of its index.
  var rows: Int
  /// Its vectors in two parts: those of the large part that are in use, those that are not, and those beside it; nil where
  /// there is one part.
  var parts: (kept: Int, dead: Int, fresh: Int)?
  /// Length of its vectors; for sparse vectors the number of terms; nil for a channel without vectors.
  var dimension: Int?
  /// The model that the manifest says they were made with.
  var indexModel: String?
  /// The model that encodes questions; nil when it cannot be had.
  var model: (id: String, dimension: Int)?
  /// Why the model cannot be had.
  var modelProblem: String?

  /// What the names of its checks begin with.
  var prefix: String { channel == CellName.faiss ? "dense" : channel }
}
