import LinearAlgebra
import MomentRecovery
import Randomness
import Testing

@Suite struct RecoveryErrorTests {
  static func random(_ k: Int, _ d: Int, _ l: Int, seed: UInt64, slope: Double = 0) -> ReLUNetwork {
    var stream = RandomStream(seed: seed)
    return ReLUNetwork(
      hidden: stream.normalMatrix(rows: k, columns: d), output: stream.normalMatrix(rows: l, columns: k), slope: slope)
  }

  @Test func isZeroForTheSameFunctionWrittenDifferently() throws {
    let truth = Self.random(6, 5, 7, seed: 1)
    var stream = RandomStream(seed: 2)
    let order = stream.permutation(6), scales = (0..<6).map { _ in 0.1 + stream.uniform() }
    let same = ReLUNetwork(
      hidden: Matrix(rows: 6, columns: 5) { truth.hidden[order[$0], $1] * scales[$0] },
      output: Matrix(rows: 7, columns: 6) { truth.output[$0, order[$1]] / scales[$1] })
    let error = try RecoveryError(of: same, from: truth)
    // Squares of rounding errors.
    #expect(error.hidden < 1e-28 && error.output < 1e-28)
    for i in 0..<6 { #expect(order[error.matching[i]!] == i) }
    #expect(try RecoveryError(of: truth, from: truth).matching == (0..<6).map { $0 })
  }

  @Test func knownByHand() throws {
    let truth = ReLUNetwork(hidden: Matrix([[1, 0], [0, 2]]), output: Matrix([[1, 0], [0, 1]]))
    // Unit 0 turned from (0, 1) by the angle of the 3-4-5 triangle, its output reversed.
    let other = ReLUNetwork(hidden: Matrix([[3, 4], [5, 0]]), output: Matrix([[0, 1], [-1, 0]]))
    let error = try RecoveryError(of: other, from: truth)
    #expect(error.matching == [1, 0])
    #expect(abs(error.hidden - 0.4) < 1e-15)  // (0.6, 0.8 - 1) squared
    #expect(error.output == 4)  // (0, 1) against (0, -1)
  }

  @Test func unitsWithoutPartnersCountOneEach() throws {
    let truth = Self.random(4, 3, 5, seed: 4)
    let fewer = ReLUNetwork(
      hidden: truth.hidden.selectingRows([2, 0]), output: truth.output.transposed().selectingRows([2, 0]).transposed())
    let missing = try RecoveryError(of: fewer, from: truth)
    #expect(missing.matching == [1, nil, 0, nil])
    #expect(abs(missing.hidden - 2) < 1e-14 && abs(missing.output - 2) < 1e-14)
    let surplus = try RecoveryError(of: truth, from: fewer)
    #expect(surplus.matching == [2, 0])
    #expect(abs(surplus.hidden - 2) < 1e-14 && abs(surplus.output - 2) < 1e-14)
  }

  @Test func weightsThatAreNotFiniteAreNamed() {
    let truth = Self.random(3, 3, 3, seed: 5)
    var bad = truth
    bad.hidden[1, 0] = .nan
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 1)) { try RecoveryError(of: bad, from: truth) }
  }

  @Test(arguments: [(5, 5, 5), (10, 10, 10), (10, 10, 20), (10, 30, 10), (32, 32, 32)])
  func randomGuessesReadTheFailureLevel(k: Int, d: Int, l: Int) throws {
    let trials = 40
    var (hidden, output) = (0.0, 0.0)
    for trial in 0..<UInt64(trials) {
      let error = try RecoveryError(
        of: Self.random(k, d, l, seed: 2 * trial + 100), from: Self.random(k, d, l, seed: 2 * trial + 101))
      hidden += error.hidden / Double(trials)
      output += error.output / Double(trials)
    }
    let level = RecoveryError.failureLevel(neurons: k, inputs: d, outputs: l)
    // 2 % of 2 k for the formula, and three standard errors (0.3 k / sqrt 40 at k = 5, less for more units).
    let tolerance = 0.04 * Double(k) + 3 * 0.7 * Double(k).squareRoot() / Double(trials).squareRoot()
    #expect(abs(hidden - level.hidden) < tolerance, "\(hidden) for \(level.hidden)")
    #expect(abs(output - level.output) < tolerance, "\(output) for \(level.output)")
  }
}
