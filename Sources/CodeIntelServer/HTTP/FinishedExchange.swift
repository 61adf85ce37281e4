import ProblemDetails

/// A request and how it was answered, for those who keep books.
struct FinishedExchange: Sendable {
  let method: String
  /// Without the query.
  let path: String
  /// The route's template; empty when none fits.
  let route: String
  let status: Int
  let problem: ProblemDetails?
  let remote: String?
  let duration: Duration

  /// The slug of the problem's type, a bounded set.
  var problemSlug: String? {
    problem.map { ProblemCatalogue.type(forURI: $0.type)?.slug ?? ProblemType.internalError.slug }
  }
}
