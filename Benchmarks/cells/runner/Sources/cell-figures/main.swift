// Figures that are no nanoseconds per read: `cell-figures CASE`, prints `NAME VALUE` lines. Benchmarks/cells/run takes medians.
let arguments = CommandLine.arguments
switch arguments.count > 1 ? arguments[1] : "" {
case "swaps": try await swapsUnderLoad(count: arguments.count > 2 ? Int(arguments[2]) ?? 100_000 : 100_000)
case "flight": try await coldFlights()
case "snapshot": try await snapshots()
case "memory": try await memory()
default: print("usage: cell-figures swaps [COUNT] | flight | snapshot | memory")
}
