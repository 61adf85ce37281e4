import SwiftParser
import SwiftSyntax

/// Cuts Swift source by definition with swift-syntax, which also reads incomplete and wrong source.
///
/// Types and extensions are divided into their members; functions, initialisers, subscripts and computed properties get a
/// chunk each, with their leading comment; stored properties, cases and aliases stay together. Symbols are qualified by
/// nesting, with argument labels: "ServiceGroup.run()", "Array.subscript(safe:)".
public struct SwiftChunker: Chunker {
  private let settings: ChunkingSettings

  /// Creates a chunker.
  public init(settings: ChunkingSettings = ChunkingSettings()) { self.settings = settings }

  /// The chunks of a Swift file; source with syntax errors is chunked as far as it can be understood. Never throws.
  public func chunks(of file: SourceFile) -> [ChunkDraft] {
    let tree = Parser.parse(source: file.text)
    var collector = SwiftDefinitions(lines: file.lines)
    collector.collect(tree.statements)
    return DefinitionLayout.drafts(for: file, definitions: collector.found, settings: settings)
  }
}
