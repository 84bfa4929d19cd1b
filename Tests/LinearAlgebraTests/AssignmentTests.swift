import LinearAlgebra
import Randomness
import Testing

@Suite struct AssignmentTests {
  /// The least cost over all injections of rows into columns.
  static func bruteForce(_ c: Matrix<Double>, row: Int = 0, used: Set<Int> = []) -> Double {
    guard row < c.rows else { return 0 }
    return (0..<c.columns).filter { !used.contains($0) }
      .map { c[row, $0] + bruteForce(c, row: row + 1, used: used.union([$0])) }.min()!
  }

  /// Feasible potentials with the same sum as the cost prove the assignment optimal.
  static func expectCertificate(_ match: Assignment, _ c: Matrix<Double>, tolerance: Double) {
    #expect(Set(match.columns).count == c.rows)
    #expect(abs(match.cost - (0..<c.rows).map { c[$0, match.columns[$0]] }.reduce(0, +)) <= tolerance)
    for i in 0..<c.rows {
      for j in 0..<c.columns {
        let slack = c[i, j] - match.rowPotentials[i] - match.columnPotentials[j]
        #expect(slack >= -tolerance)
        if match.columns[i] == j { #expect(slack <= tolerance) }
      }
    }
    let taken = Set(match.columns)
    for j in 0..<c.columns {
      #expect(match.columnPotentials[j] <= tolerance)
      if !taken.contains(j) { #expect(match.columnPotentials[j] == 0) }
    }
    let dual = match.rowPotentials.reduce(0, +) + match.columnPotentials.reduce(0, +)
    #expect(abs(dual - match.cost) <= tolerance * Double(c.rows + 1))
  }

  @Test(arguments: [(1, 1), (2, 2), (3, 3), (5, 5), (6, 6), (1, 4), (3, 5), (4, 7)])
  func isTheCheapestOfAll(n: Int, m: Int) throws {
    for seed in 0..<20 {
      var random = RandomStream(seed: UInt64(seed)).split(10 * n + m)
      // Small integers: many ties, no rounding.
      let ties = Matrix<Double>(rows: n, columns: m) { _, _ in Double(random.integer(below: 4)) - 1 }
      let match = try Assignment(ties)
      #expect(match.cost == Self.bruteForce(ties), "seed \(seed)")
      Self.expectCertificate(match, ties, tolerance: 0)
      let normal = Matrix<Double>(rows: n, columns: m) { _, _ in random.normal() }
      // Sums of at most 7 numbers below 4.
      #expect(abs(try Assignment(normal).cost - Self.bruteForce(normal)) < 1e-14, "seed \(seed)")
      Self.expectCertificate(try Assignment(normal), normal, tolerance: 1e-14)
    }
  }

  @Test func largeOnesAreCertified() throws {
    var random = RandomStream(seed: 8)
    let c: Matrix<Double> = random.normalMatrix(rows: 150, columns: 200)
    Self.expectCertificate(try Assignment(c), c, tolerance: 1e-13)
  }

  @Test func findsAHiddenPermutation() throws {
    var random = RandomStream(seed: 9)
    let order = random.permutation(40)
    let c = Matrix<Double>(rows: 40, columns: 40) { $1 == order[$0] ? 1 : 2 + random.uniform() }
    #expect(try Assignment(c).columns == order)
    #expect(try Assignment(c).cost == 40)
  }

  @Test func refusesWhatHasNoAssignment() {
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 0)) {
      try Assignment(Matrix<Double>([[1, 2], [.infinity, 0]]))
    }
    #expect(throws: LinearAlgebraError.self) { try Assignment(Matrix<Double>([[1], [2]])) }
  }

  @Test func nothingCostsNothing() throws {
    #expect(try Assignment(Matrix<Double>(rows: 0, columns: 3)).cost == 0)
  }
}
