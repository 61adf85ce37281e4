import CKernels

extension TransformerEncoder {
  /// One vector a text: the mean of all its tokens' states, special tokens included, scaled to length 1.
  func sentenceVectors(_ batch: TokenBatch, _ workspace: EncoderWorkspace) throws(EmbeddingError) -> [Float] {
    let states = encode(batch, workspace)
    var vectors = [Float](repeating: 0, count: batch.texts.count * shape.hidden)
    var norms: [Float] = []
    vectors.withUnsafeMutableBufferPointer { buffer in
      guard var vector = buffer.baseAddress else { return }
      for (start, end) in zip(batch.starts, batch.starts.dropFirst()) {
        ck_mean_rows(path.isa, states + start * shape.hidden, end - start, shape.hidden, vector)
        norms.append(ck_normalize(vector, shape.hidden))
        vector += shape.hidden
      }
    }
    guard norms.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw EmbeddingError(
        .degenerateVector, "the model gave a vector without direction: its weights are damaged, fetch it again",
        expected: "finite values, not all zero")
    }
    return vectors
  }
}
