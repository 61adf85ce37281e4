import CKernels

/// A BERT encoder's forward pass (A. Vaswani et al., 2017; J. Devlin et al., 2018), shared by everything that needs
/// hidden states: dense vectors, token vectors, sparse vectors.
struct TransformerEncoder: Sendable {
  let shape: EncoderConfiguration
  let path: MatrixPath
  private let weights: EncoderWeights

  init(_ file: SafetensorsFile, _ shape: EncoderConfiguration, path: MatrixPath) throws(EmbeddingError) {
    self.shape = shape
    self.path = path
    weights = try EncoderWeights(file, shape, path: path)
  }

  /// Bytes held beside the mapped file.
  var allocatedBytes: Int { weights.allocatedBytes }

  /// Computes the last hidden states, [tokens, hidden] in the workspace, valid until its next use. Ids must lie in the
  /// vocabulary and texts be no longer than the position table: the tokenizer's contract.
  func encode(_ batch: TokenBatch, _ workspace: EncoderWorkspace) -> UnsafePointer<Float> {
    let isa = path.isa
    let tokens = batch.tokens
    let parts = workspace.parts(tokens: tokens, longest: batch.longest, shape, path: path)
    let team = workspace.team
    ck_embed(
      isa, weights.words.base, weights.positions.base, weights.kind.base, batch.ids, batch.places, tokens, shape.hidden,
      parts.hidden)
    weights.norm.apply(parts.hidden, rows: tokens, isa: isa)
    for layer in weights.layers {
      layer.attentionInput.apply(parts.hidden, rows: tokens, codes: parts.codes, team: team, into: parts.wide)
      attend(batch, parts, team)
      layer.attentionOutput.apply(
        parts.context, rows: tokens, epilogue: ck_epilogue_residual, residual: parts.hidden, codes: parts.codes,
        team: team, into: parts.middle)
      layer.attentionNorm.apply(parts.middle, rows: tokens, isa: isa)
      perceive(layer, tokens, parts, team)
      layer.outputNorm.apply(parts.hidden, rows: tokens, isa: isa)
    }
    return UnsafePointer(parts.hidden)
  }

  /// The perceptron, some rows at a time: its wide middle then stays in the second-level cache.
  private func perceive(_ layer: EncoderLayer, _ tokens: Int, _ parts: EncoderWorkspace.Parts, _ team: WorkTeam?) {
    for top in stride(from: 0, to: tokens, by: LinearLayer.blockRows) {
      let rows = min(LinearLayer.blockRows, tokens - top)
      let at = top * shape.hidden
      layer.intermediate.apply(
        parts.middle + at, rows: rows, epilogue: ck_epilogue_gelu, codes: parts.codes, team: team, into: parts.wide)
      layer.output.apply(
        parts.wide, rows: rows, epilogue: ck_epilogue_residual, residual: parts.middle + at, codes: parts.codes,
        team: team, into: parts.hidden + at)
    }
  }

  private func attend(_ batch: TokenBatch, _ parts: EncoderWorkspace.Parts, _ team: WorkTeam?) {
    let (isa, shape, starts) = (path.isa, shape, batch.starts)
    let scale = 1 / Float(shape.headWidth).squareRoot()
    func attend(_ text: Int, _ heads: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) {
      let start = starts[text]
      ck_attention_heads(
        isa, parts.wide + start * 3 * shape.hidden, starts[text + 1] - start, shape.heads, shape.headWidth, scale,
        heads.lowerBound, heads.upperBound, scratch, parts.context + start * shape.hidden)
    }
    guard let team else {
      for text in batch.texts.indices { attend(text, 0..<shape.heads, parts.scratch) }
      return
    }
    team.divide(batch.texts.count * shape.heads) { part, member in
      let (text, head) = part.quotientAndRemainder(dividingBy: shape.heads)
      attend(text, head..<head + 1, parts.scratch + member * parts.scratchCount)
    }
  }
}
