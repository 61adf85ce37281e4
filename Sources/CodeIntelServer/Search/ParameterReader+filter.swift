import Indexing
import Retrieval

extension ParameterReader {
  /// The parameters that say which chunks may be found; nil when there are none or one of them is wrong.
  mutating func filter() -> SearchFilter? {
    let paths = globs("paths")
    let excluded = globs("exclude_paths")
    let languages = words("languages", of: Language.all)
    let kinds = words("kinds", of: SymbolKind.allCases.map(\.rawValue))
    // What is wrong was told one by one; the rest makes a filter.
    return try? SearchFilter(paths: paths, excludedPaths: excluded, languages: languages, kinds: kinds).orNil
  }

  private mutating func globs(_ name: String) -> [String] {
    guard let texts = names(name) else { return [] }
    guard (1...SearchFilter.maximumPaths).contains(texts.count) else {
      fault(name, "must have 1 to \(SearchFilter.maximumPaths) path patterns")
      return []
    }
    return texts.filter { text in
      do throws(IndexingError) {
        _ = try PathGlob(text)
        return true
      } catch {
        fault(name, "has a pattern that cannot be used: \(error.message)")
        return false
      }
    }
  }

  private mutating func words(_ name: String, of known: [String]) -> [String] {
    guard let words = names(name) else { return [] }
    guard !words.isEmpty, words.allSatisfy(known.contains) else {
      fault(name, "must name one or more of \(known.joined(separator: ", "))")
      return []
    }
    return words
  }
}

extension SearchFilter {
  fileprivate var orNil: SearchFilter? { isEmpty ? nil : self }
}
