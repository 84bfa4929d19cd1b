import LinearAlgebra
import Testing

@Suite struct LeastSquaresTests {
  @Test func shortestSolutionOfDeficientProblems() throws {
    var random = Congruential(41)
    for (m, n, rank) in [(12, 5, 5), (5, 12, 5), (15, 10, 4), (10, 15, 4)] {
      let a: Matrix<Double> = random.lowRank(m, n, rank: rank), b: [Double] = random.vector(m)
      let fit = try LeastSquares(a)
      let (x, residual) = fit.solve(b)
      #expect(fit.rank == rank)
      let rest = zip(a * x, b).map { $0 - $1 }
      let size = Reference.frobeniusNorm(a)
      #expect((norm(rest) - residual).magnitude <= 1e-14 * norm(b))
      // Stationary: A^T (A x - b) = 0. Shortest: x is orthogonal to the null space, i.e. in the row space.
      let condition = size / fit.svd.singularValues[rank - 1]
      let tolerance = 100 * condition * Double.ulpOfOne * size * (norm(b) + size * norm(x))
      #expect(norm(a.transposed() * rest) <= tolerance)
      let rows = Matrix(rows: rank, columns: n) { fit.svd.vTransposed[$0, $1] }
      #expect(distance(rows.transposed() * (rows * x), x) <= 100 * .ulpOfOne * norm(x))
      #expect(distance(fit.solve(Matrix(rows: m, columns: 1, elements: b)).elements, x) <= 100 * .ulpOfOne * norm(x))
    }
  }

  @Test func sharesEvenly() throws {
    let fit = try LeastSquares(Matrix<Double>([[1, 1], [1, 1]]))
    let (x, residual) = fit.solve([1, 3])
    #expect(distance(x, [1, 1]) < 1e-15 && (residual - 2.0.squareRoot()).magnitude < 1e-15 && fit.rank == 1)
  }

  @Test func toleranceSetsTheRank() throws {
    let a = Matrix<Double>([[1, 0], [0, 1e-6]])
    #expect(try LeastSquares(a).solve([1, 1]).x[1] > 9e5)
    #expect(try LeastSquares(a, tolerance: 1e-5).solve([1, 1]).x[1] == 0)
  }
}

@Suite struct NonNegativeLeastSquaresTests {
  /// The best over all supports, each by elimination of its normal equations: exhaustive and independent.
  private func exhaustive(_ a: Matrix<Double>, _ b: [Double]) -> Double {
    var best = norm(b)
    for mask in 1..<(1 << a.columns) {
      let set = (0..<a.columns).filter { mask >> $0 & 1 == 1 }
      let part = Matrix(rows: a.rows, columns: set.count) { a[$0, set[$1]] }
      let right = Reference.multiply(part, .yes, Matrix(rows: b.count, columns: 1, elements: b))
      let gram = Reference.multiply(part, .yes, part)
      guard let z = Reference.eliminate(gram, right).solution?.elements else { continue }
      if z.allSatisfy({ $0 >= 0 }) { best = min(best, norm(zip(part * z, b).map { $0 - $1 })) }
    }
    return best
  }

  @Test(arguments: 0..<25) func isTheBestOverAllSupports(seed: Int) throws {
    var random = Congruential(seed)
    let n = 1 + seed % 8, m = n + seed % 5
    let a: Matrix<Double> = random.matrix(m, n), b: [Double] = random.vector(m)
    let s = try NonNegativeLeastSquares.solve(a, b)
    #expect(s.converged && s.x.allSatisfy { $0 >= 0 })
    #expect(s.kktResidual <= 1e-13)
    #expect((s.residual - exhaustive(a, b)).magnitude <= 1e-11 * norm(b))
  }

  private func checkOptimality<T: Scalar>(_ type: T.Type, _ m: Int, _ n: Int, rank: Int? = nil) throws {
    var random = Congruential(m + n)
    let a: Matrix<T> = rank.map { random.lowRank(m, n, rank: $0) } ?? random.matrix(m, n)
    let b: [T] = random.vector(m)
    let s = try NonNegativeLeastSquares.solve(a, b)
    // w carries rounding errors of max(m, n) eps |A| |b|; the tolerance of the method is ten times that.
    let tolerance = 20 * T(max(m, n)) * T.ulpOfOne
    #expect(s.converged && s.kktResidual <= tolerance)
    let rest = zip(a * s.x, b).map { $0 - $1 }
    let w = a.transposed() * rest
    let scale = Reference.frobeniusNorm(a) * norm(b)
    for j in 0..<n {
      #expect(s.x[j] >= 0 && w[j] >= -tolerance * scale)
      #expect(min(s.x[j], w[j].magnitude) <= tolerance * scale)
      #expect(s.support.contains(j) == (s.x[j] > 0))
    }
  }

