import Dynamics
import LinearAlgebra
import Synchronization

/// The state of ``Refinement``.
public struct RefinementState: MethodState {
  public internal(set) var iteration = 0
  // Stored packed, not wrapped: see DescentState.
  var x: Packed<Double>
  /// The point whose Gauss-Newton matrix is in use.
  var curvature: Packed<Double>
  public internal(set) var damping: Double
  /// Steps in a row that did not lower the loss.
  public internal(set) var rejections = 0
  /// E|y|^2 / 2, against which the loss is small.
  public internal(set) var scale: Double
  public internal(set) var measurements = Measurements(value: .nan)
  public internal(set) var evaluations = Evaluations()
  public internal(set) var ended: Termination?

  /// W and then A, row after row.
  public var parameters: [Double] { x.wrappedValue }
}

/// Memory of ``Refinement``, made once: sums over the samples, and the normal equations at one point.
///
/// The equations are kept from one step to the next, with the points that matrix and gradient belong to. They depend on
/// those points alone, so whether they are found here or computed anew makes no difference to any result.
public final class RefinementWorkspace {
  let moments: ActivationMoments
  let system: GaussNewtonSystem
  var point: [Double] = [], curvature: [Double] = []

  init(_ start: ReLUNetwork, _ unknowns: Refinement.Unknowns) {
    moments = ActivationMoments(inputs: start.inputs, neurons: start.neurons, outputs: start.outputs)
    system = GaussNewtonSystem(
      neurons: start.neurons, inputs: start.inputs, outputs: start.outputs, movingOutput: unknowns == .all)
  }

  /// Sees to it that the equations are those of the state's two points.
  func prepare(for state: RefinementState, _ problem: RefinementProblem) throws {
    if curvature != state.curvature.wrappedValue {
      let network = problem.network(state.curvature.wrappedValue)
      try moments.measure(network, on: problem.source)
      system.assemble(moments, at: network)
      curvature = state.curvature.wrappedValue
      point = curvature
    }
    if point != state.parameters {
      try moments.measure(problem.network(state.parameters), on: problem.source, pairs: false)
      system.setGradient(moments)
      point = state.parameters
    }
  }
}

/// The first error of a source, kept until someone can throw it.
final class ReadingFailure: Sendable {
  private let first = Mutex<(any Error)?>(nil)
  var error: (any Error)? { first.withLock { $0 } }
  func record(_ error: any Error) { first.withLock { $0 = $0 ?? error } }
}

extension Refinement {
  public func makeWorkspace(for problem: RefinementProblem) -> RefinementWorkspace {
    RefinementWorkspace(problem.start, unknowns)
  }

  public func initialState(
    for problem: RefinementProblem, workspace: RefinementWorkspace
  ) throws -> RefinementState {
    let start = unknowns == .all ? problem.start.normalized() : problem.start
    var square = 0.0
    try problem.source.forEachBlock(of: 4096) { block in
      for i in 0..<block.count { square += Double.dot(block.y.columns, block.y.row(i), block.y.row(i)) }
    }
    let parameters = Packed(wrappedValue: start.hidden.elements + start.output.elements)
    var state = RefinementState(
      x: parameters, curvature: parameters, damping: damping,
      scale: square / 2 / Double(max(problem.source.count, 1)))
    try workspace.prepare(for: state, problem)
    measure(&state, problem, workspace)
    return state
  }

  public func step(_ state: inout RefinementState, on problem: RefinementProblem, workspace: RefinementWorkspace) {
    state.iteration += 1
    do {
      try workspace.prepare(for: state, problem)
      guard let step = workspace.system.step(damping: state.damping) else {
        reject(&state)
        return
      }
      state.evaluations.factorizations += 1
      let before = workspace.system.loss
      let trial = moved(problem.network(state.parameters), by: step)
      let isFar = !isClose(trial, to: problem.network(state.curvature.wrappedValue))
      try workspace.moments.measure(trial, on: problem.source, pairs: isFar)
      state.evaluations.gradients += 1
      if isFar { state.evaluations.grams += 1 }
      guard workspace.moments.loss < before else {
        reject(&state)
        return
      }
      let parameters = trial.hidden.elements + trial.output.elements
      state.x.wrappedValue = parameters
      workspace.point = parameters
      if isFar {
        workspace.system.assemble(workspace.moments, at: trial)
        state.curvature.wrappedValue = parameters
        workspace.curvature = parameters
      } else {
        workspace.system.setGradient(workspace.moments)
      }
      state.damping = max(state.damping / 10, smallestDamping)
      state.rejections = 0
      measure(&state, problem, workspace)
      let (p, residuals) = counts(problem)
      let share = tolerance * tolerance * state.measurements.value * p / residuals
      if before - state.measurements.value <= share { state.ended = .converged(.settled) }
    } catch {
      problem.failure.record(error)
      state.measurements.value = .nan
    }
  }

