import LinearAlgebra
import Networks
import Optimization

/// An objective with a workspace of its own, for callers outside hot loops.
struct NetworkEvaluation {
  let objective: NetworkObjective<Double>
  private let workspace: NetworkWorkspace<Double>

  init(_ objective: NetworkObjective<Double>) {
    self.objective = objective
    workspace = objective.makeWorkspace()
  }

  func loss(_ parameters: [Double]) -> Double { objective.value(at: parameters, workspace: workspace) }

  /// The largest eigenvalue of J J^T over the free weights, from below, by the power method on a fixed start.
  ///
  /// - Complexity: `iterations` products by J and J^T.
  func largestGramEigenvalue(at parameters: [Double], iterations: Int = 30) -> Double {
    let n = objective.residualCount
    var a = [Double](repeating: 0, count: n)
    var u = [Double](repeating: 0, count: objective.parameterCount)
    _ = objective.prepare(at: parameters, residual: &a, workspace: workspace)
    // The residual itself is a fair start: it is what training is about. Its mean keeps it from being zero.
    for i in 0..<n { a[i] += 1 }
    var eigenvalue = 0.0
    for _ in 0..<iterations {
      let length = a.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0, length.isFinite else { break }
      for i in 0..<n { a[i] /= length }
      objective.jacobianTransposeProduct(a, into: &u, workspace: workspace)
      eigenvalue = u.reduce(0) { $0 + $1 * $1 }
      objective.jacobianProduct(u, into: &a, workspace: workspace)
    }
    return eigenvalue
  }
}
