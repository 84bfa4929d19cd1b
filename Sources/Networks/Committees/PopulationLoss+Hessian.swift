import LinearAlgebra

/// The Hessian in the student's weights, from the kernels' second derivatives in the effective weights u:
///
///     d2L/du_j du_j = sum_k d2K(u_j, u_k)/du_j^2 + d2K(u_j, u_j)/du dv - sum_i d2K(u_j, v_i)/du_j^2
///     d2L/du_j du_k = d2K(u_j, u_k)/du_j du_k
///
/// For `abs`, u = |w| w, with du/dw on both sides, and the curvature of that map, contracted with dL/du_j, on the
/// diagonal.
extension PopulationLoss {
  public func hessian(at w: UnsafePointer<Double>) -> Matrix<Double> {
    let (m, d) = (width, dimension)
    let student = Matrix(rows: m, columns: d, elements: Array(UnsafeBufferPointer(start: w, count: m * d)))
    let effective = unit.effectiveWeights(student)
    var hessian = Matrix<Double>(rows: m * d, columns: m * d)
    hessian.withMutableView { h in
      effective.withView { u in
        teacher.withView { v in
          for j in 0..<m {
            let diagonal = block(h, j, j)
            for k in 0..<m {
              unit.addSecondDerivative(u.row(j), u.row(k), scale: 1, to: diagonal)
              unit.addMixedDerivative(u.row(j), u.row(k), scale: 1, to: block(h, j, k))
            }
            for i in 0..<v.rows { unit.addSecondDerivative(u.row(j), v.row(i), scale: -1, to: diagonal) }
          }
          if unit.isScaledByNorm { changeVariables(h, student: student, effective: u, teacher: v) }
        }
      }
      symmetrize(h)
    }
    return hessian
  }

  /// The Hessian at a student given as a matrix, m x d.
  public func hessian(of student: Matrix<Double>) -> Matrix<Double> {
    precondition(student.rows == width && student.columns == dimension, "the student is not \(width) x \(dimension)")
    return student.withView { hessian(at: $0.pointer) }
  }

  /// H(w) z, through the whole Hessian.
  ///
  /// - Complexity: that of ``hessian(at:)``; for many products at one point, form it once.
  public func hessianProduct(
    at w: UnsafePointer<Double>, _ z: UnsafePointer<Double>, into product: UnsafeMutablePointer<Double>,
    workspace: Workspace
  ) {
    let h = hessian(at: w)
    h.withView { h in
      for p in 0..<h.rows { product[p] = Double.dot(h.columns, h.row(p), z) }
    }
  }

  private func block(_ h: MutableMatrixView<Double>, _ j: Int, _ k: Int) -> MutableMatrixView<Double> {
    let d = dimension
    return MutableMatrixView(h.pointer + j * d * h.stride + k * d, rows: d, columns: d, stride: h.stride)
  }

  /// From u = |w| w to w.
  private func changeVariables(
    _ h: MutableMatrixView<Double>, student: Matrix<Double>, effective u: MatrixView<Double>,
    teacher v: MatrixView<Double>
  ) {
    let (m, d) = (width, dimension)
    let norms = (0..<m).map { j in student.withView { Double.norm2(d, $0.row(j)) } }
    let directions = student.elements.indices.map { norms[$0 / d] > 0 ? student.elements[$0] / norms[$0 / d] : 0 }
    for j in 0..<m {
      for k in 0..<m {
        let b = block(h, j, k)
        // From the right, then from the left: x -> |w| (x + (x.p) p).
        for i in 0..<d {
          let part = (0..<d).reduce(0) { $0 + b[i, $1] * directions[k * d + $1] }
          for l in 0..<d { b[i, l] = norms[k] * (b[i, l] + part * directions[k * d + l]) }
        }
        for l in 0..<d {
          let part = (0..<d).reduce(0) { $0 + b[$1, l] * directions[j * d + $1] }
          for i in 0..<d { b[i, l] = norms[j] * (b[i, l] + part * directions[j * d + i]) }
        }
      }
      var g = [Double](repeating: 0, count: d)
      for k in 0..<m { unit.addExpectationGradient(u.row(j), u.row(k), scale: 1, to: &g, dimension: d) }
      for i in 0..<v.rows { unit.addExpectationGradient(u.row(j), v.row(i), scale: -1, to: &g, dimension: d) }
      student.withView { unit.addChainCurvature(at: $0.row(j), g, to: block(h, j, j)) }
    }
  }

  /// Blocks (j, k) and (k, j) are computed apart and differ by rounding.
  private func symmetrize(_ h: MutableMatrixView<Double>) {
    for p in 0..<h.rows {
      for q in 0..<p {
        let mean = 0.5 * (h[p, q] + h[q, p])
        h[p, q] = mean
        h[q, p] = mean
      }
    }
  }
}
