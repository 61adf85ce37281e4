import Foundation

@testable import Retrieval

/// A collection of six short texts with graded judgments, written for these tests.
enum SmallCollection {
  static let documents = [
    ("ring", "Ring buffer", "A ring buffer overwrites the oldest entry when it is full."),
    ("tree", "Search tree", "A balanced tree keeps keys in order and finds one in few steps."),
    ("hash", "Hash table", "A hash table finds a key in one step on average and keeps no order."),
    ("heap", "", "A heap gives the smallest entry first; it is half of a priority queue."),
    ("lock", "Lock", "A lock lets one thread at a time change shared state."),
    ("queue", "Queue", "A queue hands out entries in the order they came."),
  ]

  static let queries = [
    ("q1", "which structure overwrites the oldest entry"), ("q2", "keys in order"), ("q3", "one thread at a time"),
    ("unjudged", "what is this"),
  ]

  static let qrels = "query-id\tcorpus-id\tscore\nq1\tring\t2\nq1\tqueue\t1\nq2\ttree\t2\nq2\thash\t0\nq3\tlock\t1\n"

  /// Writes the BEIR layout; `judgments` is the path of the judgments below the folder.
  static func write(to folder: TemporaryFolder, judgments: String = "qrels.tsv") throws {
    let corpus = documents.map { #"{"_id": "\#($0.0)", "title": "\#($0.1)", "text": "\#($0.2)"}"# }
    let questions = queries.map { #"{"_id": "\#($0.0)", "text": "\#($0.1)"}"# }
    _ = try folder.write(Array(corpus.joined(separator: "\n").utf8), to: "corpus.jsonl")
    _ = try folder.write(Array(questions.joined(separator: "\n").utf8), to: "queries.jsonl")
    if judgments.hasPrefix("qrels/") {
      try FileManager.default.createDirectory(
        atPath: folder.file("qrels"), withIntermediateDirectories: true)
    }
    _ = try folder.write(Array(qrels.utf8), to: judgments)
  }
}
