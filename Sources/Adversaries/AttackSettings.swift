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
    /// Upper bounds for every input, and the radius up to which no attack succeeds.
    case bounds
    /// The exact maximum too, by branch and bound: for few neurons.
    case exact
  }

  public var method = Method.pga
  /// Random starts, besides zero and the branches.
  public var randomStarts = 0
  /// Whether both branches of one output, or the nearest rival classes of several, are starts of their own.
  public var branches = true
  /// The most gradients taken for a start.
  public var evaluations = 200
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
}
