import LinearAlgebra

/// How an evaluation is cut into pieces: a function of the shape and the number of samples alone, never of the number
/// of threads, so that sums always associate in the same way.
///
///     samples | panel 0                          | panel 1 ...
///             | block 0 | block 1 | ... | block 15
///
/// Phase 1 runs forward and back to G in each block; phase 2 forms G^T X of the panel by tiles of W, each of which has
/// one writer and so needs no reduction.
struct EvaluationPlan: Sendable {
  let block: Int
  let panel: Int
  let tileRows: Int
  let tileColumns: Int

  init(shape: TwoLayerShape, samples: Int) {
    let perSample = shape.weightsPerNeuron + 3 * shape.hidden
    // A block's inputs and hidden values fit a quarter megabyte of L2, yet are enough rows to feed a matrix product.
    block = min(max(32_768 / perSample / 16 * 16, 64), 256)
    panel = min(16 * block, (samples + block - 1) / block * block)
    let columns = shape.weightsPerNeuron
    let across = max(1, columns / 128)
    tileColumns = columns <= 256 ? columns : ((columns + across - 1) / across + 15) / 16 * 16
    tileRows = columns <= 256 ? 32 : 64
  }

  func tiles(_ shape: TwoLayerShape) -> (down: Int, across: Int) {
    (
      Parallel.pieces(of: shape.hidden, size: tileRows),
      Parallel.pieces(of: shape.weightsPerNeuron, size: tileColumns)
    )
  }
}

/// Multiply-adds below which a fork costs more than a second thread saves: about ten microseconds of work.
private let worthSharing = 250_000

/// Calls `body(i)` for each i below `count`, over threads when all of it together is worth a fork.
@inline(__always) func share(_ count: Int, multiplyAdds: Int, _ body: (Int) -> Void) {
  if multiplyAdds < worthSharing {
    for i in 0..<count { body(i) }
  } else {
    Parallel.forEach(count, body)
  }
}
