import LinearAlgebra
@testable import MomentRecovery
import Testing

@Suite struct CoordinatesTests {
  @Test func whiteningMakesInputsAndPredictionsWhite() throws {
    let network = MomentFixtures.network(d: 6, k: 3, l: 5)
    let samples = MomentFixtures.samples(network, n: 500)
    let moments = try FirstMoments(of: samples)
    let c = try Coordinates.whitening(moments, neurons: 3)
    let lx = c.inputMap, ly = c.outputMap
    // E x~x~^T = I, B = E[x~ y~^T], and E P~P~^T = B^T B = I, up to rounding in matrices of condition about 10.
    let white = Matrix.product(Matrix.product(lx, .no, moments.inputs, .no), .no, lx, .yes)
    #expect(largest(white.elements, minus: Matrix<Double>.identity(6).elements) < 1e-12)
    let cross = Matrix.product(Matrix.product(lx, .no, moments.cross, .no), .no, ly, .yes)
    #expect(largest(cross.elements, minus: c.prediction.elements) < 1e-12)
    let predictions = Matrix.product(c.prediction, .yes, c.prediction, .no)
    #expect(largest(predictions.elements, minus: Matrix<Double>.identity(3).elements) < 1e-12)
  }

  @Test func plainPredictsByLeastSquares() throws {
    let samples = MomentFixtures.samples(MomentFixtures.network(d: 4, k: 3, l: 3), n: 300)
    let c = try Coordinates.plain(FirstMoments(of: samples))
    // Normal equations: the residuals are orthogonal to the inputs.
    let residuals = Matrix.product(samples.x, .no, c.prediction, .no)
    let rest = Matrix(rows: 300, columns: 3) { samples.y[$0, $1] - residuals[$0, $1] }
    #expect(Matrix.product(samples.x, .yes, rest, .no).elements.allSatisfy { abs($0) < 1e-10 })
  }

  @Test func symmetricVectorsKeepInnerProducts() {
    let root = MomentFixtures.normal(4, 4, seed: 1)
    let s = Matrix.product(root, .no, root, .yes)
    let t = Matrix(rows: 4, columns: 4) { Double($0 * $1) - Double($0 + $1) }
    let inner = zip(SymmetricVector.of(s), SymmetricVector.of(t)).reduce(0) { $0 + $1.0 * $1.1 }
    let trace = zip(s.elements, t.elements).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(inner - trace) < 1e-12)
    #expect(largest(SymmetricVector.matrix(SymmetricVector.of(s), order: 4).elements, minus: s.elements) < 1e-14)
    #expect(SymmetricVector.ofSquare([1, 2]) == [1, 2 * 2.0.squareRoot(), 4])
  }
}
