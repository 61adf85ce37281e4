import RuntimeCells
import Testing

@testable import Indexing

struct SwiftChunkerTests {
  private func chunks(_ text: String) -> [ChunkDraft] {
    let file = SourceFile(path: "a.swift", text: text)
    let drafts = SwiftChunker().chunks(of: file)
    ChunkAssertions.expectSound(drafts, of: file)
    return drafts
  }

  @Test func type_chunked_headAndMembersWithQualifiedSymbols() {
    let drafts = chunks(
      """
      import Foundation

      /// A group.
      public struct ServiceGroup {
        let a: Int
        var b = 2

        /// Runs.
        func run() {
          print(1)
        }

        init(options: Int, _ rest: Int...) {
          a = 1
        }

        subscript(index: Int) -> Int { index }
        subscript(safe index: Int) -> Int { index }

        var total: Int {
          let c = a
          return c + b
        }

        enum Kind {
          case one, two
          func name() -> String { "" }
        }
      }

      func top(_ x: Int) {}
      """)
    #expect(
      drafts.map(\.symbol) == [
        nil, "ServiceGroup", "ServiceGroup.run()", "ServiceGroup.init(options:_:)", "ServiceGroup.subscript(_:)",
        "ServiceGroup.subscript(safe:)", "ServiceGroup.total", "ServiceGroup.Kind", "ServiceGroup.Kind.name()",
        "top(_:)",
      ])
    #expect(drafts[1].kind == "struct")
    #expect(drafts[1].text.hasPrefix("/// A group.\npublic struct ServiceGroup {"))
    #expect(drafts[1].text.hasSuffix("var b = 2"))
    #expect(drafts[2].text.hasPrefix("  /// Runs.\n  func run() {"))
    #expect(drafts[2].lines == 8...11)
  }

  @Test func thinExtension_chunked_headJoinsTheFirstMember() {
    let drafts = chunks("extension Foo.Bar where T: P {\n  func a() {}\n\n  func b() {}\n}\n")
    #expect(drafts.map(\.symbol) == ["Foo.Bar.a()", "Foo.Bar.b()"])
    #expect(drafts[0].lines == 1...2)
  }

  @Test func membersInConditionalCompilation_chunked_found() {
    let drafts = chunks("struct A {\n  #if os(Linux)\n    func b() {\n    }\n  #else\n    func c() {}\n  #endif\n}\n")
    #expect(drafts.map(\.symbol).contains("A.b()"))
    #expect(drafts.map(\.symbol).contains("A.c()"))
  }

  @Test func longFunction_chunked_splitWithTheSameSymbol() {
    let body = (0..<200).map { "  print(\($0))" }.joined(separator: "\n")
    let drafts = chunks("func long() {\n\(body)\n}\n")
    #expect(drafts.count > 3)
    #expect(Set(drafts.map(\.symbol)) == ["long()"])
  }

  @Test func localFunctionInAShortFunction_chunked_staysWithin() {
    let drafts = chunks("func outer() {\n  func inner() {}\n  inner()\n}\n")
    #expect(drafts.map(\.symbol) == ["outer()"])
  }

  @Test(arguments: [
    "struct A { func b() {} }", "func broken( {\n  let x = \n}\n}}}}", "class", "\u{FEFF}let a = 1", "🙂🙂\n// 👩‍💻\n",
    "let s = \"\"\"\n  }\n  func notReal() {}\n  \"\"\"", "struct A {\r\n  func b() {\r\n  }\r\n}\r\n",
    "#!/usr/bin/swift\n",
    "struct A {} ; struct B {}\nfunc a() {}; func b() {}", "@available(*, unavailable)\n/* c */ func x() {} // tail",
    "func a() {} /* begins\n ends */ func b() {\n}\n",
  ])
  func oddSource_chunked_noLineLost(text: String) { _ = chunks(text) }

  /// On a thread of the kind that parsing runs on: the stack is what deep source is hard on.
  @Test(arguments: [("struct A {\n", "}\n"), ("let a = [", "]"), ("((", "))"), ("if a {\n", "}\n")])
  func veryDeepNesting_chunked_withoutCrash(open: String, close: String) async throws {
    let threads = DedicatedThreads(name: "deep", count: 1)
    defer { threads.stop() }
    let text = String(repeating: open, count: 2_000) + String(repeating: close, count: 2_000)
    #expect(try await threads.run { !chunks(text).isEmpty })
  }
}
