/// How a perturbation is improved.
public enum AscentMethod: Codable, Hashable, Sendable {
  case projected(ProjectedAscent)
  case autoPGD(AutoPGD)
  case fastGradient(FastGradient)
}

/// Projected ascent with momentum whose step halves by itself, so that there is no step to choose.
///
///     z = P(delta_k + eta u(g_k))
///     delta_(k+1) = P(delta_k + 3/4 (z - delta_k) + 1/4 (delta_k - delta_(k-1)))
///
/// u(g) = g / |g|_2, sign g in the maximum norm; eta begins with 2 eps. At checkpoints after shares 0.22, 0.41, 0.57,
/// ... of the budget eta halves and the run continues from its best point, if fewer than `rho` of the steps since the
/// last one raised the loss, or if since then neither eta changed nor the best loss rose. It always spends its budget.
///
/// Source: Croce and Hein, "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free
/// attacks" (ICML 2020), algorithm 1.
public struct AutoPGD: Codable, Hashable, Sendable {
  /// Evaluations of loss and gradient of a run.
  public var evaluations = 100
  /// The share of steps that must raise the loss.
  public var rho = 0.75

  public init() {}

  public init(evaluations: Int = 100, rho: Double = 0.75) {
    (self.evaluations, self.rho) = (evaluations, rho)
  }
}

/// One step from the start to the point of the set that lies farthest along the gradient: eps g / |g| in l2 (FGM),
/// eps sign g in linf (FGSM), the largest coordinate alone in l1; with a box, the farthest that the box allows.
///
/// Source: Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples" (ICLR 2015).
public struct FastGradient: Codable, Hashable, Sendable {
  public init() {}
}
