#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Looks every key up in every source, and collects what is wrong instead of stopping at it.
struct SettingsResolution {
  private(set) var entries: [SettingsKey: SettingsEntry] = [:]
  private(set) var faults: [SettingsError.Fault] = []

  /// - Parameters:
  ///   - sources: highest precedence first.
  ///   - defaults: values of the keys that no source has.
  init(sources: [SettingsSource], defaults: [SettingsKey: SettingsValue]) {
    for key in SettingsKey.all {
      var entry = SettingsEntry(key: key, value: defaults[key], origin: defaults[key] == nil ? "unset" : "default")
      // From the lowest precedence to the highest. A malformed value is a mistake even where another one hides it.
      for source in sources.reversed() {
        do {
          guard let value = try source.value(of: key) else { continue }
          if let fault = key.kind.fault(of: value) {
            report(key, source, fault, "\(value)")
          } else {
            entry = SettingsEntry(key: key, value: value, origin: source.origin(key))
          }
        } catch {
          report(key, source, "\(key.kind) is expected", source.text(of: key))
        }
      }
      entries[key] = entry
    }
  }

  /// Adds names that are no settings, each with the nearest that is one.
  mutating func addUnknown(_ names: [String], known: [String], origin: String) {
    let known = Set(known)
    for name in names where !known.contains(name) {
      let near = known.min { Self.distance(name, $0) < Self.distance(name, $1) }
      let hint = near.flatMap { Self.distance(name, $0) <= 3 ? " Did you mean \($0)?" : nil } ?? ""
      faults.append(.init(key: name, origin: origin, message: "There is no such setting.\(hint)"))
    }
  }

  /// Adds what is wrong with a key's value beside others.
  mutating func addFault(_ key: SettingsKey, _ message: String) {
    faults.append(.init(key: key.name, origin: entries[key]?.origin ?? "unset", message: message))
  }

  func text(_ key: SettingsKey) -> String? {
    if case .text(let value)? = entries[key]?.value { return value }
    return nil
  }

  func integer(_ key: SettingsKey) -> Int? {
    if case .integer(let value)? = entries[key]?.value { return value }
    return nil
  }

  func seconds(_ key: SettingsKey) -> Duration? {
    if case .number(let value)? = entries[key]?.value { return .seconds(value) }
    return nil
  }

  func number(_ key: SettingsKey) -> Double? {
    if case .number(let value)? = entries[key]?.value { return value }
    return nil
  }

  func flag(_ key: SettingsKey) -> Bool? {
    if case .flag(let value)? = entries[key]?.value { return value }
    return nil
  }

  func list(_ key: SettingsKey) -> [String]? {
    if case .list(let value)? = entries[key]?.value { return value }
    return nil
  }

  private mutating func report(_ key: SettingsKey, _ source: SettingsSource, _ expected: String, _ found: String?) {
    let link =
      found.map(ServiceLinks.isAddress) == true
      ? " Kubernetes sets this for a service of that name: set \(key.variable) yourself, or enableServiceLinks: false."
      : ""
    let found = found.map { ", found '\($0.prefix(80))'" } ?? ""
    faults.append(.init(key: key.name, origin: source.origin(key), message: "\(expected)\(found).\(link)"))
  }

  /// Levenshtein's distance.
  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let substituted = diagonal + (character == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}

extension SettingsKey.Kind {
  /// What is wrong with a value of the right type; nil when nothing is.
  fileprivate func fault(of value: SettingsValue) -> String? {
    switch (self, value) {
    case (.integer(let range), .integer(let number)): range.contains(number) ? nil : "\(self) is expected"
    case (.seconds(let range), .number(let number)), (.number(let range), .number(let number)):
      range.contains(number) ? nil : "\(self) is expected"
    case (.path, .text(let text)), (.text, .text(let text)), (.secretFile, .text(let text)):
      text.isEmpty ? "\(self) is expected" : nil
    default: nil
    }
  }
}
