import Foundation

/// Reads the admin token where the user keeps it; it is never a flag, because flags show in process lists.
enum AdminTokenFile {
  /// - Parameter path: the file; `-` is standard input.
  /// - Throws: ``ServiceError`` with `tokenUnreadable`.
  static func read(_ path: String?) throws(ServiceError) -> String {
    guard let path else {
      throw ServiceError(
        code: .tokenUnreadable,
        message: "Swapping needs the admin token: name its file with --token-file or CODEINTEL_ADMIN_TOKEN_FILE.")
    }
    let text = path == "-" ? readLine() : (try? String(contentsOfFile: path, encoding: .utf8))
    let token = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    // What is not visible ASCII cannot stand in a header field.
    guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw ServiceError(
        code: .tokenUnreadable,
        message: "The admin token in '\(path)' cannot be used: the file must be readable and hold one line of ASCII.")
    }
    return token
  }
}
