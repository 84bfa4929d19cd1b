import LinearAlgebra

/// Scratch memory of ``DualGaussNewton``: vectors in both spaces and, by the way its systems are solved, two matrices.
public final class DualGaussNewtonWorkspace<O: DualLeastSquares> {
  /// How (G + lambda I) a = b is solved.
  enum Solver: Equatable {
    /// A factorisation of G itself, N x N.
    case dense
    /// Conjugate gradients, preconditioned by a factorisation of the mean diagonal block of G, of this order.
    case blocks(Int)
    /// Conjugate gradients as they are.
    case plain
  }

  let objective: O.Workspace
  let solver: Solver
  // Sample space, N elements.
  let residual: Buffer<O.Element>
  let rightHandSide: Buffer<O.Element>
  let solution: Buffer<O.Element>
  let inward: Buffer<O.Element>
  // Parameter space: the point a step starts from, where it would lead, and J^T a.
  let point: Buffer<O.Element>
  let trial: Buffer<O.Element>
  let scratch: Buffer<O.Element>
  let transformed: Buffer<O.Element>
  /// The matrix that is factored, before its shift, and its factor; empty for plain conjugate gradients.
  let gram: Buffer<O.Element>
  let factor: Buffer<O.Element>
  let conjugateGradient: ConjugateGradientWorkspace<O.Element>

  init(_ objective: O, denseLimit: Int) {
    let (n, count) = (objective.residualCount, objective.parameterCount)
    self.objective = objective.makeWorkspace()
    solver =
      n <= denseLimit ? .dense : objective.blockSize <= denseLimit ? .blocks(objective.blockSize) : .plain
    let order =
      switch solver {
      case .dense: n
      case .blocks(let order): order
      case .plain: 0
      }
    residual = Buffer(count: n)
    rightHandSide = Buffer(count: n)
    solution = Buffer(count: n)
    inward = Buffer(count: n)
    point = Buffer(count: count)
    trial = Buffer(count: count)
    scratch = Buffer(count: count)
    transformed = Buffer(count: solver == .dense ? 0 : n)
    gram = Buffer(count: order * order)
    factor = Buffer(count: order * order)
    conjugateGradient = ConjugateGradientWorkspace(dimension: solver == .dense ? 0 : n)
  }

  /// |trial - c| in the ball's range.
  func length(in ball: Ball<O.Element>) -> Double {
    ball.center.withUnsafeBufferPointer {
      Double(distance(trial.pointer + ball.range.lowerBound, $0.baseAddress!, count: ball.range.count))
    }
  }
}
