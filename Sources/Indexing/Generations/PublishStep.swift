/// The points between the steps of publishing, in order. Tests stop the work at each.
enum PublishStep: CaseIterable, Sendable {
  case manifestWritten, synced, renamed, currentWritten
}
