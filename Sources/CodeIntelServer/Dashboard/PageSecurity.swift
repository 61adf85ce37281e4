/// What a page of ours may load: its own style and script, from here, and nothing else.
enum PageSecurity {
  static let policy =
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
