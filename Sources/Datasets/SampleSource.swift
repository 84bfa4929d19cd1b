import LinearAlgebra

/// Samples (x_i, y_i), i = 1, ..., n, that are read in order, block by block: perhaps more than memory holds.
///
/// Whoever needs several passes asks several times; each pass gives the same samples in the same blocks.
///
/// ```swift
/// try source.forEachBlock(of: 1024) { block in
///   total += block.count
/// }
/// ```
public protocol SampleSource: Sendable {
  /// n, the number of samples.
  var count: Int { get }
  /// d, the numbers of each x.
  var inputs: Int { get }
  /// l, the numbers of each y.
  var outputs: Int { get }

  /// Hands `body` all samples in order, in blocks of exactly `size` samples but for the last, which may be shorter.
  ///
  /// The views are valid only during the call of `body`.
  /// - Throws: what reading throws (``DatasetError`` with file and place), and what `body` throws.
  func forEachBlock(of size: Int, _ body: (SampleBlock) throws -> Void) throws
}

/// A few consecutive samples of a ``SampleSource``.
public struct SampleBlock: Sendable {
  /// The number of the first sample in the whole.
  public let start: Int
  /// Inputs, samples in rows.
  public let x: MatrixView<Double>
  /// Outputs, samples in rows.
  public let y: MatrixView<Double>

  public init(start: Int, x: MatrixView<Double>, y: MatrixView<Double>) {
    self.start = start
    self.x = x
    self.y = y
  }

  public var count: Int { x.rows }
}
