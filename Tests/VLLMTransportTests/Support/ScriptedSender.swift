import NIOConcurrencyHelpers

@testable import VLLMTransport

/// Answers requests from a list, without any network, and keeps what was asked.
final class ScriptedSender: HTTPSending {
  private let state: NIOLockedValueBox<(answers: [HTTPReply], calls: [HTTPCall])>

  init(_ answers: [HTTPReply]) { state = NIOLockedValueBox((answers, [])) }

  var calls: [HTTPCall] { state.withLockedValue { $0.calls } }

  /// The next answer; once they are used up, success.
  func send(_ call: HTTPCall) async throws -> HTTPReply {
    state.withLockedValue { state in
      state.calls.append(call)
      return state.answers.isEmpty ? .answer(200) : state.answers.removeFirst()
    }
  }

  func close() async throws {}
}

extension HTTPReply {
  static func answer(
    _ status: Int, _ body: String = "{}", retryAfter: String? = nil, location: String? = nil
  ) -> HTTPReply {
    HTTPReply(status: status, retryAfter: retryAfter, location: location, body: Array(body.utf8))
  }
}
