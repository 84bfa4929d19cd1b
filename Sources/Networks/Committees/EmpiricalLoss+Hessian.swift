import LinearAlgebra
import Optimization

/// With a_ij = phi'(u_j . x_i) and r_i the residuals, the Hessian by the effective weights has the blocks
///
///     d2L/du_j du_k = 1/N sum_i (a_ij a_ik + [j = k] r_i phi''(u_j . x_i)) x_i x_i^T
///
/// and the one by W follows by the chain rule, whose second derivative for `abs` is dJ[q] g = (p.q) g + (p.g) q +
/// (q.g - (p.g)(p.q)) p, g = dL/du_j.
///
/// For `abs` and `relu`, L is piecewise smooth, phi'' is taken to be zero, and this is its Hessian at all W but those
/// with some u_j . x_i = 0. Its mean over samples is therefore not the Hessian of the population loss: the term that
/// comes from the kinks, E r(x) delta(u_j . x) x x^T times the jump of phi', is missing from the diagonal blocks. The
/// blocks with j != k agree in the mean.
extension EmpiricalLoss: TwiceDifferentiable {
  /// - Complexity: O(N m d), four times the work of the value.
  public func hessianProduct(
    at w: UnsafePointer<Double>, _ direction: UnsafePointer<Double>, into product: UnsafeMutablePointer<Double>,
    workspace: CommitteeWorkspace
  ) {
    let (m, d, scale) = (width, dimension, unit.argumentScale)
    let curvature = workspace.curvature
    let (h, s, rz, t) = (workspace.h.pointer, workspace.s.pointer, curvature.rz.pointer, curvature.t.pointer)
    let smooth = unit == .erf
    blocks.prepare(w, workspace)
    curvature.ru.pointer.update(from: direction, count: m * d)
    for j in 0..<m { unit.applyChainRule(at: w + j * d, to: curvature.ru.pointer + j * d, dimension: d) }
    forEachBlock { x, y, first in
      let rows = x.rows
      let z = MutableMatrixView(workspace.z.pointer, rows: rows, columns: m)
      z.multiply(x, .no, MatrixView(workspace.u.pointer, rows: m, columns: d), .yes, alpha: scale)
      MutableMatrixView(rz, rows: rows, columns: m).multiply(
        x, .no, MatrixView(curvature.ru.pointer, rows: m, columns: d), .yes, alpha: scale)
      applyActivation(unit.activation, z.pointer, h, s, smooth ? t : nil, rows * m)
      for i in 0..<rows {
        let row = i * m
        let residual = rowSum(h + row, m) - y[i]
        var change = 0.0
        for j in row..<row + m { change += s[j] * rz[j] }
        for j in row..<row + m {
          rz[j] = change * s[j] + (smooth ? residual * t[j] * rz[j] : 0)
          s[j] *= residual
        }
      }
      let beta: Double = first ? 0 : 1
      MutableMatrixView(product, rows: m, columns: d).multiply(
        MatrixView(rz, rows: rows, columns: m), .yes, x, alpha: scale, beta: beta)
      if unit.isScaledByNorm {
        MutableMatrixView(curvature.gu.pointer, rows: m, columns: d).multiply(
          MatrixView(s, rows: rows, columns: m), .yes, x, alpha: scale, beta: beta)
      }
    }
    Double.scale(m * d, 1 / Double(sampleCount), product)
    if unit.isScaledByNorm { Double.scale(m * d, 1 / Double(sampleCount), curvature.gu.pointer) }
    for j in 0..<m {
      unit.applyChainRule(at: w + j * d, to: product + j * d, dimension: d)
      unit.addChainCurvature(
        at: w + j * d, along: direction + j * d, curvature.gu.pointer + j * d, to: product + j * d, dimension: d)
    }
  }

  /// The Hessian, md x md, exactly symmetric. For `abs` and `relu` it is the one that exists almost everywhere.
  ///
  /// - Complexity: O(N m^2 d^2) time, O(block m d + m^2 d^2) memory.
  public func hessian(at w: UnsafePointer<Double>) -> Matrix<Double> {
    let (m, d, scale) = (width, dimension, unit.argumentScale)
    let workspace = makeWorkspace()
    let (h, s, t) = (workspace.h.pointer, workspace.s.pointer, workspace.curvature.t.pointer)
    let smooth = unit == .erf
    let features = Buffer<Double>(count: blocks.size * m * d)
    let weighted = Buffer<Double>(count: blocks.size * d)
    let gradient = Buffer<Double>(count: m * d)
    var result = Matrix<Double>(rows: m * d, columns: m * d)
    blocks.prepare(w, workspace)
    result.withMutableView { result in
      forEachBlock { x, y, first in
        let rows = x.rows
        let z = MutableMatrixView(workspace.z.pointer, rows: rows, columns: m)
        z.multiply(x, .no, MatrixView(workspace.u.pointer, rows: m, columns: d), .yes, alpha: scale)
        applyActivation(unit.activation, z.pointer, h, s, smooth ? t : nil, rows * m)
        let a = features.view(rows: rows, columns: m * d)
        for i in 0..<rows {
          workspace.labels[i] = rowSum(h + i * m, m) - y[i]
          for j in 0..<m {
            // The row of the Jacobian of f by W.
            let row = a.row(i) + j * d
            for l in 0..<d { row[l] = scale * s[i * m + j] * x[i, l] }
            Double.axpy(d, workspace.labels[i], row, gradient.pointer + j * d)
            unit.applyChainRule(at: w + j * d, to: row, dimension: d)
          }
        }
        result.multiplyBySelf(a.readOnly, .yes, beta: first ? 0 : 1)
        guard smooth else { return }
        for j in 0..<m {
          let block = weighted.view(rows: rows, columns: d)
          for i in 0..<rows {
            let factor = workspace.labels[i] * scale * scale * t[i * m + j]
            for l in 0..<d { block[i, l] = factor * x[i, l] }
          }
          result.rows(j * d..<(j + 1) * d).columns(j * d..<(j + 1) * d).multiply(block.readOnly, .yes, x, beta: 1)
        }
      }
      for j in 0..<m {
        let range = j * d..<(j + 1) * d
        unit.addChainCurvature(at: w + j * d, gradient.pointer + j * d, to: result.rows(range).columns(range))
      }
      result.mirrorLowerTriangle()
      for i in 0..<m * d { Double.scale(m * d, 1 / Double(sampleCount), result.row(i)) }
    }
    return result
  }
}
