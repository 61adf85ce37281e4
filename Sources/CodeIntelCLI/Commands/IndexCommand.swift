import ArgumentParser
import CodeIntel
import Indexing

/// `codeintel index <dir>…`: reads source trees and publishes a new generation of the index.
struct IndexCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Indexes one or more source trees.",
    discussion: """
      Honours .gitignore, skips binaries and oversized files with a count and reason, and publishes a generation in one step: \
      a search sees the old index or the new one, never a half-written one. When nothing changed, nothing is done.

      When little changed, the graph of a large dense index is kept and searched beside the new vectors. --merge then builds a \
      new graph after that was published, and publishes a second generation with it.
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: "The folders to index.", completion: .directory)
  var directories: [String]

  @Option(name: .long, parsing: .unconditional, help: "Files larger than this many bytes are skipped.")
  var maxFileBytes: Int = 1 << 20

  @Option(
    name: .long,
    help: """
      The channels to build besides those that every index has, comma-separated: \(ChannelNames.known) (default: \
      $CODEINTEL_INDEX_CHANNELS, else splade where it has a weight and its model is installed).
      """)
  var channels: String?

  @Flag(name: .long, help: "Then build kept dense graphs anew and publish again (default: index.merge).")
  var merge = false

  func validate() throws {
    _ = try ChannelNames.parse(channels)
    guard maxFileBytes > 0 else { throw ValidationError("--max-file-bytes must be positive, got \(maxFileBytes).") }
  }

  func run() async throws {
    let (options, directories, maxFileBytes, merge) = (options, directories, maxFileBytes, merge)
    let channels = try ChannelNames.parse(channels).map { ["index.channels": SettingsValue.list($0)] }
    try await CommandRunner.run(options, channels ?? [:]) { context in
      let bar = options.quiet ? nil : ProgressBar(terminal: options.diagnostics)
      let progress: any IndexProgress = bar ?? SilentProgress()
      let report: IndexReport
      do {
        report = try await context.index(
          roots: directories, maximumFileBytes: maxFileBytes, merges: merge ? true : nil, progress: progress)
      } catch {
        bar?.finish()
        throw error
      }
      bar?.finish()
      let page = IndexPage(report: report, indexPath: context.settings.indexPath)
      try StandardStreams.out(options.json ? try page.json() : page.text(for: options.output))
    }
  }
}
