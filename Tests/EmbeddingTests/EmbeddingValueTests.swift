import Testing

@testable import Embedding

struct EmbeddingValueTests {
  @Test func `a matrix hands out its rows`() {
    let matrix = EmbeddingMatrix(dimension: 2, values: [1, 2, 3, 4, 5])
    #expect(matrix.rows == 2)
    #expect(Array(matrix.row(1)) == [3, 4])
    #expect(matrix.values.count == 4)
  }

  @Test func `errors are equal by code and describe their facts`() {
    let error = EmbeddingError(
      .shapeMismatch, "does not fit", path: "m", tensor: "t", expected: "[1]", actual: "[2]",
      underlying: CancellationError())
    #expect(error == EmbeddingError(.shapeMismatch, "other"))
    #expect(error != EmbeddingError(.missingFile, "does not fit"))
    #expect(
      error.description
        == "embedding.model-shape: does not fit (tensor t) (expected [1], found [2]) [m]; CancellationError()")
  }
}
