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
      let differences = differences(from: old.fingerprint, to: new.fingerprint)
      return "\(old.channel) is built by other settings than before: \(differences.joined(separator: ", "))"
    }
  }

  /// Fingerprints are words of the form `name=value`.
  private static func differences(from old: String, to new: String) -> [String] {
    let (before, after) = (words(old), words(new))
    return Set(before.keys).union(after.keys).sorted().compactMap { name in
      guard before[name] != after[name] else { return nil }
      return "\(name) \(after[name] ?? "none") (was \(before[name] ?? "none"))"
    }
  }

  private static func words(_ fingerprint: String) -> [String: Substring] {
    Dictionary(
      fingerprint.split(separator: " ").map { word in
        let parts = word.split(separator: "=", maxSplits: 1)
        return parts.count == 2 ? (String(parts[0]), parts[1]) : ("form", word)
      }, uniquingKeysWith: { first, _ in first })
  }
}
