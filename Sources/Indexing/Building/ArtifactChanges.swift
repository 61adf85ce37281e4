/// What a build did to the channels that the generation before did not have so: a run with other flags or other settings looks
/// like the one before it, and takes a channel away or builds it anew.
enum ArtifactChanges {
  /// A sentence for each channel that went, or whose fingerprint is another.
  static func sentences(from previous: [ArtifactRecord], to records: [ArtifactRecord]) -> [String] {
    previous.compactMap { old in
      guard let new = records.first(where: { $0.channel == old.channel }) else {
        return """
          the channel \(old.channel) was not built this time and is gone: name it in --channels or index.channels to have it \
          again
          """
      }
      guard new.fingerprint != old.fingerprint else { return nil }
      let differences = differences(from: old.fingerprint, to: new.fingerprint).joined(separator: ", ")
      return "\(old.channel) is built by other settings than before: "
        + (differences.isEmpty ? "\(new.fingerprint) (was \(old.fingerprint))" : differences)
    }
  }

  /// Fingerprints are words of the form `name=value`; of another one, nothing.
  private static func differences(from old: String, to new: String) -> [String] {
    let (before, after) = (words(old), words(new))
    return Set(before.keys).union(after.keys).sorted().compactMap { name in
      guard before[name] != after[name] else { return nil }
      return "\(name) \(after[name] ?? "none") (was \(before[name] ?? "none"))"
    }
  }

  /// A word without a sign belongs to the value before it: names of models may have spaces.
  private static func words(_ fingerprint: String) -> [String: String] {
    var (words, name) = ([String: String](), "")
    for word in fingerprint.split(separator: " ") {
      let parts = word.split(separator: "=", maxSplits: 1)
      if parts.count == 2 {
        name = String(parts[0])
        words[name] = String(parts[1])
      } else {
        words[name]?.append(" \(word)")
      }
    }
    return words
  }
}
