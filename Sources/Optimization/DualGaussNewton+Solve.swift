import Dynamics
import LinearAlgebra

extension DualGaussNewton {
  /// Solves (G + shift I) a = b for the workspace's right-hand side b into its `solution` a; false when rounding leaves
  /// the matrix to be factored indefinite, which more damping mends.
  func solve(
    shift: O.Element, _ objective: O, _ workspace: DualGaussNewtonWorkspace<O>, counting evaluations: inout Evaluations
  ) -> Bool {
    switch workspace.solver {
    case .dense:
      let n = objective.residualCount
      guard factor(order: n, shift: shift, workspace, counting: &evaluations) else { return false }
      workspace.solution.pointer.update(from: workspace.rightHandSide.pointer, count: n)
      Cholesky.solve(workspace.factor.view(rows: n, columns: n).readOnly, workspace.solution.pointer)
    case .blocks(let order):
      guard factor(order: order, shift: shift, workspace, counting: &evaluations) else { return false }
      solvePreconditioned(order: order, shift: shift, objective, workspace, counting: &evaluations)
    case .plain:
      solveIteratively(workspace.rightHandSide.pointer, workspace, counting: &evaluations) { u, product in
        apply(shift: shift, objective, workspace, to: u, into: product)
      }
    }
    return true
  }

  private func factor(
    order n: Int, shift: O.Element, _ workspace: DualGaussNewtonWorkspace<O>, counting evaluations: inout Evaluations
  ) -> Bool {
    let factor = workspace.factor.view(rows: n, columns: n)
    copyLowerTriangle(workspace.gram.view(rows: n, columns: n).readOnly, into: factor, adding: shift)
    evaluations.factorizations += 1
    return Cholesky.factor(factor).isFactored
  }

  /// (G + shift I) u.
  private func apply(
    shift: O.Element, _ objective: O, _ workspace: DualGaussNewtonWorkspace<O>, to u: UnsafePointer<O.Element>,
    into product: UnsafeMutablePointer<O.Element>
  ) {
    objective.jacobianTransposeProduct(u, into: workspace.scratch.pointer, workspace: workspace.objective)
    objective.jacobianProduct(workspace.scratch.pointer, into: product, workspace: workspace.objective)
    O.Element.axpy(objective.residualCount, shift, u, product)
  }

  /// With the mean block K + shift I = L L^T, repeated for every output, as M: solves
  /// M^-1/2 (G + shift I) M^-T/2 y = M^-1/2 b by conjugate gradients, and a = M^-T/2 y.
  ///
  /// Blocks of different outputs are coupled by sums of products of weights with random signs, which are small beside
  /// the diagonal ones when the net is wide; a few dozen iterations then do, whatever the conditioning of K.
  private func solvePreconditioned(
    order: Int, shift: O.Element, _ objective: O, _ workspace: DualGaussNewtonWorkspace<O>,
    counting evaluations: inout Evaluations
  ) {
    let n = objective.residualCount
    let l = workspace.factor.view(rows: order, columns: order).readOnly
    func asMatrix(_ x: UnsafeMutablePointer<O.Element>) -> MutableMatrixView<O.Element> {
      MutableMatrixView(x, rows: order, columns: n / order)
    }
    let (b, t) = (workspace.rightHandSide.pointer, workspace.transformed.pointer)
    Cholesky.solveTriangular(l, asMatrix(b))
    solveIteratively(b, workspace, counting: &evaluations) { u, product in
      t.update(from: u, count: n)
      Cholesky.solveTriangular(l, asMatrix(t), .yes)
      apply(shift: shift, objective, workspace, to: t, into: product)
      Cholesky.solveTriangular(l, asMatrix(product))
    }
    Cholesky.solveTriangular(l, asMatrix(workspace.solution.pointer), .yes)
  }

  /// Conjugate gradients from zero. Their last iterate serves even when their limit is met: it lowers the model.
  private func solveIteratively(
    _ b: UnsafePointer<O.Element>, _ workspace: DualGaussNewtonWorkspace<O>, counting evaluations: inout Evaluations,
    apply: (UnsafePointer<O.Element>, UnsafeMutablePointer<O.Element>) -> Void
  ) {
    workspace.solution.pointer.update(repeating: 0, count: workspace.solution.count)
    let result = ConjugateGradient.solve(
      b, into: workspace.solution.pointer, relativeTolerance: O.Element(tolerance),
      iterationLimit: conjugateGradientLimit, workspace.conjugateGradient, apply: apply)
    evaluations.jacobianProducts += 2 * result.iterations
  }
}

/// B <- lower triangle of A, with `shift` added to the diagonal; by rows, shared out over threads.
private func copyLowerTriangle<Element: Scalar>(
  _ a: MatrixView<Element>, into b: MutableMatrixView<Element>, adding shift: Element
) {
  let rowsAtOnce = 64
  Parallel.forEach(Parallel.pieces(of: a.rows, size: rowsAtOnce)) { piece in
    for i in Parallel.piece(piece, of: a.rows, size: rowsAtOnce) {
      b.row(i).update(from: a.row(i), count: i + 1)
      b[i, i] += shift
    }
  }
}
