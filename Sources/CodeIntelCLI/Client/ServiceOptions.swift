import ArgumentParser
import Foundation

/// Flags of commands that can ask a running service.
struct ServiceOptions: ParsableArguments {
  @Option(name: .long, help: "Base address of a running service, such as http://127.0.0.1:8080.")
  var url: String?

  @Option(name: .long, parsing: .unconditional, help: "Seconds to wait for the service's answer.")
  var timeout: Double = 60

  func validate() throws {
    if let url, Self.base(url) == nil {
      throw ValidationError("--url must be an http or https address without a query, got '\(url)'.")
    }
    guard timeout > 0, timeout.isFinite else {
      throw ValidationError("--timeout must be positive, got \(timeout).")
    }
  }

  /// The client; nil without `--url`.
  func client() throws -> ServiceClient? {
    guard let url, let base = Self.base(url) else { return nil }
    return ServiceClient(base: base, timeout: timeout)
  }

  private static func base(_ text: String) -> URL? {
    guard let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme),
      url.host?.isEmpty == false, url.query == nil, url.fragment == nil
    else { return nil }
    return url
  }
}
