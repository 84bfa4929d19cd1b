/// Sizes of the tiled factorization. They are constants, not functions of the machine: the bounds of the tiles decide
/// the rounding.
enum CholeskyTiling {
  /// Up to this order one LAPACK call is at least as fast.
  static let smallest = 256
  /// Columns of a panel.
  static let panel = 192
  /// Rows of one task below the diagonal tile.
  static let rows = 96
  /// Columns of right-hand sides to one task.
  static let rightHandSides = 64
}

extension Cholesky {
  /// LAPACK's factorization on this thread. Returns the order of the first minor that is not positive, or 0.
  ///
  /// Row-major lower is column-major upper. OpenBLAS lets NaN through its test of the pivots, so the diagonal is
  /// looked at again.
  static func factorTile(_ a: MutableMatrixView<Element>) -> Int {
    guard a.rows > 0 else { return 0 }
    let info = Element.potrf(upper: true, a.rows, a.pointer, a.stride)
    for i in 0..<(info > 0 ? info - 1 : a.rows) where !(a.pointer[i * a.stride + i] > 0) || !a[i, i].isFinite {
      return i + 1
    }
    return info
  }

  /// Left-looking factorization by panels of columns. With L left of panel k known:
  ///
  ///     A[k:, k] <- A[k:, k] - L[k:, 0..<k] L[k, 0..<k]^T     rows shared out; the task of the diagonal tile comes
  ///                                                           first and also factors it, behind the others' products
  ///     L[k+1:, k] <- A[k+1:, k] L[k, k]^-T                   rows shared out
  ///
  /// Left-looking writes each tile once and runs its products over a long inner dimension, where BLAS is fastest.
  static func factorPanels(_ a: MutableMatrixView<Element>) -> Int {
    let n = a.rows, width = CholeskyTiling.panel
    var minor = 0
    for start in Swift.stride(from: 0, to: n, by: width) {
      let end = min(start + width, n)
      let left = a.columns(0..<start).readOnly, panel = a.columns(start..<end)
      let diagonal = panel.rows(start..<end)
      let size = CholeskyTiling.rows
      let blocks = Parallel.pieces(of: n - end, size: size)
      func rows(_ block: Int) -> Range<Int> {
        end + block * size..<min(end + (block + 1) * size, n)
      }
      Parallel.forEach(blocks + 1) { task in
        if task == 0 {
          if start > 0 { diagonal.multiplyBySelf(left.rows(start..<end), alpha: -1, beta: 1) }
          let failed = factorTile(diagonal)
          if failed > 0 { minor = start + failed }
        } else if start > 0 {
          let rows = rows(task - 1)
          panel.rows(rows).multiply(left.rows(rows), .no, left.rows(start..<end), .yes, alpha: -1, beta: 1)
        }
      }
      if minor > 0 { return minor }
      Parallel.forEach(blocks) { block in
        let part = panel.rows(rows(block))
        Element.trsm(
          left: false, lower: true, transpose: true, unit: false, part.rows, part.columns, 1, diagonal.pointer,
          diagonal.stride, part.pointer, part.stride)
      }
    }
    return 0
  }
}
