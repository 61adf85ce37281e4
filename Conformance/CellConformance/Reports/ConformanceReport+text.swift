extension ConformanceReport {
  /// The report as Markdown, for a job's summary page.
  package var markdown: String {
    var text = "# Cell conformance: \(manifest.name) \(manifest.version)\n\n**\(result.rawValue)**, \(summary)\n\n"
    text += "| suite | rules | passed | failed | other |\n|---|---|---|---|---|\n"
    for suite in NamedSuite.allCases where !suite.rules.isEmpty {
      let own = results.filter { $0.rule.suite == suite }
      let passed = own.count { $0.verdict == .passed }
      let failed = own.count { $0.verdict == .failed }
      text += "| \(suite.rawValue) | \(suite.rules.count) | \(passed) | \(failed) | \(own.count - passed - failed) |\n"
    }
    let notable = results.filter { $0.verdict != .passed }
    if !notable.isEmpty {
      text += "\n| rule | level | verdict | why |\n|---|---|---|---|\n"
      for result in notable {
        let why = result.findings.first?.description ?? result.note
        let cell = why.replacing("|", with: "\\|").replacing("\n", with: " ")
        text +=
          "| \(result.rule.id) \(result.rule.title) | \(result.rule.level.rawValue) | \(result.verdict.rawValue) | \(cell) |\n"
      }
    }
    return text
  }

  /// The report as JUnit XML: one test case a rule.
  package var junit: String {
    let seconds = results.reduce(Duration.zero) { $0 + $1.duration } / .seconds(1)
    var text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuite name="\(xml(manifest.name))" tests="\(results.count)" failures="\(count(.failed))" \
      errors="\(count(.inconclusive))" skipped="\(count(.unsupported) + count(.notApplicable) + count(.waived))" \
      time="\(Self.thousandths(seconds))">

      """
    for result in results {
      let time = Self.thousandths(result.duration / .seconds(1))
      text +=
        "  <testcase classname=\"\(result.rule.suite.rawValue)\" name=\"\(xml(result.rule.id + " " + result.rule.title))\" time=\"\(time)\">"
      text += "<properties><property name=\"level\" value=\"\(result.rule.level.rawValue)\"/>"
      text += "<property name=\"seed\" value=\"\(seed)\"/></properties>"
      switch result.verdict {
      case .passed: break
      case .failed:
        let finding = result.findings.first
        text += "<failure type=\"\(xml(finding?.reason.rawValue ?? ""))\">\(xml(result.explanation))</failure>"
      case .warned: text += "<system-out>\(xml(result.explanation))</system-out>"
      case .inconclusive: text += "<error>\(xml(result.note))</error>"
      case .unsupported, .notApplicable, .waived: text += "<skipped message=\"\(xml(result.note))\"/>"
      }
      text += "</testcase>\n"
    }
    return text + "</testsuite>\n"
  }

  /// The report as a badge in the endpoint form of shields.io: never a bare percentage.
  package var badge: String {
    let colour =
      switch result {
      case .conformant: "brightgreen"
      case .partial: "yellow"
      case .nonconformant: "red"
      case .inconclusive: "lightgrey"
      }
    return """
      {"schemaVersion":1,"label":"cell conformance","message":"\(result.rawValue) \(count(.passed))/\(results.count)","color":"\(colour)"}

      """
  }

  static func thousandths(_ seconds: Double) -> String {
    let thousandths = Int((seconds * 1000).rounded())
    let rest = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }

  private func xml(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20: escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
