import LinearAlgebra
import Networks
import Randomness
import Synchronization

/// Ascents of many inputs, a block of rows at a time: every row stops by itself, and a waiting one takes its place, so
/// that the matrix products stay full.
///
/// An ascent is one input and one start; of each input the best is kept, the first of equals. Its numbers depend on the
/// network, its own input and the seed only: neither on the inputs beside it nor on threads.
///
/// ```swift
/// let engine = AscentEngine(
///   function: InputFunction(network), set: PerturbationSet(norm: .l2, dimension: d), loss: .crossEntropy)
/// Parallel.forEach(Parallel.pieces(of: n, size: 64)) { piece in
///   engine.run(
///     Parallel.piece(piece, of: n, size: 64), inputs: x, targets: y, radii: eps, into: results)
/// }
/// ```
public final class AscentEngine<Element: Scalar>: Sendable {
  public let function: InputFunction<Element>
  public let set: PerturbationSet<Element>
  public let loss: AttackLoss
  public let method: AscentMethod
  public let starts: [AttackStart]
  public let seed: UInt64
  /// Rows of a block.
  let rows: Int
  private let blocks: Mutex<[AscentBlock<Element>]>

  /// - Parameters:
  ///   - starts: at least one, unless every run is given its own.
  ///   - seed: of the random starts; input i and start s draw from a stream of their own.
  ///   - rows: the most rows of a block.
  public init(
    function: InputFunction<Element>, set: PerturbationSet<Element>, loss: AttackLoss,
    method: AscentMethod = .projected(ProjectedAscent()), starts: [AttackStart] = [.zero], seed: UInt64 = 0,
    rows: Int = 32
  ) {
    precondition(set.dimension == function.shape.inputs, "a set of another dimension than the inputs")
    precondition(rows > 0, "a block has at least one row")
    (self.function, self.set, self.loss, self.method) = (function, set, loss, method)
    (self.starts, self.seed, self.rows) = (starts, seed, rows)
    blocks = Mutex([])
  }

  /// Attacks the inputs `range`.
  ///
  /// Allocates nothing once as many calls have run side by side before as run now.
  ///
  /// - Parameters:
  ///   - inputs: all inputs, n x d, within the box.
  ///   - targets: n x k.
  ///   - radii: n of them, not negative.
  ///   - deltas: n x d: where each ascent begins instead of the engine's starts; brought into the set.
  ///   - results: for n inputs; those of `range` are written.
  ///   - onStep: called with the input, the number of the start, the loss and the point of every iterate.
  /// - Complexity: some 4 m (d + k) operations an evaluation.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func run(
    _ range: Range<Int>, inputs: MatrixView<Element>, targets: MatrixView<Element>, radii: UnsafePointer<Element>,
    from deltas: MatrixView<Element>? = nil, into results: AscentResults<Element>,
    onStep: ((Int, Int, Element, UnsafePointer<Element>) -> Void)? = nil
  ) {
    precondition(inputs.columns == set.dimension && targets.columns == function.shape.outputs, "sizes do not fit")
    precondition(deltas != nil || !starts.isEmpty, "an ascent needs a start")
    guard !range.isEmpty else { return }
    let block = blocks.withLock { $0.popLast() } ?? AscentBlock(self)
    let task = AscentTask(inputs: inputs, targets: targets, radii: radii, deltas: deltas, results: results)
    block.run(range, task, onStep)
    blocks.withLock { $0.append(block) }
  }
}

/// What a run works on.
struct AscentTask<Element: Scalar> {
  let inputs: MatrixView<Element>
  let targets: MatrixView<Element>
  let radii: UnsafePointer<Element>
  let deltas: MatrixView<Element>?
  let results: AscentResults<Element>
}
