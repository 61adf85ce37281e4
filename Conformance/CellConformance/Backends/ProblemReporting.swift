/// A backend that tells its errors as problem documents itself (``Capability/problems``). For all others the kit's own
/// adapter does it, so that every backend can be driven through `ProblemDetailsShapeSuite`.
public protocol ProblemReporting: CellBackend {
  /// The RFC 9457 document, as UTF-8 JSON, that a client would be sent for an error of this backend.
  func problem(for error: any Error) -> [UInt8]
}
