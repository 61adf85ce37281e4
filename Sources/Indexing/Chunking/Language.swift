/// Names of languages, from file names. Lower-case, stable: they appear in chunks, manifests and filters.
public enum Language {
  /// The language of a file by its name, else its extension, else its `#!` line; "text" when none tells.
  public static func named(path: String, firstLine: @autoclosure () -> String = "") -> String {
    let name = Paths.lastComponent(of: path).lowercased()
    if let language = fileNames[name] { return language }
    if let dot = name.lastIndex(of: "."), dot != name.startIndex {
      return extensions[String(name[name.index(after: dot)...])] ?? "text"
    }
    return interpreter(of: firstLine()) ?? "text"
  }

  /// Every name that a language can have, in alphabetical order.
  public static let all = Set(["text"]).union(fileNames.values).union(extensions.values).union(interpreters.values)
    .sorted()

  private static func interpreter(of line: String) -> String? {
    guard line.hasPrefix("#!") else { return nil }
    let words = line.dropFirst(2).split { $0 == " " || $0 == "/" || $0 == "\t" }
    for word in words.reversed() {
      let bare = String(word.prefix { $0.isLetter })
      if let language = interpreters[bare] { return language }
    }
    return nil
  }

  private static let fileNames = [
    "makefile": "make", "gnumakefile": "make", "cmakelists.txt": "cmake", "dockerfile": "dockerfile",
    "rakefile": "ruby",
    "gemfile": "ruby", "podfile": "ruby", "jenkinsfile": "groovy", "go.mod": "go-module", "build": "starlark",
    "build.bazel": "starlark", "workspace": "starlark",
  ]

  private static let extensions = [
    "swift": "swift", "swiftinterface": "swift", "c": "c", "h": "c", "cc": "cpp", "cpp": "cpp", "cxx": "cpp",
    "hh": "cpp",
    "hpp": "cpp", "hxx": "cpp", "inl": "cpp", "ipp": "cpp", "cu": "cuda", "cuh": "cuda", "m": "objective-c",
    "mm": "objective-c", "py": "python", "pyi": "python", "js": "javascript", "mjs": "javascript", "cjs": "javascript",
    "jsx": "javascript", "ts": "typescript", "mts": "typescript", "cts": "typescript", "tsx": "typescript", "go": "go",
    "rs": "rust", "java": "java", "kt": "kotlin", "kts": "kotlin", "scala": "scala", "rb": "ruby", "cs": "csharp",
    "php": "php", "pl": "perl", "pm": "perl", "lua": "lua", "r": "r", "jl": "julia", "hs": "haskell", "ml": "ocaml",
    "ex": "elixir", "exs": "elixir", "erl": "erlang", "clj": "clojure", "d": "d", "f90": "fortran", "f": "fortran",
    "sh": "shell", "bash": "shell", "zsh": "shell", "ps1": "powershell", "sql": "sql", "proto": "protobuf",
    "cmake": "cmake", "mk": "make", "vim": "vim", "el": "lisp", "lisp": "lisp", "s": "assembly", "asm": "assembly",
    "md": "markdown", "markdown": "markdown", "rst": "restructuredtext", "tex": "tex", "html": "html", "htm": "html",
    "css": "css", "scss": "scss", "json": "json", "jsonl": "json", "yml": "yaml", "yaml": "yaml", "toml": "toml",
    "xml": "xml", "gradle": "groovy", "groovy": "groovy", "zig": "zig", "dart": "dart", "gyb": "gyb", "bzl": "starlark",
  ]

  private static let interpreters = [
    "sh": "shell", "bash": "shell", "zsh": "shell", "dash": "shell", "python": "python", "perl": "perl", "ruby": "ruby",
    "node": "javascript", "lua": "lua", "swift": "swift", "php": "php",
  ]
}
