import Dynamics
import LinearAlgebra

/// The state of ``DualGaussNewton``.
public struct DualGaussNewtonState<Element: Scalar>: MethodState {
  public internal(set) var iteration = 0
  var x: Packed<Element>
  var g: Packed<Element>
  /// lambda, in the units of G.
  public internal(set) var damping: Double
  /// The mean diagonal entry of G at the start.
  public internal(set) var unit: Double
  /// The ball's multiplier mu at the last accepted step; zero inside.
  public internal(set) var multiplier = 0.0
  public internal(set) var measurements = Measurements(value: .nan)
  public internal(set) var evaluations = Evaluations()
  public internal(set) var ended: Termination?

  public var parameters: [Element] { x.wrappedValue }
  public var gradient: [Element] { g.wrappedValue }
}

extension DualGaussNewton {
  public func makeWorkspace(for problem: Minimization<O>) -> DualGaussNewtonWorkspace<O> {
    DualGaussNewtonWorkspace(problem.objective, denseLimit: denseLimit)
  }

  public func initialState(
    for problem: Minimization<O>, workspace: DualGaussNewtonWorkspace<O>
  ) -> DualGaussNewtonState<O.Element> {
    var state = DualGaussNewtonState(
      x: Packed(wrappedValue: problem.start),
      g: Packed(wrappedValue: Array(repeating: 0, count: problem.start.count)), damping: 0, unit: 0)
    state.x.wrappedValue.withUnsafeMutableBufferPointer { if let x = $0.baseAddress { problem.set.project(x) } }
    state.x.wrappedValue.withUnsafeBufferPointer {
      guard let x = $0.baseAddress else { return }
      _ = problem.objective.prepare(at: x, residual: workspace.residual.pointer, workspace: workspace.objective)
    }
    // |J^T s|^2 / N for signs s estimates the mean diagonal entry of J J^T without bias, and needs no N x N matrix.
    let n = problem.objective.residualCount
    for i in 0..<n { workspace.solution[i] = (i &* 0x9E37_79B9) & 0x8000 == 0 ? 1 : -1 }
    problem.objective.jacobianTransposeProduct(
      workspace.solution.pointer, into: workspace.scratch.pointer, workspace: workspace.objective)
    let norm = Double(O.Element.norm2(problem.start.count, workspace.scratch.pointer))
    state.unit = max(norm * norm / Double(max(n, 1)), .leastNormalMagnitude)
    state.damping = damping * state.unit
    measure(&state, problem, workspace)
    return state
  }

  public func step(
    _ state: inout DualGaussNewtonState<O.Element>, on problem: Minimization<O>, workspace: DualGaussNewtonWorkspace<O>
  ) {
    let ball = problem.ball
    prepare(&state, problem, workspace, towards: ball)
    state.iteration += 1
    let value = state.measurements.value
    let count = problem.objective.parameterCount
    while state.ended == nil {
      let isSolved = propose(&state, problem, workspace, ball)
      state.evaluations.values += 1
      let trial = workspace.trial.pointer
      if isSolved && Double(problem.objective.value(at: trial, workspace: workspace.objective)) < value {
        state.x.wrappedValue.withUnsafeMutableBufferPointer { $0.baseAddress!.update(from: trial, count: count) }
        state.damping = max(state.damping / 4, smallestDamping * state.unit)
        break
      }
      state.damping *= 4
      if state.damping > largestDamping * state.unit { state.ended = endWithoutDescent(state) }
    }
    measure(&state, problem, workspace)
  }

  /// Values are known to about eps, so a search on values cannot see closer than sqrt(eps) to a stationary point.
  private func endWithoutDescent(_ state: DualGaussNewtonState<O.Element>) -> Termination {
    let resolution = Double(O.Element.ulpOfOne.squareRoot())
    let isAtRounding = state.measurements.stationarity.map { $0 <= resolution } ?? false
    return isAtRounding ? .converged(.settled) : .stopped(.stalled)
  }

  /// Below this the damping is lost in the rounding of G's diagonal.
  private var smallestDamping: Double { Double(O.Element.ulpOfOne) / 16 }
  /// Above this a step is shorter than what changes the objective in its last digits.
  private var largestDamping: Double { 1 / Double(O.Element.ulpOfOne) }

  private func prepare(
    _ state: inout DualGaussNewtonState<O.Element>, _ problem: Minimization<O>,
    _ workspace: DualGaussNewtonWorkspace<O>, towards ball: Ball<O.Element>?
  ) {
    let objective = problem.objective
    let x = workspace.point.pointer
    state.x.wrappedValue.withUnsafeBufferPointer { x.update(from: $0.baseAddress!, count: $0.count) }
    _ = objective.prepare(at: x, residual: workspace.residual.pointer, workspace: workspace.objective)
    switch workspace.solver {
    case .dense:
      let n = objective.residualCount
      objective.gram(into: workspace.gram.view(rows: n, columns: n), workspace: workspace.objective)
      state.evaluations.grams += 1
    case .blocks(let n):
      objective.blockGram(into: workspace.gram.view(rows: n, columns: n), workspace: workspace.objective)
      state.evaluations.grams += 1
    case .plain: break
    }
    if let ball {
      // J (c - x), which the constrained system needs.
      workspace.scratch.pointer.update(repeating: 0, count: objective.parameterCount)
      ball.center.withUnsafeBufferPointer {
        subtract(
          $0.baseAddress!, x + ball.range.lowerBound, into: workspace.scratch.pointer + ball.range.lowerBound,
          count: ball.range.count)
      }
      objective.jacobianProduct(
        workspace.scratch.pointer, into: workspace.inward.pointer, workspace: workspace.objective)
      state.evaluations.jacobianProducts += 1
    }
  }

