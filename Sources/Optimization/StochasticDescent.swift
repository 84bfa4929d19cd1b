import Dynamics
import LinearAlgebra
import Randomness

/// Projected mini-batch descent: x <- P(x - eta d) with d from the gradient over b samples; one iteration is an epoch.
///
/// Each epoch visits every sample once, in an order drawn from the seed and the epoch's number alone, so a resumed run
/// sees the same batches. The last batch of an epoch is smaller when b does not divide n. The value traced is the
/// mean over the epoch of the batches' losses, each taken before its step; ``finish`` evaluates all samples at the
/// final point.
///
/// - Complexity: one gradient over all samples an epoch, and ceil(n / b) updates and projections. Allocates nothing
///   after the first epoch.
public struct StochasticDescent<O: SampledObjective>: Method {
  public let direction: any Direction<O.Element>
  public let step: StepRule
  public let batch: Int
  public let seed: UInt64
  public let stopping: StoppingRule

  /// - Precondition: `batch >= 1`; the step rule is not backtracking, which needs the full objective.
  public init(
    _ direction: any Direction<O.Element> = Gradient<O.Element>(), step: StepRule, batch: Int, seed: UInt64,
    until stopping: StoppingRule = StoppingRule()
  ) {
    precondition(batch >= 1, "a batch has at least one sample")
    if case .backtracking = step { preconditionFailure("backtracking needs the full objective") }
    self.direction = direction
    self.step = step
    self.batch = batch
    self.seed = seed
    self.stopping = stopping
  }

  public func makeWorkspace(for problem: Minimization<O>) -> DescentWorkspace<O> {
    DescentWorkspace(problem.objective, samples: problem.objective.sampleCount)
  }

  public func initialState(
    for problem: Minimization<O>, workspace: DescentWorkspace<O>
  ) -> DescentState<O.Element> {
    problem.startingState(remembering: direction.remembered, workspace: workspace)
  }

  public func step(_ state: inout DescentState<O.Element>, on problem: Minimization<O>, workspace: DescentWorkspace<O>)
  {
    let n = problem.objective.sampleCount
    let order = UnsafeMutableBufferPointer(start: workspace.order.pointer, count: n)
    for i in 0..<n { order[i] = Int32(i) }
    var stream = RandomStream(seed: seed).split(UInt64(state.iteration))
    stream.shuffle(order)

    var sum = 0.0
    var length = 0.0
    state.x.wrappedValue.withUnsafeMutableBufferPointer { x in
      state.g.wrappedValue.withUnsafeMutableBufferPointer { g in
        guard let x = x.baseAddress, let g = g.baseAddress else { return }
        let (count, d) = (problem.objective.parameterCount, workspace.direction.pointer)
        var first = 0
        while first < n {
          let samples = UnsafeBufferPointer(rebasing: order[first..<min(first + batch, n)])
          let value = problem.objective.valueAndGradient(
            at: x, samples: samples, gradient: g, workspace: workspace.objective)
          sum += Double(value) * Double(samples.count)
          length = step.length(at: state.memory.seen, last: nil)
          direction.advance(&state.memory, gradient: g, into: d, count: count)
          O.Element.axpy(count, O.Element(-length), d, x)
          problem.set.project(x)
          first += batch
        }
      }
    }
    state.iteration += 1
    state.step = length
    state.evaluations.gradients += 1
    state.evaluations.projections += Parallel.pieces(of: n, size: batch)
    let distance: Double? = state.x.wrappedValue.withUnsafeBufferPointer {
      // Not by `map`: the closure that it takes would hold the problem on the heap.
      if let x = $0.baseAddress { problem.distance(of: x) } else { nil }
    }
    state.measurements = Measurements(value: sum / Double(max(n, 1)), distance: distance, step: length)
  }

  public func termination(of state: DescentState<O.Element>, on problem: Minimization<O>) -> Termination? {
    stopping.convergence(state.measurements) ?? state.ended
  }

  public func finish(
    _ state: DescentState<O.Element>, on problem: Minimization<O>, workspace: DescentWorkspace<O>
  ) -> Minimum<O.Element> {
    var final = state
    problem.measure(&final, workspace: workspace)
    return Minimum(parameters: final.parameters, value: final.measurements.value, gradient: final.gradient)
  }
}
