/// A way to move a state on a problem until an end is reached.
///
///     problem + method --driver--> solution --guarantee--> checks
///
/// A method is an immutable value of hyper-parameters. Everything that changes lives in its `State`, which is
/// `Codable`: resuming is decoding it. The four verbs do the mathematics; limits, tracing, checkpoints, progress,
/// cancellation and the watch for non-finite numbers belong to the ``Driver``.
///
/// A step must depend on the state, the problem and the method alone, so that a run continued from a checkpoint
/// gives the same bits as one never interrupted.
public protocol Method<Problem, State, Value>: Sendable {
  associatedtype Problem
  associatedtype State: MethodState
  associatedtype Value
  /// Scratch memory, made once before the loop; it carries nothing from one step to the next.
  associatedtype Workspace

  func makeWorkspace(for problem: Problem) -> Workspace

  /// The state before the first step, with its measurements taken.
  func initialState(for problem: Problem, workspace: Workspace) throws -> State

  /// One iteration, in place.
  func step(_ state: inout State, on problem: Problem, workspace: Workspace)

  /// The end, once reached: asked before each step. Limits are the driver's.
  func termination(of state: State, on problem: Problem) -> Termination?

  /// What the final state is worth to the caller.
  func finish(_ state: State, on problem: Problem, workspace: Workspace) -> Value
}

/// What a driver needs to see of any method's state.
public protocol MethodState: Codable, Sendable {
  /// Steps taken so far.
  var iteration: Int { get }
  /// The numbers worth watching, as of now.
  var measurements: Measurements { get }
  /// Work done so far.
  var evaluations: Evaluations { get }
}

/// The numbers worth watching on any run; `nil` where a method does not measure one.
public struct Measurements: Codable, Sendable, Equatable {
  /// The objective.
  public var value: Double
  /// How far from stationary: the method says in which norm.
  public var stationarity: Double?
  /// Distance from the start.
  public var distance: Double?
  /// Length of the last step rule's step, or the damping, whatever steers the method.
  public var step: Double?

  public init(value: Double, stationarity: Double? = nil, distance: Double? = nil, step: Double? = nil) {
    self.value = value
    self.stationarity = stationarity
    self.distance = distance
    self.step = step
  }

  public var areFinite: Bool {
    value.isFinite && (stationarity?.isFinite ?? true) && (distance?.isFinite ?? true)
  }
}

/// Counters of work. For a mini-batch method a gradient over b of n samples counts b/n.
public struct Evaluations: Codable, Sendable, Equatable {
  public var values = 0.0
  public var gradients = 0.0
  public var jacobianProducts = 0
  public var grams = 0
  public var factorizations = 0
  public var projections = 0

  public init() {}
}

extension Evaluations {
  public static func + (a: Evaluations, b: Evaluations) -> Evaluations {
    var sum = a
    sum.values += b.values
    sum.gradients += b.gradients
    sum.jacobianProducts += b.jacobianProducts
    sum.grams += b.grams
    sum.factorizations += b.factorizations
    sum.projections += b.projections
    return sum
  }
}
