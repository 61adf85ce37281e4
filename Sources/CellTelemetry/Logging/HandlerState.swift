import Logging

/// What every log handler of ours holds, and how an event's metadata come together.
struct HandlerState: Sendable {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info
  var metadataProvider: Logger.MetadataProvider?

  /// The handler's own metadata, the provider's over them, the event's over both.
  func merged(with event: Logger.Metadata?) -> Logger.Metadata {
    var all = metadata
    if let provided = metadataProvider?.get(), !provided.isEmpty { all.merge(provided) { $1 } }
    if let event { all.merge(event) { $1 } }
    return all
  }
}
