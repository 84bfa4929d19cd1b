// Products shared out over the threads of ``Parallel``. C is cut at places that depend on its size alone, each piece is
// one single-threaded BLAS call, and no sum is split: the bits do not depend on the number of threads.

/// Where products are cut.
enum ProductTiling {
  /// Multiply-adds below which sharing out costs more than it gains (about ten microseconds of work).
  static let smallest = 1 << 18
  /// Pieces aimed at: enough for a few threads' loads to even out, few enough that BLAS packs its operands rarely.
  static let pieces = 16
  static let leastRows = 32
  static let mostRows = 512
  /// Order of the tiles of a symmetric product.
  static let symmetricTile = 192

  /// Rows (or columns) of a piece when `total` are to be cut, a multiple of 16.
  static func size(of total: Int) -> Int {
    let even = (total + pieces - 1) / pieces
    return min(max((even + 15) / 16 * 16, leastRows), mostRows)
  }
}

extension MutableMatrixView {
  /// C <- alpha op(A) op(B) + beta C on several threads, by blocks of rows of C (of columns where C is wide).
  ///
  /// The same bits for any number of threads; they may differ from those of ``multiply(_:_:_:_:alpha:beta:)``.
  /// Allocates nothing.
  /// - Precondition: the sizes fit; C does not overlap A or B.
  /// - Complexity: 2 m n k operations.
  public func multiplyInParallel(
    _ a: MatrixView<Element>, _ transposeA: Transpose = .no, _ b: MatrixView<Element>, _ transposeB: Transpose = .no,
    alpha: Element = 1, beta: Element = 0
  ) {
    let inner = transposeA == .yes ? a.rows : a.columns
    guard rows * columns * inner > ProductTiling.smallest, max(rows, columns) > ProductTiling.leastRows else {
      multiply(a, transposeA, b, transposeB, alpha: alpha, beta: beta)
      return
    }
    let ofA = transposeA == .yes ? a.columns : a.rows, ofB = transposeB == .yes ? b.rows : b.columns
    precondition(ofA == rows && ofB == columns, "sizes do not fit: \(ofA) x \(ofB) -> \(rows) x \(columns)")
    if rows >= columns {
      let size = ProductTiling.size(of: rows)
      Parallel.forEach(Parallel.pieces(of: rows, size: size)) { i in
        let part = Parallel.piece(i, of: rows, size: size)
        let block = transposeA == .yes ? a.columns(part) : a.rows(part)
        rows(part).multiply(block, transposeA, b, transposeB, alpha: alpha, beta: beta)
      }
    } else {
      let size = ProductTiling.size(of: columns)
      Parallel.forEach(Parallel.pieces(of: columns, size: size)) { i in
        let part = Parallel.piece(i, of: columns, size: size)
        let block = transposeB == .yes ? b.rows(part) : b.columns(part)
        columns(part).multiply(a, transposeA, block, transposeB, alpha: alpha, beta: beta)
      }
    }
  }

  /// The lower triangle of C <- alpha A A^T + beta C (A^T A when transposed) on several threads, by square tiles.
  ///
  /// With `mirror` the upper triangle is overwritten by the lower one's values; without it is left alone. The same
  /// bits for any number of threads. Allocates nothing.
  /// - Complexity: n^2 k operations.
  public func multiplyBySelfInParallel(
    _ a: MatrixView<Element>, _ transpose: Transpose = .no, alpha: Element = 1, beta: Element = 0, mirror: Bool = false
  ) {
    let n = transpose == .yes ? a.columns : a.rows
    precondition(n == rows && n == columns, "C must be \(n) x \(n), is \(rows) x \(columns)")
    let tile = ProductTiling.symmetricTile
    let side = Parallel.pieces(of: n, size: tile)
    Parallel.forEach(side * (side + 1) / 2) { index in
      let (i, j) = lowerTile(index)
      let rowRange = Parallel.piece(i, of: n, size: tile), columnRange = Parallel.piece(j, of: n, size: tile)
      let part = rows(rowRange).columns(columnRange)
      let left = transpose == .yes ? a.columns(rowRange) : a.rows(rowRange)
      if i == j {
        part.multiplyBySelf(left, transpose, alpha: alpha, beta: beta)
        if mirror { part.mirrorLowerTriangle() }
      } else {
        let right = transpose == .yes ? a.columns(columnRange) : a.rows(columnRange)
        part.multiply(
          left, transpose, right, transpose == .yes ? .no : .yes, alpha: alpha, beta: beta)
        if mirror { rows(columnRange).columns(rowRange).copyTransposed(part.readOnly) }
      }
    }
  }

  /// self <- A^T.
  @inlinable public func copyTransposed(_ a: MatrixView<Element>) {
    precondition(rows == a.columns && columns == a.rows, "\(a.rows) x \(a.columns) transposed -> \(rows) x \(columns)")
    // By tiles, so that neither the rows read nor the columns written fall out of the cache.
    let tile = 16
    for i0 in Swift.stride(from: 0, to: rows, by: tile) {
      for j0 in Swift.stride(from: 0, to: columns, by: tile) {
        for i in i0..<Swift.min(i0 + tile, rows) {
          for j in j0..<Swift.min(j0 + tile, columns) {
            pointer[i * self.stride + j] = a.pointer[j * a.stride + i]
          }
        }
      }
    }
  }
}

/// The tile (i, j), i >= j, of the given number when the tiles of a lower triangle are counted row by row.
func lowerTile(_ index: Int) -> (row: Int, column: Int) {
  var row = Int((Double(8 * index + 1).squareRoot() - 1) / 2)
  // The square root may be off by one for large numbers.
  while row * (row + 1) / 2 > index { row -= 1 }
  while (row + 1) * (row + 2) / 2 <= index { row += 1 }
  return (row, index - row * (row + 1) / 2)
}
