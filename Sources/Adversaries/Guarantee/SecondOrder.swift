import LinearAlgebra
import Networks

/// Whether a point where the loss is stationary over a set is a maximum, by the Hessian along the set [derived].
///
/// Free are the coordinates that neither the box nor the norm holds. With the norm active, tangent vectors u are those
/// on free coordinates and orthogonal to the norm's normal there. On the sphere of l2 the gradient of a stationary point
/// is g = mu delta on the free coordinates, and the loss changes along the sphere by u^T (Hess L - mu) u / 2, so that
///
///     kappa = lambda_max(P Hess L P) / mu,   mu = <g, delta> / |delta|^2  (= |g| / eps without a box)
///
/// decides: below 1 the point is a strict local maximum, above 1 it is none and the eigenvector leads away. For a single
/// output and squares the tangent vectors are orthogonal to grad f, and kappa is that of r Hess f alone. The sets of
/// linf and l1 are flat: there the largest eigenvalue along the free face itself decides, and where no coordinate is
/// free the point is a vertex and a maximum.
///
/// Coordinates at their bounds count as held whatever their multiplier; one of exactly zero would let them move inwards.
struct SecondOrder {
  var order: AttackOutcome.Order
  /// Of l2 on the sphere, else `nil`.
  var kappa: Double?
  /// max |1 + eta h| / (1 + eta mu) over the eigenvalues h along the sphere: the factor of the last steps.
  var contraction: Double?
  /// The direction along the set in which the loss grows most, of length 1; `nil` where nothing is free.
  var direction: [Double]?

  /// - Parameters:
  ///   - curvature: prepared at the point.
  ///   - gradient: of the loss there.
  ///   - free: the coordinates that may move.
  ///   - isNormActive: whether |delta| = eps.
  ///   - step: eta, the length of the ascent's steps; infinite for steps to the end of the ball.
  ///   - accuracy: of kappa, and of the eigenvalues relative to the largest possible.
  init(
    _ curvature: InputCurvature<Double>, _ weights: HiddenWeights, gradient g: UnsafePointer<Double>,
    delta: UnsafePointer<Double>, norm: PerturbationNorm, free: [Int], isNormActive: Bool, step: Double,
    accuracy: Double = 1e-6
  ) {
    let dimension = weights.inputs
    var normal: [Double]?
    var mu = 0.0
    if isNormActive, !free.isEmpty {
      switch norm {
      case .l2:
        let square = free.reduce(0) { $0 + delta[$1] * delta[$1] }
        mu = square > 0 ? free.reduce(0) { $0 + g[$1] * delta[$1] } / square : 0
        if mu > 0 { normal = (0..<dimension).map { delta[$0] } }
      case .l1: normal = (0..<dimension).map { delta[$0] > 0 ? 1 : -1 }
      case .linf: break
      }
    }
    if free.count - (normal == nil ? 0 : 1) <= 0 {
      // Nothing can move along the set; on l2's sphere that is a single free coordinate.
      order = .maximum
      (kappa, contraction) = mu > 0 ? (0, 0) : (nil, nil)
      return
    }
    let tangent = (normal ?? []).withUnsafeBufferPointer {
      TangentCurvature(
        curvature, weights, free: free, normal: normal == nil ? nil : $0.baseAddress, tolerance: accuracy / 10)
    }
    direction = tangent.direction
    guard tangent.converged else {
      order = .undecided
      return
    }
    if mu > 0 {
      let ratio = tangent.largest / mu
      kappa = ratio
      order = ratio < 1 - accuracy ? .maximum : ratio > 1 + accuracy ? .saddle : .undecided
      contraction = [tangent.smallest, tangent.largest].map { h in
        step.isFinite ? abs(1 + step * h) / (1 + step * mu) : abs(h) / mu
      }.max()
    } else {
      let small = accuracy * max(abs(tangent.largest), abs(tangent.smallest))
      order = tangent.largest < -small ? .maximum : tangent.largest > small ? .saddle : .undecided
    }
  }
}
