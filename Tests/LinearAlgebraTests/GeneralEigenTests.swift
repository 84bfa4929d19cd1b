import LinearAlgebra
import Testing

@Suite struct GeneralEigenTests {
  /// |A (x + i y) - (a + i b) (x + i y)|, summed over all pairs; geev is backward stable: n eps |A| each.
  private func defect<T: Scalar>(_ a: Matrix<T>, _ e: GeneralEigen<T>) -> T {
    let x = e.realVectors, y = e.imaginaryVectors
    let ax = Reference.multiply(a, .no, x), ay = Reference.multiply(a, .no, y)
    let real = Matrix(rows: a.rows, columns: a.rows) {
      ax[$0, $1] - e.values[$1].real * x[$0, $1] + e.values[$1].imaginary * y[$0, $1]
    }
    let imaginary = Matrix(rows: a.rows, columns: a.rows) {
      ay[$0, $1] - e.values[$1].real * y[$0, $1] - e.values[$1].imaginary * x[$0, $1]
    }
    return Reference.frobeniusNorm(real) + Reference.frobeniusNorm(imaginary)
  }

  private func check<T: Scalar>(_ type: T.Type, order n: Int) throws {
    var random = Congruential(n)
    let a: Matrix<T> = random.matrix(n, n)
    let e = try GeneralEigen(a)
    let tolerance = 10 * T(n) * T.ulpOfOne * Reference.frobeniusNorm(a)
    #expect(defect(a, e) <= tolerance)
    for j in 0..<n {
      #expect((T.hypot(norm(e.realVectors.column(j)), norm(e.imaginaryVectors.column(j))) - 1).magnitude < 1e-5)
    }
    // The sum is the trace, the product the determinant.
    let trace = (0..<n).reduce(0) { $0 + a[$1, $1] }
    #expect((e.values.reduce(0) { $0 + $1.real } - trace).magnitude <= T(n) * tolerance)
    #expect(e.values.reduce(0) { $0 + $1.imaginary }.magnitude <= tolerance)
    var product: (T, T) = (1, 0)
    for v in e.values {
      product = (product.0 * v.real - product.1 * v.imaginary, product.0 * v.imaginary + product.1 * v.real)
    }
    let determinant = Reference.eliminate(a, Matrix(rows: n, columns: 0)).determinant
    // Relative perturbations of the eigenvalues add up to n times their condition over the smallest modulus.
    let least = e.values.map { T.hypot($0.real, $0.imaginary) }.min()!
    #expect(
      (product.0 - determinant).magnitude
        <= 100 * T(n) * tolerance / least * determinant.magnitude)
  }

  @Test(arguments: [1, 2, 3, 6, 25]) func pairsSatisfyTheirEquation(order: Int) throws {
    try check(Double.self, order: order)
    try check(Float.self, order: order)
  }

  @Test func rotationHasConjugateValues() throws {
    let (c, s) = (Double.cos(0.3), Double.sin(0.3))
    let values = try GeneralEigen.values(Matrix<Double>([[c, -s], [s, c]]))
    #expect(values.allSatisfy { ($0.real - c).magnitude < 1e-15 && ($0.imaginary.magnitude - s).magnitude < 1e-15 })
    #expect(values[0].imaginary > 0 && values[1].imaginary < 0)
    #expect((try GeneralEigen.spectralRadius(Matrix<Double>([[c, -s], [s, c]])) - 1).magnitude < 1e-15)
  }

  @Test func unsymmetricVectorsAreRightOnes() throws {
    // (1, 0) is the right eigenvector of 1; the left one would be (1, -1) / sqrt 2.
    let e = try GeneralEigen(Matrix<Double>([[1, 1], [0, 2]]))
    let j = try #require(e.values.firstIndex { $0.real == 1 })
    #expect(e.realVectors[1, j] == 0 && e.realVectors[0, j].magnitude == 1)
  }

  @Test func agreesWithTheSymmetricSolver() throws {
    var random = Congruential(31)
    let a: Matrix<Double> = random.symmetric(20)
    let general = try GeneralEigen.values(a).map(\.real).sorted()
    #expect(distance(general, try SymmetricEigen.values(a)) <= 200 * .ulpOfOne * Reference.frobeniusNorm(a))
  }

  @Test func refusals() throws {
    #expect(throws: LinearAlgebraError.self) { try GeneralEigen(Matrix<Double>(rows: 1, columns: 2)) }
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 0)) { try GeneralEigen(Matrix<Double>([[.nan]])) }
    #expect(try GeneralEigen(Matrix<Double>(rows: 0, columns: 0)).values.isEmpty)
  }
}
