import CKernels

/// Memory for the activations of one batch, and the threads that share it. Used by one batch at a time, grown on demand.
final class EncoderWorkspace: @unchecked Sendable {
  // @unchecked: handed from closure to closure, never used by two at once.
  private var memory: UnsafeMutablePointer<Float>?
  private var capacity = 0
  /// Who helps with the present batch; nil when one thread does it alone.
  var team: WorkTeam?

  /// The parts of one batch's memory.
  struct Parts {
    /// [tokens, hidden]: the layer's input and, at the end, its output.
    let hidden: UnsafeMutablePointer<Float>
    /// [tokens, hidden]: attention's result.
    let context: UnsafeMutablePointer<Float>
    /// [tokens, hidden]: the sum after attention.
    let middle: UnsafeMutablePointer<Float>
    /// [tokens, max(3 * hidden, intermediate)]: queries, keys and values, then the perceptron's middle.
    let wide: UnsafeMutablePointer<Float>
    /// Attention's own, ``scratchCount`` for each member of the team.
    let scratch: UnsafeMutablePointer<Float>
    let scratchCount: Int
    /// Quantised rows of a layer's input.
    let codes: UnsafeMutableRawPointer
  }

  func parts(tokens: Int, longest: Int, _ shape: EncoderConfiguration, path: MatrixPath) -> Parts {
    // Each part starts on a cache line of its own.
    func rounded(_ count: Int) -> Int { (count + 15) / 16 * 16 }
    let narrow = rounded(tokens * shape.hidden)
    let wide = rounded(tokens * max(3 * shape.hidden, shape.intermediate))
    let scratch = rounded(ck_attention_scratch(path.isa, longest, shape.headWidth))
    let codes = LinearLayer.codeBytes(inputs: max(shape.hidden, shape.intermediate), path: path)
    let scratches = scratch * (team?.size ?? 1)
    let needed = 3 * narrow + wide + scratches + (codes + 3) / 4
    let base = reserve(needed)
    return Parts(
      hidden: base, context: base + narrow, middle: base + 2 * narrow, wide: base + 3 * narrow,
      scratch: base + 3 * narrow + wide, scratchCount: scratch,
      codes: UnsafeMutableRawPointer(base + 3 * narrow + wide + scratches))
  }

  private func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
    if let memory, capacity >= count { return memory }
    if let memory { UnsafeMutableRawPointer(memory).deallocate() }
    let fresh = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
      .initializeMemory(as: Float.self, repeating: 0, count: count)
    memory = fresh
    capacity = count
    return fresh
  }

  deinit {
    if let memory { UnsafeMutableRawPointer(memory).deallocate() }
  }
}
