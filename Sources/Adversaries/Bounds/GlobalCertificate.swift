/// That a local maximum of an adversary's loss is the global one, by the curvature of the network.
///
/// The loss grows with linear functionals t = v.sigma(W x + b) of the outputs: the margin with the largest of
/// f_c - f_y, the squared loss of one output with f - y on one branch and y - f on the other, the cross-entropy of two
/// classes with their margin. Let Hbar be at least the largest eigenvalue of the Hessian of t on the whole ball: that
/// of W^T diag(c) W with c_j the largest v_j sigma''(z) on the interval of z_j. At delta* in the ball, with gradient g,
///
///     t(delta) <= t* + g.(delta - delta*) + Hbar/2 |delta - delta*|^2
///              <= t* + eps |g - Hbar delta*| + Hbar/2 (eps^2 + |delta*|^2) - g.delta*      for |delta| <= eps.
///
/// At a KKT point on the sphere, g = lambda delta* / eps with lambda = |g|, the right side is t* itself if
/// Hbar eps <= lambda: the local maximum is then the global one [derived]. The other functionals must be bounded below
/// it, which their relaxations do.
public struct GlobalCertificate: Hashable, Codable, Sendable {
  /// Hbar, of the functional that is largest at the point.
  public let curvature: Double
  /// lambda = |g|, the length of its gradient there.
  public let multiplier: Double
  /// Hbar eps / lambda: at most 1 where the certificate can hold; infinite for a zero gradient, if Hbar > 0.
  public let ratio: Double
  /// The loss at the point.
  public let loss: Double
  /// No perturbation of the set has a larger loss.
  public let bound: Double

  /// Whether the point is the global maximum but for the residual of its first-order condition and rounding.
  ///
  /// - Parameter tolerance: relative to max(1, loss).
  public func isGlobal(tolerance: Double = 1e-6) -> Bool { bound <= loss + tolerance * max(1, abs(loss)) }
}
