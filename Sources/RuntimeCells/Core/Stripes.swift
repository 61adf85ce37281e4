internal import CCellSupport

/// How many stripes a cell counts its leases in.
enum Stripes {
  /// `wanted` rounded up to a power of two, within 1...256; by default twice the number of processors.
  static func count(wanted: Int?) -> Int {
    let wanted = min(256, max(1, wanted ?? 2 * Int(cell_processor_count())))
    var count = 1
    while count < wanted { count *= 2 }
    return count
  }
}
