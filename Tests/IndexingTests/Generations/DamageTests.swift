import Foundation
import Testing

@testable import Indexing

/// Damage of every file of an index, one at a time.
struct DamageTests {
  private let directory: TemporaryDirectory
  private let store: GenerationStore

  init() throws {
    directory = try TemporaryDirectory()
    store = GenerationStore(root: directory.sub("index"))
    try GenerationSupport.publish("old", to: store)
    try GenerationSupport.publish("new", to: store)
  }

  private func file(_ name: String) -> String { "index/generations/2/\(name)" }

  private func failure(_ verification: Generation.Verification = .quick) throws -> IndexingError {
    try #require(#expect(throws: IndexingError.self) { try store.current(verifying: verification) })
  }

  @Test(arguments: ["", "{", "null", "{\"format_version\": 1}", "[1,2]", "\u{0}\u{0}"])
  func damagedManifest_opened_typedErrorWithPath(content: String) throws {
    let path = try directory.write(file("manifest.json"), content)
    let error = try failure()
    #expect(error.code == .manifestCorrupt)
    #expect(error.path == path)
    // The older generation is still there to go back to.
    #expect(try GenerationSupport.content(of: store.load(1, verifying: .full)) == "old")
  }

  @Test func missingManifest_opened_typedError() throws {
    try directory.remove(file("manifest.json"))
    #expect(try failure().code == .manifestCorrupt)
  }

  @Test func manifestOfALaterFormat_opened_saysSo() throws {
    try directory.write(file("manifest.json"), "{\"format_version\": 99, \"something\": \"else\"}")
    let error = try failure()
    #expect(error.code == .manifestFormat)
    #expect(error.expected == "1" && error.actual == "99")
  }

  @Test func manifestOfAnotherGeneration_opened_typedError() throws {
    let other = try #require(try FileSystem.read(directory.sub("index/generations/1/manifest.json"), limit: 1 << 20))
    try directory.write(file("manifest.json"), other)
    #expect(try failure().code == .manifestCorrupt)
  }

  @Test func missingFile_opened_namesFileAndExpectedSize() throws {
    try directory.remove(file("data.bin"))
    let error = try failure()
    #expect(error.code == .fileMissing)
    #expect(error.path?.hasSuffix("generations/2/data.bin") == true)
    #expect(error.expected == "3 bytes" && error.actual == "no file")
  }

  @Test func truncatedFile_opened_namesBothSizes() throws {
    try directory.write(file("data.bin"), "ne")
    let error = try failure()
    #expect(error.code == .fileSize)
    #expect(error.expected == "3 bytes" && error.actual == "2 bytes")
  }

  @Test func changedContentOfTheSameSize_opened_foundByTheFullCheckOnly() throws {
    try directory.write(file("data.bin"), "nex")
    #expect(try store.current(verifying: .quick)?.number == 2)
    let error = try failure(.full)
    #expect(error.code == .fileChecksum)
    #expect(error.expected == Checksum.hex(of: "new"))
    #expect(error.actual == Checksum.hex(of: "nex"))
  }

  @Test(arguments: ["", "x", "-1", "0", "1 2", "99999999999999999999"])
  func currentThatIsNoNumber_opened_typedErrorThatListsGenerations(content: String) throws {
    try directory.write("index/CURRENT", content)
    let error = try failure()
    #expect(error.code == .currentCorrupt)
    #expect(error.expected == "one of [1, 2]")
    // The next build repairs it and does not reuse a number.
    #expect(try GenerationSupport.publish("next", to: store).number == 3)
    #expect(try store.current()?.number == 3)
  }

  @Test func currentThatNamesNoGeneration_opened_typedErrorThatListsGenerations() throws {
    try directory.write("index/CURRENT", "7\n")
    #expect(try failure().code == .generationMissing)
    #expect(try failure().expected == "one of [1, 2]")
  }

  @Test func manifestThatNamesFilesElsewhere_opened_refused() throws {
    let outside = ArtifactRecord(
      channel: "x", fingerprint: "f",
      files: [ArtifactFile(path: "../1/data.bin", bytes: 3, sha256: Checksum.hex(of: "old"))])
    var manifest = GenerationSupport.manifest([outside])
    manifest.generation = 2
    try directory.write(file("manifest.json"), try manifest.encoded())
    #expect(try failure().code == .fileMissing)
  }
}
