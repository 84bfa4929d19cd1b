import LinearAlgebra

/// The largest eigenvalue of a positive semidefinite matrix, of which the lower triangle is given.
///
/// - Complexity: O(n^2) for each of a few dozen Lanczos steps.
func largestEigenvalue(_ lower: Matrix<Double>) throws -> Double {
  var full = lower
  full.withMutableView { $0.mirrorLowerTriangle() }
  let pair = full.withView { view in
    Lanczos<Double>.extremes(
      dimension: view.rows, count: 1, .largest, start: startVector(view.rows), relativeTolerance: 1e-10
    ) { view.apply(to: $0, into: $1) }
  }
  return pair.values.first ?? 0
}

/// The smallest eigenvalue of a positive definite matrix, of which the Cholesky factor is given; zero when it is lost.
///
/// Lanczos on the inverse, whose largest eigenvalue is well apart.
///
/// - Complexity: O(n^2) for each of a few dozen solves.
func smallestEigenvalue(_ factor: Cholesky<Double>) -> Double {
  let n = factor.lower.rows
  let pair = factor.lower.withView { l in
    Lanczos<Double>.extremes(
      dimension: n, count: 1, .largest, start: startVector(n), relativeTolerance: 1e-8
    ) { x, y in
      y.update(from: x, count: n)
      Cholesky.solve(l, y)
    }
  }
  guard let inverse = pair.values.first, inverse > 0, inverse.isFinite else { return 0 }
  return 1 / inverse
}

/// Fixed, of many frequencies, and orthogonal to nothing in particular.
private func startVector(_ n: Int) -> [Double] { (0..<n).map { 1 + Double(($0 &* 7919) % 101) / 101 } }
