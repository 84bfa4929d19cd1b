import Foundation
import LinearAlgebra
import Networks
import Randomness
import Testing

@Suite struct ExpectationDerivativeTests {
  private func pairs() -> [Pair] {
    var result: [Pair] = []
    for (seed, angle) in [0.2, 0.9, Double.pi / 2, 2.2, 3.0].enumerated() {
      for (first, second) in [(1.0, 1.0), (0.5, 3)] {
        result.append(Pair(first, second, angle: angle, dimension: 4, seed: UInt64(seed)))
      }
    }
    return result
  }

  /// Differences with step 1e-5 where third derivatives are of order ten (angles from 0.1 off the parallel): 1e-9.
  @Test(arguments: CommitteeUnit.allCases) func agreesWithDifferences(unit: CommitteeUnit) {
    for pair in pairs() {
      let (u, v) = (pair.u, pair.v)
      let slopes = centralDifferences(u) { [unit.k($0, v)] }.map { $0[0] }
      #expect(distance(unit.gradient(u, v), slopes) < differencesTolerance)
      // Row l of the differences is the derivative by component l, so these are transposed second derivatives.
      let second = centralDifferences(u) { unit.gradient($0, v) }
      let mixed = centralDifferences(v) { unit.gradient(u, $0) }
      let (closedSecond, closedMixed) = (unit.second(u, v), unit.mixed(u, v))
      for l in 0..<4 {
        #expect(distance(closedSecond.column(l), second[l]) < differencesTolerance)
        #expect(distance(closedMixed.column(l), mixed[l]) < differencesTolerance)
      }
    }
  }

  /// Nearly parallel and antiparallel vectors. K is |u| |v| times a function of t with a third derivative that jumps at
  /// the parallel, so its gradient is differentiable, and differences of it across the jump are off by the step.
  @Test(arguments: CommitteeUnit.allCases, [1e-8, 1e-4, .pi - 1e-4, .pi - 1e-8])
  func agreesWithDifferencesNearTheParallel(unit: CommitteeUnit, angle: Double) {
    let pair = Pair(1, 2, angle: angle, dimension: 3)
    let (u, v) = (pair.u, pair.v)
    let step = 1e-5
    let slopes = centralDifferences(u, step: step) { [unit.k($0, v)] }.map { $0[0] }
    #expect(distance(unit.gradient(u, v), slopes) < 1e-8)
    let second = centralDifferences(u, step: step) { unit.gradient($0, v) }
    let mixed = centralDifferences(v, step: step) { unit.gradient(u, $0) }
    let tolerance = unit == .erf ? 1e-8 : 5 * step
    for l in 0..<3 {
      #expect(distance(unit.second(u, v).column(l), second[l]) < tolerance)
      #expect(distance(unit.mixed(u, v).column(l), mixed[l]) < tolerance)
    }
  }

  @Test(arguments: CommitteeUnit.allCases, ExpectationTests.angles)
  func blocksAreSymmetric(unit: CommitteeUnit, angle: Double) {
    let pair = Pair(1.3, 0.4, angle: angle, dimension: 5)
    let (u, v) = (pair.u, pair.v)
    let (second, mixed, back) = (unit.second(u, v), unit.mixed(u, v), unit.mixed(v, u))
    // Both blocks are of order one. n, the direction across, is only known to eps / sin t.
    let tolerance = 1e-14
    for i in 0..<5 {
      for l in 0..<5 {
        #expect(abs(second[i, l] - second[l, i]) < tolerance)
        #expect(abs(mixed[i, l] - back[l, i]) < tolerance, "\(i), \(l)")
      }
    }
  }

  /// Euler's relations for functions homogeneous of degree one in each argument.
  @Test(arguments: [CommitteeUnit.abs, .relu], ExpectationTests.angles)
  func homogeneity(unit: CommitteeUnit, angle: Double) {
    let pair = Pair(0.7, 2, angle: angle, dimension: 4)
    let (u, v) = (pair.u, pair.v)
    let (g, h) = (unit.gradient(u, v), unit.gradient(v, u))
    let tolerance = 1e-14
    #expect(abs(dot(u, g) - unit.k(u, v)) < tolerance && abs(dot(v, h) - unit.k(u, v)) < tolerance)
    #expect(norm(unit.second(u, v) * u) < tolerance)
    #expect(norm(zip(unit.mixed(u, v) * v, g).map { $0 - $1 }) < tolerance)
    #expect(norm(zip(unit.mixed(v, u) * u, h).map { $0 - $1 }) < tolerance)
  }

