import LinearAlgebra

/// The samples of a source, each taken a number of times of its own: 0 leaves it out, 2 takes it twice in a row.
///
/// Halves, held-out parts and bootstrap samples of data larger than memory are such selections; nothing is copied but
/// the block in hand.
///
/// ```swift
/// let everyThird = SelectedSamples(source, copies: { $0 % 3 == 0 ? 1 : 0 })
/// let (training, heldOut) = source.heldOut(0.1, random: RandomStream(seed: 7).split(3))
/// let replicate = source.bootstrap(random: RandomStream(seed: 7).split(4).split(b))
/// ```
///
/// See ``SampleSource/halves(random:)``, ``SampleSource/heldOut(_:random:)`` and ``SampleSource/bootstrap(random:)``.
public struct SelectedSamples: SampleSource {
  /// Where the samples come from.
  public let source: any SampleSource
  public let count: Int
  /// Writes the copies of the samples of a range of at most ``stretch`` that starts at a multiple of it.
  private let select: @Sendable (Range<Int>, UnsafeMutablePointer<Int32>) -> Void

  /// The numbers of copies are asked for by stretches of so many samples.
  static let stretch = 1024

  /// Sample i of `source` appears `copies(i)` times, the order kept.
  ///
  /// - Parameter copies: a pure function of i, asked again in every pass.
  /// - Precondition: numbers of copies lie between 0 and 2^31 - 1.
  /// - Complexity: one call of `copies` for each sample, here and in each pass.
  public init(_ source: any SampleSource, copies: @escaping @Sendable (Int) -> Int) {
    self.init(source) { range, target in
      for i in range { target[i - range.lowerBound] = Int32(copies(i)) }
    }
  }

  init(_ source: any SampleSource, select: @escaping @Sendable (Range<Int>, UnsafeMutablePointer<Int32>) -> Void) {
    self.source = source
    self.select = select
    let total = source.count
    count = withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.stretch) { copies in
      var count = 0
      for piece in 0..<Parallel.pieces(of: total, size: Self.stretch) {
        let range = Parallel.piece(piece, of: total, size: Self.stretch)
        select(range, copies.baseAddress!)
        for i in 0..<range.count {
          precondition(copies[i] >= 0, "\(copies[i]) copies of sample \(range.lowerBound + i)")
          count += Int(copies[i])
        }
      }
      return count
    }
  }

  public var inputs: Int { source.inputs }
  public var outputs: Int { source.outputs }

  /// - Complexity: a pass over the source, in blocks of a multiple of 1024, and O(n (d + l)) for copying.
  public func forEachBlock(of size: Int, _ body: (SampleBlock) throws -> Void) throws {
    precondition(size > 0, "blocks of \(size) samples")
    guard count > 0 else { return }
    let rows = min(size, count)
    let (d, l) = (inputs, outputs)
    let x = Buffer<Double>(count: rows * d), y = Buffer<Double>(count: rows * l)
    let copies = Buffer<Int32>(count: Self.stretch)
    let taken = (x: x.view(rows: rows, columns: d), y: y.view(rows: rows, columns: l), copies: copies.pointer)
    var (start, filled) = (0, 0)
    func handOut() throws {
      let block = (taken.x.readOnly.rows(0..<filled), taken.y.readOnly.rows(0..<filled))
      try body(SampleBlock(start: start, x: block.0, y: block.1))
      start += filled
      filled = 0
    }
    try source.forEachBlock(of: Parallel.pieces(of: size, size: Self.stretch) * Self.stretch) { block in
      for piece in 0..<Parallel.pieces(of: block.count, size: Self.stretch) {
        let range = Parallel.piece(piece, of: block.count, size: Self.stretch)
        select(block.start + range.lowerBound..<block.start + range.upperBound, taken.copies)
        for i in range {
          for _ in 0..<taken.copies[i - range.lowerBound] {
            taken.x.row(filled).update(from: block.x.row(i), count: d)
            taken.y.row(filled).update(from: block.y.row(i), count: l)
            filled += 1
            if filled == size { try handOut() }
          }
        }
      }
    }
    if filled > 0 { try handOut() }
  }
}
