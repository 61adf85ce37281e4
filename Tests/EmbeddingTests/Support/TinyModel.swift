import Foundation

/// A BERT model of a few hundred random weights, written as a model folder, with a plain double-precision forward pass
/// beside it: the independent answer that the engine is held to.
struct TinyModel {
  var hidden = 20
  var heads = 2
  var intermediate = 37
  var layers = 2
  var positions = 40
  var vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + "abcdefghijklmnop".map { String($0) }
  var weights: [String: (shape: [Int], values: [Float])] = [:]

  init(seed: UInt64 = 11) {
    var generator = SplitMix(state: seed)
    func add(_ name: String, _ shape: [Int], around centre: Float = 0) {
      let count = shape.reduce(1, *)
      // Multiples of 1/256 below 1: exact in every element type under test.
      let values = (0..<count).map { _ in Float(Int(generator.next() % 255) - 127) / 256 + centre }
      weights[name] = (shape, values)
    }
    add("embeddings.word_embeddings.weight", [vocabulary.count, hidden])
    add("embeddings.position_embeddings.weight", [positions, hidden])
    add("embeddings.token_type_embeddings.weight", [2, hidden])
    add("embeddings.LayerNorm.weight", [hidden], around: 1)
    add("embeddings.LayerNorm.bias", [hidden])
    for layer in 0..<layers {
      let prefix = "encoder.layer.\(layer)."
      for (name, outputs, inputs) in [
        ("attention.self.query", hidden, hidden), ("attention.self.key", hidden, hidden),
        ("attention.self.value", hidden, hidden), ("attention.output.dense", hidden, hidden),
        ("intermediate.dense", intermediate, hidden), ("output.dense", hidden, intermediate),
      ] {
        add(prefix + name + ".weight", [outputs, inputs])
        add(prefix + name + ".bias", [outputs])
      }
      for name in ["attention.output.LayerNorm", "output.LayerNorm"] {
        add(prefix + name + ".weight", [hidden], around: 1)
        add(prefix + name + ".bias", [hidden])
      }
    }
  }

  /// Writes the folder; `rename` gives tensors other names, `config` replaces entries of config.json.
  func write(
    to folder: TemporaryFolder, as element: SafetensorsBuilder.Element = .float32,
    rename: (String) -> String = { $0 }, config changes: [String: Any] = [:]
  ) throws {
    var builder = SafetensorsBuilder()
    for (name, tensor) in weights.sorted(by: { $0.key < $1.key }) {
      builder.add(rename(name), tensor.shape, tensor.values, as: element)
    }
    try folder.write(builder.bytes(), to: "model.safetensors")
    var config: [String: Any] = [
      "model_type": "bert", "hidden_act": "gelu", "vocab_size": vocabulary.count, "hidden_size": hidden,
      "num_hidden_layers": layers, "num_attention_heads": heads, "intermediate_size": intermediate,
      "max_position_embeddings": positions, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
    ]
    config.merge(changes) { $1 }
    try folder.write(JSONSerialization.data(withJSONObject: config), to: "config.json")
    try folder.write(vocabulary.joined(separator: "\n") + "\n", to: "vocab.txt")
  }

  // MARK: - The independent forward pass

  private func values(_ name: String) -> [Double] { (weights[name]?.values ?? []).map { Double($0) } }

  private func linear(_ name: String, _ x: [[Double]]) -> [[Double]] {
    let weight = values(name + ".weight")
    let bias = values(name + ".bias")
    return x.map { row in
      bias.indices.map { o in
        var sum = bias[o]
        for i in row.indices { sum += row[i] * weight[o * row.count + i] }
        return sum
      }
    }
  }

  private func norm(_ name: String, _ x: [[Double]]) -> [[Double]] {
    let gain = values(name + ".weight")
    let bias = values(name + ".bias")
    return x.map { row in
      let mean = row.reduce(0, +) / Double(row.count)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
      return row.indices.map { (row[$0] - mean) / (variance + 1e-12).squareRoot() * gain[$0] + bias[$0] }
    }
  }

  private func add(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] { zip(a, b).map { zip($0, $1).map(+) } }

  /// Last hidden states of one text.
  func states(_ ids: [Int]) -> [[Double]] {
    let words = values("embeddings.word_embeddings.weight")
    let places = values("embeddings.position_embeddings.weight")
    let kinds = values("embeddings.token_type_embeddings.weight")
    let embeddings = ids.enumerated().map { place, id in
      (0..<hidden).map { words[id * hidden + $0] + places[place * hidden + $0] + kinds[$0] }
    }
    var x = norm("embeddings.LayerNorm", embeddings)
    let head = hidden / heads
    for layer in 0..<layers {
      let prefix = "encoder.layer.\(layer)."
      let q = linear(prefix + "attention.self.query", x)
      let k = linear(prefix + "attention.self.key", x)
      let v = linear(prefix + "attention.self.value", x)
      var context = x.map { $0.map { _ in 0.0 } }
      for h in 0..<heads {
        let columns = h * head..<(h + 1) * head
        for i in x.indices {
          let scores = x.indices.map { j in columns.reduce(0.0) { $0 + q[i][$1] * k[j][$1] } / Double(head).squareRoot()
          }
          let raised = scores.map { exp($0) }
          let total = raised.reduce(0, +)
          for c in columns { context[i][c] = x.indices.reduce(0.0) { $0 + raised[$1] / total * v[$1][c] } }
        }
      }
      x = norm(prefix + "attention.output.LayerNorm", add(linear(prefix + "attention.output.dense", context), x))
      let middle = linear(prefix + "intermediate.dense", x).map {
        $0.map { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) }
      }
      x = norm(prefix + "output.LayerNorm", add(linear(prefix + "output.dense", middle), x))
    }
    return x
  }

  /// The sentence vector of one text: mean of the states, length 1.
  func vector(_ ids: [Int]) -> [Float] {
    let rows = states(ids)
    let mean = (0..<hidden).map { c in rows.reduce(0.0) { $0 + $1[c] } / Double(rows.count) }
    let length = mean.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
    return mean.map { Float($0 / length) }
  }

  /// The ids that a text of the letters a-p has, between its special tokens.
  func ids(_ text: String) -> [Int] {
    [2] + text.split(separator: " ").compactMap { word in vocabulary.firstIndex(of: String(word)) } + [3]
  }
}
