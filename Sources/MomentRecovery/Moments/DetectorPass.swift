import CKernels
import CPairProducts
import Datasets
import LinearAlgebra
import Synchronization

/// The working memory of ``DetectorMatrix``: everything is allocated here, nothing while samples are read.
///
/// Every tile of a block is brought into the coordinates, variables in rows, and its q computed. Then T grows by pieces
/// of rows: the products x~_i x~_j of a piece are made in a panel of memory that stays in the second-level cache, and
/// multiplied by q, 32 columns at a time. Where there are tiles enough, a thread does all of a tile, so that its q is
/// still near; otherwise all tiles are prepared first, and then the threads share out the pieces.
///
/// [measured] The kernel of wide networks does that at 110 GFLOP/s a core where OpenBLAS, which takes a processor that
/// is younger than itself for an older one, comes to 54.
final class DetectorPass: Sendable {
  let tiling: SampleTiling
  /// D = d (d + 1) / 2 and K = k (k + 1) / 2.
  let inputPairs, outputPairs: Int
  private let d, k: Int
  private let coordinates: Coordinates
  private let halfLambda: Double
  private let samples: Int
  /// Rows of T in a piece, pieces of T.
  private let pieceRows, pieces: Int
  /// Threads that have a panel.
  private let lanes: Int
  /// Tiles that are held at once: one for each lane where a thread does all of a tile, else one for each shard.
  private let slots: Int
  // For each slot: x~ (d x tile), y~ and r (k x tile each), 32 rows of q (32 x tile), all of q by strips of 32 columns
  // (tile x 32 each). For each shard: the sums of pairs (D) and of q (K), and, but for the first, of T. For each lane:
  // a panel (pieceRows x tile).
  private let x, y, r, rows, q, pairSums, productSums, sums, panels: Buffer<Double>

  /// [measured] 272 rows of 256 samples are half of a second-level cache.
  private static let mostRows = 272
  /// Columns of a strip of q.
  private static let strip = 32
  /// Strips, the last of which may be narrower.
  private var strips: Int { Parallel.pieces(of: outputPairs, size: Self.strip) }

  init(_ coordinates: Coordinates, slope: Double, samples: Int, tile: Int) {
    (d, k) = (coordinates.inputs, coordinates.neurons)
    (inputPairs, outputPairs) = (SymmetricVector.count(order: d), SymmetricVector.count(order: k))
    self.coordinates = coordinates
    self.samples = samples
    halfLambda = (1 + slope * slope) / ((1 + slope) * (1 + slope))
    let wanted = max(1, Parallel.pieces(of: inputPairs, size: Self.mostRows))
    pieceRows = (Parallel.pieces(of: inputPairs, size: wanted) + 7) / 8 * 8
    pieces = Parallel.pieces(of: inputPairs, size: max(pieceRows, 1))
    tiling = SampleTiling(samples: samples, matrix: inputPairs * outputPairs, pieces: pieces, tile: tile)
    lanes = min(Parallel.threads, tiling.shards * pieces)
    slots = tiling.shards >= 4 * lanes ? lanes : tiling.shards
    let width = tile * slots
    x = Buffer(count: d * width)
    y = Buffer(count: k * width)
    r = Buffer(count: k * width)
    rows = Buffer(count: Self.strip * width)
    q = Buffer(count: Parallel.pieces(of: outputPairs, size: Self.strip) * Self.strip * width)
    pairSums = Buffer(count: tiling.shards * inputPairs)
    productSums = Buffer(count: tiling.shards * outputPairs)
    sums = Buffer(count: (tiling.shards - 1) * inputPairs * outputPairs)
    panels = Buffer(count: lanes * pieceRows * tile)
  }

  /// Adds the samples of a block; `first` is the sum of shard 0.
  func add(_ block: SampleBlock, to first: MutableMatrixView<Double>) {
    let tiles = tiling.tiles(in: block)
    func rows(_ shard: Int) -> Range<Int> { Parallel.piece(shard, of: block.count, size: tiling.tile) }
    func prepare(_ shard: Int, in slot: Int) {
      self.prepare(shard, in: slot, block.x.rows(rows(shard)), block.y.rows(rows(shard)))
    }
    func accumulate(_ shard: Int, from slot: Int, piece: Int, lane: Int) {
      self.accumulate(
        shard, from: slot, samples: Self.padded(rows(shard).count), piece: piece, lane: lane, first)
    }
    guard slots < tiling.shards else {
      Parallel.forEach(tiles) { prepare($0, in: $0) }
      forEachItem(of: tiles * pieces) { accumulate($0 / pieces, from: $0 / pieces, piece: $0 % pieces, lane: $1) }
      return
    }
    forEachItem(of: tiles) { shard, lane in
      prepare(shard, in: lane)
      for piece in 0..<pieces { accumulate(shard, from: lane, piece: piece, lane: lane) }
    }
  }

  /// Hands out items to the lanes. Which lane does what does not show: each item has a sum of its own.
  private func forEachItem(of count: Int, _ body: (_ item: Int, _ lane: Int) -> Void) {
    let next = Atomic<Int>(0)
    Parallel.forEach(min(lanes, count)) { lane in
      while true {
        let item = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard item < count else { return }
        body(item, lane)
      }
    }
  }

