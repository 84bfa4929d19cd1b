import Datasets
import LinearAlgebra

/// How the samples of a pass are shared out, so that sums do not depend on threads or on where the samples come from.
///
/// The samples are cut into tiles of fixed size. Tile t is added to the sum of shard t mod S, in the order of the
/// tiles, and the shards' sums are added up in their order at the end. S depends on the sizes of the problem alone.
///
///     samples  | tile 0 | tile 1 | ... | tile S-1 | tile S | ...
///     shard        0        1               S-1        0
///              '------------- block -------------'
struct SampleTiling: Equatable {
  /// Samples of a tile, a multiple of 8.
  let tile: Int
  /// S.
  let shards: Int
  /// Samples that a source hands out at once, a tile for each shard.
  var block: Int { tile * shards }

  /// Memory that the sums of all shards may take, in bytes, unless there is but one.
  static let memory = 256 << 20
  /// [measured] Longer tiles of pair products leave the second-level cache, shorter ones load and store T more often.
  static let samples = 256

  /// - Parameters:
  ///   - matrix: the numbers in the sum of a shard.
  ///   - pieces: pieces of such a sum that threads can work on at the same time.
  init(samples n: Int, matrix: Int, pieces: Int = 1, tile: Int = samples) {
    self.tile = tile
    let wanted = Parallel.pieces(of: 32, size: max(pieces, 1))
    let affordable = max(1, Self.memory / (8 * max(matrix, 1)))
    shards = max(1, min(wanted, affordable, Parallel.pieces(of: n, size: tile)))
  }

  /// The tiles of a block, the last of which may be shorter.
  func tiles(in block: SampleBlock) -> Int { Parallel.pieces(of: block.count, size: tile) }
}
