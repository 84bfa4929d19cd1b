import LinearAlgebra
import Testing

@Suite struct LUTests {
  /// Gaussian elimination with partial pivoting has a backward error of about n eps |A| times the growth of the
  /// pivots, which is below 10 for random matrices of these sizes.
  private func check<T: Scalar>(_ type: T.Type, order n: Int) throws {
    var random = Congruential(n)
    let a: Matrix<T> = random.matrix(n, n), b: Matrix<T> = random.matrix(n, 3)
    let f = try LU(a)
    let unit = 10 * T(n) * T.ulpOfOne, size = Reference.frobeniusNorm(a)
    let x = try f.solve(b)
    #expect(distance(Reference.multiply(a, .no, x), b) <= unit * size * Reference.frobeniusNorm(x))
    let y = try f.solve(b.column(1))
    #expect(distance(a * y, b.column(1)) <= unit * size * norm(y))
    let inverse = try f.inverse(), condition = size * Reference.frobeniusNorm(inverse)
    #expect(distance(Reference.multiply(a, .no, inverse), .identity(n)) <= unit * condition)
    let plain = Reference.eliminate(a, b)
    #expect(distance(x, try #require(plain.solution)) <= unit * condition * Reference.frobeniusNorm(x))
    #expect((f.determinant - plain.determinant).magnitude <= unit * condition * plain.determinant.magnitude)
    let (logarithm, sign) = f.logDeterminant
    #expect((logarithm - T.log(plain.determinant.magnitude)).magnitude <= 2 * unit * condition)
    #expect(sign == (plain.determinant > 0 ? 1 : -1))
    // The estimate is a lower bound of the true condition number, up to rounding, and rarely below a third of it.
    let rowSum = { (m: Matrix<T>) in (0..<n).map { m.row($0).reduce(0) { $0 + $1.magnitude } }.max()! }
    let exact = 1 / (rowSum(a) * rowSum(inverse))
    #expect(f.reciprocalCondition >= exact * (1 - 100 * unit) && f.reciprocalCondition <= 5 * exact)
  }

  @Test(arguments: [1, 2, 3, 7, 20, 65]) func againstElimination(order: Int) throws {
    try check(Double.self, order: order)
    try check(Float.self, order: order)
  }

  @Test func knownMatrix() throws {
    let f = try LU(Matrix<Double>([[0, 2], [3, 4]]))
    #expect(f.determinant == -6)
    #expect(try f.solve([2, 7]) == [1, 1])
  }

  @Test func singularMatricesFactorButDoNotSolve() throws {
    let f = try LU(Matrix<Double>([[1, 2, 3], [2, 4, 6], [1, 0, 1]]))
    #expect(f.determinant == 0 && f.logDeterminant.sign == 0 && f.reciprocalCondition == 0)
    let pivot = try #require(f.vanishingPivot)
    #expect(throws: LinearAlgebraError.singular(pivot: pivot)) { try f.solve([1, 2, 3]) }
    #expect(throws: LinearAlgebraError.singular(pivot: pivot)) { try f.inverse() }
    #expect("\(LinearAlgebraError.singular(pivot: 2))".contains("pivot 2"))
  }

  @Test func hilbertConditionIsSeen() throws {
    // cond_inf of the Hilbert matrix of order 8 is 3.387e10.
    let r = try LU(hilbert(8) as Matrix<Double>).reciprocalCondition
    #expect(r > 1 / 3.4e10 && r < 3 / 3.387e10)
  }

  @Test func refusals() throws {
    #expect(throws: LinearAlgebraError.self) { try LU(Matrix<Double>(rows: 2, columns: 3)) }
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 0)) { try LU(Matrix<Double>([[.nan]])) }
    let f = try LU(Matrix<Double>.identity(2))
    #expect(throws: LinearAlgebraError.self) { try f.solve([1, 2, 3]) }
    let empty = try LU(Matrix<Double>(rows: 0, columns: 0))
    #expect(try empty.determinant == 1 && empty.solve([Double]()).isEmpty && empty.inverse().rows == 0)
  }
}
