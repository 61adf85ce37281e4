extension ProblemRule {
  /// Every rule, those of writers first.
  public static let all: [ProblemRule] = [
    object, type, status, title, blank, detail, instance, extensions, several, documentation, transport, illTyped,
    unknown,
    identity, transportStatus,
  ]

  static let object = ProblemRule(
    "R1", .must,
    "A problem is one JSON object in which no member appears twice, sent as application/problem+json without parameters, "
      + "whatever the client accepts.", "RFC 9457 sections 3 and 6.1; RFC 8259 section 4")
  static let type = ProblemRule(
    "R2", .should,
    "type is a string and a URI reference: absolute, or relative with its full path. The profile wants it there.",
    "RFC 9457 section 3.1.1")
  static let status = ProblemRule(
    "R3", .must, "status is a whole number from 100 to 599 and that of the answer. The profile wants it there.",
    "RFC 9457 section 3.1.2")
  static let title = ProblemRule(
    "R4", .should, "title is a string, the same for every occurrence of a type. The profile wants it there.",
    "RFC 9457 section 3.1.3")
  static let blank = ProblemRule(
    "R5", .should, "With the type about:blank the title is the phrase of the status.", "RFC 9457 section 4.2.1")
  static let detail = ProblemRule(
    "R6", .should,
    "detail is a string that tells the client what helps, and nothing of the inside: no stack, no path of the host, no "
      + "text of the error underneath.", "RFC 9457 sections 3.1.4 and 5")
  static let instance = ProblemRule(
    "R7", .must,
    "instance is a URI reference of this occurrence: not the request's path, and never the same twice.",
    "RFC 9457 section 3.1.5")
  static let extensions = ProblemRule(
    "R8", .should,
    "Further members stand beside the five; a name has three or more of A-Z, a-z, 0-9 and _, a letter first, and no member "
      + "is null.", "RFC 9457 section 3.2")
  static let several = ProblemRule(
    "R9", .should,
    "Several problems of one type are told in the member errors, each with a detail, and a pointer is a JSON Pointer "
      + "fragment; problems of different types are not put together.", "RFC 9457 section 3")
  static let documentation = ProblemRule(
    "R10", .must, "Every type that is sent is documented with its URI, title and status; its URI leads there.",
    "RFC 9457 sections 3.1.1 and 4")
  static let transport = ProblemRule(
    "R11", .profile,
    "Problems come with 4xx and 5xx only, and with what the status asks for: no body for HEAD, Allow with 405, "
      + "WWW-Authenticate with 401, Retry-After with 429 and 503. The profile has them never stored.",
    "RFC 9457 section 4; RFC 9110 sections 9.3.2, 10.2.3, 11.6.1, 15.5.6")
  static let illTyped = ProblemRule(
    "C1", .must, "A member of the wrong JSON type is ignored as if it were absent.", "RFC 9457 section 3.1")
  static let unknown = ProblemRule(
    "C2", .must, "Members that a reader does not know are ignored.", "RFC 9457 section 3.2")
  static let identity = ProblemRule(
    "C3", .must,
    "A problem is identified by its type, resolved against the address it came from, and by nothing else: detail is not "
      + "parsed, type is not fetched.", "RFC 9457 sections 3.1.1 and 3.1.4")
  static let transportStatus = ProblemRule(
    "C4", .should, "The status that counts is the answer's, not the member.", "RFC 9457 section 3.1.2")
}
