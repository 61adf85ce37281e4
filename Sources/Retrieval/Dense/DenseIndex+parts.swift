extension DenseIndex {
  /// What tells it from others of its size: XXH64 of its file or, in two parts, of the row map, which holds those of the parts.
  var checksum: UInt64 { overlay?.map.checksum ?? primary.checksum }

  /// The primary part's row of a chunk's vector; nil when the vector is in the fresh part.
  func primaryRow(of row: Int64) -> Int? {
    guard let overlay else { return Int(row) }
    guard case .primary(let place) = overlay.places[Int(row)] else { return nil }
    return Int(place)
  }

  /// What the manifest says about the parts, besides the number of rows.
  var partSettings: [String: String] {
    guard let overlay else { return [:] }
    return [
      "primary_rows": String(primary.count), "fresh_rows": String(overlay.fresh.count),
      "dead_rows": String(overlay.map.deadCount),
    ]
  }
}
