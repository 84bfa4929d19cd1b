import LinearAlgebra
import Testing

@Suite struct SVDTests {
  static let shapes = [(1, 1), (1, 6), (6, 1), (5, 5), (20, 7), (7, 20), (64, 33), (40, 90)]

  private func check<T: Scalar>(_ type: T.Type, _ m: Int, _ n: Int) throws {
    var random = Congruential(m * 100 + n)
    let a: Matrix<T> = random.matrix(m, n)
    let d = try SVD(a)
    let k = min(m, n)
    let unit = 4 * T(max(m, n)) * T.ulpOfOne
    let size = Reference.frobeniusNorm(a)
    #expect(d.u.columns == k && d.vTransposed.rows == k && d.singularValues.count == k)
    #expect(zip(d.singularValues, d.singularValues.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(d.singularValues.allSatisfy { $0 >= 0 })
    let scaled = Matrix<T>(rows: m, columns: k) { d.u[$0, $1] * d.singularValues[$1] }
    #expect(distance(Matrix.product(scaled, .no, d.vTransposed), a) <= unit * size)
    #expect(defectOfOrthogonality(d.u) <= unit)
    #expect(defectOfOrthogonality(d.vTransposed.transposed()) <= unit)
    #expect(distance(try SVD.values(a), d.singularValues) <= unit * size)
    #expect(distance(Reference.jacobiSVD(a).s, d.singularValues) <= unit * size)
  }

  @Test(arguments: shapes) func againstJacobi(m: Int, n: Int) throws {
    try check(Double.self, m, n)
    try check(Float.self, m, n)
  }

  @Test func rankOfLowRankMatrices() throws {
    var random = Congruential(6)
    for (m, n, rank) in [(10, 10, 0), (10, 10, 1), (30, 12, 5), (12, 30, 11), (40, 40, 40), (100, 80, 37)] {
      let a: Matrix<Double> = random.lowRank(m, n, rank: rank), f: Matrix<Float> = random.lowRank(m, n, rank: rank)
      #expect(try numericalRank(a) == rank)
      #expect(try SVD(a).rank() == rank)
      #expect(try numericalRank(f) == rank)
    }
    #expect(try numericalRank(Matrix<Double>([[1, 0], [0, 1e-10]])) == 2)
    #expect(try numericalRank(Matrix<Double>([[1, 0], [0, 1e-10]]), tolerance: 1e-8) == 1)
  }

  @Test func hilbertMatrix() throws {
    // Singular values of the Hilbert matrix of order 20, computed with 50 digits. The default tolerance
    // 20 eps s_1 = 8.5e-15 lies between the last two.
    let exact = [
      1.9071347204072531, 0.48703840657204887, 0.075595821305440958, 0.0089611286148564804, 0.00086767110917149802,
      7.0334314731935325e-5, 4.8305100488023715e-6, 2.8276520552478541e-7, 1.4139547582533805e-8,
      6.0360953293918637e-10, 2.1928907569892015e-11, 6.7408082331639844e-13, 1.7379067082989644e-14,
      3.7109770253440722e-16,
    ]
    let h: Matrix<Double> = hilbert(20)
    #expect(try numericalRank(h) == 13)
    for (found, expected) in zip(try SVD.values(h), exact) {
      #expect((found - expected).magnitude <= 4 * .ulpOfOne * exact[0])
    }
    // In single precision the tolerance is 4.5e-6, and s_7 = 4.8e-6 is within rounding of it.
    #expect((6...7).contains(try numericalRank(hilbert(20) as Matrix<Float>)))
  }

  @Test func pseudoInverseIsMoorePenrose() throws {
    var random = Congruential(12)
    for (m, n, rank) in [(9, 4, 4), (4, 9, 4), (12, 10, 6), (7, 7, 3)] {
      let a: Matrix<Double> = random.lowRank(m, n, rank: rank)
      let d = try SVD(a)
      let p = d.pseudoInverse()
      // Errors grow with the condition number of the kept part, below 1e3 here.
      let tolerance = 1e3 * 10 * .ulpOfOne * Reference.frobeniusNorm(a) * Reference.frobeniusNorm(p)
      #expect(distance(a * p * a, a) <= tolerance * Reference.frobeniusNorm(a))
      #expect(distance(p * a * p, p) <= tolerance * Reference.frobeniusNorm(p))
      #expect(distance(a * p, (a * p).transposed()) <= tolerance)
      #expect(distance(p * a, (p * a).transposed()) <= tolerance)
    }
  }

  @Test func refusalsAndEdges() throws {
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 1)) {
      try SVD(Matrix<Double>([[1, .infinity], [1, 1]]))
    }
    let empty = try SVD(Matrix<Double>(rows: 3, columns: 0))
    #expect(empty.singularValues.isEmpty && empty.rank() == 0 && empty.u.rows == 3 && empty.vTransposed.columns == 0)
    #expect(empty.pseudoInverse(times: [1, 2, 3]).isEmpty)
    #expect(try SVD(Matrix<Double>(rows: 2, columns: 2)).conditionNumber == .infinity)
  }
}
