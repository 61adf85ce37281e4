import Foundation
import ProblemDetails
import Testing

@Suite struct ProblemCatalogueTests {
  @Test("A type is complete and its own occurrence is a legal problem", arguments: ProblemCatalogue.all)
  func complete(type: ProblemType) throws {
    #expect((400...599).contains(type.status))
    #expect(type.exitStatus != .success)
    #expect(ExitStatus.all.contains(type.exitStatus))
    #expect(!type.title.isEmpty && type.title.count <= 60)
    #expect(type.explanation.hasSuffix("."))
    #expect(type.remedy.hasSuffix("."))
    #expect(ProblemCatalogue.type(forURI: type.uri) == type)
    #expect(ProblemCatalogue.type(forSlug: type.slug) == type)
    for code in type.codes { #expect(ProblemCatalogue.type(forCode: code) == type) }
    let problem = ProblemDetails(type: type.uri, title: type.title, status: type.status)
    #expect(problem.exitStatus == type.exitStatus)
    #expect(try ProblemDetails(decoding: problem.encoded()) == problem)
  }

  @Test func `Slugs, titles and codes are unique`() {
    let all = ProblemCatalogue.all
    #expect(Set(all.map(\.slug)).count == all.count)
    #expect(Set(all.map(\.title)).count == all.count)
    let codes = all.flatMap(\.codes)
    #expect(Set(codes).count == codes.count)
    #expect(all.count >= 19)
  }

  @Test func `The code agrees with the contract file, entry by entry`() throws {
    let contract = try ProblemValue(json: Data(contentsOf: Repository.file("Fixtures/contract.json")))
    let entries = try #require(contract.objectValue?["problem_types"]?.arrayValue)
    #expect(entries.count == ProblemCatalogue.all.count)
    for entry in entries.compactMap(\.objectValue) {
      let type = try #require(ProblemCatalogue.type(forSlug: entry["slug"]?.stringValue ?? ""))
      #expect(type.title == entry["title"]?.stringValue)
      #expect(Int64(type.status) == entry["status"]?.integerValue)
      #expect(Int64(type.exitStatus.rawValue) == entry["exit"]?.integerValue)
      #expect(type.codes == entry["codes"]?.arrayValue?.compactMap(\.stringValue))
      #expect(type.explanation == entry["explanation"]?.stringValue)
      #expect(type.remedy == entry["remedy"]?.stringValue)
    }
  }

  @Test func `Every type has its section in the documentation`() throws {
    let page = try Repository.text("docs/problems.md")
    for type in ProblemCatalogue.all { #expect(page.contains("\n## \(type.slug)\n")) }
  }

  @Test(
    "Only the reference we emit names a type",
    arguments: ["", "/problems/", "/problems/nope", "cell-closed", "about:blank"])
  func unknownURI(uri: String) { #expect(ProblemCatalogue.type(forURI: uri) == nil) }

  @Test func `The published example is a problem of the catalogue, told as our encoder tells it`() throws {
    let text = try Repository.text("Fixtures/examples/problem.json")
    let problem = try ProblemDetails(decoding: text.utf8)
    let type = try #require(ProblemCatalogue.type(forURI: problem.type))
    #expect(problem.title == type.title)
    #expect(problem.status == type.status)
    #expect(type.codes.contains(try #require(problem.extensions["code"]?.stringValue)))
    #expect(try problem.value() == ProblemValue(json: text.utf8))
  }

  @Test func `The exit codes are the ones the documentation promises`() {
    #expect(ExitStatus.all.map(\.rawValue) == [0, 1, 2, 64, 69, 70, 74, 75, 78])
  }

  /// Codes that some layer maps by hand; each needs a reason here.
  private static let mappedElsewhere: [String: String] = [:]

  @Test func `Every error code in the sources has a type`() throws {
    let code =
      /static\s+let\s+\w+(?:\s*:\s*(?:Self|Code))?\s*=\s*(?:Self|Code|\.init)\(\s*(?:rawValue:\s*)?"([a-z0-9-]+\.[a-z0-9.-]+)"/
    var found: Set<String> = []
    for file in Repository.sources("Sources") + Repository.sources("Conformance") {
      for match in try String(contentsOf: file, encoding: .utf8).matches(of: code) {
        let code = String(match.1)
        found.insert(code)
        #expect(
          ProblemCatalogue.covers(code: code) || Self.mappedElsewhere[code] != nil,
          "\(code) in \(file.lastPathComponent) has no problem type: add it to Fixtures/contract.json, run scripts/contract"
        )
      }
    }
    #expect(
      found.isSuperset(of: ["problem.malformed-json", "problem.not-an-object"]), "the scan found nothing to check")
  }
}
