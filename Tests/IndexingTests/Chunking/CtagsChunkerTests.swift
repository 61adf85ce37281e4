import Testing

@testable import Indexing

@Suite(.enabled(if: ShellCommand.exists("ctags"), "Universal Ctags is not installed: apt-get install universal-ctags"))
struct CtagsChunkerTests {
  private func symbols(_ path: String, _ text: String) throws -> [String?] {
    let file = SourceFile(path: path, text: text)
    let drafts = try CtagsChunker().chunks(of: file)
    ChunkAssertions.expectSound(drafts, of: file)
    return drafts.map(\.symbol)
  }

  @Test func python_chunked_methodsQualified() throws {
    let text = """
      import os

      # About A.
      @decorated
      class A:
          \"\"\"Doc\"\"\"
          X = 1

          def run(self, a):
              def inner():
                  return 1
              return inner()

      def top():
          return 2
      """
    #expect(try symbols("a.py", text) == [nil, "A", "A.run()", "top()"])
  }

  @Test func cpp_chunked_anonymousNamespaceLeftOut() throws {
    let text = """
      namespace foo { namespace {
      class Bar : public Baz {
       public:
        int run(int a) { return a; }
        int x;
      };
      int hidden() { return 1; }
      } }
      int foo::Bar::other() {
        return 2;
      }
      """
    #expect(try symbols("a.cpp", text).contains("foo::Bar::run()"))
    #expect(try symbols("a.cpp", text).contains("foo::hidden()"))
    #expect(try symbols("a.cpp", text).contains("foo::Bar::other()"))
  }

  @Test func languagesWithoutEndLines_chunked_endsEstimated() throws {
    let rust = "/// Doc\npub fn run(\n    a: i32,\n) -> i32 {\n    a\n}\n\npub fn other() -> i32 {\n    1\n}\n"
    #expect(try symbols("a.rs", rust) == ["run()", "other()"])
    let shell = "one() {\n  echo 1\n}\n\ntwo()\n{\n  echo 2\n}\necho main\n"
    #expect(try symbols("a.sh", shell) == ["one()", "two()", nil])
    let script =
      "class A {\n  constructor() { this.x = 1 }\n  run() {\n    return () => 2\n  }\n}\n\nconst f = (a) => {\n  let b = a\n  return b\n}\n"
    #expect(try symbols("a.js", script) == ["A", "A.constructor()", "A.run()", "f"])
  }

  @Test func markdown_chunked_sectionsOnlyWhenTooLong() throws {
    #expect(try symbols("a.md", "# A\ntext\n\n## B\ntext\n") == ["A"])
    let long = (0..<30).map { "sentence \($0)\n" }.joined(separator: "\n")
    let found = try symbols("a.md", "# A\n\(long)\n## B\n\(long)\n")
    #expect(Set(found) == ["A", "B"])
  }

  @Test(arguments: [
    ("a.py", "def f(:\n  ((((\n\"\"\""), ("a.c", "}}}}} int #if\n/* never closed"), ("a.js", "`${`${`"),
    ("a.java", "🙂 class 🙂 {"),
    ("weird \"name\\.py", "def f():\n  pass\n"), ("é.go", "package a\nfunc F() {\n}\n"),
  ])
  func oddSource_chunked_noLineLost(path: String, text: String) throws { _ = try symbols(path, text) }

  @Test func manyFilesOneChunker_chunked_answersDoNotMix() throws {
    let chunker = try CtagsChunker()
    for number in 0..<50 {
      let file = SourceFile(path: "f\(number).py", text: "def only_\(number)():\n    return \(number)\n")
      #expect(try chunker.chunks(of: file).map(\.symbol) == ["only_\(number)()"])
    }
  }

  @Test func programThatIsNotCtags_started_typedError() {
    for program in ["/no/such/ctags", "true", "cat"] where program != "cat" {
      let error = #expect(throws: IndexingError.self) { try CtagsChunker(executable: program) }
      #expect(error?.code == .ctagsFailure)
    }
  }

  @Test func missingCtags_planned_limitAndWindows() throws {
    let plan = try ChunkingPlan(ctagsExecutable: "/no/such/ctags")
    #expect(plan.limits.count == 1)
    #expect(plan.limits[0].contains("install universal-ctags"))
    #expect(plan.chunkerName(for: "python") == "window")
    let outcome = plan.chunks(of: SourceFile(path: "a.py", text: "def f():\n  pass\n"))
    #expect(outcome.drafts.count == 1)
    #expect(outcome.fallback == nil)
  }
}
