import Indexing
import Testing

@testable import Retrieval

@Suite struct SignatureTextTests {
  private func text(_ text: String, symbol: String?, path: String = "a/Garden.swift") -> String {
    SignatureText.text(
      for: Chunk(
        id: "", row: 0, path: path, language: "swift", symbol: symbol, kind: nil, startLine: 1, endLine: 1, text: text,
        contentHash: ""))
  }

  @Test func `Names, comment and signature are read, the body is not`() {
    let source = """
      /// Waters the plants.
      @discardableResult
      func waterPlants(
        of garden: Garden
      ) -> Bool {
        openValve()
        return true
      }
      """
    #expect(
      text(source, symbol: "Garden.waterPlants(of:)") == """
        Garden | Garden water Plants of
        /// Waters the plants.
        @discardableResult
        func waterPlants(
        of garden: Garden
        ) -> Bool {
        """)
  }

  @Test func `A documentation string after the signature is read to its end`() {
    let source = "async def count(text):\n    r'''Number of words.\n\n    Splits at spaces.\n    '''\n    return 1\n"
    #expect(
      text(source, symbol: nil, path: "") == """
        async def count(text):
        r'''Number of words.
        Splits at spaces.
        '''
        """)
  }

  @Test(arguments: ["Class sizes grow every year.", "type of flow\nand more", "", "# only a comment"])
  func `Text that is no definition is read whole`(prose: String) {
    #expect(text(prose, symbol: nil, path: "") == prose)
  }

  @Test func `A text of another space has a fingerprint of its own`() {
    let whole = DenseArtifactBuilder(embedder: WordEmbedder())
    let signature = DenseArtifactBuilder(embedder: WordEmbedder(), space: .signature)
    #expect(whole.channel == "faiss")
    #expect(signature.channel == "coderank_faiss")
    #expect(whole.fingerprint != signature.fingerprint)
  }
}
