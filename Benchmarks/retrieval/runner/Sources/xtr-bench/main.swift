// Token retrieval with the engine's own token index; Benchmarks/retrieval/xtr.py runs it.
//
//   xtr-bench make MODEL-FOLDER THREADS FOLDER    encodes FOLDER/documents and FOLDER/questions, one JSON string a line, into
//                                                 FOLDER/NAME.f32 (rows of 128) and FOLDER/NAME.counts (32-bit), and builds
//                                                 FOLDER/4bit.index and FOLDER/f16.index
//   xtr-bench ask FOLDER 4bit|f16 K               searches for each question, then scores every document of each: one JSON
//                                                 object of rankings, milliseconds and memory
import Embedding
import Foundation
import Retrieval

struct Answer: Encodable {
  var found: [[Int64]] = []
  var exact: [[Int64]] = []
  var searchMilliseconds: [Double] = []
  /// The same without exact scores.
  var estimated: [[Int64]] = []
  var estimatedMilliseconds: [Double] = []
  var exactMilliseconds: [Double] = []
  /// Resident memory in MiB before the index is opened, after it, after one search and after all of them.
  var memory: [Double] = []
  var tokens = 0
  var centroids = 0
  var openMilliseconds = 0.0
}

let arguments = CommandLine.arguments

func lines(_ path: String) throws -> [String] {
  try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
    try JSONDecoder().decode([String].self, from: Data("[\($0)]".utf8))[0]
  }
}

func load(_ name: String, _ folder: String) throws -> [TokenVectors] {
  let values = try Data(contentsOf: URL(filePath: "\(folder)/\(name).f32")).withUnsafeBytes {
    Array($0.bindMemory(to: Float.self))
  }
  let counts = try Data(contentsOf: URL(filePath: "\(folder)/\(name).counts")).withUnsafeBytes {
    Array($0.bindMemory(to: Int32.self))
  }
  var start = 0
  return counts.map { count in
    defer { start += Int(count) * 128 }
    return TokenVectors(dimension: 128, values: Array(values[start..<start + Int(count) * 128]))
  }
}

func residentMegabytes() -> Double {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
  return (line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Double($0) } ?? 0) / 1024
}

let clock = ContinuousClock()

func make(_ model: String, _ threads: Int, _ folder: String) async throws {
  let encoder = try TransformerTokenEncoder(try TransformerEmbedder(modelFolder: model, threads: threads))
  for name in ["documents", "questions"] {
    let texts = try lines("\(folder)/\(name)")
    var (values, counts): ([Float], [Int32]) = ([], [])
    for start in stride(from: 0, to: texts.count, by: 256) {
      for vectors in try await encoder.encodeTokens(Array(texts[start..<min(start + 256, texts.count)])) {
        values += vectors.values
        counts.append(Int32(vectors.count))
      }
    }
    try values.withUnsafeBytes { try Data($0).write(to: URL(filePath: "\(folder)/\(name).f32")) }
    try counts.withUnsafeBytes { try Data($0).write(to: URL(filePath: "\(folder)/\(name).counts")) }
  }
  let documents = try load("documents", folder)
  for element in TokenElement.allCases {
    let start = clock.now
    let builder = try XTRIndexBuilder(
      path: "\(folder)/\(element.rawValue).index", modelID: "bench", dimension: 128, element: element)
    for document in documents { try builder.add(document) }
    let facts = try builder.finish()
    print(
      "{\"element\": \"\(element.rawValue)\", \"centroids\": \(facts.centroids), \"seconds\": \((clock.now - start) / .seconds(1))}"
    )
  }
}

func ask(_ folder: String, _ element: String, _ k: Int) throws {
  let questions = try load("questions", folder)
  var answer = Answer()
  answer.memory.append(residentMegabytes())
  let begin = clock.now
  let index = try XTRIndex.open(path: "\(folder)/\(element).index")
  answer.openMilliseconds = (clock.now - begin) / .milliseconds(1)
  answer.memory.append(residentMegabytes())
  answer.tokens = index.metadata.tokens
  answer.centroids = index.metadata.centroids
  for (place, question) in questions.enumerated() {
    let start = clock.now
    let hits = try index.search(question, k: k)
    answer.searchMilliseconds.append((clock.now - start) / .milliseconds(1))
    answer.found.append(hits.map(\.row))
    if place == 0 { answer.memory.append(residentMegabytes()) }
  }
  answer.memory.append(residentMegabytes())
  for question in questions {
    let start = clock.now
    let hits = try index.search(question, k: k, options: XTRSearchOptions(rescored: 0))
    answer.estimatedMilliseconds.append((clock.now - start) / .milliseconds(1))
    answer.estimated.append(hits.map(\.row))
  }
  let all = (0..<Int64(index.count)).map { $0 }
  for question in questions {
    let start = clock.now
    let hits = try index.rescore(question, documents: all)
    answer.exact.append(hits.sorted { ($1.score, $0.row) < ($0.score, $1.row) }.prefix(k).map(\.row))
    answer.exactMilliseconds.append((clock.now - start) / .milliseconds(1))
  }
  FileHandle.standardOutput.write(try JSONEncoder().encode(answer))
}

switch arguments.dropFirst().first {
case "make" where arguments.count == 5: try await make(arguments[2], Int(arguments[3]) ?? 1, arguments[4])
case "ask" where arguments.count == 5: try ask(arguments[2], arguments[3], Int(arguments[4]) ?? 10)
default:
  FileHandle.standardError.write(Data("usage: xtr-bench make MODEL THREADS FOLDER | ask FOLDER 4bit|f16 K\n".utf8))
  exit(64)
}
