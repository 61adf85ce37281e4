/// What a close does when its deadline passes while the payload is in use.
public enum CloseDeadlinePolicy: Sendable, Hashable {
  /// The close throws; the last user's release disposes the payload.
  case leaveToLastUser
  /// The payload is disposed under its users, if it is `ForceCloseable`; otherwise as ``leaveToLastUser``. The disposer
  /// then has as long again before the close throws.
  case force
}
