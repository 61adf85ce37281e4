import Foundation

@testable import Indexing

/// A directory of real files that is removed with the value's last copy.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    let location = FileManager.default.temporaryDirectory.appendingPathComponent("indexing-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: location, withIntermediateDirectories: true)
    path = try FileSystem.resolve(location.path)
  }

  deinit { try? FileSystem.remove(path) }

  func sub(_ name: String) -> String { Paths.join(path, name) }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let location = sub(name)
    try FileSystem.makeDirectories(Paths.parent(of: location))
    try FileSystem.write(bytes, to: location)
    return location
  }

  func makeDirectory(_ name: String) throws { try FileSystem.makeDirectories(sub(name)) }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: sub(name), withDestinationPath: target)
  }

  func remove(_ name: String) throws { try FileSystem.remove(sub(name)) }
}
