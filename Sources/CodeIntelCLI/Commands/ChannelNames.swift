import ArgumentParser
import CodeIntel
import Foundation

/// The option `--channels`.
enum ChannelNames {
  /// What it takes.
  static let known = ApplicationContext.channelNames.joined(separator: ", ")

  /// The channels named, in the engine's order; nil when the option is not there.
  static func parse(_ option: String?) throws -> [String]? {
    guard let option else { return nil }
    let asked = option.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    if let unknown = asked.first(where: { !ApplicationContext.channelNames.contains($0) }) {
      throw ValidationError("There is no channel '\(unknown)': --channels takes \(known).")
    }
    guard !asked.isEmpty else { throw ValidationError("--channels names no channel.") }
    return ApplicationContext.channelNames.filter(asked.contains)
  }
}