  @Test func largerProblemsMeetTheConditions() throws {
    try checkOptimality(Double.self, 60, 40)
    try checkOptimality(Double.self, 30, 90)
    try checkOptimality(Double.self, 40, 30, rank: 12)
    try checkOptimality(Float.self, 40, 25)
    try checkOptimality(Float.self, 20, 50)
  }

  @Test func recoversANonNegativeSolution() throws {
    var random = Congruential(77)
    let a: Matrix<Double> = random.matrix(30, 12)
    let truth = (0..<12).map { $0 % 3 == 0 ? Double($0 + 1) : 0 }
    let s = try NonNegativeLeastSquares.solve(a, a * truth)
    #expect(distance(s.x, truth) <= 1e-12 * norm(truth))
    #expect(s.residual <= 1e-13 * norm(truth) * Reference.frobeniusNorm(a))
  }

  @Test func edges() throws {
    let identity = try NonNegativeLeastSquares.solve(Matrix<Double>([[1, 0], [0, 1]]), [2, -3])
    #expect(identity.x == [2, 0] && identity.multipliers == [0, 3] && identity.support == [0])
    let negative = try NonNegativeLeastSquares.solve(Matrix<Double>([[1], [1]]), [-1, -2])
    #expect(negative.x == [0] && negative.converged && negative.iterations == 0)
    let zero = try NonNegativeLeastSquares.solve(Matrix<Double>([[1, 2]]), [0])
    #expect(zero.x == [0, 0] && zero.kktResidual == 0)
    // Two equal columns: one of them carries everything.
    let twins = try NonNegativeLeastSquares.solve(Matrix<Double>([[1, 1], [1, 1]]), [1, 1])
    #expect(twins.converged && (twins.x[0] + twins.x[1] - 1).magnitude < 1e-15)
    var random = Congruential(5)
    let tall: Matrix<Double> = random.matrix(40, 30)
    let stopped = try NonNegativeLeastSquares.solve(tall, random.vector(40), iterationLimit: 2)
    #expect(!stopped.converged && stopped.iterations == 2 && stopped.kktResidual > 1e-6)
    #expect(throws: LinearAlgebraError.self) { try NonNegativeLeastSquares.solve(Matrix<Double>([[1]]), [1, 2]) }
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 0)) {
      try NonNegativeLeastSquares.solve(Matrix<Double>([[1], [1]]), [1, .nan])
    }
  }

  @Test(arguments: 0..<10) func theGramFormFindsTheSame(seed: Int) throws {
    var random = Congruential(200 + seed)
    let n = 2 + 3 * seed
    let a: Matrix<Double> = random.matrix(2 * n, n), b: [Double] = random.vector(2 * n)
    let direct = try NonNegativeLeastSquares.solve(a, b)
    let s = try NonNegativeLeastSquares.solve(
      gram: Matrix.product(a, .yes, a), a.transposed() * b, squaredNorm: norm(b) * norm(b))
    #expect(s.converged && s.support == direct.support && s.kktResidual < 1e-13)
    // The passive sets' condition, squared, is below 1e4 here.
    #expect(distance(s.x, direct.x) <= 1e-11 * norm(direct.x))
    #expect((s.residual - direct.residual).magnitude < 1e-7 * norm(b))
    #expect(distance(s.multipliers, direct.multipliers) < 1e-11 * Reference.frobeniusNorm(a) * norm(b))
  }

  @Test func edgesOfTheGramForm() throws {
    let identity = try NonNegativeLeastSquares.solve(gram: Matrix<Double>.identity(2), [2, -3], squaredNorm: 13)
    #expect(identity.x == [2, 0] && identity.multipliers == [0, 3] && identity.residual == 3)
    // Two equal columns and an empty one.
    let twins = try NonNegativeLeastSquares.solve(
      gram: Matrix<Double>([[2, 2, 0], [2, 2, 0], [0, 0, 0]]), [2, 2, 0], squaredNorm: 2)
    #expect(twins.converged && (twins.x[0] + twins.x[1] - 1).magnitude < 1e-15 && twins.x[2] == 0)
    #expect(throws: LinearAlgebraError.self) {
      try NonNegativeLeastSquares.solve(gram: Matrix<Double>([[1, 0]]), [1], squaredNorm: 1)
    }
    #expect(throws: LinearAlgebraError.self) {
      try NonNegativeLeastSquares.solve(gram: Matrix<Double>([[1]]), [1, 2], squaredNorm: 1)
    }
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 0)) {
      try NonNegativeLeastSquares.solve(gram: Matrix<Double>([[.infinity]]), [1], squaredNorm: 1)
    }
  }
}