  /// d2K/du dv = E phi'(u.x) phi'(v.x) x x^T, by definition.
  @Test(arguments: CommitteeUnit.allCases) func mixedDerivativeIsTheMeanOfItsDefinition(unit: CommitteeUnit) {
    var random = RandomStream(seed: 12)
    let (n, d) = (40_000, 3)
    let x: Matrix<Double> = random.normalMatrix(rows: n, columns: d)
    for angle in [1e-8, 1.2, .pi - 1e-8] {
      let pair = Pair(1, 0.5, angle: angle, dimension: d)
      let mixed = unit.mixed(pair.u, pair.v)
      var (sums, squares) = (Matrix<Double>(rows: d, columns: d), Matrix<Double>(rows: d, columns: d))
      for i in 0..<n {
        let row = Array(x.row(i))
        let slope = unit.derivative(dot(pair.u, row)) * unit.derivative(dot(pair.v, row))
        for a in 0..<d {
          for b in 0..<d {
            sums[a, b] += slope * row[a] * row[b]
            squares[a, b] += slope * slope * row[a] * row[a] * row[b] * row[b]
          }
        }
      }
      for (k, exact) in mixed.elements.enumerated() {
        let mean = sums.elements[k] / Double(n)
        let error = ((squares.elements[k] / Double(n) - mean * mean) / Double(n)).squareRoot()
        #expect(abs(exact - mean) < 4 * error + 1e-7, "\(unit) at \(angle), entry \(k)")
      }
    }
  }

  /// Derivatives of the formula with arccos, by mpmath with 40 digits.
  @Test func agreesWithLiterals() {
    let (u, v) = ([3.0, -1, 2], [0.5, 4, -1])
    let cases: [(CommitteeUnit, gradient: [Double], mixed: Double, second: Double)] = [
      (
        .abs, [1.935641488792522390279126, -1.424483712768044369371548, 1.539794021809586736755206],
        0.473253246287020032360466, 0.3754780831500834904770175
      ),
      (
        .relu, [0.6089103721981305975697816, 0.643879071807988907657113, 0.1349485054523966841888015],
        0.1183133115717550080901165, 0.09386952078752087261925437
      ),
      (
        .erf, [0.05597823188344341287529309, 0.1479424699776718768847032, -0.01599378053812668939294088],
        -0.004258698959856219069126271, -0.02713422155792834690599231
      ),
    ]
    for (unit, gradient, mixed, second) in cases {
      for (a, b) in zip(unit.gradient(u, v), gradient) { #expect(abs(a - b) < 2e-15) }
      #expect(abs(unit.mixed(u, v)[0, 1] - mixed) < 1e-15)
      #expect(abs(unit.second(u, v)[0, 1] - second) < 1e-15)
    }
  }

  @Test(arguments: CommitteeUnit.allCases) func derivativesAreAddedTimesTheirScale(unit: CommitteeUnit) {
    let pair = Pair(1, 2, angle: 1, dimension: 3)
    var gradient = [1.0, 2, 3]
    unit.addExpectationGradient(pair.u, pair.v, scale: -2, to: &gradient, dimension: 3)
    let alone = unit.gradient(pair.u, pair.v)
    for l in 0..<3 { #expect(abs(gradient[l] - (Double(l + 1) - 2 * alone[l])) < 1e-15) }
    var block = Matrix<Double>.identity(3)
    block.withMutableView {
      unit.addMixedDerivative(pair.u, pair.v, scale: 3, to: $0)
      unit.addSecondDerivative(pair.u, pair.v, scale: -1, to: $0)
    }
    let (mixed, second) = (unit.mixed(pair.u, pair.v), unit.second(pair.u, pair.v))
    for i in 0..<3 {
      for l in 0..<3 {
        #expect(abs(block[i, l] - ((i == l ? 1 : 0) + 3 * mixed[i, l] - second[i, l])) < 1e-14)
      }
    }
  }
}
