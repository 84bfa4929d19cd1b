import LinearAlgebra

/// Scratch memory of ``DualGaussNewton``: vectors in both spaces and, when dense, two N x N matrices.
public final class DualGaussNewtonWorkspace<O: DualLeastSquares> {
  let objective: O.Workspace
  let isDense: Bool
  // Sample space, N elements.
  let residual: Buffer<O.Element>
  let rightHandSide: Buffer<O.Element>
  let solution: Buffer<O.Element>
  let inward: Buffer<O.Element>
  // Parameter space: the point a step starts from, where it would lead, and J^T a.
  let point: Buffer<O.Element>
  let trial: Buffer<O.Element>
  let scratch: Buffer<O.Element>
  // N x N.
  let gram: Buffer<O.Element>
  let factor: Buffer<O.Element>
  let conjugateGradient: ConjugateGradientWorkspace<O.Element>

  init(_ objective: O, dense: Bool) {
    let (n, count) = (objective.residualCount, objective.parameterCount)
    self.objective = objective.makeWorkspace()
    isDense = dense
    residual = Buffer(count: n)
    rightHandSide = Buffer(count: n)
    solution = Buffer(count: n)
    inward = Buffer(count: n)
    point = Buffer(count: count)
    trial = Buffer(count: count)
    scratch = Buffer(count: count)
    gram = Buffer(count: dense ? n * n : 0)
    factor = Buffer(count: dense ? n * n : 0)
    conjugateGradient = ConjugateGradientWorkspace(dimension: dense ? 0 : n)
  }

  /// |trial - c| in the ball's range.
  func length(in ball: Ball<O.Element>) -> Double {
    ball.center.withUnsafeBufferPointer {
      Double(distance(trial.pointer + ball.range.lowerBound, $0.baseAddress!, count: ball.range.count))
    }
  }
}
