/// What is said of a question that no model reads to its end.
enum QuestionLimit {
  static func cut(_ channel: String, at tokens: Int) -> String {
    "\(channel): the model read the question's first \(tokens) tokens only, the rest was left out"
  }
}
