import LinearAlgebra
import Networks

extension Teacher {
  /// The student with the given directions, m x d, whose norms fit this teacher best.
  ///
  ///     minimise over z >= 0:  1/2 E (sum_j z_j phi(w_j . x) - f*(x))^2
  ///
  /// whose Gram matrix is K(w_j, w_k) and whose right side is sum_i K(w_j, w_i*). The result's unit j computes
  /// z_j phi(w_j . x): its weights are sqrt(z_j/|w_j|) w_j for `abs` and z_j w_j for `relu`.
  ///
  /// Source: Zhou, Ge and Jin (COLT 2021), appendix E.
  ///
  /// - Precondition: the units are homogeneous, not `erf`.
  /// - Throws: ``StudentStartError`` should the active-set method not end.
  func fittedNorms(of directions: Matrix<Double>) throws -> Matrix<Double> {
    precondition(unit != .erf, "erf is not homogeneous")
    let (m, d) = (directions.rows, directions.columns)
    var gram = Matrix<Double>(rows: m, columns: m)
    var right = [Double](repeating: 0, count: m)
    var squaredNorm = 0.0
    directions.withView { w in
      weights.withView { teacher in
        for j in 0..<m {
          for k in 0...j {
            gram[j, k] = unit.expectation(w.row(j), w.row(k), dimension: d)
            gram[k, j] = gram[j, k]
          }
          for i in 0..<count { right[j] += unit.expectation(w.row(j), teacher.row(i), dimension: d) }
        }
        for i in 0..<count {
          for k in 0..<count { squaredNorm += unit.expectation(teacher.row(i), teacher.row(k), dimension: d) }
        }
      }
    }
    let fit = try NonNegativeLeastSquares.solve(gram: gram, right, squaredNorm: squaredNorm)
    guard fit.converged else {
      throw StudentStartError(
        "the non-negative least squares over \(m) directions did not end in \(fit.iterations) iterations")
    }
    return Matrix(rows: m, columns: d) { j, l in
      guard fit.x[j] > 0 else { return 0 }
      let length = Double.norm2(d, directions.row(j))
      return directions[j, l] * (unit.isScaledByNorm ? (fit.x[j] / length).squareRoot() : fit.x[j])
    }
  }
}

extension Double {
  fileprivate static func norm2(_ d: Int, _ row: ArraySlice<Double>) -> Double {
    row.withUnsafeBufferPointer { norm2(d, $0.baseAddress!) }
  }
}
