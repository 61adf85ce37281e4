/// What a token index says of itself.
public struct XTRMetadata: Sendable, Hashable {
  /// Number of documents: chunks of the generation.
  public var documents: Int
  /// Number of token vectors.
  public var tokens: Int
  /// Components of each vector.
  public var dimension: Int
  /// How they are stored.
  public var element: TokenElement
  /// The token encoder's name; see `TokenEncoder.modelID`.
  public var modelID: String
  /// Number of centroids.
  public var centroids: Int
  /// XXH64 of everything after the header, which tells this index from others of its size; nil where that is not known.
  public var checksum: UInt64?

  /// Metadata; see the properties.
  public init(
    documents: Int, tokens: Int, dimension: Int, element: TokenElement, modelID: String, centroids: Int,
    checksum: UInt64? = nil
  ) {
    self.documents = documents
    self.tokens = tokens
    self.dimension = dimension
    self.element = element
    self.modelID = modelID
    self.centroids = centroids
    self.checksum = checksum
  }
}
