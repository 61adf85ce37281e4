/// Chooses the chunker by language: swift-syntax for Swift, Universal Ctags where it knows the language, windows else.
public struct ChunkingPlan: Sendable {
  /// What a file was cut into, and whether its own chunker failed so that windows had to do.
  public struct Outcome: Sendable {
    /// The chunks, in line order.
    public let drafts: [ChunkDraft]
    /// The failure of the chunker that was to be used, when there was one.
    public let fallback: IndexingError?
  }

  /// What this plan cannot do and why, in sentences for people; empty when nothing is missing.
  public let limits: [String]

  private let swift: SwiftChunker
  private let ctags: CtagsChunker?
  private let windows: WindowChunker

  /// Sets up the chunkers. Starts ctags unless the settings turn it off; a ctags that is missing is a limit, not an error.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.invalid-setting`.
  public init(settings: ChunkingSettings = ChunkingSettings(), ctagsExecutable: String = "ctags") throws {
    try settings.validate()
    swift = SwiftChunker(settings: settings)
    windows = WindowChunker(settings: settings)
    guard settings.usesCtags else {
      ctags = nil
      limits = ["ctags is turned off: languages other than Swift are cut into windows without symbol names"]
      return
    }
    do {
      ctags = try CtagsChunker(settings: settings, executable: ctagsExecutable)
      limits = []
    } catch {
      ctags = nil
      limits = [
        "Universal Ctags is not usable, so languages other than Swift are cut into windows without symbol names; "
          + "install universal-ctags and index again (\(error))"
      ]
    }
  }

  /// Names the chunker for a language: "swift", "ctags" or "window".
  public func chunkerName(for language: String) -> String {
    if language == "swift" { return "swift" }
    return ctags != nil && CtagsChunker.languages.contains(language) ? "ctags" : "window"
  }

  /// Cuts one file. Blocks and computes: call it on a thread of your own.
  public func chunks(of file: SourceFile) -> Outcome {
    if file.language == "swift" { return Outcome(drafts: swift.chunks(of: file), fallback: nil) }
    guard let ctags, CtagsChunker.languages.contains(file.language) else {
      return Outcome(drafts: windows.chunks(of: file), fallback: nil)
    }
    do {
      return Outcome(drafts: try ctags.chunks(of: file), fallback: nil)
    } catch {
      let failure =
        error as? IndexingError ?? IndexingError(.ctagsFailure, "ctags failed.", path: file.path, underlying: error)
      return Outcome(drafts: windows.chunks(of: file), fallback: failure)
    }
  }
}
