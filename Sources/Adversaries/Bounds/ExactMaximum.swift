/// The maximum of one input's loss over its perturbation set, between two numbers.
public struct ExactMaximum: Hashable, Codable, Sendable {
  /// The largest loss found: attained at `maximizer`.
  public let lower: Double
  /// No perturbation of the set has a larger loss.
  public let upper: Double
  /// A perturbation of the set with loss `lower`.
  public let maximizer: [Double]
  /// How many parts of the set were bounded.
  public let nodes: Int
  /// Whether `upper - lower` is within the tolerance asked for.
  public let isExact: Bool

  /// How close the two numbers have to come, and what it may cost.
  public struct Settings: Hashable, Codable, Sendable {
    /// The search ends at upper - lower <= max(relativeTolerance |lower|, absoluteTolerance).
    public var relativeTolerance = 1e-6
    public var absoluteTolerance = 1e-8
    /// The most parts bounded.
    public var nodes = 20_000

    public init() {}
  }
}
