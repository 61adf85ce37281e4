import Dispatch
public import Foundation
import PrometheusMetrics

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Posts to a collector by Foundation's HTTP client.
public struct URLSessionTransport: OTLPTransport {
  private let endpoint: URL
  private let headers: [String: String]
  private let timeout: Duration

  /// A transport to an endpoint such as `http://127.0.0.1:4318/v1/traces`.
  ///
  /// - Parameter headers: further headers, for example an API key; they are never logged.
  public init(endpoint: URL, headers: [String: String] = [:], timeout: Duration = .seconds(10)) {
    self.endpoint = endpoint
    self.headers = headers
    self.timeout = timeout
  }

  /// Posts and waits for the answer.
  public func post(_ body: [UInt8]) -> OTLPOutcome {
    var request = URLRequest(url: endpoint)
    request.httpMethod = "POST"
    request.timeoutInterval = timeout / .seconds(1)
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    request.httpBody = Data(body)
    let outcome = Locked(OTLPOutcome.retryable)
    let done = DispatchSemaphore(value: 0)
    let task = URLSession.shared.dataTask(with: request) { _, response, _ in
      if let response = response as? HTTPURLResponse {
        outcome.withLock { $0 = OTLPOutcome(status: response.statusCode) }
      }
      done.signal()
    }
    task.resume()
    done.wait()
    return outcome.withLock { $0 }
  }
}
