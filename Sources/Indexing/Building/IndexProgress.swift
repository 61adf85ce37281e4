/// Is told how far a build has come. Calls come in order, from one task at a time.
public protocol IndexProgress: Sendable {
  /// `done` of `total` units of the named stage are finished; `total` is nil while it is not known.
  func stage(_ name: String, done: Int, total: Int?)
}
