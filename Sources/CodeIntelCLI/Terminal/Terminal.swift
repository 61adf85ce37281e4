import Foundation

/// What one output stream can show: whether a person is looking, in colour or not, and how wide.
struct Terminal: Sendable {
  /// Whether the stream is connected to a terminal (`isatty`).
  let isInteractive: Bool
  /// Whether escape sequences for colour may be written.
  let usesColour: Bool
  /// Columns available for one line.
  let width: Int

  /// Looks at a file descriptor and the conventional variables: `NO_COLOR` (set and not empty) and `TERM=dumb` turn colour
  /// off, `FORCE_COLOR` turns it on, `COLUMNS` gives the width where the stream cannot tell. Files and pipes have no width: nothing is cut there.
  init(descriptor: Int32, environment: [String: String], colourAllowed: Bool = true) {
    isInteractive = isatty(descriptor) == 1
    let forced = environment["FORCE_COLOR"].map { !$0.isEmpty && $0 != "0" } ?? false
    let refused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    usesColour = colourAllowed && !refused && (forced || (isInteractive && environment["TERM"] != "dumb"))
    var size = winsize()
    if isInteractive, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      width = Int(size.ws_col)
    } else {
      width = environment["COLUMNS"].flatMap(Int.init).flatMap { $0 >= 20 ? $0 : nil } ?? (isInteractive ? 80 : .max)
    }
  }

  /// A stream with fixed properties, for tests.
  init(isInteractive: Bool, usesColour: Bool, width: Int) {
    self.isInteractive = isInteractive
    self.usesColour = usesColour
    self.width = width
  }

  /// Wraps text in a style when colour is on.
  func styled(_ text: String, _ style: Style) -> String {
    usesColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// What is shown of files, their names among it, may hold control characters that would move the cursor: they are shown as one dot.
  static func printable(_ line: some StringProtocol) -> String {
    String(
      String.UnicodeScalarView(
        line.unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
          if scalar == "\t" { return ["\u{20}", "\u{20}"] }
          return scalar.properties.generalCategory == .control ? ["\u{B7}"] : [scalar]
        }))
  }

  /// Select-graphic-rendition codes that we use (ECMA-48).
  enum Style: String {
    case bold = "1"
    case dim = "2"
    case path = "36"
    case symbol = "33"
    case error = "31"
  }
}
