import LinearAlgebra
import Networks
import Optimization

/// The loss of a network on inputs that an adversary moves, as a function of the weights:
///
///     R(theta) = 1/n sum_i max_(delta in S_i) loss(f_theta(x_i + delta), y_i)
///
/// Every evaluation attacks its samples at the weights of the moment and then counts the attacked inputs as fixed. By
/// Danskin's theorem the gradient there is that of R where each maximum is unique and found. Any method for
/// `SampledObjective` thus becomes adversarial training:
///
/// ```swift
/// let robust = RobustObjective(objective, threat: threat, ascent: .projected(ProjectedAscent(evaluations: 10)))
/// let method = StochasticDescent<RobustObjective<Double>>(Adam(), step: .fixed(0.001), batch: 64, seed: 1)
/// let solution = try Driver(iterations: 20).run(method, on: Minimization(robust, from: weights))
/// ```
///
/// The ascents begin at zero and depend on weights and inputs alone, so equal seeds give equal bits on any number of
/// threads. After the first evaluation nothing is allocated.
///
/// Sources: Madry, Makelov, Schmidt, Tsipras, Vladu, ICLR 2018 (arXiv 1706.06083) for the alternation; Danskin 1967.
public struct RobustObjective<Element: Scalar>: SampledObjective {
  /// The same loss on the inputs as they are, in the coordinates that the network takes.
  public let objective: NetworkObjective<Element>
  public let threat: Threat
  public let ascent: AscentMethod
  let loss: AttackLoss

  /// What an adversary may do to the inputs of a network: the norm and eps are measured in coordinates a of its own,
  ///
  ///     x = (a - shift) / scale,  a = scale x + shift,  column by column
  public struct Threat: Sendable, Equatable {
    public var norm: PerturbationNorm
    /// eps of every sample.
    public var radius: Double
    /// The values that each coordinate of a may take; samples outside are brought to its edge.
    public var box: ClosedRange<Double>?
    public var shift: [Double]
    public var scale: [Double]

    /// - Precondition: as many shifts as scales, which are positive.
    public init(
      norm: PerturbationNorm = .l2, radius: Double, box: ClosedRange<Double>? = nil, shift: [Double], scale: [Double]
    ) {
      precondition(shift.count == scale.count && scale.allSatisfy { $0 > 0 }, "a positive scale for every shift")
      (self.norm, self.radius, self.box) = (norm, radius, box)
      (self.shift, self.scale) = (shift, scale)
    }

    /// In the coordinates that the network takes.
    public init(norm: PerturbationNorm = .l2, radius: Double, box: ClosedRange<Double>? = nil, dimension: Int) {
      self.init(
        norm: norm, radius: radius, box: box, shift: Array(repeating: 0, count: dimension),
        scale: Array(repeating: 1, count: dimension))
    }
  }

  /// - Precondition: a threat for as many inputs as the network takes.
  public init(
    _ objective: NetworkObjective<Element>, threat: Threat,
    ascent: AscentMethod = .projected(ProjectedAscent(tolerance: 1e-3, evaluations: 10))
  ) {
    precondition(threat.shift.count == objective.shape.inputs, "a threat for another number of inputs")
    (self.objective, self.threat, self.ascent) = (objective, threat, ascent)
    loss = objective.loss == .squared ? .squared : .crossEntropy
  }

  public var parameterCount: Int { objective.parameterCount }
  public var sampleCount: Int { objective.sampleCount }

  public func makeWorkspace() -> RobustWorkspace<Element> { RobustWorkspace(self) }

  public func value(at x: UnsafePointer<Element>, workspace: RobustWorkspace<Element>) -> Element {
    evaluate(at: x, samples: nil, count: sampleCount, gradient: nil, workspace)
  }

  public func valueAndGradient(
    at x: UnsafePointer<Element>, gradient: UnsafeMutablePointer<Element>, workspace: RobustWorkspace<Element>
  ) -> Element {
    evaluate(at: x, samples: nil, count: sampleCount, gradient: gradient, workspace)
  }

  /// - Precondition: at least one sample, all indices in `0..<sampleCount`.
  public func valueAndGradient(
    at x: UnsafePointer<Element>, samples: UnsafeBufferPointer<Int32>, gradient: UnsafeMutablePointer<Element>,
    workspace: RobustWorkspace<Element>
  ) -> Element {
    precondition(!samples.isEmpty, "a mean over no samples is undefined")
    return evaluate(at: x, samples: samples.baseAddress, count: samples.count, gradient: gradient, workspace)
  }

  /// By panels of samples: attack, bring the attacked inputs into the network's coordinates, add up.
  private func evaluate(
    at parameters: UnsafePointer<Element>, samples: UnsafePointer<Int32>?, count: Int,
    gradient: UnsafeMutablePointer<Element>?, _ workspace: RobustWorkspace<Element>
  ) -> Element {
    workspace.load(parameters)
    var sum: Element = 0
    for start in stride(from: 0, to: count, by: workspace.panel) {
      let rows = min(workspace.panel, count - start)
      workspace.attack(rows) { i in if let samples { Int(samples[start + i]) } else { start + i } }
      let share = Element(rows) / Element(count)
      sum += share * workspace.lossAndGradient(at: parameters, rows: rows, adding: start > 0, share: share, gradient)
    }
    return sum
  }
}
