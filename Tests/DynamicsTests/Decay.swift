import Dynamics

/// A method simple enough to predict: x_{t+1} = factor x_t from x_0 = the problem.
struct Decay: Method {
  struct State: MethodState, Equatable {
    var iteration = 0
    var x: Double
    var measurements: Measurements { Measurements(value: x) }
    var evaluations = Evaluations()
  }

  var factor = 0.5
  var goal = 0.0

  func makeWorkspace(for problem: Double) {}
  func initialState(for problem: Double, workspace: Void) -> State { State(x: problem) }
  func step(_ state: inout State, on problem: Double, workspace: Void) {
    state.x *= factor
    state.iteration += 1
    state.evaluations.values += 1
  }
  func termination(of state: State, on problem: Double) -> Termination? {
    state.x <= goal ? .converged(.valueReached) : nil
  }
  func finish(_ state: State, on problem: Double, workspace: Void) -> Double { state.x }
}
