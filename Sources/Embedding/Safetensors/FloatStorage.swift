/// Immutable float32 values: either an aligned allocation of its own or a view into a mapped file that it keeps alive.
final class FloatStorage: @unchecked Sendable {
  // @unchecked: the values are written in init only.
  let base: UnsafePointer<Float>
  let count: Int
  private let owner: AnyObject?

  /// One cache line, and one vector of the widest instruction set.
  private static let alignment = 64

  /// Allocates `count` values, zeroed, and lets `fill` write them.
  init(count: Int, fill: (UnsafeMutableBufferPointer<Float>) -> Void) {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(1, count) * 4, alignment: Self.alignment)
    let values = raw.initializeMemory(as: Float.self, repeating: 0, count: count)
    fill(UnsafeMutableBufferPointer(start: values, count: count))
    base = UnsafePointer(values)
    self.count = count
    owner = nil
  }

  /// A view of memory that `owner` keeps valid.
  init(viewing base: UnsafePointer<Float>, count: Int, owner: AnyObject) {
    self.base = base
    self.count = count
    self.owner = owner
  }

  deinit {
    if owner == nil { UnsafeMutableRawPointer(mutating: base).deallocate() }
  }

  /// Bytes of memory of its own; a view has none.
  var allocatedBytes: Int { owner == nil ? count * 4 : 0 }
}
