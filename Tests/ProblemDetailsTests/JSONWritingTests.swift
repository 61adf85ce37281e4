import Foundation
import ProblemDetails
import Testing

@Suite struct JSONWritingTests {
  @Test func `Members are sorted by their bytes at every level`() {
    let value: ProblemValue = ["b": 1, "a": ["é": 1, "z": 2, "Z": 3], "B": [["y": 1, "x": 2]]]
    #expect(value.json == #"{"B":[{"x":2,"y":1}],"a":{"Z":3,"z":2,"é":1},"b":1}"#)
  }

  @Test func `Strings are escaped as RFC 8259 asks and no further`() {
    let value: ProblemValue = "\"\\/\n\r\t\u{1}\u{1f}\u{7f}é😀"
    #expect(value.json == #""\"\\/\n\r\t\u0001\u001f\#u{7f}é😀""#)
  }

  static let numbers: [Double] = [
    0, -0.0, 0.1, 1, 404, 1e16, 1e21, -1.5e-7, .pi, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
  ]

  @Test("A number reads back as the same number, here and in Foundation", arguments: numbers)
  func roundTrip(number: Double) throws {
    let text = ProblemValue.array([.number(number)]).json
    #expect(try ProblemValue(json: text.utf8) == [.number(number)])
    #expect(try JSONDecoder().decode([Double].self, from: Data(text.utf8)) == [number])
  }

  @Test func `Random values survive writing and reading`() throws {
    var generator = SplitMix(state: 9457)
    for _ in 0..<500 {
      let value = ProblemValue.random(depth: 4, using: &generator)
      #expect(try ProblemValue(json: value.json.utf8) == value)
    }
  }
}

/// A small seeded generator (SplitMix64), so that a failure repeats.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension ProblemValue {
  static func random(depth: Int, using generator: inout SplitMix) -> ProblemValue {
    switch Int.random(in: 0..<(depth == 0 ? 5 : 7), using: &generator) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &generator))
    case 2: return .integer(Int64.random(in: .min ... .max, using: &generator))
    case 3: return .number(Double.random(in: -1e9...1e9, using: &generator))
    case 4: return .string(text(using: &generator))
    case 5:
      return .array(
        (0..<Int.random(in: 0..<4, using: &generator)).map { _ in random(depth: depth - 1, using: &generator) })
    default:
      var members: [String: ProblemValue] = [:]
      for _ in 0..<Int.random(in: 0..<4, using: &generator) {
        members[text(using: &generator)] = random(depth: depth - 1, using: &generator)
      }
      return .object(members)
    }
  }

  private static func text(using generator: inout SplitMix) -> String {
    let scalars = (0..<Int.random(in: 0..<8, using: &generator)).compactMap { _ in
      Unicode.Scalar(UInt32.random(in: 0...0x2FFF, using: &generator))
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }
}
