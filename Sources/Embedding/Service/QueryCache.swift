/// Vectors of recent texts, least recently used ones dropped first; bounded by number and by memory.
///
/// A value type without a lock: the service owns it.
struct QueryCache {
  /// What a vector belongs to. The model is part of it: vectors of different models never mix.
  struct Key: Hashable {
    var text: String
    var model: String
  }

  private struct Node {
    var key: Key
    var vector: [Float]
    var cost: Int
    var newer: Int?
    var older: Int?
  }

  /// Rough memory of an entry beside its text and its vector: node, dictionary slot, allocations.
  static let overhead = 200

  private let maxEntries: Int
  private let maxBytes: Int
  private var nodes: [Node?] = []
  private var free: [Int] = []
  private var places: [Key: Int] = [:]
  private var newest: Int?
  private var oldest: Int?
  /// Memory that the entries count for.
  private(set) var bytes = 0

  init(entries: Int, bytes: Int) {
    maxEntries = entries
    maxBytes = bytes
  }

  /// Number of vectors.
  var count: Int { places.count }

  static func cost(_ key: Key, _ vector: [Float]) -> Int {
    // The key is stored twice, but its strings share their memory.
    key.text.utf8.count + vector.count * MemoryLayout<Float>.stride + overhead
  }

  /// The vector of a text, which becomes the most recently used one.
  mutating func vector(_ key: Key) -> [Float]? {
    guard let place = places[key] else { return nil }
    unlink(place)
    link(place)
    return nodes[place]?.vector
  }

  /// Remembers a vector; one that is larger than the whole cache is not.
  mutating func store(_ key: Key, _ vector: [Float]) {
    let cost = Self.cost(key, vector)
    guard maxEntries > 0, cost <= maxBytes else { return }
    if let place = places[key] { remove(place) }
    while places.count >= maxEntries || bytes + cost > maxBytes, let last = oldest { remove(last) }
    let node = Node(key: key, vector: vector, cost: cost)
    let place: Int
    if let reused = free.popLast() {
      nodes[reused] = node
      place = reused
    } else {
      nodes.append(node)
      place = nodes.count - 1
    }
    places[key] = place
    bytes += cost
    link(place)
  }

  private mutating func remove(_ place: Int) {
    unlink(place)
    guard let node = nodes[place] else { return }
    places[node.key] = nil
    bytes -= node.cost
    nodes[place] = nil
    free.append(place)
  }

  private mutating func link(_ place: Int) {
    nodes[place]?.older = newest
    nodes[place]?.newer = nil
    if let newest { nodes[newest]?.newer = place }
    newest = place
    if oldest == nil { oldest = place }
  }

  private mutating func unlink(_ place: Int) {
    let older = nodes[place]?.older
    let newer = nodes[place]?.newer
    if let older { nodes[older]?.newer = newer } else { oldest = newer }
    if let newer { nodes[newer]?.older = older } else { newest = older }
  }
}
