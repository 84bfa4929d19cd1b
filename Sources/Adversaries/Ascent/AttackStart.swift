/// Where an ascent begins.
public enum AttackStart: Codable, Hashable, Sendable {
  /// delta = 0.
  case zero
  /// Uniform in the ball, brought into the box.
  case randomBall
  /// Uniform in direction, on the sphere, brought into the box.
  case randomSphere
  /// The point of the set farthest along the loss's gradient at 0.
  case fastGradient
  /// The point farthest along a direction in which another answer becomes likelier, by the gradient at 0.
  ///
  /// Losses of classes with k > 1 outputs: along grad(f_c - f_y), c the rival number `rank` (from 0) by the order of
  /// the linearised margin f_c - f_y + eps |grad(f_c - f_y)|, the dual norm, largest first. Otherwise: along grad f_c for
  /// rank = 2 c and along -grad f_c for rank = 2 c + 1; so of one output 0 is "f up" and 1 "f down".
  case branch(Int)

  /// How many different branches there are.
  public static func branchCount(outputs k: Int, loss: AttackLoss) -> Int {
    loss.needsClasses && k > 1 ? k - 1 : 2 * k
  }

  /// Whether it follows a gradient at 0.
  var needsDirection: Bool {
    switch self {
    case .fastGradient, .branch: true
    case .zero, .randomBall, .randomSphere: false
    }
  }
}
