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
