import Foundation
import Lifespan
import ProblemDetails

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Asks a running service what an operator wants to know.
struct ServiceClient: Sendable {
  let base: URL
  let timeout: Double

  /// What readyz says, whether the service is ready or not.
  ///
  /// - Throws: ``ServiceError``.
  func readiness() async throws -> ReadinessReport {
    let (data, status) = try await send(request("readyz", accept: "application/json"))
    guard [200, 503].contains(status), let report = try? JSONDecoder().decode(ReadinessReport.self, from: data) else {
      throw unexpected("/readyz", status)
    }
    return report
  }

  /// Has a cell swapped.
  ///
  /// - Throws: ``RemoteProblem`` with what the service said; ``ServiceError``.
  func swap(_ cell: String, reason: String, token: String) async throws -> SwapPage {
    var request = request("admin/cells/\(cell)/swap", accept: "application/json")
    request.httpMethod = "POST"
    request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.httpBody = try JSONEncoder().encode(["reason": reason])
    let (data, status) = try await send(request)
    let address = request.url?.absoluteString ?? base.absoluteString
    if status == 200, let answer = try? JSONDecoder().decode(SwapPage.Answer.self, from: data) {
      return SwapPage(cell: cell, answer: answer)
    }
    if status >= 400, let problem = try? ProblemDetails(decoding: Array(data), answered: status, at: address) {
      throw RemoteProblem(problem: problem)
    }
    throw unexpected("/admin/cells/\(cell)/swap", status)
  }

  private func request(_ path: String, accept: String) -> URLRequest {
    var request = URLRequest(url: base.appendingPathComponent(path), timeoutInterval: timeout)
    request.setValue(accept, forHTTPHeaderField: "Accept")
    return request
  }

  private func send(_ request: URLRequest) async throws -> (Data, Int) {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = timeout
    configuration.timeoutIntervalForResource = timeout
    let session = URLSession(configuration: configuration)
    defer { session.finishTasksAndInvalidate() }
    do {
      let (data, response) = try await session.data(for: request)
      return (data, (response as? HTTPURLResponse)?.statusCode ?? 0)
    } catch {
      try Task.checkCancellation()
      let isLate = (error as? URLError)?.code == .timedOut
      throw ServiceError(
        code: .unreachable,
        message: isLate
          ? "\(base.absoluteString) did not answer within \(timeout) s."
          : "\(base.absoluteString) cannot be reached: \(error.localizedDescription). Is the service running there?")
    }
  }

  private func unexpected(_ path: String, _ status: Int) -> ServiceError {
    ServiceError(
      code: .unexpectedAnswer,
      message: "\(base.absoluteString) answered \(path) with status \(status) and a body that is none of ours. "
        + "Does --url name the base address of a codeintel service?")
  }
}
