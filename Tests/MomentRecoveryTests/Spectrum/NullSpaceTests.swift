import LinearAlgebra
@testable import MomentRecovery
import Randomness
import Testing

@Suite struct NullSpaceTests {
  /// D x K with given singular values.
  private func matrix(_ d: Int, _ values: [Double], seed: UInt64) throws -> Matrix<Double> {
    var random = RandomStream(seed: seed)
    let k = values.count
    let u = try (random.normalMatrix(rows: d, columns: k) as Matrix<Double>).orthonormalized()
    let v: Matrix<Double> = random.orthogonal(k)
    return Matrix(rows: d, columns: k) { u[$0, $1] * values[$1] } * v
  }

  private func sineOfAngle(_ a: Matrix<Double>, _ b: Matrix<Double>) throws -> Double {
    let cosine = try SVD.values(Matrix.product(a, .no, b, .yes)).last ?? 0
    return max(1 - cosine * cosine, 0).squareRoot()
  }

  /// Small by SVD, larger by eigenvectors: the same space.
  @Test(arguments: [(60, 55, 5), (200, 190, 8)])
  func spectrum(_ d: Int, _ columns: Int, _ k: Int) throws {
    let values = (0..<columns).map { (i: Int) -> Double in
      i < columns - k ? 1 - 0.8 * Double(i) / Double(columns) : 0.01
    }
    let t = try matrix(d, values, seed: 1)
    let space = try NullSpace(of: t, dimension: k)
    #expect(space.isComplete && space.singularValues.count == columns)
    for (a, b) in zip(space.singularValues, values) { #expect(abs(a - b) < 1e-12) }
    #expect(abs((space.gap ?? 0) / (values[columns - k - 1] / 0.01) - 1) < 1e-10)
    let image = Matrix.product(t, .no, space.basis, .yes)
    for s in try SVD.values(image) { #expect(abs(s - 0.01) < 1e-12) }
  }

  /// T^T T cannot tell a singular value of 1e-9 from 0; T itself can.
  @Test func smallRangeFallsBackOnTheMatrixItself() throws {
    var values = (0..<150).map { _ in 1.0 }
    for i in 140..<145 { values[i] = 1e-8 }
    for i in 145..<150 { values[i] = 0 }
    let t = try matrix(160, values, seed: 2)
    let space = try NullSpace(of: t, dimension: 5)
    let image = Matrix.product(t, .no, space.basis, .yes)
    #expect((try SVD.values(image).first ?? 1) < 1e-14)
    #expect(abs((space.relativeRange ?? 0) / 1e-8 - 1) < 1e-6)
  }

  @Test func subspaceIteration() throws {
    let k = 7
    let values = (0..<160).map { (i: Int) -> Double in
      let place = Double(i)
      return i < 153 ? 1 - 0.9 * place / 160 : 0.02 - 0.001 * (place - 153)
    }
    let t = try matrix(170, values, seed: 3)
    let direct = try NullSpace(of: t, dimension: k)
    let iterated = try NullSpace.iterated(Matrix.product(t, .yes, t), k, RandomStream(seed: 4))
    #expect(!iterated.isComplete && iterated.singularValues.count == k + 9)
    #expect(try sineOfAngle(direct.basis, iterated.basis) < 1e-7)
    #expect(abs(iterated.largest - 1) < 1e-8)
    // The value above the gap is only known to the square of a residual of one part in a hundred.
    #expect(abs((iterated.gap ?? 0) / (direct.gap ?? 1) - 1) < 1e-2)
  }

  @Test func singleNeuron() throws {
    let space = try NullSpace(of: Matrix(rows: 3, columns: 1, elements: [1, 2, 2]), dimension: 1)
    #expect(space.gap == nil && space.relativeRange == nil && abs(space.largest - 3) < 1e-15)
  }
}
