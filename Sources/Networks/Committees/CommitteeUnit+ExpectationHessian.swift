import LinearAlgebra
import RealModule

/// Second derivatives of K(u, v). With p = u/|u|, n the unit vector across u towards v, c = cos t and s = sin t:
///
///     d2K/du2    abs   2/pi (|v| s / |u|) (I - p p^T + n n^T)
///     d2K/du dv  abs   2/pi ((pi/2 - t) I + c s p p^T + s^2 (p n^T + n p^T) - c s n n^T)
///
/// and for `relu` a quarter of both with pi instead of pi/2. The second is E x x^T sgn(u.x) sgn(v.x) for `abs`; in
/// these axes it has no quotient by sin t. Where u and v are parallel, n drops out with s; where one of them is zero,
/// both are zero, since relu'(0) = abs'(0) = 0.
///
/// For `erf`, with a = 1 + |u|^2, b = 1 + |v|^2, q = u.v, D = a b - q^2:
///
///     dK/du = 2/pi D^{-1/2} (v - (q/a) u)
///
/// and the rest is the product rule.
extension CommitteeUnit {
  /// Adds `scale` times d2K(u, v)/du2 to `block` (d x d).
  public func addSecondDerivative(
    _ u: UnsafePointer<Double>, _ v: UnsafePointer<Double>, scale: Double, to block: MutableMatrixView<Double>
  ) {
    let d = block.rows
    switch self {
    case .abs, .relu:
      withAxes(u, v, dimension: d) { pair, n in
        let factor = scale * 2 / Double.pi * homogeneousFactor * pair.secondNorm * pair.sine / pair.firstNorm
        for i in 0..<d {
          let row = block.row(i)
          let p = u[i] / pair.firstNorm
          row[i] += factor
          for l in 0..<d { row[l] += factor * (n[i] * n[l] - p * (u[l] / pair.firstNorm)) }
        }
      }
    case .erf:
      let parts = ErfParts(u, v, dimension: d)
      let (a, b, q) = (parts.first, parts.second, parts.product)
      let root = scale * 2 / Double.pi / parts.root
      let cube = root / (parts.root * parts.root)
      // dD/du = 2 b u - 2 q v; d(q/a)/du = v/a - 2 q u/a^2.
      for i in 0..<d {
        let row = block.row(i)
        let g = v[i] - q / a * u[i]
        row[i] -= root * q / a
        for l in 0..<d {
          row[l] -= cube * g * (b * u[l] - q * v[l]) + root * u[i] * (v[l] - 2 * q / a * u[l]) / a
        }
      }
    }
  }

  /// Adds `scale` times d2K(u, v)/du dv to `block` (d x d): row by component of u, column by component of v.
  public func addMixedDerivative(
    _ u: UnsafePointer<Double>, _ v: UnsafePointer<Double>, scale: Double, to block: MutableMatrixView<Double>
  ) {
    let d = block.rows
    switch self {
    case .abs, .relu:
      withAxes(u, v, dimension: d) { pair, n in
        let factor = scale * 2 / Double.pi * homogeneousFactor
        let (s, c) = (pair.sine, pair.cosine)
        let inverse = 1 / pair.firstNorm
        for i in 0..<d {
          let row = block.row(i)
          let p = u[i] * inverse
          row[i] += factor * (flat - pair.angle)
          for l in 0..<d {
            let p2 = u[l] * inverse
            row[l] += factor * s * (c * (p * p2 - n[i] * n[l]) + s * (p * n[l] + n[i] * p2))
          }
        }
      }
    case .erf:
      let parts = ErfParts(u, v, dimension: d)
      let (a, q) = (parts.first, parts.product)
      let root = scale * 2 / Double.pi / parts.root
      let cube = root / (parts.root * parts.root)
      // dD/dv = 2 a v - 2 q u; d(q/a)/dv = u/a.
      for i in 0..<d {
        let row = block.row(i)
        let g = v[i] - q / a * u[i]
        row[i] += root
        for l in 0..<d { row[l] -= cube * g * (a * v[l] - q * u[l]) + root * u[i] * u[l] / a }
      }
    }
  }

  /// Lends the pair and n, unless one of the vectors is zero.
  private func withAxes(
    _ u: UnsafePointer<Double>, _ v: UnsafePointer<Double>, dimension d: Int,
    _ body: (VectorPair, UnsafeMutablePointer<Double>) -> Void
  ) {
    let pair = VectorPair(u, v, dimension: d)
    guard pair.firstNorm > 0, pair.secondNorm > 0 else { return }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: d) {
      let n = $0.baseAddress!
      pair.across(u, v, n, dimension: d)
      body(pair, n)
    }
  }
}
