extension ProblemDetails {
  /// The problem of an error: type, title and status by the catalogue, the error's own detail and extensions, its
  /// code as the extension `code`, and one fresh `instance`.
  ///
  /// An extension with an illegal name or value is left out: telling an error must not fail. A code without a
  /// catalogue entry maps to the internal error.
  public init(
    _ error: any ProblemConvertible, instance: String = ProblemDetails.newInstance(),
    redaction: ProblemRedaction = .none
  ) {
    let type = ProblemCatalogue.type(forCode: error.problemCode)
    var problem = ProblemDetails(
      type: type.uri, title: type.title, status: type.status, detail: error.problemDetail, instance: instance)
    for (name, value) in error.problemExtensions {
      let candidate = ProblemDetails(extensions: [name: value])
      if (try? candidate.validate()) != nil { problem.extensions[name] = value }
    }
    problem.extensions["code"] = .string(error.problemCode)
    self = redaction(problem)
  }

  /// The problem of any error: a ``ProblemConvertible`` one by its code, a cancellation as such, all else as an
  /// internal error.
  ///
  /// With `unwrapping`, a type that only says where an error arose (a cell whose factory failed) gives way to its
  /// cause when that has a type of its own: whoever asked for a search wants to read "no index here", not "a cell
  /// did not start".
  public init(
    describing error: any Error, unwrapping: Bool = false, instance: String = ProblemDetails.newInstance(),
    redaction: ProblemRedaction = .none
  ) {
    switch error {
    case let error as any ProblemConvertible:
      self.init(unwrapping ? error.mostTelling : error, instance: instance, redaction: redaction)
    case is CancellationError:
      self.init(UnmappedError(code: "cancelled", detail: "The operation was cancelled."), instance: instance)
    default:
      let unmapped = UnmappedError(code: "internal", detail: String(describing: error))
      self.init(unmapped, instance: instance, redaction: redaction)
    }
  }
}

extension ProblemConvertible {
  /// The error itself, or the cause below one or more wrappers.
  var mostTelling: any ProblemConvertible {
    var error: any ProblemConvertible = self
    // Bounded: a chain of causes that leads back to itself must not hang the report.
    for _ in 0..<16 {
      guard ProblemCatalogue.type(forCode: error.problemCode).isWrapper,
        let cause = error.problemCause as? any ProblemConvertible, ProblemCatalogue.covers(code: cause.problemCode)
      else { break }
      error = cause
    }
    return error
  }
}

/// An error of somebody else's type, told under one of our codes.
private struct UnmappedError: ProblemConvertible {
  let problemCode: String
  let problemDetail: String

  init(code: String, detail: String) {
    problemCode = code
    problemDetail = detail
  }
}
