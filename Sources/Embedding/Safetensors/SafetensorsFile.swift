import CKernels

/// Named tensors in a memory-mapped safetensors file.
final class SafetensorsFile: Sendable {
  let path: String
  private let file: MappedFile
  private let header: SafetensorsHeader

  /// Maps the file and checks its header; no weight is read yet.
  init(path: String) throws(EmbeddingError) {
    self.path = path
    file = try MappedFile(path: path)
    header = try SafetensorsHeader(file.bytes, path: path)
  }

  /// Names of all tensors, sorted.
  var names: [String] { header.entries.keys.sorted() }

  /// The first of `names` that the file has: models differ in prefixes and in the names of norms.
  func firstPresent(_ names: [String]) -> String? { names.first { header.entries[$0] != nil } }

  /// The values of a tensor as float32. `mapped` keeps float32 data where it lies in the file, so that only the rows
  /// that are used occupy memory; otherwise, and for the half types, the values are copied.
  func floats(_ name: String, shape: [Int], mapped: Bool = false) throws(EmbeddingError) -> FloatStorage {
    guard let entry = header.entries[name] else {
      throw EmbeddingError(
        .missingTensor, "the weights lack this tensor: the folder holds another kind of model or a part of one",
        path: path, tensor: name)
    }
    guard entry.shape == shape else {
      throw EmbeddingError(
        .shapeMismatch, "the tensor does not fit config.json: weights and configuration belong to different models",
        path: path, tensor: name, expected: "\(shape)", actual: "\(entry.shape)")
    }
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.range])
    guard let start = bytes.baseAddress else { return FloatStorage(count: 0) { _ in } }
    let count = bytes.count / entry.element.width
    // The format aligns nothing but the habit of writers does; a half type's odd address is copied byte-wise.
    let aligned = Int(bitPattern: start) % entry.element.width == 0
    switch entry.element {
    case .float32 where mapped && aligned:
      return FloatStorage(viewing: start.assumingMemoryBound(to: Float.self), count: count, owner: file)
    case .float32:
      return FloatStorage(count: count) { UnsafeMutableRawBufferPointer($0).copyMemory(from: bytes) }
    case .float16, .bfloat16:
      let words = [UInt16](unsafeUninitializedCapacity: count) { buffer, initialized in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
        initialized = count
      }
      return FloatStorage(count: count) { output in
        guard let target = output.baseAddress else { return }
        if entry.element == .float16 {
          ck_widen_f16(words, count, target)
        } else {
          ck_widen_bf16(words, count, target)
        }
      }
    default:
      throw EmbeddingError(
        .unsupportedElementType, "weights of this element type cannot be read: convert the model to F32, F16 or BF16",
        path: path, tensor: name, expected: "F32, F16 or BF16", actual: entry.element.rawValue)
    }
  }

  /// Lets go of the file's pages: called after weights were copied elsewhere.
  func releasePages() { file.forget(0..<file.bytes.count) }
}
