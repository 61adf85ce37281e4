// Writes the encoder's token states for texts, for programs that fit projections to them.
//
//   token-states MODEL-FOLDER THREADS OUTPUT < TEXTS
//
// TEXTS has one JSON string a line. OUTPUT.states holds float16 rows, one a token, each of length 1 (special tokens left
// out); OUTPUT.counts has each text's number of rows as 32-bit integers.
import Embedding
import Foundation

guard CommandLine.arguments.count == 4, let threads = Int(CommandLine.arguments[2]) else {
  FileHandle.standardError.write(Data("usage: token-states MODEL-FOLDER THREADS OUTPUT < TEXTS\n".utf8))
  exit(64)
}
let output = CommandLine.arguments[3]

let embedder = try TransformerEmbedder(modelFolder: CommandLine.arguments[1], threads: threads)
let encoder = try TransformerTokenEncoder(embedder, projection: .identity(embedder.dimension))
for suffix in ["states", "counts"] { FileManager.default.createFile(atPath: "\(output).\(suffix)", contents: nil) }
guard let states = FileHandle(forWritingAtPath: output + ".states"),
  let counts = FileHandle(forWritingAtPath: output + ".counts")
else { exit(74) }

func write(_ texts: [String]) async throws {
  for vectors in try await encoder.encodeTokens(texts) {
    let halves = vectors.values.map { Float16($0).bitPattern }
    try halves.withUnsafeBytes { try states.write(contentsOf: Data($0)) }
    try withUnsafeBytes(of: Int32(vectors.count)) { try counts.write(contentsOf: Data($0)) }
  }
}

var pending: [String] = []
while let line = readLine() {
  pending += try JSONDecoder().decode([String].self, from: Data("[\(line)]".utf8))
  if pending.count == 256 {
    try await write(pending)
    pending = []
  }
}
try await write(pending)
