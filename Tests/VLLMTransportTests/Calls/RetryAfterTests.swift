import Foundation
import Testing

@testable import VLLMTransport

struct RetryAfterTests {
  /// 1994-11-06 08:49:37 UTC, the example of RFC 9110.
  let now = Date(timeIntervalSince1970: 784_111_777)

  @Test(arguments: [
    ("0", Duration.zero), ("120", .seconds(120)), (" 7 ", .seconds(7)),
    ("Sun, 06 Nov 1994 08:49:47 GMT", .seconds(10)), ("Sun, 06 Nov 1994 08:49:00 GMT", .zero),
    ("99999999999999999999999", .seconds(86_400 * 365)),
  ])
  func `seconds and dates`(field: String, expected: Duration) {
    #expect(RetryAfter.delay(field, now: now) == expected)
  }

  @Test(arguments: [nil, "", "soon", "-1", "1.5", "Sun, 06 Nov 1994", String(repeating: "1", count: 100)])
  func `what says nothing is nothing`(field: String?) {
    #expect(RetryAfter.delay(field, now: now) == nil)
  }
}
