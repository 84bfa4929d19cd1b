import LinearAlgebra

/// Samples that lie in memory: the rows of two matrices.
public struct MatrixSamples: SampleSource, Equatable {
  public let x: Matrix<Double>
  public let y: Matrix<Double>

  /// - Precondition: as many rows of `x` as of `y`.
  public init(x: Matrix<Double>, y: Matrix<Double>) {
    precondition(x.rows == y.rows, "\(x.rows) inputs, \(y.rows) outputs")
    self.x = x
    self.y = y
  }

  public var count: Int { x.rows }
  public var inputs: Int { x.columns }
  public var outputs: Int { y.columns }

  public func forEachBlock(of size: Int, _ body: (SampleBlock) throws -> Void) throws {
    precondition(size > 0, "blocks of \(size) samples")
    try x.withView { x in
      try y.withView { y in
        for piece in 0..<Parallel.pieces(of: x.rows, size: size) {
          let rows = Parallel.piece(piece, of: x.rows, size: size)
          try body(SampleBlock(start: rows.lowerBound, x: x.rows(rows), y: y.rows(rows)))
        }
      }
    }
  }
}

extension SampleSource {
  /// All samples in memory.
  /// - Throws: as ``forEachBlock(of:_:)``.
  /// - Complexity: one pass; 8 n (d + l) bytes.
  public func matrixSamples() throws -> MatrixSamples {
    var (x, y) = (Matrix<Double>(rows: count, columns: inputs), Matrix<Double>(rows: count, columns: outputs))
    try x.withMutableView { x in
      try y.withMutableView { y in
        try forEachBlock(of: 1024) { block in
          for i in 0..<block.count {
            x.row(block.start + i).update(from: block.x.row(i), count: inputs)
            y.row(block.start + i).update(from: block.y.row(i), count: outputs)
          }
        }
      }
    }
    return MatrixSamples(x: x, y: y)
  }
}
