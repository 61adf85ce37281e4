/// The directory of an index: `generations/<n>/`, and `CURRENT`, which names the one that is served.
///
/// Readers never see half a generation: it is built in a draft directory, brought to the disk, renamed, and only then
/// named by `CURRENT`, which is replaced by one rename. Whatever kills a build, at any point, leaves the old generation
/// served; its remains are removed when the next build begins. All calls block.
public struct GenerationStore: Sendable {
  /// The index directory.
  public let root: String

  /// Names an index directory, which need not exist yet.
  public init(root: String) { self.root = root }

  var generationsDirectory: String { Paths.join(root, "generations") }
  var currentFile: String { Paths.join(root, "CURRENT") }
  var lockFile: String { Paths.join(root, "index.lock") }

  func directory(of number: Int) -> String { Paths.join(generationsDirectory, String(number)) }

  /// The number in `CURRENT`; nil when nothing was published here.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.current-corrupt` or `indexing.unreadable`.
  public func currentNumber() throws -> Int? {
    guard FileSystem.exists(currentFile) else { return nil }
    let bytes: [UInt8]?
    do throws(SystemCallFailure) {
      bytes = try FileSystem.read(currentFile, limit: 64)
    } catch {
      throw IndexingError(.unreadable, "CURRENT cannot be read.", path: currentFile, underlying: error)
    }
    let text = bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
    let line = text.hasSuffix("\n") ? String(text.dropLast()) : text
    guard let number = Int(line), number > 0 else {
      throw IndexingError(
        .currentCorrupt, "CURRENT does not name a generation: write the number of one into it, or index again.",
        path: currentFile, expected: "one of \(available())", actual: String(line.prefix(40)))
    }
    return number
  }

  /// The generation that is served; nil when nothing was published here.
  ///
  /// - Throws: as ``currentNumber()`` and ``load(_:verifying:)``.
  public func current(verifying verification: Generation.Verification = .quick) throws -> Generation? {
    // A second look covers the moment in which the one just read is pruned.
    for attempt in 0..<3 {
      guard let number = try currentNumber() else { return nil }
      do {
        return try load(number, verifying: verification)
      } catch let error as IndexingError where error.code == .generationMissing && attempt < 2 {
        continue
      }
    }
    return nil
  }

  /// Opens one generation and checks its files.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.generation-missing`, `indexing.manifest-corrupt`,
  ///   `indexing.manifest-format`, or as ``Generation/verify(_:)``.
  public func load(_ number: Int, verifying verification: Generation.Verification = .quick) throws -> Generation {
    let directory = directory(of: number)
    guard FileSystem.exists(directory) else {
      throw IndexingError(
        .generationMissing, "The index has no generation \(number): choose one that exists, or index again.",
        path: directory, expected: "one of \(available())", actual: String(number))
    }
    let manifestPath = Paths.join(directory, GenerationManifest.fileName)
    let manifest = try manifest(of: number)
    let hold: FileLock?
    do throws(SystemCallFailure) {
      hold = try FileLock.shared(manifestPath)
    } catch {
      throw IndexingError(.unreadable, "The manifest cannot be locked.", path: manifestPath, underlying: error)
    }
    guard let hold else {
      throw IndexingError(.generationMissing, "Generation \(number) is just being removed.", path: directory)
    }
    let generation = Generation(number: number, directory: directory, manifest: manifest, hold: hold)
    try generation.verify(verification)
    return generation
  }

  /// What a generation says of itself, whatever became of its files.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.manifest-corrupt` or `indexing.manifest-format`.
  func manifest(of number: Int) throws -> GenerationManifest {
    let path = Paths.join(directory(of: number), GenerationManifest.fileName)
    let manifest = try GenerationManifest.read(path)
    guard manifest.generation == number else {
      throw IndexingError(
        .manifestCorrupt, "The manifest belongs to another generation.", path: path, expected: String(number),
        actual: String(manifest.generation))
    }
    return manifest
  }

  /// The numbers of the generations on disk, ascending, whether they were ever served or not.
  public func available() -> [Int] {
    let entries = (try? FileSystem.entries(of: generationsDirectory)) ?? []
    return entries.compactMap { $0.name.flatMap { Int($0) } }.filter { $0 > 0 }.sorted()
  }
}
