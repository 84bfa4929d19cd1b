import LinearAlgebra
import Testing

@Suite struct QRTests {
  /// Householder QR: backward error and loss of orthogonality of about sqrt(k) m eps; 4 max(m, n) eps times sqrt(k).
  private func check<T: Scalar>(_ type: T.Type, _ m: Int, _ n: Int) throws {
    var random = Congruential(m * 100 + n)
    let a: Matrix<T> = random.matrix(m, n)
    let f = try QR(a)
    let k = min(m, n)
    let unit = 4 * T(max(m, n)) * T(k).squareRoot() * T.ulpOfOne
    #expect(f.q.rows == m && f.q.columns == k && f.r.rows == k && f.r.columns == n)
    #expect(distance(Matrix.product(f.q, .no, f.r), a) <= unit * Reference.frobeniusNorm(a))
    #expect(defectOfOrthogonality(f.q) <= unit)
    for i in 0..<k {
      #expect(f.r[i, i] >= 0)
      for j in 0..<i { #expect(f.r[i, j] == 0) }
    }
  }

  @Test(arguments: [(1, 1), (1, 5), (5, 1), (6, 6), (30, 11), (11, 30), (80, 64)])
  func reconstruction(m: Int, n: Int) throws {
    try check(Double.self, m, n)
    try check(Float.self, m, n)
  }

  @Test func rIsTheCholeskyFactorOfTheGramMatrix() throws {
    var random = Congruential(2)
    let a: Matrix<Double> = random.matrix(40, 9)
    let l = try #require(Reference.cholesky(Reference.multiply(a, .yes, a)))
    // The Gram matrix squares the condition number, about 3 here.
    #expect(distance(try QR(a).r.transposed(), l) <= 1e3 * .ulpOfOne * Reference.frobeniusNorm(l))
  }

  @Test func leastSquaresMeetsTheNormalEquations() throws {
    var random = Congruential(3)
    let a: Matrix<Double> = random.matrix(30, 8), b: Matrix<Double> = random.matrix(30, 4)
    let x = try QR(a).leastSquares(b)
    let normal = Reference.eliminate(Reference.multiply(a, .yes, a), Reference.multiply(a, .yes, b)).solution
    #expect(distance(x, try #require(normal)) <= 1e4 * .ulpOfOne * Reference.frobeniusNorm(x))
    let single = try QR(a).leastSquares(b.column(2))
    #expect(distance(single, x.column(2)) <= 100 * .ulpOfOne * norm(single))
  }

  @Test func dependentColumnsAreRefused() throws {
    let a = Matrix<Double>([[1, 2], [2, 4], [3, 6]])
    #expect(throws: LinearAlgebraError.singular(pivot: 1)) { try QR(a).leastSquares([1, 2, 3]) }
    #expect(throws: LinearAlgebraError.self) { try QR(a.transposed()).leastSquares([1, 2]) }
    #expect(throws: LinearAlgebraError.self) { try QR(a).leastSquares([1, 2]) }
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 0)) { try QR(Matrix<Double>([[.infinity]])) }
  }

  @Test func orthonormalColumnsSpanTheSame() throws {
    var random = Congruential(5)
    let a: Matrix<Float> = random.matrix(50, 12)
    let q = try a.orthonormalized()
    let projected = Reference.multiply(q, .no, Reference.multiply(q, .yes, a))
    #expect(distance(projected, a) <= 400 * Float.ulpOfOne * Reference.frobeniusNorm(a))
  }
}
