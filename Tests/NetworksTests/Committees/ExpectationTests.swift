import Foundation
import LinearAlgebra
import Networks
import Randomness
import Testing

@Suite struct ExpectationTests {
  static let angles = [
    0, 1e-8, 1e-5, 0.01, 0.3, 1, Double.pi / 2 - 1e-8, .pi / 2, 2, 3, .pi - 1e-5, .pi - 1e-8, .pi,
  ]

  @Test(arguments: CommitteeUnit.allCases) func agreesWithQuadrature(unit: CommitteeUnit) {
    // Norms up to 5 for erf, whose quadrature is accurate there.
    let norms = unit == .erf ? [(1.0, 1.0), (0.01, 5), (3, 2)] : [(1, 1), (1e-6, 1e6), (3, 0.2), (1e-100, 1)]
    for (first, second) in norms {
      for angle in Self.angles {
        let pair = Pair(first, second, angle: angle, dimension: 4)
        let expected = Quadrature.expectation(unit, first, second, angle: angle)
        // Rounding of the quadrature's few hundred terms; the closed form itself is better.
        let scale = unit == .erf ? 1 : first * second
        #expect(abs(unit.k(pair.u, pair.v) - expected) < 1e-13 * scale, "\(first), \(second) at \(angle)")
      }
    }
  }

  /// 40 digits by mpmath, from the formulas with arccos and arcsin.
  @Test func agreesWithLiterals() {
    let cases: [([Double], [Double], abs: Double, relu: Double, erf: Double)] = [
      ([3, -1, 2], [0.5, 4, -1], 10.31099622276478501371934, 1.452749055691196253429835, -0.1753562862043003332930149),
      ([1, 1, 0], [1, 1, 0x1p-27], 2, 1, 0.4645590543975399732414313),
      (
        [1, 2, 2], [-1, -2, -2 + 0x1p-26], 8.999999970197677612304688, 2.422864940556788433492731e-26,
        -0.7128674133073227651651134
      ),
      (
        [0x1p60, 0, 0], [0x1p-40, 0x1p-41, 0], 1072842.828292213045394895, 530354.7070730532613487239,
        5.790023100122028545916099e-13
      ),
      (
        [40, -30, 0], [40, -30, 0.125], 2500.000008289288867891831, 1250.000002072322216972958,
        0.9819265089197206188934411
      ),
    ]
    for (u, v, abs, relu, erf) in cases {
      let scale = norm(u) * norm(v)
      for (unit, expected) in [(CommitteeUnit.abs, abs), (.relu, relu)] {
        // Five units in the last place of |u| |v|.
        #expect((unit.k(u, v) - expected).magnitude < 1.2e-15 * scale, "\(unit): \(unit.k(u, v)) for \(expected)")
      }
      #expect((CommitteeUnit.erf.k(u, v) - erf).magnitude < 1e-15 * erf.magnitude, "\(CommitteeUnit.erf.k(u, v))")
    }
  }

  @Test(arguments: CommitteeUnit.allCases) func agreesWithMonteCarlo(unit: CommitteeUnit) {
    var random = RandomStream(seed: 11)
    let (n, d) = (100_000, 3)
    let x: Matrix<Double> = random.normalMatrix(rows: n, columns: d)
    for (angle, second) in [(1e-8, 2.0), (0.7, 0.3), (2.5, 1), (Double.pi - 1e-8, 1)] {
      let pair = Pair(1.5, second, angle: angle, dimension: d)
      var (sum, squares) = (0.0, 0.0)
      for i in 0..<n {
        let row = Array(x.row(i))
        let product = unit.value(dot(pair.u, row)) * unit.value(dot(pair.v, row))
        sum += product
        squares += product * product
      }
      let mean = sum / Double(n)
      let error = ((squares / Double(n) - mean * mean) / Double(n)).squareRoot()
      // Beside four standard errors, 1e-15 for antiparallel ReLUs, which are never on together.
      #expect(abs(unit.k(pair.u, pair.v) - mean) < 4 * error + 1e-15, "\(unit) at \(angle)")
    }
  }

  @Test(arguments: CommitteeUnit.allCases) func invariances(unit: CommitteeUnit) {
    var random = RandomStream(seed: 2)
    for _ in 0..<20 {
      let (u, v): ([Double], [Double]) = (random.normals(5), random.normals(5))
      let k = unit.k(u, v)
      // Rounding of three sums of five terms.
      let tolerance = 1e-14 * norm(u) * norm(v)
      #expect(abs(unit.k(v, u) - k) < tolerance)
      let q: Matrix<Double> = random.orthogonal(5)
      #expect(abs(unit.k(q * u, q * v) - k) < tolerance)
      if unit != .erf {
        #expect(abs(unit.k(u.map { 7 * $0 }, v.map { $0 / 3 }) - k * 7 / 3) < 3 * tolerance)
      }
      switch unit {
      case .abs: #expect(abs(unit.k(u.map { -$0 }, v) - k) < tolerance)
      case .erf: #expect(abs(unit.k(u.map { -$0 }, v) + k) < tolerance)
      // z_+ - (-z)_+ = z, so that K(u, v) - K(-u, v) - K(u, -v) + K(-u, -v) = u.v.
      case .relu:
        let (m, n) = (u.map { -$0 }, v.map { -$0 })
        #expect(abs(k - unit.k(m, v) - unit.k(u, n) + unit.k(m, n) - dot(u, v)) < tolerance)
      }
      // E phi(u.x)^2 in elementary terms.
      let square = dot(u, u)
      let expected =
        switch unit {
        case .abs: square
        case .relu: square / 2
        case .erf: 2 / Double.pi * asin(square / (1 + square))
        }
      #expect(abs(unit.k(u, u) - expected) < tolerance + 1e-14 * square)
    }
  }

  @Test(arguments: CommitteeUnit.allCases) func aZeroVectorGivesNothing(unit: CommitteeUnit) {
    let (zero, v) = ([0.0, 0, 0], [1.0, -2, 0.5])
    #expect(unit.k(zero, v) == 0 && unit.k(v, zero) == 0 && unit.k(zero, zero) == 0)
    // phi(0) = 0, so K vanishes for all v; with relu'(0) = abs'(0) = 0 so do the derivatives at kinks.
    #expect(unit.gradient(v, zero) == [0, 0, 0])
    if unit != .erf {
      #expect(unit.gradient(zero, v) == [0, 0, 0])
      let none = Matrix<Double>(rows: 3, columns: 3)
      #expect(unit.mixed(zero, v) == none && unit.mixed(v, zero) == none)
      #expect(unit.second(zero, v) == none && unit.second(v, zero) == none)
    }
  }
}
