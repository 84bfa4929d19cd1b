// Products shared out over the threads of ``Parallel``. C is cut at places that depend on its size alone, each piece is
// one single-threaded BLAS call, and no sum is split: the bits do not depend on the number of threads.

/// Where products are cut.
enum ProductTiling {
  /// Multiply-adds below which sharing out costs more than it gains (about ten microseconds of work).
  static let smallest = 1 << 18
  /// Tiles aimed at: enough for the loads of a few threads to even out. More would make BLAS pack its operands more
  /// often, which costs a piece of m x n about (1/m + 1/n) packed elements a multiply-add.
  static let pieces = 8
  static let leastRows = 32, mostRows = 256
  static let leastColumns = 64, mostColumns = 512
  /// Order of the tiles of a symmetric product.
  static let symmetricTile = 192

  /// The size of the tiles into which an m x n product is cut, multiples of 16.
  static func tile(_ m: Int, _ n: Int) -> (rows: Int, columns: Int) {
    let rowPieces = min(pieces, max(1, m / leastRows))
    let wide = max((n + mostColumns - 1) / mostColumns, min((pieces + rowPieces - 1) / rowPieces, n / leastColumns), 1)
    let columns = roundedUp((n + wide - 1) / wide)
    let rows = min(max(roundedUp((m * wide + pieces - 1) / pieces), leastRows), mostRows)
    return (rows, columns)
  }

  private static func roundedUp(_ size: Int) -> Int { (size + 15) / 16 * 16 }
}

extension MutableMatrixView {
  /// C <- alpha op(A) op(B) + beta C on several threads, by tiles of C.
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
    let ofA = transposeA == .yes ? a.columns : a.rows, ofB = transposeB == .yes ? b.rows : b.columns
    precondition(ofA == rows && ofB == columns, "sizes do not fit: \(ofA) x \(ofB) -> \(rows) x \(columns)")
    guard rows * columns * inner > ProductTiling.smallest else {
      multiply(a, transposeA, b, transposeB, alpha: alpha, beta: beta)
      return
    }
    let tile = ProductTiling.tile(rows, columns)
    let across = Parallel.pieces(of: columns, size: tile.columns)
    Parallel.forEach(Parallel.pieces(of: rows, size: tile.rows) * across) { index in
      let ofRows = Parallel.piece(index / across, of: rows, size: tile.rows)
      let ofColumns = Parallel.piece(index % across, of: columns, size: tile.columns)
      rows(ofRows).columns(ofColumns).multiply(
        transposeA == .yes ? a.columns(ofRows) : a.rows(ofRows), transposeA,
        transposeB == .yes ? b.rows(ofColumns) : b.columns(ofColumns), transposeB, alpha: alpha, beta: beta)
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
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func copyTransposed(_ a: MatrixView<Element>) {
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
