import Foundation
import Testing

@testable import Embedding

/// Model folders that are wrong in one way each: the error must name the file, the fact and the expectation.
struct ModelFolderTests {
  let folder: TemporaryFolder
  let model = TinyModel()

  init() throws { folder = try TemporaryFolder() }

  private func failure() throws -> EmbeddingError {
    try #require(throws: EmbeddingError.self) {
      try TransformerEmbedder(modelFolder: folder.path, threads: 1)
    }
  }

  @Test(arguments: ["config.json", "vocab.txt", "model.safetensors"])
  func `a missing file is named`(name: String) throws {
    try model.write(to: folder)
    try FileManager.default.removeItem(atPath: folder.path + "/" + name)
    let error = try failure()
    #expect(error.code == .missingFile)
    #expect(error.path == folder.path + "/" + name)
  }

  @Test func `a missing folder is a missing file`() throws {
    let error = try #require(throws: EmbeddingError.self) {
      try TransformerEmbedder(modelFolder: folder.path + "/none", threads: 1)
    }
    #expect(error.code == .missingFile)
  }

  @Test func `a wrong shape names tensor, expectation and fact`() throws {
    var model = model
    model.weights["encoder.layer.1.intermediate.dense.weight"] = ([20, 37], [Float](repeating: 0, count: 740))
    try model.write(to: folder)
    let error = try failure()
    #expect(error.code == .shapeMismatch)
    #expect(error.tensor == "encoder.layer.1.intermediate.dense.weight")
    #expect(error.expected == "[37, 20]")
    #expect(error.actual == "[20, 37]")
  }

  @Test func `a missing layer is a missing tensor`() throws {
    try model.write(to: folder, config: ["num_hidden_layers": 3])
    let error = try failure()
    #expect(error.code == .missingTensor)
    #expect(error.tensor?.hasPrefix("encoder.layer.2.") == true)
  }

  @Test func `a vocabulary larger than the weights is refused`() throws {
    try model.write(to: folder)
    try folder.write((model.vocabulary + ["q"]).joined(separator: "\n"), to: "vocab.txt")
    let error = try failure()
    #expect(error.code == .badVocabulary)
    #expect(error.expected == "at most 21")
    #expect(error.actual == "22")
  }

  @Test(arguments: [
    ("model_type", "roberta"), ("hidden_act", "gelu_new"), ("position_embedding_type", "relative_key"),
  ])
  func `an architecture it does not compute is refused`(key: String, value: String) throws {
    try model.write(to: folder, config: [key: value])
    let error = try failure()
    #expect(error.code == .unsupportedArchitecture)
    #expect(error.actual == value)
  }

  @Test(arguments: [
    ("hidden_size", 0), ("num_hidden_layers", -1), ("num_attention_heads", 3), ("vocab_size", 1 << 40),
    ("max_position_embeddings", 1),
  ])
  func `sizes out of range are refused`(key: String, value: Int) throws {
    try model.write(to: folder, config: [key: value])
    #expect(try failure().code == .badConfiguration)
  }

  @Test(arguments: ["config.json", "sentence_bert_config.json", "1_Pooling/config.json", "tokenizer_config.json"])
  func `a configuration that is no JSON is named`(name: String) throws {
    try model.write(to: folder)
    try folder.write("{ \"max_seq_length\": ", to: name)
    let error = try failure()
    #expect(error.code == .badConfiguration)
    #expect(error.path == folder.path + "/" + name)
  }

  @Test(arguments: [
    ("1_Pooling/config.json", #"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#),
    ("1_Pooling/config.json", #"{"pooling_mode_max_tokens": true, "pooling_mode_mean_tokens": true}"#),
    ("tokenizer_config.json", #"{"do_lower_case": false}"#),
    ("tokenizer_config.json", #"{"tokenize_chinese_chars": false}"#),
  ])
  func `pooling and tokenizers it does not have are refused`(name: String, json: String) throws {
    try model.write(to: folder)
    try folder.write(json, to: name)
    let error = try failure()
    #expect(error.code == .unsupportedArchitecture)
    #expect(error.path == folder.path + "/" + name)
  }

  @Test func `a sequence length that leaves no room is refused`() throws {
    try model.write(to: folder)
    try folder.write(#"{"max_seq_length": 2}"#, to: "sentence_bert_config.json")
    #expect(try failure().code == .badConfiguration)
  }

  @Test func `a truncated weights file is refused`() throws {
    try model.write(to: folder)
    let url = URL(fileURLWithPath: folder.path + "/model.safetensors")
    let whole = try Data(contentsOf: url)
    for count in [whole.count - 1, whole.count / 2, 100, 8, 0] {
      try whole.prefix(count).write(to: url)
      #expect(try failure().code == .malformedSafetensors, "\(count) bytes")
    }
  }
}
