/// Writes families in one of the two formats. They share the lines of samples; they differ in the lines before them, in
/// the name of a counter's family and in the last line.
struct ExpositionWriter {
  private let format: ExpositionFormat
  private var bytes: [UInt8] = []

  init(format: ExpositionFormat, capacity: Int) {
    self.format = format
    bytes.reserveCapacity(capacity)
  }

  mutating func append(_ family: MetricFamily) {
    guard !family.series.isEmpty else { return }
    appendHead(family.descriptor)
    let name = Array(family.descriptor.name.utf8)
    for series in family.series {
      switch series.value {
      case .counter(let whole, let part): appendCounter(name, series.labels, whole, part)
      case .gauge(let value):
        bytes.append(contentsOf: name)
        appendLabels(series.labels.text)
        appendValue(value)
      case .histogram(let value): appendHistogram(name, series.labels, value)
      }
    }
  }

  mutating func finish() -> [UInt8] {
    if format == .openMetrics100 { bytes.append(contentsOf: "# EOF\n".utf8) }
    return bytes
  }

  private mutating func appendHead(_ descriptor: MetricDescriptor) {
    switch format {
    case .text004:
      appendMeta("HELP", descriptor.name[...])
      Escaping.append(descriptor.help, escapingQuotes: false, to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
      appendMeta("TYPE", descriptor.name[...])
      bytes.append(contentsOf: descriptor.kind.rawValue.utf8)
      bytes.append(UInt8(ascii: "\n"))
    case .openMetrics100:
      let name = descriptor.openMetricsName
      appendMeta("TYPE", name)
      bytes.append(contentsOf: descriptor.kind.rawValue.utf8)
      bytes.append(UInt8(ascii: "\n"))
      if let unit = descriptor.unit {
        appendMeta("UNIT", name)
        bytes.append(contentsOf: unit.utf8)
        bytes.append(UInt8(ascii: "\n"))
      }
      appendMeta("HELP", name)
      Escaping.append(descriptor.help, escapingQuotes: true, to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
    }
  }

  private mutating func appendMeta(_ keyword: String, _ name: Substring) {
    bytes.append(contentsOf: "# ".utf8)
    bytes.append(contentsOf: keyword.utf8)
    bytes.append(UInt8(ascii: " "))
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: " "))
  }

  private mutating func appendCounter(_ name: [UInt8], _ labels: LabelSet, _ whole: UInt64, _ part: Double) {
    bytes.append(contentsOf: name)
    appendLabels(labels.text)
    if part == 0 { appendCount(whole) } else { appendValue(Double(whole) + part) }
  }

  private mutating func appendHistogram(_ name: [UInt8], _ labels: LabelSet, _ value: HistogramValue) {
    var total: UInt64 = 0
    for (index, le) in value.buckets.table.labels.enumerated() {
      let count = value.counts[index]
      total &+= count
      bytes.append(contentsOf: name)
      bytes.append(contentsOf: "_bucket{".utf8)
      if !labels.text.isEmpty {
        bytes.append(contentsOf: labels.text)
        bytes.append(UInt8(ascii: ","))
      }
      bytes.append(contentsOf: le)
      bytes.append(UInt8(ascii: "}"))
      appendCount(total)
      if format == .openMetrics100, let exemplar = value.exemplars?[index] { appendExemplar(exemplar) }
    }
    // Where observations may be negative the sum is no counter: OpenMetrics forbids it, and the count without it.
    if format == .openMetrics100, value.buckets.table.admitsNegative { return }
    bytes.append(contentsOf: name)
    bytes.append(contentsOf: "_sum".utf8)
    appendLabels(labels.text)
    appendValue(value.sum)
    bytes.append(contentsOf: name)
    bytes.append(contentsOf: "_count".utf8)
    appendLabels(labels.text)
    appendCount(total)
  }

  /// At the end of the line before, which the line feed is taken from.
  private mutating func appendExemplar(_ exemplar: Exemplar) {
    bytes.removeLast()
    bytes.append(contentsOf: " # {".utf8)
    bytes.append(contentsOf: exemplar.labels.text)
    bytes.append(contentsOf: "} ".utf8)
    NumberText.append(exemplar.value, to: &bytes)
    bytes.append(UInt8(ascii: " "))
    NumberText.append(exemplar.time, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func appendLabels(_ text: [UInt8]) {
    guard !text.isEmpty else { return }
    bytes.append(UInt8(ascii: "{"))
    bytes.append(contentsOf: text)
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func appendCount(_ value: UInt64) {
    bytes.append(UInt8(ascii: " "))
    NumberText.append(value, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func appendValue(_ value: Double) {
    bytes.append(UInt8(ascii: " "))
    NumberText.append(value, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }
}
