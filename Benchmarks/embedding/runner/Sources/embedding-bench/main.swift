// Answers a benchmark's requests, one JSON object a line, so that its runs can alternate with another program's while
// both keep their models loaded. Usage: embedding-bench MODEL-FOLDER THREADS [f32|int8]
//
//   {"action": "embed", "texts": […]}       -> {"seconds": s, "vectors": "base64 of float32"}
//   {"action": "one-by-one", "texts": […]}  -> {"seconds": s, "each": [s, …]}
//   {"action": "ids", "texts": […]}         -> {"ids": [[…], …]}
//   {"action": "memory"}                    -> {"peak": bytes, "resident": bytes}
import Embedding
import Foundation

struct Request: Decodable {
  let action: String
  var texts: [String]?
  var vectors: Bool?
}

struct Answer: Encodable {
  var load: Double?
  var seconds: Double?
  var each: [Double]?
  var vectors: String?
  var ids: [[Int32]]?
  var peak: Int?
  var resident: Int?
}

func say(_ answer: Answer) throws {
  var line = try JSONEncoder().encode(answer)
  line.append(UInt8(ascii: "\n"))
  try FileHandle.standardOutput.write(contentsOf: line)
}

func kilobytes(_ key: String) -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix(key + ":") }
  return line.flatMap { $0.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } } ?? 0
}

func seconds(_ body: () async throws -> Void) async rethrows -> Double {
  let clock = ContinuousClock()
  let duration = try await clock.measure(body)
  return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

guard (3...4).contains(CommandLine.arguments.count), let threads = Int(CommandLine.arguments[2]),
  let precision = EmbedderPrecision(rawValue: CommandLine.arguments.count == 4 ? CommandLine.arguments[3] : "f32")
else {
  FileHandle.standardError.write(Data("usage: embedding-bench MODEL-FOLDER THREADS [f32|int8]\n".utf8))
  exit(64)
}
let start = ContinuousClock.now
let embedder = try TransformerEmbedder(modelFolder: CommandLine.arguments[1], threads: threads, precision: precision)
let load = ContinuousClock.now - start
try say(Answer(load: Double(load.components.attoseconds) * 1e-18 + Double(load.components.seconds)))

while let line = readLine() {
  let request = try JSONDecoder().decode(Request.self, from: Data(line.utf8))
  let texts = request.texts ?? []
  switch request.action {
  case "embed":
    var values: [Float] = []
    let time = try await seconds { values = try await embedder.embed(texts).values }
    let bytes = values.withUnsafeBytes { Data($0) }
    try say(Answer(seconds: time, vectors: request.vectors == true ? bytes.base64EncodedString() : nil))
  case "one-by-one":
    var each: [Double] = []
    for text in texts { each.append(try await seconds { _ = try await embedder.embed([text]) }) }
    try say(Answer(seconds: each.reduce(0, +), each: each))
  case "ids":
    try say(Answer(ids: texts.map { embedder.tokenizer.encode($0, maximumTokens: embedder.maximumTokens) }))
  case "memory":
    try say(Answer(peak: kilobytes("VmHWM") * 1024, resident: kilobytes("VmRSS") * 1024))
  default:
    FileHandle.standardError.write(Data("unknown action \(request.action)\n".utf8))
    exit(64)
  }
}
