import LinearAlgebra
import Testing

@Suite struct SymmetricEigenTests {
  /// syevd is backward stable: values are off by p(n) eps |A| with a modest p; |A|_F n eps is a safe bound.
  private func check<T: Scalar>(_ type: T.Type, order n: Int) throws {
    var random = Congruential(n)
    let a: Matrix<T> = random.symmetric(n)
    let tolerance = 4 * T(n) * .ulpOfOne * max(Reference.frobeniusNorm(a), 1)
    let e = try SymmetricEigen(a)
    #expect(zip(e.values, e.values.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(distance(e.map { $0 }, a) <= tolerance)
    #expect(defectOfOrthogonality(e.vectors) <= 4 * T(n) * .ulpOfOne)
    #expect(distance(try SymmetricEigen.values(a), e.values) <= tolerance)
    #expect(distance(Reference.jacobiEigen(a).values, e.values) <= tolerance)
    // The upper triangle is not read.
    let spoiled = Matrix(rows: n, columns: n) { $1 > $0 ? 1000 : a[$0, $1] }
    #expect(try SymmetricEigen(spoiled).values == e.values)
  }

  @Test(arguments: [1, 2, 3, 8, 30, 61]) func againstJacobi(order: Int) throws {
    try check(Double.self, order: order)
    try check(Float.self, order: order)
  }

  @Test func columnsAreTheEigenvectors() throws {
    let a = Matrix<Double>([[2, 1, 0], [1, 3, 1], [0, 1, 5]])
    let e = try SymmetricEigen(a)
    for j in 0..<3 {
      let v = e.vectors.column(j)
      #expect(distance(a * v, v.map { $0 * e.values[j] }) < 1e-14)
    }
  }

  @Test func valuesAreInvariantUnderRotationsAndPermutations() throws {
    var random = Congruential(4)
    let n = 24
    let a: Matrix<Double> = random.symmetric(n), q: Matrix<Double> = random.orthogonal(n)
    let values = try SymmetricEigen.values(a)
    let tolerance = 20 * Double(n) * .ulpOfOne * Reference.frobeniusNorm(a)
    let rotated = Reference.multiply(Reference.multiply(q, .no, a), .no, q, .yes)
    #expect(distance(try SymmetricEigen.values(rotated), values) <= tolerance)
    let order = (0..<n).map { ($0 * 7 + 3) % n }
    let permuted = Matrix(rows: n, columns: n) { a[order[$0], order[$1]] }
    #expect(distance(try SymmetricEigen.values(permuted), values) <= tolerance)
  }

  @Test func knownSpectrum() throws {
    // The second-difference matrix of order n has the values 2 - 2 cos(pi j / (n + 1)).
    let n = 50
    let a = Matrix<Double>(rows: n, columns: n) { $0 == $1 ? 2 : abs($0 - $1) == 1 ? -1 : 0 }
    let exact = (1...n).map { 2 - 2 * Double.cos(.pi * Double($0) / Double(n + 1)) }
    #expect(distance(try SymmetricEigen.values(a), exact) < 4 * Double(n) * .ulpOfOne * 4)
  }

  @Test func functionOfAMatrix() throws {
    var random = Congruential(8)
    let a: Matrix<Double> = random.positiveDefinite(15)
    let root = try SymmetricEigen(a).map { $0.squareRoot() }
    #expect(distance(root * root, a) <= 60 * .ulpOfOne * Reference.frobeniusNorm(a))
  }

  @Test func refusals() throws {
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 0)) {
      try SymmetricEigen(Matrix<Double>([[1, 2], [.nan, 1]]))
    }
    #expect(throws: LinearAlgebraError.self) { try SymmetricEigen(Matrix<Float>(rows: 2, columns: 3)) }
    #expect(try SymmetricEigen(Matrix<Double>(rows: 0, columns: 0)).values.isEmpty)
    #expect(try SymmetricEigen(Matrix<Double>([[2, 0], [0, -8]])).conditionNumber == 4)
  }
}
