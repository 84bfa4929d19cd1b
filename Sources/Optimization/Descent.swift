import Dynamics
import LinearAlgebra

/// Projected descent with the full gradient: x <- P(x - eta d), d from a ``Direction``, eta from a ``StepRule``.
///
/// With ``Gradient`` this is projected gradient descent; with ``Momentum`` or ``Adam`` and ``Unconstrained`` the
/// customary baselines. With backtracking the objective never rises; when a remembered direction admits no descent it
/// is forgotten, and only if the gradient itself admits none does the run end.
///
/// ```swift
/// let method = Descent<SomeObjective>(Gradient(), step: .backtracking(), until: StoppingRule(stationarity: 1e-8))
/// let solution = try Driver(iterations: 1000).run(method, on: Minimization(objective, over: ball, from: start))
/// ```
///
/// - Complexity: one value-and-gradient a step, and one value for each length that backtracking tries.
public struct Descent<O: Objective>: Method {
  public let direction: any Direction<O.Element>
  public let step: StepRule
  public let stopping: StoppingRule

  public init(
    _ direction: any Direction<O.Element> = Gradient<O.Element>(), step: StepRule = .backtracking(),
    until stopping: StoppingRule = StoppingRule()
  ) {
    self.direction = direction
    self.step = step
    self.stopping = stopping
  }

  public func makeWorkspace(for problem: Minimization<O>) -> DescentWorkspace<O> {
    DescentWorkspace(problem.objective)
  }

  public func initialState(
    for problem: Minimization<O>, workspace: DescentWorkspace<O>
  ) -> DescentState<O.Element> {
    problem.startingState(remembering: direction.remembered, workspace: workspace)
  }

  public func step(_ state: inout DescentState<O.Element>, on problem: Minimization<O>, workspace: DescentWorkspace<O>)
  {
    let count = problem.objective.parameterCount
    state.iteration += 1
    state.g.wrappedValue.withUnsafeBufferPointer {
      guard let g = $0.baseAddress else { return }
      direction.advance(&state.memory, gradient: g, into: workspace.direction.pointer, count: count)
    }
    let first = step.length(at: state.iteration - 1, last: state.step)
    if case .backtracking(_, let shrink, _, let decrease) = step {
      guard let accepted = backtrack(&state, problem, workspace, from: first, shrink: shrink, decrease: decrease) else {
        endOrForget(&state, remembering: direction.remembered)
        return
      }
      state.step = accepted
    } else {
      state.step = first
      state.x.wrappedValue.withUnsafeMutableBufferPointer { x in
        guard let x = x.baseAddress else { return }
        O.Element.axpy(count, O.Element(-first), workspace.direction.pointer, x)
        problem.set.project(x)
      }
      state.evaluations.projections += 1
    }
    problem.measure(&state, workspace: workspace)
  }

  /// Shortest steps tried before giving up: 2^-60 of the first, far below what rounding can tell apart.
  private var trials: Int { 60 }

  private func backtrack(
    _ state: inout DescentState<O.Element>, _ problem: Minimization<O>, _ workspace: DescentWorkspace<O>,
    from first: Double, shrink: Double, decrease: Double
  ) -> Double? {
    let count = problem.objective.parameterCount
    let (trial, d) = (workspace.trial.pointer, workspace.direction.pointer)
    let value = state.measurements.value
    var eta = first
    for _ in 0..<trials {
      let accepted = state.x.wrappedValue.withUnsafeMutableBufferPointer { x in
        state.g.wrappedValue.withUnsafeBufferPointer { g in
          let (x, g) = (x.baseAddress!, g.baseAddress!)
          trial.update(from: x, count: count)
          O.Element.axpy(count, O.Element(-eta), d, trial)
          problem.set.project(trial)
          let lower = problem.objective.value(at: trial, workspace: workspace.objective)
          let gain = Double(O.Element.dot(count, g, x) - O.Element.dot(count, g, trial))
          guard gain > 0, Double(lower) <= value - decrease * gain else { return false }
          x.update(from: trial, count: count)
          return true
        }
      }
      state.evaluations.values += 1
      state.evaluations.projections += 1
      if accepted { return eta }
      eta *= shrink
    }
    return nil
  }

  private func endOrForget(_ state: inout DescentState<O.Element>, remembering vectors: Int) {
    if state.memory.seen > 1 && vectors > 0 {
      state.memory.forget()
      state.step = nil
    } else {
      // Values are known to about eps, so a search on values cannot see closer than sqrt(eps) to a minimiser.
      let resolution = Double(O.Element.ulpOfOne.squareRoot())
      let isAtRounding = state.measurements.stationarity.map { $0 <= resolution } ?? false
      state.ended = isAtRounding ? .converged(.settled) : .failed(.noDescent)
    }
  }

  public func termination(of state: DescentState<O.Element>, on problem: Minimization<O>) -> Termination? {
    stopping.convergence(state.measurements) ?? state.ended
  }

  public func finish(
    _ state: DescentState<O.Element>, on problem: Minimization<O>, workspace: DescentWorkspace<O>
  ) -> Minimum<O.Element> {
    Minimum(parameters: state.parameters, value: state.measurements.value, gradient: state.gradient)
  }
}
