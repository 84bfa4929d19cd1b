import LinearAlgebra

/// From derivatives by the effective weights u to derivatives by the weights w, where u = |w| w (`abs`):
///
///     J = du/dw = |w| (I + p p^T),   p = w/|w|
///
/// is symmetric. At w = 0 both J and, by convention, its derivative are zero; elsewhere u = w and nothing is to do.
extension CommitteeUnit {
  /// g <- J g.
  @inline(__always) func applyChainRule(
    at w: UnsafePointer<Double>, to g: UnsafeMutablePointer<Double>, dimension d: Int
  ) {
    guard isScaledByNorm else { return }
    let norm = Double.norm2(d, w)
    guard norm > 0 else {
      g.update(repeating: 0, count: d)
      return
    }
    let along = Double.dot(d, g, w) / norm
    for l in 0..<d { g[l] = norm * g[l] + along * w[l] }
  }

  /// h <- h + (dJ[q]) g, the change of J g along q with g held:
  ///
  ///     dJ[q] g = (p.q) g + (p.g) q + (q.g - (p.g)(p.q)) p
  @inline(__always) func addChainCurvature(
    at w: UnsafePointer<Double>, along q: UnsafePointer<Double>, _ g: UnsafePointer<Double>,
    to h: UnsafeMutablePointer<Double>, dimension d: Int
  ) {
    guard isScaledByNorm else { return }
    let norm = Double.norm2(d, w)
    guard norm > 0 else { return }
    let (pq, pg) = (Double.dot(d, w, q) / norm, Double.dot(d, w, g) / norm)
    let along = (Double.dot(d, q, g) - pg * pq) / norm
    for l in 0..<d { h[l] += pq * g[l] + pg * q[l] + along * w[l] }
  }

  /// Adds the symmetric matrix of dJ[.] g to `block`, d x d: row l is dJ[e_l] g.
  func addChainCurvature(
    at w: UnsafePointer<Double>, _ g: UnsafePointer<Double>, to block: MutableMatrixView<Double>
  ) {
    var axis = [Double](repeating: 0, count: block.rows)
    for l in 0..<block.rows {
      axis[l] = 1
      addChainCurvature(at: w, along: axis, g, to: block.row(l), dimension: block.rows)
      axis[l] = 0
    }
  }
}
