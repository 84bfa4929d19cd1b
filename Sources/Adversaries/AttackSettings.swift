import Networks

/// Everything that decides an attack, apart from the problem: the same settings on the same problem give the same bits.
public struct AttackSettings: Codable, Sendable, Equatable {
  /// How the loss is made large.
  public enum Method: String, CaseIterable, Codable, Sendable {
    /// Projected gradient ascent; see ``ProjectedAscent``.
    case pga
    /// The same with steps that halve by themselves; see ``AutoPGD``.
    case apgd
    /// One step as far as the set reaches: FGM in l2, FGSM in linf.
    case fastGradient = "fgm"
  }

  /// How much is found out about what the attack left.
  public enum Certificate: String, CaseIterable, Codable, Sendable {
    /// Nothing.
    case none
    /// Upper bounds for every input, proof of global maxima by curvature, and the radius within which no attack succeeds.
    case bounds
    /// The exact maximum too, by branch and bound: for few neurons.
    case exact
  }

  public var method = Method.pga
  /// How far a step of projected ascent goes, and how much of the last velocity remains.
  public var step = ProjectedAscent.StepRule.backtracking
  public var momentum = 0.0
  /// Random starts, besides zero and the branches.
  public var randomStarts = 4
  /// Whether both branches of one output, or the five nearest rival classes of several, are starts of their own.
  public var branches = true
  /// Whether every start of an input is followed to its end (`pga`), or after a few steps the best one alone; `nil`
  /// chooses: in l2, where the maxima are few, the best goes on at a third of the cost.
  public var followsAllStarts: Bool?
  /// The most gradients taken for a start.
  public var evaluations = 1000
  /// The residual at which a start ends.
  public var tolerance = 1e-6
  /// Whether the conditions of second order are checked.
  public var secondOrder = true
  /// How often an input is moved off a point that these show to be no maximum.
  public var escapes = 3
  public var certificate = Certificate.none
  /// The most nodes of the branch and bound of one input.
  public var nodes = 20_000
  public var seed: UInt64 = 0

  public init() {}

  /// - Throws: ``AttackError`` naming the setting, its value and what is accepted.
  public func validate() throws {
    func check(_ holds: Bool, _ name: String, _ value: some CustomStringConvertible, _ accepted: String) throws {
      guard holds else { throw AttackError("\(name) is \(value); accepted: \(accepted)") }
    }
    switch step {
    case .backtracking: break
    case .fixed(let eta): try check(eta > 0 && eta.isFinite, "the fixed step", eta, "a positive number")
    case .normalised(let share):
      try check(share > 0 && share.isFinite, "the normalised step", share, "a positive share of eps")
    }
    try check(0 <= momentum && momentum < 1, "the momentum", momentum, "at least 0, below 1")
    try check(randomStarts >= 0, "the number of random starts", randomStarts, "at least 0")
    try check(evaluations >= 1, "the number of evaluations", evaluations, "at least 1")
    try check(tolerance > 0 && tolerance < 1, "the tolerance", tolerance, "a number between 0 and 1")
    try check(escapes >= 0, "the number of escapes", escapes, "at least 0")
    try check(nodes >= 1, "the number of nodes", nodes, "at least 1")
  }

  /// The method of the engine.
  func ascent(_ norm: PerturbationNorm) -> AscentMethod {
    switch method {
    case .pga:
      .projected(
        ProjectedAscent(
          step: step, momentum: momentum, tolerance: tolerance, evaluations: evaluations,
          selectAfter: followsAllStarts ?? (norm != .l2) ? nil : 5))
    case .apgd: .autoPGD(AutoPGD(evaluations: evaluations))
    case .fastGradient: .fastGradient(FastGradient())
    }
  }

  /// Where the ascents of an input begin.
  func starts(outputs k: Int, loss: AttackLoss) -> [AttackStart] {
    if method == .fastGradient { return [.zero] }
    let nearest = loss.needsClasses && k > 1 ? min(k - 1, 5) : AttackStart.branchCount(outputs: k, loss: loss)
    return [.zero] + (branches ? (0..<nearest).map { .branch($0) } : [])
      + (0..<randomStarts).map { $0 % 2 == 0 ? .randomSphere : .randomBall }
  }
}
