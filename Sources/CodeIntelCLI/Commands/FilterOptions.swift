import ArgumentParser
import CodeIntel
import Indexing
import ProblemDetails
import Retrieval

/// Which chunks a search may find.
struct FilterOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only files that match this pattern, as in .gitignore: 'Sources/**', '*.swift', 'Tests/'. Repeatable.",
      valueName: "pattern"))
  var path: [String] = []

  @Option(
    name: .long, help: ArgumentHelp("No files that match this pattern. Repeatable.", valueName: "pattern"))
  var excludePath: [String] = []

  @Option(
    name: .long, help: ArgumentHelp("Only this language, such as swift or python. Repeatable.", valueName: "language"),
    completion: .list(Language.all))
  var language: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only definitions of this kind: \(SymbolKind.allCases.map(\.rawValue).joined(separator: ", ")). Repeatable.",
      valueName: "kind"),
    completion: .list(SymbolKind.allCases.map(\.rawValue)))
  var kind: [String] = []

  /// The filter; nil without any of the options.
  func parsed() throws -> SearchFilter? {
    do {
      let filter = try SearchFilter(paths: path, excludedPaths: excludePath, languages: language, kinds: kind)
      return filter.isEmpty ? nil : filter
    } catch {
      throw ValidationError(ProblemReport(error).problem.detail ?? "\(error)")
    }
  }
}
