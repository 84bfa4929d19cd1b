/// Projected gradient ascent on a perturbation: delta <- P(delta + eta g), g the gradient of the loss, P the projection
/// onto the set of allowed perturbations.
///
/// **Backtracking.** A step is measured by the share omega of the way to the point of S farthest along g that it goes:
/// with R the Euclidean circumradius of the ball, eta = omega / (1 - omega) R / |g| below 1 and that farthest point
/// itself at 1. On the sphere of the l2 ball, where the curvature of the loss may make even that too short, omega > 1
/// stands for the farthest point along g - mu (1 - 1 / omega) delta, mu the multiplier (|g| / R without a box): a
/// shifted power iteration. The first step has omega = 1; a later one begins with the omega that would have met the maximum exactly, had the loss the curvature h = <s, y> / <s, s> that the last step s saw,
/// y the change of the gradient:
///
///     omega = 1 / (1 - h / mu)
///
/// and a step is accepted when L(new) >= L + 1e-4 <g, new - delta>, else shortened to the top of the parabola through
/// what is known: along the arc of projections in l2, along the straight way in linf and l1, whose sets have flat
/// sides. Where rounding hides the difference of the losses, (g + g_new) / 2 . (new - delta) takes its place; where it
/// hides that too, the residual must fall. So the loss never falls, to rounding.
///
/// **Fixed, normalised.** eta = step, or eta = fraction R / |v|, along the velocity v = momentum v + g (normalised:
/// + g / |g|), without looking at the loss; the best point seen is kept.
///
/// A run ends when the residual |P(delta + R g / |g|) - delta| / R is at most the tolerance, or when the budget of
/// evaluations is spent.
///
/// [derived]; the step from the last curvature is that of Barzilai and Borwein (IMA J. Numer. Anal. 1988), taken on the
/// sphere.
public struct ProjectedAscent: Codable, Hashable, Sendable {
  /// How far a step goes.
  public enum StepRule: Codable, Hashable, Sendable {
    /// By sufficient increase of the loss.
    case backtracking
    /// eta, always.
    case fixed(Double)
    /// This share of the circumradius, whatever the gradient's length.
    case normalised(Double)
  }

  public var step = StepRule.backtracking
  /// beta: how much of the last velocity remains; 0 for none.
  public var momentum = 0.0
  /// The residual at which a run ends.
  public var tolerance = 1e-6
  /// The most evaluations of a run, each of a loss and at most one gradient.
  public var evaluations = 200
  /// With several starts, backtracking: how many evaluations each may spend before only the best of an input goes on;
  /// `nil` to follow all to their ends.
  public var selectAfter: Int?

  public init() {}

  public init(
    step: StepRule = .backtracking, momentum: Double = 0, tolerance: Double = 1e-6, evaluations: Int = 200,
    selectAfter: Int? = nil
  ) {
    self.selectAfter = selectAfter
    (self.step, self.momentum, self.tolerance, self.evaluations) = (step, momentum, tolerance, evaluations)
  }
}
