/// The variables by which Kubernetes tells each pod of the services in its namespace (`enableServiceLinks`).
///
/// A service that is called `codeintel`, or `codeintel-something`, thereby sets variables with the prefix of our settings:
/// `CODEINTEL_SERVICE_HOST`, `CODEINTEL_PORT=tcp://…`, `CODEINTEL_PORT_8080_TCP_ADDR` and so on. Nobody wrote them, so they
/// are no misspelt settings. Name and value must both have the form that Kubernetes gives them, so that
/// `CODEINTEL_PORT=8080` is still told.
enum ServiceLinks {
  /// Whether a variable is a service link.
  static func contains(_ name: String, _ value: String) -> Bool {
    if name.wholeMatch(of: /CODEINTEL[A-Z0-9_]*_(SERVICE_HOST|PORT_[0-9]+_(TCP|UDP|SCTP)_ADDR)/) != nil {
      return value.wholeMatch(of: /[0-9A-Fa-f:.]+/) != nil
    }
    if name.wholeMatch(of: /CODEINTEL[A-Z0-9_]*_(SERVICE_PORT(_[A-Z0-9_]+)?|PORT_[0-9]+_(TCP|UDP|SCTP)_PORT)/) != nil {
      return value.wholeMatch(of: /[0-9]{1,5}/) != nil
    }
    if name.wholeMatch(of: /CODEINTEL[A-Z0-9_]*_PORT_[0-9]+_(TCP|UDP|SCTP)_PROTO/) != nil {
      return ["tcp", "udp", "sctp"].contains(value)
    }
    return name.wholeMatch(of: /CODEINTEL[A-Z0-9_]*_PORT(_[0-9]+_(TCP|UDP|SCTP))?/) != nil && isAddress(value)
  }

  /// Whether a value is the address of a service link, such as `tcp://10.0.0.1:8080`, whatever variable has it.
  static func isAddress(_ value: String) -> Bool {
    value.wholeMatch(of: /(tcp|udp|sctp):\/\/[^\/]+:[0-9]{1,5}/) != nil
  }
}
