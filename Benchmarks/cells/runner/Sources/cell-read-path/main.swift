// What scripts/check-read-path disassembles: a read as a user's module compiles it, and one that must be found wanting.
import RuntimeCells

final class Payload: Sendable {
  let number: Int
  init(_ number: Int) { self.number = number }
}

// Their names share no word with the module, or mangling would abbreviate them.
@inline(never) func lendOnce(_ cell: RuntimeCell<Payload>) -> Int { cell.withValueIfReady { $0.number } ?? 0 }

/// Takes the payload out of its read, which retains it.
@inline(never) func keepIt(_ cell: RuntimeCell<Payload>) -> Payload? { cell.withValueIfReady { $0 } }

let cell = RuntimeCell<Payload>(name: "read path") { Payload(CommandLine.arguments.count) }
try await cell.withValue { _ in }
print(lendOnce(cell), keepIt(cell)?.number ?? 0)
