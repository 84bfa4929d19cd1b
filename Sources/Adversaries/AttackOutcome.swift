/// What an attack did to one input, and what is known of what it could have done.
public struct AttackOutcome: Codable, Sendable, Equatable {
  /// How the ascent ended.
  public enum Ending: String, Codable, Sendable, CaseIterable {
    /// The residual fell below the tolerance.
    case converged
    /// The budget of gradients was spent.
    case limit
    /// The gradient vanished: nothing to follow.
    case flat
    /// A number became infinite or undefined.
    case nonFinite
  }

  /// What the conditions of second order say of the point reached.
  public enum Order: String, Codable, Sendable, CaseIterable {
    /// A strict local maximum.
    case maximum
    /// No maximum: there is a direction along the set in which the loss grows.
    case saddle
    /// The first-order condition does not hold well enough, or the curvature is zero to rounding.
    case undecided
  }

  /// eps.
  public var radius: Double
  /// L(0) and L(delta).
  public var cleanLoss: Double
  public var loss: Double
  /// The margins before and after (positive: misclassified); `nil` where targets are numbers.
  public var cleanMargin: Double?
  public var margin: Double?
  /// The numbers of the target's class, and of the class before and after: the first of the largest outputs, whatever a
  /// margin of 0 says; for a single output 0 stands for -1 and 1 for +1.
  public var targetClass: Int?
  public var cleanClass: Int?
  public var attackedClass: Int?
  /// |delta| in the norm of the problem.
  public var length: Double
  /// Whether the perturbation reaches the sphere |delta| = eps, before it is rounded with the input.
  public var isOnBoundary = false
  /// The start that led to the best loss, in words: "zero", "towards 3"; "exact" where branch and bound
  /// found more than all starts.
  public var start: String
  public var ending: Ending
  /// Steps of that start, and gradients of all starts.
  public var iterations: Int
  public var evaluations: Int
  /// |P(delta + R g/|g|) - delta| / R.
  public var residual: Double
  public var escapes = 0
  public var order: Order?
  /// eps lambda_max(P Hess L P) / |grad L| on the sphere (l2).
  public var kappa: Double?
  /// The factor by which the last steps shrink the distance from the maximum, as the Hessian there predicts it.
  public var contraction: Double?
  /// Upper bounds of the loss over the set: from intervals, and the best there is.
  public var intervalBound: Double?
  public var bound: Double?
  /// Upper bound of the margin.
  public var marginBound: Double?
  /// The maximum lies in [exactLower, exactUpper], by curvature or by branch and bound.
  public var exactLower: Double?
  public var exactUpper: Double?
  /// The parts of the set that branch and bound looked at.
  public var nodes: Int?
  /// Hbar eps / |grad|: at most 1 proves that the local maximum is the global one; see ``GlobalCertificate``.
  public var globalRatio: Double?
  /// No perturbation shorter than this changes the class.
  public var certifiedRadius: Double?

  public init(radius: Double, cleanLoss: Double, loss: Double, start: String, ending: Ending) {
    (self.radius, self.cleanLoss, self.loss, self.start, self.ending) = (radius, cleanLoss, loss, start, ending)
    (length, iterations, evaluations, residual) = (0, 0, 0, .infinity)
  }

  /// Whether the attack is proven to have found the global maximum, to 1e-6 of max(1, loss); `nil` where that was not
  /// looked at.
  public var isGlobal: Bool? { exactUpper.map { $0 <= loss + 1e-6 * max(1, abs(loss)) } }

  /// Whether the class was right before; `nil` for numbers.
  public var isCorrect: Bool? { cleanClass.map { $0 == targetClass } }

  /// Whether the class was right before and still is; `nil` for numbers.
  public var isRobust: Bool? { isCorrect.map { $0 && attackedClass == targetClass } }

  /// Whether no perturbation in the set changes a right class: the bound of the margin is negative.
  public var isCertified: Bool? {
    guard let isCorrect else { return nil }
    return isCorrect && (marginBound.map { $0 < 0 } ?? false)
  }
}
