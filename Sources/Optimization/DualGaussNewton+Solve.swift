import Dynamics
import LinearAlgebra

extension DualGaussNewton {
  /// Solves (G + shift I) a = b for the workspace's right-hand side b into its `solution` a.
  ///
  /// Dense: a Cholesky factorisation of a copy; false when rounding leaves it indefinite, which more damping mends.
  /// Otherwise conjugate gradients, whose last iterate serves even when their limit is met: it lowers the model.
  func solve(
    shift: O.Element, _ objective: O, _ workspace: DualGaussNewtonWorkspace<O>, counting evaluations: inout Evaluations
  ) -> Bool {
    let n = objective.residualCount
    let a = workspace.solution.pointer
    if workspace.isDense {
      a.update(from: workspace.rightHandSide.pointer, count: n)
      copyLowerTriangle(
        workspace.gram.view(rows: n, columns: n).readOnly, into: workspace.factor.view(rows: n, columns: n),
        adding: shift)
      evaluations.factorizations += 1
      let factor = workspace.factor.view(rows: n, columns: n)
      guard Cholesky.factor(factor).isFactored else { return false }
      Cholesky.solve(factor.readOnly, a)
      return true
    }
    let scratch = workspace.scratch.pointer
    a.update(repeating: 0, count: n)
    let result = ConjugateGradient.solve(
      workspace.rightHandSide.pointer, into: a, relativeTolerance: O.Element(tolerance),
      iterationLimit: conjugateGradientLimit, workspace.conjugateGradient
    ) { u, product in
      objective.jacobianTransposeProduct(u, into: scratch, workspace: workspace.objective)
      objective.jacobianProduct(scratch, into: product, workspace: workspace.objective)
      O.Element.axpy(n, shift, u, product)
    }
    evaluations.jacobianProducts += 2 * result.iterations
    return true
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
