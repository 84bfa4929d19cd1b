/// What the loss of an input cannot exceed on its perturbation set, by two ways of bounding the network.
public struct UpperBound: Hashable, Codable, Sendable {
  /// By interval arithmetic: each neuron at its own worst pre-activation.
  public let interval: Double
  /// By linear relaxation: lines above and below each activation, the same perturbation for all neurons.
  public let relaxation: Double
  /// The least that the two give together, output by output; at most the smaller of them.
  public let best: Double

  public init(interval: Double, relaxation: Double, best: Double) {
    (self.interval, self.relaxation, self.best) = (interval, relaxation, best)
  }
}
