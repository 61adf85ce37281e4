import Foundation

// Reads requests "case threads operations", one a line, and answers each with nanoseconds per operation as each thread
// sees it. "scrape" and "scrape-open" take the number of scrapes and answer nanoseconds per scrape.
let cases = Cases()
func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
while let line = readLine() {
  let parts = line.split(separator: " ").map(String.init)
  guard parts.count == 3, let threads = Int(parts[1]), let count = Int(parts[2]),
    let answer = await cases.run(parts[0], threads: threads, count: count)
  else {
    say("-1")
    continue
  }
  say("\(answer)")
}
