import Foundation
import LinearAlgebra
import Networks
import Randomness

/// Integrals of K, computed without the closed forms.
enum Quadrature {
  /// Nodes and weights of Gauss and Legendre on [-1, 1], by Newton's method on P_n.
  static let legendre: [(node: Double, weight: Double)] = {
    let n = 40
    return (0..<n).map { i in
      var x = cos(.pi * (Double(i) + 0.75) / (Double(n) + 0.5))
      var slope = 0.0
      for _ in 0..<50 {
        var (p, q) = (1.0, 0.0)
        for k in 0..<n {
          (p, q) = (((2 * Double(k) + 1) * x * p - Double(k) * q) / Double(k + 1), p)
        }
        slope = Double(n) * (x * p - q) / (x * x - 1)
        x -= p / slope
      }
      return (x, 2 / ((1 - x * x) * slope * slope))
    }
  }()

  /// The integral over [a, b], cut at the given places.
  static func integrate(_ a: Double, _ b: Double, cuts: [Double], _ f: (Double) -> Double) -> Double {
    let ends = ([a, b] + cuts.filter { $0 > a && $0 < b }).sorted()
    return zip(ends, ends.dropFirst()).reduce(0) { sum, piece in
      let (middle, half) = ((piece.0 + piece.1) / 2, (piece.1 - piece.0) / 2)
      return sum + half * legendre.reduce(0) { $0 + $1.weight * f(middle + half * $1.node) }
    }
  }

  /// E phi(|u| x) phi(|v| (x cos t + y sin t)) for x, y normal.
  ///
  /// For `abs` and `relu` the radius integrates to 2 and the polar angle remains, smooth between the kinks. For `erf`
  /// the trapezoidal rule in the plane: its error is exp(-(2 pi/h)^2 / (2 (1 + |u|^2 + |v|^2))), below 1e-13 at h = 0.1
  /// for norms up to 5.
  static func expectation(_ unit: CommitteeUnit, _ u: Double, _ v: Double, angle t: Double) -> Double {
    switch unit {
    case .abs, .relu:
      let quarter = Double.pi / 2
      let cuts = [-3.0, -1, 1, 3, 5].flatMap { [$0 * quarter, t + $0 * quarter] }
      return u * v / .pi * integrate(0, 2 * .pi, cuts: cuts) { unit.value(cos($0)) * unit.value(cos($0 - t)) }
    case .erf:
      let h = 0.1
      let (c, s) = (cos(t), sin(t))
      var sum = 0.0
      for i in -90...90 {
        let x = h * Double(i)
        let first = erf(u * x / 2.0.squareRoot()) * exp(-x * x / 2)
        for k in -90...90 {
          let y = h * Double(k)
          sum += first * erf(v * (c * x + s * y) / 2.0.squareRoot()) * exp(-y * y / 2)
        }
      }
      return sum * h * h / (2 * .pi)
    }
  }
}

/// Two vectors of R^d with given norms and angle, in a random plane: u along one axis of it, v = |v| (cos, sin).
struct Pair {
  let u, v: [Double]

  init(_ first: Double, _ second: Double, angle: Double, dimension d: Int, seed: UInt64 = 1) {
    var random = RandomStream(seed: seed)
    let q: Matrix<Double> = random.orthogonal(d)
    u = (0..<d).map { first * q[0, $0] }
    v = (0..<d).map { second * (cos(angle) * q[0, $0] + sin(angle) * q[1, $0]) }
  }
}

extension CommitteeUnit {
  func k(_ u: [Double], _ v: [Double]) -> Double { expectation(u, v, dimension: u.count) }

  func gradient(_ u: [Double], _ v: [Double]) -> [Double] {
    var gradient = [Double](repeating: 0, count: u.count)
    addExpectationGradient(u, v, scale: 1, to: &gradient, dimension: u.count)
    return gradient
  }

  func second(_ u: [Double], _ v: [Double]) -> Matrix<Double> {
    var block = Matrix<Double>(rows: u.count, columns: u.count)
    block.withMutableView { addSecondDerivative(u, v, scale: 1, to: $0) }
    return block
  }

  func mixed(_ u: [Double], _ v: [Double]) -> Matrix<Double> {
    var block = Matrix<Double>(rows: u.count, columns: u.count)
    block.withMutableView { addMixedDerivative(u, v, scale: 1, to: $0) }
    return block
  }
}

func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
