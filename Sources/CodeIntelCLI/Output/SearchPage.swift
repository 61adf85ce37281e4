import Foundation
import Retrieval

/// A search's answer as a person or a program wants it.
struct SearchPage {
  let response: SearchResponse
  let explain: Bool

  func json(isLine: Bool = false) throws -> String { try JSONPage.text(response, isLine: isLine) }

  func text(for terminal: Terminal) -> String {
    var lines: [String] = []
    for (number, hit) in response.hits.enumerated() {
      lines.append(headline(hit, number: number + 1, terminal))
      lines += snippet(hit, terminal)
      if explain { lines += explanation(hit, terminal) }
      lines.append("")
    }
    if response.hits.isEmpty {
      lines.append(response.limits.isEmpty ? "No hits. Try other words, or index more folders." : "No hits.")
    }
    if explain { lines.append(stages()) }
    lines += response.limits.map { terminal.styled("limit: \($0)", .dim) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func headline(_ hit: SearchHit, number: Int, _ terminal: Terminal) -> String {
    let place = terminal.styled("\(Terminal.printable(hit.path)):\(hit.startLine)-\(hit.endLine)", .path)
    let symbol = hit.symbol.map { "  " + terminal.styled(Terminal.printable($0), .symbol) } ?? ""
    let found = hit.contributions.filter { $0.state == .returned }
      .map { part in part.channel + (part.rank.map { " #\($0)" } ?? "") }
    let score = String(format: "%.4f", hit.score)
    return "\(number). \(place)\(symbol)  \(score)  [\(found.joined(separator: ", "))]"
  }

  /// At most six lines: those around the line that shares the most words with the question.
  private func snippet(_ hit: SearchHit, _ terminal: Terminal) -> [String] {
    let lines = hit.text.split(separator: "\n", omittingEmptySubsequences: false)
    let range = SnippetWindow(query: response.query).range(in: lines, height: 6)
    return range.map { index in
      let number = String(hit.startLine + index)
      let gutter = String(repeating: " ", count: max(0, 6 - number.count)) + number + " | "
      let room = max(20, terminal.width - gutter.count)
      return terminal.styled(gutter, .dim) + Terminal.printable(lines[index]).prefix(room)
    }
  }

  private func explanation(_ hit: SearchHit, _ terminal: Terminal) -> [String] {
    let most = hit.contributions.map(\.contribution).max() ?? 0
    return hit.contributions.flatMap { part in
      let share = most > 0 ? Int((part.contribution / most * 20).rounded()) : 0
      let rank = part.rank.map { "#\($0)" } ?? part.state.rawValue
      let raw = part.rawScore.map { String(format: "%.4f", $0) } ?? "-"
      let numbers = String(format: "%.6f", part.contribution) + formula(part)
      let line =
        "       \(Self.padded(part.channel, 8))\(Self.padded(rank, 10))raw \(Self.padded(raw, 10))\(numbers)  "
        + terminal.styled(String(repeating: "#", count: share), .symbol)
      return [line] + (part.tokenMatches ?? []).map { tokenMatch($0, terminal) }
    }
  }

  /// How the contribution comes about: from the rank, or from the score between the list's smallest and largest.
  /// A channel that did not return the hit has no such sum.
  private func formula(_ part: ChannelContribution) -> String {
    guard part.state == .returned else { return "" }
    if let k = part.k { return String(format: " = %.3g/(%.3g+rank)", part.weight, k) }
    return part.normalizedScore.map { String(format: " = %.3g*%.4f", part.weight, $0) } ?? ""
  }

  /// A token of the question, the chunk's token that it matched, and how well.
  private func tokenMatch(_ match: TokenMatch, _ terminal: Terminal) -> String {
    let asked = Terminal.printable(match.queryToken ?? "token \(match.queryIndex)")
    let found = Terminal.printable(match.documentToken ?? "token \(match.documentIndex)")
    let bar = String(repeating: "#", count: Int((max(0, min(1, match.similarity)) * 20).rounded()))
    return "         \(Self.padded(asked, 16))-> \(Self.padded(found, 16))"
      + String(format: "%6.3f  ", match.similarity) + terminal.styled(bar, .symbol)
  }

  private func stages() -> String {
    "stages: "
      + response.stages
      .map { String(format: "%@ %.1f ms (%d)", $0.name, $0.durationMilliseconds, $0.candidates) }
      .joined(separator: ", ")
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
