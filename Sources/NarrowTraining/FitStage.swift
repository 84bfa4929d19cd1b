import Dynamics
import LinearAlgebra
import Networks
import Optimization

/// One minimisation on the way to a fit, in either precision, with its numbers in Double.
struct FitStage {
  let parameters: [Double]
  let termination: Termination
  let trace: Trace
  let iterations: Int
  let evaluations: Evaluations
  let seconds: Double
  let stationarity: Double
  let active: [ActiveConstraint]

  /// Runs the settings' method from `start`.
  ///
  /// - Parameters:
  ///   - center: the start W0, V0 that the region is about.
  ///   - step: the resolved step length.
  static func run<Element: Scalar>(
    _ type: Element.Type, _ settings: FitSettings, trainable: Trainable, data: PreparedData, shape: TwoLayerShape,
    region: FeasibleRegion?, center: [Double], start: [Double], step: Double, seed: UInt64, driver: Driver
  ) throws -> FitStage {
    let objective = NetworkObjective<Element>(
      shape: shape, activation: settings.activation, loss: settings.loss, trainable: trainable,
      inputs: data.inputs.map { Element($0) }, targets: data.targets.map { Element($0) })
    let middle = center.map { Element($0) }
    let set: any Projection<Element> =
      region.map { $0.projection(around: middle, zeta: settings.zeta) } ?? Unconstrained<Element>()
    let problem = Minimization(objective, over: set, from: start.map { Element($0) }, tracking: shape.hiddenRange)
    let stopping = StoppingRule(
      value: settings.goal(residuals: objective.residualCount), stationarity: settings.stationarity)

    func finish<M: Method>(_ method: M) throws -> FitStage
    where M.Problem == Minimization<NetworkObjective<Element>>, M.Value == Minimum<Element> {
      let solution = try driver.run(method, on: problem)
      let minimum = solution.value
      var scratch = [Element](repeating: 0, count: minimum.parameters.count)
      return FitStage(
        parameters: minimum.parameters.map { Double($0) }, termination: solution.termination, trace: solution.trace,
        iterations: solution.iterations, evaluations: solution.evaluations, seconds: solution.seconds,
        stationarity: Double(
          set.stationarity(
            at: minimum.parameters, gradient: minimum.gradient, scratch: &scratch, count: minimum.parameters.count)),
        active: set.activeConstraints(
          at: minimum.parameters, gradient: minimum.gradient, tolerance: Element(1e3) * .ulpOfOne))
    }

    let schedule: StepRule =
      settings.decay
      ? .cosine(peak: step, floor: 0, iterations: settings.updates(samples: data.inputs.rows)) : .fixed(step)
    func stochastic(_ direction: any Direction<Element>) throws -> FitStage {
      try finish(
        StochasticDescent<NetworkObjective<Element>>(
          direction, step: schedule, batch: settings.batch, seed: seed, until: stopping))
    }
    switch settings.method {
    case .gaussNewton:
      return try finish(DualGaussNewton<NetworkObjective<Element>>(until: stopping, denseLimit: FitSettings.denseLimit))
    case .pgd:
      return try finish(
        Descent<NetworkObjective<Element>>(step: .backtracking(initial: step), until: stopping))
    case .psgd, .sgd: return try stochastic(Gradient())
    case .momentum: return try stochastic(Momentum(beta: 0.9, nesterov: true))
    case .adam: return try stochastic(Adam())
    }
  }
}

extension FitSettings {
  /// Mini-batch updates in all epochs.
  func updates(samples: Int) -> Int { iterations * Parallel.pieces(of: samples, size: batch) }
}
