/// Cuts source by definition with Universal Ctags, kept running and fed through a socket.
///
/// Ctags reports the end of a definition for some languages only; for the others it is estimated from indentation, so
/// that a wrong guess moves lines between chunks but loses none.
public final class CtagsChunker: Chunker {
  private let settings: ChunkingSettings
  private let executable: String
  /// Processes that no thread is using.
  private let idle: Locked<[CtagsProcess]>

  /// Starts one process, to see that it works; more are started as more threads ask.
  ///
  /// - Parameter executable: name on PATH, or path, of Universal Ctags 5.9 or later.
  /// - Throws: ``IndexingError`` with code `indexing.ctags-failure`.
  public init(settings: ChunkingSettings = ChunkingSettings(), executable: String = "ctags") throws {
    self.settings = settings
    self.executable = executable
    idle = Locked([try CtagsProcess(executable: executable)])
  }

  /// The languages whose definitions are taken from ctags. Data formats are left out: their keys are no definitions.
  public static let languages: Set<String> = [
    "assembly", "c", "clojure", "cmake", "cpp", "csharp", "cuda", "d", "elixir", "erlang", "fortran", "go", "haskell",
    "java", "javascript", "julia", "kotlin", "lisp", "lua", "make", "markdown", "objective-c", "ocaml", "perl", "php",
    "powershell", "protobuf", "python", "r", "restructuredtext", "ruby", "rust", "scala", "shell", "sql", "tex",
    "typescript", "vim",
  ]

  /// The chunks of `file`. Not more than one try is made: a source that kills ctags would kill the next process too.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.ctags-failure`.
  public func chunks(of file: SourceFile) throws -> [ChunkDraft] {
    let process = try idle.withLock { $0.popLast() } ?? CtagsProcess(executable: executable)
    let tags = try process.tags(fileName: Paths.lastComponent(of: file.path), source: file.lines.bytes)
    idle.withLock { $0.append(process) }
    let definitions = CtagsDefinitions(file: file).definitions(from: tags)
    return DefinitionLayout.drafts(for: file, definitions: definitions, settings: settings)
  }
}
