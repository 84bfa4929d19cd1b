import Datasets
import LinearAlgebra

/// The first pass over the samples: their means and second moments.
///
///     C = E[x x^T] (d x d),   G = E[x y^T] (d x l),   E[y y^T] (l x l)
///
/// with E the mean over all samples. Nothing is subtracted: the inputs are meant to be symmetric, so that E x = 0 up to
/// the sampling error.
///
/// ```swift
/// let moments = try FirstMoments(of: samples)
/// let weights = try Cholesky(moments.inputs).solve(moments.cross)   // least squares of y on x
/// ```
///
/// The same bits for any number of threads and any kind of source that gives the same samples.
public struct FirstMoments: Codable, Equatable, Sendable {
  /// n, the number of samples.
  public let count: Int
  /// E x, of d numbers.
  public let inputMean: [Double]
  /// E y, of l numbers.
  public let outputMean: [Double]
  /// C = E[x x^T], d x d, symmetric.
  public let inputs: Matrix<Double>
  /// G = E[x y^T], d x l.
  public let cross: Matrix<Double>
  /// E[y y^T], l x l, symmetric.
  public let outputs: Matrix<Double>

  /// Reads `source` once; with threads, by tiles of ``SampleTiling``.
  ///
  /// - Throws: ``MomentError`` if there are no samples or one of them has an infinite or undefined number; what
  ///   reading throws.
  /// - Complexity: n (1 + d + l)^2 operations; memory for some thousand samples.
  public init(of source: some SampleSource) throws {
    let (n, d, l) = (source.count, source.inputs, source.outputs)
    guard n > 0 else { throw MomentError.noSamples }
    // The second moments of (1, x, y): one symmetric product gives everything.
    let width = 1 + d + l
    let tiling = SampleTiling(samples: n, matrix: width * width)
    let tiles = Buffer<Double>(count: tiling.shards * tiling.tile * width)
    let sums = Buffer<Double>(count: tiling.shards * width * width)
    try source.forEachBlock(of: tiling.block) { block in
      Parallel.forEach(tiling.tiles(in: block)) { shard in
        let rows = Parallel.piece(shard, of: block.count, size: tiling.tile)
        let tile = MutableMatrixView(
          tiles.pointer + shard * tiling.tile * width, rows: rows.count, columns: width)
        for (i, sample) in rows.enumerated() {
          let row = tile.row(i)
          row[0] = 1
          (row + 1).update(from: block.x.row(sample), count: d)
          (row + 1 + d).update(from: block.y.row(sample), count: l)
        }
        let sum = MutableMatrixView(sums.pointer + shard * width * width, rows: width, columns: width)
        sum.multiplyBySelf(tile.readOnly, .yes, beta: 1)
      }
    }
    let total = sums.view(rows: width, columns: width)
    for shard in 1..<tiling.shards {
      Double.axpy(width * width, 1, sums.pointer + shard * width * width, total.pointer)
    }
    total.mirrorLowerTriangle()
    for i in 0..<width {
      for j in 0..<width {
        guard total[i, j].isFinite else { throw try MomentError.notFinite(in: source) }
      }
    }
    let scale = Double(n)
    count = n
    inputMean = (0..<d).map { total[0, 1 + $0] / scale }
    outputMean = (0..<l).map { total[0, 1 + d + $0] / scale }
    inputs = Matrix(rows: d, columns: d) { total[1 + $0, 1 + $1] / scale }
    cross = Matrix(rows: d, columns: l) { total[1 + $0, 1 + d + $1] / scale }
    outputs = Matrix(rows: l, columns: l) { total[1 + d + $0, 1 + d + $1] / scale }
  }
}