  public func termination(of state: RefinementState, on problem: RefinementProblem) -> Termination? {
    if state.measurements.value <= value * state.scale { return .converged(.valueReached) }
    if let offset = state.measurements.stationarity, offset <= tolerance { return .converged(.stationary) }
    return state.ended
  }

  public func finish(
    _ state: RefinementState, on problem: RefinementProblem, workspace: RefinementWorkspace
  ) -> RefinedNetwork {
    let network = problem.network(state.parameters)
    do { try workspace.prepare(for: state, problem) } catch { problem.failure.record(error) }
    return RefinedNetwork(
      network: network, loss: workspace.system.loss, residualCovariance: workspace.system.residualCovariance)
  }

  /// Within this relative distance the Gauss-Newton matrix is kept: a step then still gains a factor of about twenty,
  /// for a small part of the cost of a new matrix.
  private var curvatureReach: Double { 0.05 }
  private var smallestDamping: Double { 1e-10 }
  private var largestDamping: Double { 1e10 }
  /// Below this offset a point is as good as any that could still be found, unless one is found at once.
  private var closeOffset: Double { 0.3 }

  private func reject(_ state: inout RefinementState) {
    state.rejections += 1
    state.damping = max(10 * state.damping, 0.1)
    state.measurements.step = state.damping
    let isClose = state.measurements.stationarity.map { $0 <= closeOffset } ?? false
    if !isClose { state.curvature = state.x }
    if isClose && state.rejections >= 2 {
      state.ended = .converged(.settled)
    } else if state.damping > largestDamping {
      // Rounding, where the loss is far below the outputs; else a place from which no step descends.
      let isAtRounding = state.measurements.value <= 1e-20 * state.scale
      state.ended = isAtRounding ? .converged(.settled) : .stopped(.stalled)
    }
  }

  /// Whether the Gauss-Newton matrix at `b` will do at `a`: its entries change in proportion to the angles of the w_i
  /// and the relative change of the a_i.
  private func isClose(_ a: ReLUNetwork, to b: ReLUNetwork) -> Bool {
    (0..<a.neurons).allSatisfy { i in
      isClose(a.hidden.row(i), b.hidden.row(i)) && isClose(a.output.column(i), b.output.column(i))
    }
  }

  private func isClose(_ a: some Collection<Double>, _ b: some Collection<Double>) -> Bool {
    let difference = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return difference <= curvatureReach * curvatureReach * b.reduce(0) { $0 + $1 * $1 }
  }

  private func moved(_ network: ReLUNetwork, by step: GaussNewtonSystem.Step) -> ReLUNetwork {
    let (w, a) = (network.hidden, network.output)
    let moved = ReLUNetwork(
      hidden: Matrix(rows: w.rows, columns: w.columns) { w[$0, $1] + step.hidden[$0, $1] },
      output: Matrix(rows: a.rows, columns: a.columns) { a[$0, $1] + step.output[$0, $1] }, slope: network.slope)
    return unknowns == .all ? moved.normalized() : moved
  }

  /// p, the parameters less the k free scales, and N.
  private func counts(_ problem: RefinementProblem) -> (parameters: Double, residuals: Double) {
    let (k, d, l) = (problem.start.neurons, problem.start.inputs, problem.start.outputs)
    let parameters = unknowns == .all ? k * (d + l - 1) : k * d
    return (Double(parameters), Double(problem.source.count * l))
  }

  private func measure(_ state: inout RefinementState, _ problem: RefinementProblem, _ workspace: RefinementWorkspace) {
    let loss = workspace.system.loss
    let (p, residuals) = counts(problem)
    // As little damped as can be solved, since damping makes the offset look smaller.
    let step = workspace.system.step(damping: 1e-12) ?? workspace.system.step(damping: state.damping)
    let offset = step.map {
      loss > 0 ? (max($0.decrement, 0) / (2 * loss) * max(residuals - p, 1) / max(p, 1)).squareRoot() : 0
    }
    state.evaluations.factorizations += 1
    state.measurements = Measurements(
      value: loss, stationarity: offset, distance: distance(of: state.parameters, from: problem.start),
      step: state.damping)
  }

  private func distance(of parameters: [Double], from start: ReLUNetwork) -> Double {
    let from = unknowns == .all ? start.normalized() : start
    let difference = zip(parameters, from.hidden.elements + from.output.elements).map { $0 - $1 }
    return difference.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