  private static func padded(_ samples: Int) -> Int {
    let group = Int(SHALLOWS_PAIR_GROUP)
    return (samples + group - 1) / group * group
  }

  /// x~, y~, r = lambda/2 P~ - y~/2 and q_ab = r_a y~_b + r_b y~_a of a tile, with columns of zeros at the end.
  private func prepare(
    _ shard: Int, in slot: Int, _ inputs: MatrixView<Double>, _ outputs: MatrixView<Double>
  ) {
    let (count, samples) = (inputs.rows, Self.padded(inputs.rows))
    func rows(_ buffer: borrowing Buffer<Double>, _ variables: Int) -> MutableMatrixView<Double> {
      let all = MutableMatrixView(
        buffer.pointer + slot * variables * tiling.tile, rows: variables, columns: samples)
      for i in 0..<variables { (all.row(i) + count).update(repeating: 0, count: samples - count) }
      return all
    }
    let x = rows(x, d), y = rows(y, k), r = rows(r, k)
    coordinates.inputMap.withView { x.columns(0..<count).multiply($0, .no, inputs, .yes) }
    coordinates.outputMap.withView { y.columns(0..<count).multiply($0, .no, outputs, .yes) }
    r.pointer.update(from: y.pointer, count: k * samples)
    coordinates.prediction.withView { r.multiply($0, .yes, x.readOnly, .no, alpha: halfLambda, beta: -0.5) }
    let products = self.rows.pointer + slot * Self.strip * tiling.tile
    for strip in 0..<strips {
      let pairs = Parallel.piece(strip, of: outputPairs, size: Self.strip)
      shallows_pair_symmetrized(
        Int64(k), Int64(samples), r.pointer, y.pointer, Int64(pairs.lowerBound), Int64(pairs.upperBound), products,
        productSums.pointer + shard * outputPairs + pairs.lowerBound)
      shallows_rows_transpose_f64(
        Int64(pairs.count), Int64(samples), products, Int64(samples), packed(slot, strip), Int64(Self.strip))
    }
  }

  /// The products q of a strip of columns, samples in rows.
  private func packed(_ slot: Int, _ strip: Int) -> UnsafeMutablePointer<Double> {
    q.pointer + (slot * strips + strip) * Self.strip * tiling.tile
  }

  /// Adds the tile's part of some rows of T to the sum of its shard.
  private func accumulate(
    _ shard: Int, from slot: Int, samples: Int, piece: Int, lane: Int, _ first: MutableMatrixView<Double>
  ) {
    let rows = Parallel.piece(piece, of: inputPairs, size: pieceRows)
    let panel = panels.pointer + lane * pieceRows * tiling.tile
    shallows_pair_products(
      Int64(d), Int64(samples), x.pointer + slot * d * tiling.tile, Int64(rows.lowerBound), Int64(rows.upperBound),
      panel, pairSums.pointer + shard * inputPairs + rows.lowerBound)
    let sum = sum(shard, first).row(rows.lowerBound)
    for strip in 0..<strips {
      let pairs = Parallel.piece(strip, of: outputPairs, size: Self.strip)
      shallows_rows_product_f64(
        Int64(rows.count), Int64(samples), Int64(pairs.count), panel, Int64(samples), 1, nil, packed(slot, strip),
        Int64(Self.strip), nil, 1, sum + pairs.lowerBound, Int64(outputPairs))
    }
  }

  private func sum(_ shard: Int, _ first: MutableMatrixView<Double>) -> MutableMatrixView<Double> {
    guard shard > 0 else { return first }
    return MutableMatrixView(
      sums.pointer + (shard - 1) * inputPairs * outputPairs, rows: inputPairs, columns: outputPairs)
  }

  /// `first` <- T from the sums of all shards. Returns the means of vec(x~ x~^T) and of q.
  func finish(_ first: MutableMatrixView<Double>) -> (inputs: [Double], products: [Double]) {
    let scale = 1 / Double(samples)
    func mean(_ sums: borrowing Buffer<Double>, _ count: Int) -> [Double] {
      (0..<count).map { i in
        var total = 0.0
        for shard in 0..<tiling.shards { total += sums[shard * count + i] }
        return total * scale
      }
    }
    let inputs = mean(pairSums, inputPairs), products = mean(productSums, outputPairs)
    Parallel.forEach(pieces) { piece in
      let rows = Parallel.piece(piece, of: inputPairs, size: pieceRows)
      let part = first.rows(rows), count = rows.count * outputPairs
      for shard in 1..<tiling.shards {
        Double.axpy(count, 1, sum(shard, first).row(rows.lowerBound), part.pointer)
      }
      Double.scale(count, scale, part.pointer)
      inputs.withUnsafeBufferPointer { inputs in
        products.withUnsafeBufferPointer { products in
          guard let left = inputs.baseAddress, let right = products.baseAddress else { return }
          part.addOuterProduct(left + rows.lowerBound, right, alpha: -1)
        }
      }
    }
    return (inputs, products)
  }
}