  /// Writes the proposed point into the workspace's `trial`; false when the system could not be solved.
  private func propose(
    _ state: inout DualGaussNewtonState<O.Element>, _ problem: Minimization<O>,
    _ workspace: DualGaussNewtonWorkspace<O>, _ ball: Ball<O.Element>?
  ) -> Bool {
    guard move(&state, multiplier: 0, problem, workspace, ball) else { return false }
    if let ball, ball.radius > 0, workspace.length(in: ball) > Double(ball.radius) {
      var search = MultiplierSearch(
        radius: Double(ball.radius), outside: workspace.length(in: ball),
        first: state.multiplier > 0 ? state.multiplier : max(state.damping, 1e-3 * state.unit))
      while let multiplier = search.next {
        guard move(&state, multiplier: multiplier, problem, workspace, ball) else { return false }
        search.record(length: workspace.length(in: ball))
        state.multiplier = multiplier
      }
    } else {
      state.multiplier = 0
    }
    problem.set.project(workspace.trial.pointer)
    state.evaluations.projections += 1
    return true
  }

  /// trial <- z - J^T a for the multiplier mu.
  private func move(
    _ state: inout DualGaussNewtonState<O.Element>, multiplier: Double, _ problem: Minimization<O>,
    _ workspace: DualGaussNewtonWorkspace<O>, _ ball: Ball<O.Element>?
  ) -> Bool {
    let objective = problem.objective
    let x = workspace.point.pointer
    let (n, count) = (objective.residualCount, objective.parameterCount)
    let inward = O.Element(multiplier / (state.damping + multiplier))
    workspace.rightHandSide.pointer.update(from: workspace.residual.pointer, count: n)
    if multiplier > 0 { O.Element.axpy(n, inward, workspace.inward.pointer, workspace.rightHandSide.pointer) }
    guard
      solve(shift: O.Element(state.damping + multiplier), objective, workspace, counting: &state.evaluations)
    else { return false }
    objective.jacobianTransposeProduct(
      workspace.solution.pointer, into: workspace.scratch.pointer, workspace: workspace.objective)
    state.evaluations.jacobianProducts += 1
    let trial = workspace.trial.pointer
    subtract(x, workspace.scratch.pointer, into: trial, count: count)
    if multiplier > 0, let ball {
      ball.center.withUnsafeBufferPointer {
        O.Element.axpy(ball.range.count, inward, $0.baseAddress!, trial + ball.range.lowerBound)
      }
      O.Element.axpy(ball.range.count, -inward, x + ball.range.lowerBound, trial + ball.range.lowerBound)
    }
    return true
  }

  private func measure(
    _ state: inout DualGaussNewtonState<O.Element>, _ problem: Minimization<O>,
    _ workspace: DualGaussNewtonWorkspace<O>
  ) {
    let damping = state.damping
    state.measurements = state.x.wrappedValue.withUnsafeBufferPointer { x in
      state.g.wrappedValue.withUnsafeMutableBufferPointer { g in
        guard let x = x.baseAddress, let g = g.baseAddress else { return Measurements(value: 0) }
        let value = problem.objective.valueAndGradient(at: x, gradient: g, workspace: workspace.objective)
        return Measurements(
          value: Double(value),
          stationarity: problem.stationarity(at: x, gradient: g, scratch: workspace.trial.pointer),
          distance: problem.distance(of: x), step: damping)
      }
    }
    state.evaluations.gradients += 1
    state.evaluations.projections += 1
  }

  public func termination(
    of state: DualGaussNewtonState<O.Element>, on problem: Minimization<O>
  ) -> Termination? {
    stopping.convergence(state.measurements) ?? state.ended
  }

  public func finish(
    _ state: DualGaussNewtonState<O.Element>, on problem: Minimization<O>, workspace: DualGaussNewtonWorkspace<O>
  ) -> Minimum<O.Element> {
    Minimum(parameters: state.parameters, value: state.measurements.value, gradient: state.gradient)
  }
}

extension Minimization {
  /// The ball among the constraints, if there is one with a finite radius.
  var ball: Ball<O.Element>? {
    // A loop rather than a chain of lazy maps, whose closures would be allocated at every step.
    guard let product = set as? Product<O.Element> else { return finiteBall(set) }
    for factor in product.factors {
      if let ball = finiteBall(factor) { return ball }
    }
    return nil
  }

  private func finiteBall(_ set: any Projection<O.Element>) -> Ball<O.Element>? {
    guard let ball = set as? Ball<O.Element>, ball.radius.isFinite, !ball.range.isEmpty else { return nil }
    return ball
  }
}
