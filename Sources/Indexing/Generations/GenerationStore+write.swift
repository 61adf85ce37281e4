#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension GenerationStore {
  private static let draftPrefix = ".draft-"
  private static let prunedPrefix = ".pruned-"

  /// Starts a new generation: takes the lock, removes the remains of killed builds, makes the draft's directory.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.locked` when another build is running, else
  ///   `indexing.not-writable`.
  public func beginDraft() throws -> GenerationDraft {
    do throws(SystemCallFailure) {
      try FileSystem.makeDirectories(generationsDirectory)
      guard let lock = try FileLock.exclusive(lockFile) else {
        throw SystemCallFailure("flock", lockFile, number: EBUSY)
      }
      lock.write("\(getpid())\n")
      // A damaged CURRENT must not stop the build that would repair it.
      let current = (try? currentNumber()) ?? nil
      let number = max(available().last ?? 0, current ?? 0) + 1
      try removeRemains(current: current)
      let directory = Paths.join(generationsDirectory, "\(Self.draftPrefix)\(number)")
      try FileSystem.makeDirectories(directory)
      return GenerationDraft(number: number, directory: directory, lock: lock)
    } catch {
      if error.call == "flock" { throw lockedError() }
      throw IndexingError(
        .notWritable, "The index directory cannot be written: check its owner, its rights and the free space.",
        path: error.path, underlying: error)
    }
  }

  /// Makes a finished draft the generation that is served, and closes it.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.draft-closed`, `indexing.artifact-conflict`,
  ///   `indexing.not-writable`, or as ``Generation/verify(_:)``. Until `CURRENT` is replaced, which is the last step, the
  ///   generation served before stays so.
  public func publish(_ draft: GenerationDraft, manifest: GenerationManifest) throws -> Generation {
    try publish(draft, manifest: manifest) { _ in }
  }

  func publish(
    _ draft: GenerationDraft, manifest: GenerationManifest, reaching: (PublishStep) throws -> Void
  ) throws -> Generation {
    guard draft.isOpen else {
      throw IndexingError(.draftClosed, "The draft was already published or abandoned: begin another.")
    }
    try Self.checkDistinct(manifest.artifacts)
    try Generation.verify(manifest.artifacts, in: draft.directory, .quick)
    var manifest = manifest
    manifest.generation = draft.number
    let target = directory(of: draft.number)
    do {
      try FileSystem.write(manifest.encoded(), to: Paths.join(draft.directory, GenerationManifest.fileName))
      try reaching(.manifestWritten)
      try FileSystem.syncTree(draft.directory)
      try reaching(.synced)
      try FileSystem.move(draft.directory, to: target)
      try FileSystem.sync(generationsDirectory)
      try reaching(.renamed)
      try FileSystem.replace(currentFile, with: Array("\(draft.number)\n".utf8))
      try reaching(.currentWritten)
    } catch let error as SystemCallFailure {
      throw IndexingError(
        .notWritable, "The generation cannot be published: check the rights and the free space.", path: error.path,
        underlying: error)
    }
    draft.release()
    return try load(draft.number, verifying: .quick)
  }

  /// Removes old generations but the newest `keeping` up to the current one, and those that somebody still reads.
  ///
  /// - Returns: the numbers removed.
  /// - Throws: ``IndexingError`` with code `indexing.not-writable`, or as ``currentNumber()``.
  @discardableResult
  public func prune(keeping: Int = 2) throws -> [Int] {
    guard let current = try currentNumber() else { return [] }
    let old = available().filter { $0 <= current }.dropLast(max(1, keeping))
    do throws(SystemCallFailure) {
      var removed: [Int] = []
      for number in old where try removeUnlessHeld(number) { removed.append(number) }
      return removed
    } catch {
      throw IndexingError(
        .notWritable, "An old generation cannot be removed: check its owner and rights.", path: error.path,
        underlying: error)
    }
  }

  private func removeRemains(current: Int?) throws(SystemCallFailure) {
    for entry in try FileSystem.entries(of: generationsDirectory) {
      guard let name = entry.name else { continue }
      if name.hasPrefix(Self.draftPrefix) || name.hasPrefix(Self.prunedPrefix) {
        try FileSystem.remove(Paths.join(generationsDirectory, name))
      } else if let number = Int(name), let current, number > current {
        // Renamed, but killed before CURRENT named it: never served.
        _ = try removeUnlessHeld(number)
      }
    }
  }

  private func removeUnlessHeld(_ number: Int) throws(SystemCallFailure) -> Bool {
    let directory = directory(of: number)
    let manifest = Paths.join(directory, GenerationManifest.fileName)
    var lock: FileLock?
    if FileSystem.exists(manifest) {
      lock = try FileLock.exclusive(manifest)
      if lock == nil { return false }
    }
    defer { _ = lock }
    // One step takes it away from readers; removing its files takes many.
    let aside = Paths.join(generationsDirectory, "\(Self.prunedPrefix)\(number)")
    try FileSystem.move(directory, to: aside)
    try FileSystem.remove(aside)
    return true
  }

  private func lockedError() -> IndexingError {
    let bytes = (try? FileSystem.read(lockFile, limit: 64)) ?? nil
    let holder = bytes.map { String(decoding: $0, as: UTF8.self).filter(\.isNumber) } ?? ""
    return IndexingError(
      .locked, "Another process is building into this index: wait until it ends, or choose another index directory.",
      path: lockFile, actual: holder.isEmpty ? "held" : "held by process \(holder)")
  }

  private static func checkDistinct(_ artifacts: [ArtifactRecord]) throws {
    var channels: Set<String> = []
    var files: Set<String> = [GenerationManifest.fileName]
    for artifact in artifacts {
      guard channels.insert(artifact.channel).inserted else {
        throw IndexingError(.artifactConflict, "Two artifacts name the channel \(artifact.channel).")
      }
      for file in artifact.files where !files.insert(file.path).inserted {
        throw IndexingError(.artifactConflict, "Two artifacts name the same file.", path: file.path)
      }
    }
  }
}
