/// One path component of an ignore pattern: `*`, `?`, `[…]` and `\` as in git, compared byte by byte.
struct GlobPattern: Sendable {
  private enum Step: Sendable {
    case byte(UInt8)
    case one
    case many
    case set(ByteSet)
    /// A broken class or a trailing backslash: git lets such a pattern match nothing.
    case never
  }

  private let steps: [Step]

  init(_ text: ArraySlice<UInt8>) {
    var steps: [Step] = []
    var rest = text
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "*"):
        if case .many? = steps.last { continue }
        steps.append(.many)
      case UInt8(ascii: "?"): steps.append(.one)
      case UInt8(ascii: "\\"): steps.append(rest.popFirst().map { .byte($0) } ?? .never)
      case UInt8(ascii: "["): steps.append(ByteSet.parse(&rest).map { .set($0) } ?? .never)
      default: steps.append(.byte(byte))
      }
    }
    self.steps = steps
  }

  /// Linear in practice: after a mismatch only the last `*` is tried one byte further.
  func matches(_ text: ArraySlice<UInt8>) -> Bool {
    var step = 0
    var position = text.startIndex
    var retry: (step: Int, position: Int)?
    while true {
      if step < steps.count, case .many = steps[step] {
        retry = (step, position)
        step += 1
        continue
      }
      if position == text.endIndex {
        if step == steps.count { return true }
        return false
      }
      if step < steps.count, accepts(steps[step], text[position]) {
        step += 1
        position += 1
      } else if let last = retry {
        retry = (last.step, last.position + 1)
        step = last.step + 1
        position = last.position + 1
      } else {
        return false
      }
    }
  }

  private func accepts(_ step: Step, _ byte: UInt8) -> Bool {
    switch step {
    case .byte(let wanted): wanted == byte
    case .one: true
    case .set(let set): set.contains(byte)
    case .many, .never: false
    }
  }
}
