/// What one real use of a component showed: the answer of `faiss-open`, `xtr-open` and `vllm-probe` (seed features S53, S54).
public struct ComponentCheck: Sendable, Hashable {
  /// What was found, in one sentence.
  public var detail: String
  /// Notes on degraded operation; for a component that is not there, why.
  public var limits: [String] = []
}
