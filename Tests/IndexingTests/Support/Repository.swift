import Foundation

@testable import Indexing

/// This repository's own checkout, the largest real input that every test machine has.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  static func swiftFiles(under name: String) throws -> [SourceFile] {
    let walked = try TreeWalker().walk(root: Paths.join(root, name))
    return try walked.files.filter { $0.path.hasSuffix(".swift") }.map { file in
      SourceFile(path: file.path, text: try String(contentsOfFile: file.absolutePath, encoding: .utf8))
    }
  }
}
