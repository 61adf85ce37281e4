#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Documents, questions and human judgments in the BEIR layout: `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`, or
/// `qrels/<split>.tsv`.
public struct JudgedCollection: Sendable {
  /// A document or a question.
  public struct Text: Sendable, Hashable {
    /// Its id in the judgments.
    public var id: String
    /// Its title, often empty; questions have none.
    public var title: String
    /// Its text.
    public var text: String
  }

  /// The documents in file order.
  public var documents: [Text]
  /// The questions that have at least one relevant document, in file order.
  public var queries: [Text]
  /// The file of the judgments, relative to the collection's folder.
  public var judgments: String
  /// Grades by question id and document id.
  public var grades: [String: [String: Int]]

  /// Reads a folder.
  ///
  /// - Parameters:
  ///   - folder: The collection.
  ///   - split: Which judgments of a collection that has several (`qrels/test.tsv`, `qrels/dev.tsv`); nil reads
  ///     `qrels.tsv` and, where there is none, `qrels/test.tsv`.
  /// - Throws: ``RetrievalError`` with `evaluation`: a file is missing, a line is not as the layout says, an id occurs
  ///   twice, or nothing is judged.
  public init(folder: String, split: String? = nil) throws {
    documents = try Self.texts(folder + "/corpus.jsonl")
    let questions = try Self.texts(folder + "/queries.jsonl")
    var grades: [String: [String: Int]] = [:]
    judgments = Self.judgments(in: folder, split: split)
    let file = "\(folder)/\(judgments)"
    for (number, line) in try Self.lines(file).enumerated() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 3, let grade = Int(fields[2]) else {
        if number == 0 { continue }
        throw RetrievalError(
          .evaluation, "Line \(number + 1) of \(file) is not `query<TAB>document<TAB>grade`.", path: file)
      }
      grades[String(fields[0]), default: [:]][String(fields[1])] = grade
    }
    self.grades = grades
    queries = questions.filter { grades[$0.id]?.values.contains { $0 > 0 } == true }
    guard !documents.isEmpty, !queries.isEmpty else {
      throw RetrievalError(.evaluation, "\(folder) holds no document or no judged question.", path: folder)
    }
  }

  /// Judged documents that the collection does not hold: nothing can find them, yet they count as missed.
  public var unknownDocuments: Int {
    let known = Set(documents.map(\.id))
    return Set(queries.flatMap { grades[$0.id].map { Array($0.keys) } ?? [] }).subtracting(known).count
  }

  private static func judgments(in folder: String, split: String?) -> String {
    if let split { return "qrels/\(split).tsv" }
    let (whole, test) = ("qrels.tsv", "qrels/test.tsv")
    let isThere = { (name: String) in FileManager.default.fileExists(atPath: "\(folder)/\(name)") }
    return !isThere(whole) && isThere(test) ? test : whole
  }

  private struct Line: Decodable {
    var _id: String
    var title: String?
    var text: String
  }

  private static func texts(_ file: String) throws -> [Text] {
    let decoder = JSONDecoder()
    var seen: Set<String> = []
    return try lines(file).enumerated().map { number, line in
      do {
        let line = try decoder.decode(Line.self, from: Data(line.utf8))
        guard seen.insert(line._id).inserted else {
          throw RetrievalError(.evaluation, "The id \(line._id) occurs twice in \(file): ids must differ.", path: file)
        }
        return Text(id: line._id, title: line.title ?? "", text: line.text)
      } catch let error as RetrievalError {
        throw error
      } catch {
        throw RetrievalError(
          .evaluation, "Line \(number + 1) of \(file) is not an object with _id and text.", path: file,
          underlying: error)
      }
    }
  }

  private static func lines(_ file: String) throws -> [Substring] {
    do {
      let text = try String(contentsOf: URL(fileURLWithPath: file), encoding: .utf8)
      return text.split(whereSeparator: \.isNewline)
    } catch {
      throw RetrievalError(
        .evaluation, "\(file) cannot be read: the BEIR layout needs corpus.jsonl, queries.jsonl and qrels.tsv.",
        path: file, underlying: error)
    }
  }
}
