import Dynamics
import LinearAlgebra

/// A constrained minimisation problem with a start: min L(x) over x in C, from x0.
public struct Minimization<O: Objective>: Sendable {
  public let objective: O
  public let set: any Projection<O.Element>
  public let start: [O.Element]
  /// The part of the vector whose distance from the start is reported.
  public let tracked: Range<Int>

  /// - Precondition: `start` has one element for each parameter.
  public init(
    _ objective: O, over set: any Projection<O.Element> = Unconstrained<O.Element>(), from start: [O.Element],
    tracking tracked: Range<Int>? = nil
  ) {
    precondition(
      start.count == objective.parameterCount, "\(start.count) elements to start \(objective.parameterCount) parameters"
    )
    self.objective = objective
    self.set = set
    self.start = start
    self.tracked = tracked ?? 0..<start.count
  }

  /// |x - x0| over the tracked part.
  func distance(of x: UnsafePointer<O.Element>) -> Double {
    start.withUnsafeBufferPointer {
      guard !tracked.isEmpty else { return 0 }
      let offset = tracked.lowerBound
      return Double(LinearAlgebra.distance(x + offset, $0.baseAddress! + offset, count: tracked.count))
    }
  }

  /// |P(x - g) - x| / (1 + |x|).
  func stationarity(
    at x: UnsafePointer<O.Element>, gradient: UnsafePointer<O.Element>, scratch: UnsafeMutablePointer<O.Element>
  ) -> Double {
    Double(set.stationarity(at: x, gradient: gradient, scratch: scratch, count: objective.parameterCount))
  }
}

/// What a minimisation found.
public struct Minimum<Element: Scalar>: Codable, Sendable, Equatable {
  @Packed public var parameters: [Element]
  /// L there, over all samples.
  public var value: Double
  /// grad L there, over all samples.
  @Packed public var gradient: [Element]

  public init(parameters: [Element], value: Double, gradient: [Element]) {
    _parameters = Packed(wrappedValue: parameters)
    self.value = value
    _gradient = Packed(wrappedValue: gradient)
  }
}

/// The state of first-order methods.
public struct DescentState<Element: Scalar>: MethodState {
  public internal(set) var iteration = 0
  // Stored packed, not wrapped: a wrapper's accessors would make one access of the whole state out of each of theirs.
  var x: Packed<Element>
  var g: Packed<Element>
  public internal(set) var memory: DirectionMemory<Element>
  /// The last step length.
  public internal(set) var step: Double?
  public internal(set) var measurements: Measurements
  public internal(set) var evaluations = Evaluations()
  /// Set when the method itself finds that it cannot go on.
  public internal(set) var ended: Termination?

  public var parameters: [Element] { x.wrappedValue }
  /// The gradient at `parameters`; after a mini-batch step, that of the last batch.
  public var gradient: [Element] { g.wrappedValue }

  init(start: [Element], memory: DirectionMemory<Element>) {
    x = Packed(wrappedValue: start)
    g = Packed(wrappedValue: Array(repeating: 0, count: start.count))
    self.memory = memory
    measurements = Measurements(value: .nan)
  }
}

/// Scratch memory of first-order methods.
public final class DescentWorkspace<O: Objective> {
  let objective: O.Workspace
  let direction: Buffer<O.Element>
  let trial: Buffer<O.Element>
  let order: Buffer<Int32>

  init(_ objective: O, samples: Int = 0) {
    self.objective = objective.makeWorkspace()
    direction = Buffer(count: objective.parameterCount)
    trial = Buffer(count: objective.parameterCount)
    order = Buffer(count: samples)
  }
}

extension Minimization {
  /// The start, moved into the set, with everything measured there.
  func startingState(remembering vectors: Int, workspace: DescentWorkspace<O>) -> DescentState<O.Element> {
    var state = DescentState<O.Element>(
      start: start, memory: DirectionMemory(remembering: vectors, count: start.count))
    state.x.wrappedValue.withUnsafeMutableBufferPointer { if let x = $0.baseAddress { set.project(x) } }
    state.evaluations.projections += 1
    measure(&state, workspace: workspace)
    return state
  }

  /// Evaluates value, gradient, stationarity and distance at the state's point.
  func measure(_ state: inout DescentState<O.Element>, workspace: DescentWorkspace<O>) {
    let step = state.step
    state.measurements = state.x.wrappedValue.withUnsafeBufferPointer { x in
      state.g.wrappedValue.withUnsafeMutableBufferPointer { g in
        guard let x = x.baseAddress, let g = g.baseAddress else { return Measurements(value: 0) }
        let value = objective.valueAndGradient(at: x, gradient: g, workspace: workspace.objective)
        return Measurements(
          value: Double(value), stationarity: stationarity(at: x, gradient: g, scratch: workspace.trial.pointer),
          distance: distance(of: x), step: step)
      }
    }
    state.evaluations.gradients += 1
    state.evaluations.projections += 1
  }
}
