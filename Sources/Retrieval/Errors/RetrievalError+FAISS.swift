import CFaiss

extension RetrievalError {
  /// The error of one call into the shim.
  init(_ failure: cfaiss_failure, path: String? = nil) {
    let message = withUnsafeBytes(of: failure.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    let (code, advice) = Self.meaning(of: Int(failure.code))
    let hasBounds = failure.expected != 0 && code != .io && code != .vectorNotFinite
    self.init(
      code, advice.isEmpty ? "\(message)." : "\(message). \(advice)",
      expected: hasBounds ? String(failure.expected) : nil, actual: hasBounds ? String(failure.actual) : nil,
      path: path)
  }

  private static func meaning(of status: Int) -> (Code, advice: String) {
    let rebuild = "Build the index again (`codeintel index`)."
    switch status {
    case CFAISS_ARGUMENT: return (.argument, "")
    case CFAISS_DIMENSION:
      return (.dimensionMismatch, "Use the model the index was built with, or build the index again.")
    case CFAISS_NOT_FINITE: return (.vectorNotFinite, "The model that made the vector is damaged or its input was.")
    case CFAISS_MISSING: return (.indexMissing, rebuild)
    case CFAISS_IO: return (.io, "Check the file's permissions and the disk.")
    case CFAISS_TRUNCATED: return (.indexTruncated, rebuild)
    case CFAISS_FOREIGN: return (.indexForeign, "Point at the folder that `codeintel index` wrote.")
    case CFAISS_VERSION: return (.indexVersion, "Use a program of that version or build the index again.")
    case CFAISS_CORRUPT: return (.indexCorrupt, rebuild)
    case CFAISS_MEMORY: return (.outOfMemory, "Use a smaller index or a machine with more memory.")
    default: return (.library, "")
    }
  }
}
