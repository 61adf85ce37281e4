import GRDB

/// Conditions on rows that SQL can call while a read runs: `row_selected(rowid, number)`.
///
/// The function is part of every connection and never changes, since SQLite refuses to replace one while a statement runs;
/// what it asks is found by number.
final class RowPredicates: Sendable {
  typealias Predicate = @Sendable (Int64) -> Bool

  private struct Table {
    var next: Int64 = 0
    var entries: [Int64: Predicate] = [:]
  }

  private let table = Locked(Table())

  /// Calls `body` with a number for `predicate` that is good until it returns.
  func with<R>(_ predicate: @escaping Predicate, _ body: (Int64) throws -> R) rethrows -> R {
    let number = table.withLock { table in
      table.next += 1
      table.entries[table.next] = predicate
      return table.next
    }
    defer { table.withLock { $0.entries[number] = nil } }
    return try body(number)
  }

  /// What each connection needs.
  var function: DatabaseFunction {
    DatabaseFunction("row_selected", argumentCount: 2, pure: false) { [table] values in
      guard let row = Int64.fromDatabaseValue(values[0]), let number = Int64.fromDatabaseValue(values[1]) else {
        return false
      }
      return table.withLock { $0.entries[number] }?(row) ?? false
    }
  }
}
