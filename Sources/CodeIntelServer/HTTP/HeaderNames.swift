import HTTPTypes

extension HTTPField.Name {
  /// Names fields that the package of HTTP types lacks; each is a token, so the parsed name is never nil.
  private static func named(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .contentType }

  static let xRequestID = named("X-Request-Id")
  static let contentTypeOptions = named("X-Content-Type-Options")
  static let referrerPolicy = named("Referrer-Policy")
}
