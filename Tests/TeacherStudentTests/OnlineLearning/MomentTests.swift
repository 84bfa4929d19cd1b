import Foundation
import LinearAlgebra
import Randomness
import Testing

@testable import TeacherStudent

/// The Gaussian expectations of online learning against the published closed forms, quadrature and Monte Carlo.
@Suite struct MomentTests {
  /// Four units with overlaps of either sign and different lengths.
  static let parameters = OrderParameters(
    students: 2,
    covariance: Matrix([
      [0.50, 0.12, 0.20, -0.15], [0.12, 0.40, -0.10, 0.18], [0.20, -0.10, 0.60, 0.05], [-0.15, 0.18, 0.05, 0.30],
    ]))

  static func g(_ z: Double) -> Double { erf(z / 2.0.squareRoot()) }
  static func slope(_ z: Double) -> Double { (2 / Double.pi).squareRoot() * exp(-z * z / 2) }

  /// The index lists that tell the formulae apart: all different, and with repetitions.
  static let triples = [(0, 1, 2), (0, 2, 1), (1, 1, 0), (0, 1, 0), (0, 0, 0), (0, 3, 3)]
  static let quadruples = [(0, 1, 2, 3), (0, 0, 1, 2), (1, 0, 1, 3), (0, 1, 0, 1), (0, 0, 0, 0), (1, 1, 3, 3)]

  /// The formulae of the appendix of Saad and Solla (1995), written out.
  @Test func agreeWithSaadAndSolla() {
    let p = Self.parameters
    let c = p.covariance
    for (i, b, a) in Self.triples {
      let lambda3 = (1 + c[i, i]) * (1 + c[a, a]) - c[i, a] * c[i, a]
      let i3 = 2 / (.pi * lambda3.squareRoot()) * (c[b, a] * (1 + c[i, i]) - c[i, b] * c[i, a]) / (1 + c[i, i])
      #expect(abs(p.i3(i, b, a) - i3) < 1e-15, "I3 \(i) \(b) \(a)")
    }
    for (i, k, a, b) in Self.quadruples {
      let lambda4 = (1 + c[i, i]) * (1 + c[k, k]) - c[i, k] * c[i, k]
      let lambda0 =
        lambda4 * c[a, b] - c[k, a] * c[k, b] * (1 + c[i, i]) - c[i, a] * c[i, b] * (1 + c[k, k])
        + c[i, k] * c[i, a] * c[k, b] + c[i, k] * c[i, b] * c[k, a]
      func lambda(_ a: Int) -> Double {
        lambda4 * (1 + c[a, a]) - c[k, a] * c[k, a] * (1 + c[i, i]) - c[i, a] * c[i, a] * (1 + c[k, k])
          + 2 * c[i, k] * c[i, a] * c[k, a]
      }
      let i4 =
        4 / (Double.pi * .pi * lambda4.squareRoot()) * asin(lambda0 / (lambda(a) * lambda(b)).squareRoot())
      #expect(abs(p.i4(i, k, a, b) - i4) < 1e-15, "I4 \(i) \(k) \(a) \(b)")
    }
  }

  /// Gauss-Hermite quadrature in the four independent directions of C = L L^T.
  @Test func agreeWithQuadrature() throws {
    // The nodes for the normal weight are the eigenvalues of the Jacobi matrix with sqrt(k) beside its diagonal.
    let count = 28
    let jacobi = Matrix<Double>(rows: count, columns: count) {
      abs($0 - $1) == 1 ? Double(max($0, $1)).squareRoot() : 0
    }
    let eigen = try SymmetricEigen(jacobi)
    let nodes = eigen.values
    let weights = (0..<count).map { eigen.vectors[0, $0] * eigen.vectors[0, $0] }
    let l = try Cholesky(Self.parameters.covariance).lower
    var i3 = [Double](repeating: 0, count: Self.triples.count)
    var i4 = [Double](repeating: 0, count: Self.quadruples.count)
    for p in 0..<count {
      for q in 0..<count {
        for r in 0..<count {
          for s in 0..<count {
            let u = [nodes[p], nodes[q], nodes[r], nodes[s]]
            let z = (0..<4).map { i in (0...i).reduce(0) { $0 + l[i, $1] * u[$1] } }
            let weight = weights[p] * weights[q] * weights[r] * weights[s]
            // Products of four rare nodes do not count in the tenth digit.
            guard weight > 1e-14 else { continue }
            let (g, slope) = (z.map(Self.g), z.map(Self.slope))
            for (n, (i, b, a)) in Self.triples.enumerated() { i3[n] += weight * slope[i] * z[b] * g[a] }
            for (n, (i, k, a, b)) in Self.quadruples.enumerated() {
              i4[n] += weight * slope[i] * slope[k] * g[a] * g[b]
            }
          }
        }
      }
    }
    for (n, (i, b, a)) in Self.triples.enumerated() {
      #expect(abs(Self.parameters.i3(i, b, a) - i3[n]) < 1e-9, "I3 \(i) \(b) \(a)")
    }
    for (n, (i, k, a, b)) in Self.quadruples.enumerated() {
      #expect(abs(Self.parameters.i4(i, k, a, b) - i4[n]) < 1e-9, "I4 \(i) \(k) \(a) \(b)")
    }
  }

  @Test func agreeWithMonteCarlo() throws {
    let (p, samples) = (Self.parameters, 100_000)
    let l = try Cholesky(p.covariance).lower
    var stream = RandomStream(seed: 12)
    var estimates: [(name: String, exact: Double, sum: Double, squares: Double)] = []
    for (i, b, a) in Self.triples { estimates.append(("I3 \(i) \(b) \(a)", p.i3(i, b, a), 0, 0)) }
    for (i, k, a, b) in Self.quadruples { estimates.append(("I4 \(i) \(k) \(a) \(b)", p.i4(i, k, a, b), 0, 0)) }
    estimates.append(("I2 0 3", p.i2(0, 3), 0, 0))
    estimates.append(("J2 0 1", p.j2(0, 1), 0, 0))
    estimates.append(("J2 1 1", p.j2(1, 1), 0, 0))
    for _ in 0..<samples {
      let z = l * stream.normals(4)
      let (g, slope) = (z.map(Self.g), z.map(Self.slope))
      var values = Self.triples.map { slope[$0.0] * z[$0.1] * g[$0.2] }
      values += Self.quadruples.map { slope[$0.0] * slope[$0.1] * g[$0.2] * g[$0.3] }
      values += [g[0] * g[3], slope[0] * slope[1], slope[1] * slope[1]]
      for (n, value) in values.enumerated() {
        estimates[n].sum += value
        estimates[n].squares += value * value
      }
    }
    let count = Double(samples)
    for (name, exact, sum, squares) in estimates {
      let error = ((squares / count - sum / count * sum / count) / count).squareRoot()
      #expect(abs(sum / count - exact) < 4 * error, "\(name): \(sum / count) +- \(error) against \(exact)")
    }
  }
}
