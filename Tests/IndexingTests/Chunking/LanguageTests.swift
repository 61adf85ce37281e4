import Testing

@testable import Indexing

struct LanguageTests {
  @Test(arguments: [
    ("Sources/A.swift", "", "swift"), ("a.PY", "", "python"), ("Makefile", "", "make"),
    ("x/CMakeLists.txt", "", "cmake"),
    ("run", "#!/usr/bin/env python3 -u", "python"), ("run", "#!/bin/bash", "shell"), ("LICENSE", "Apache", "text"),
    (".gitignore", "x", "text"), ("a.unknown", "#!/bin/sh", "text"), ("", "", "text"),
  ])
  func name_looked_up_language(path: String, firstLine: String, language: String) {
    #expect(Language.named(path: path, firstLine: firstLine) == language)
  }
}
