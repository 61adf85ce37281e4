import CKernels

/// How a token index stores its vectors. Raw values appear in manifests and settings and never change.
public enum TokenElement: String, Sendable, Hashable, CaseIterable {
  /// Half-precision numbers: two bytes a component.
  case float16 = "f16"
  /// Four bits a component: the difference from the nearest of some hundred or thousand centroids, one of sixteen levels
  /// each (K. Santhanam et al., ColBERTv2, NAACL 2022).
  case residual4 = "4bit"

  var number: UInt32 { self == .float16 ? 1 : 2 }

  init?(number: UInt32) {
    guard let found = Self.allCases.first(where: { $0.number == number }) else { return nil }
    self = found
  }

  var form: ck_token_form { self == .float16 ? ck_token_f16 : ck_token_residual4 }

  /// Bytes of one vector.
  public func bytes(dimension: Int) -> Int { self == .float16 ? dimension * 2 : dimension / 2 }
}
