import Dynamics
import LinearAlgebra

/// An attack as a method of rounds: each takes the next group of inputs from ascent to certificate.
///
/// Inputs do not look at each other, so a run that is taken up again gives the bits of one never interrupted. The groups
/// depend on the settings alone, not on the number of threads.
struct AttackRounds: Method {
  let settings: AttackSettings
  /// Ends the search of an input too: that may take long.
  var cancellation: Cancellation?

  /// Inputs of a round: enough to share out, few enough that progress shows.
  var group: Int {
    switch settings.certificate {
    case .none: 256
    case .bounds: 64
    case .exact: 16
    }
  }

  struct State: MethodState {
    var iteration = 0
    var outcomes: [AttackOutcome] = []
    /// Attacked inputs so far, row after row.
    var attacked: Packed<Double>
    var evaluations = Evaluations()
    var isDone = false

    /// The mean loss so far, and the worst residual of the last round.
    var measurements = Measurements(value: 0)
  }

  struct Value {
    let outcomes: [AttackOutcome]
    let attacked: Matrix<Double>
  }

  func makeWorkspace(for problem: AttackProblem) -> InputAttack {
    InputAttack(problem, settings, cancellation)
  }

  func initialState(for problem: AttackProblem, workspace: InputAttack) -> State {
    var state = State(attacked: Packed(wrappedValue: []))
    state.isDone = problem.count == 0
    return state
  }

  func step(_ state: inout State, on problem: AttackProblem, workspace: InputAttack) {
    let first = state.outcomes.count
    let range = first..<min(first + group, problem.count)
    // Cut short, a round leaves nothing.
    guard let (outcomes, attacked) = workspace.run(range) else { return }
    state.outcomes += outcomes
    state.attacked.wrappedValue += attacked
    state.iteration += 1
    state.isDone = range.upperBound == problem.count
    state.evaluations.gradients += Double(outcomes.reduce(0) { $0 + $1.evaluations })
    // An input without a finite loss is a finding, not the end of the run.
    let finite = state.outcomes.map(\.loss).filter(\.isFinite)
    state.measurements = Measurements(
      value: finite.reduce(0, +) / Double(max(finite.count, 1)),
      stationarity: outcomes.map(\.residual).filter(\.isFinite).max())
  }

  func termination(of state: State, on problem: AttackProblem) -> Termination? {
    state.isDone ? .converged(.settled) : nil
  }

  func finish(_ state: State, on problem: AttackProblem, workspace: InputAttack) -> Value {
    Value(
      outcomes: state.outcomes,
      attacked: Matrix(
        rows: state.outcomes.count, columns: problem.dimension, elements: state.attacked.wrappedValue))
  }
}
