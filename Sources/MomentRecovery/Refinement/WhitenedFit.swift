import Datasets
import Dynamics
import LinearAlgebra

/// A least-squares fit found in whitened inputs, where units of x and near dependences do not slow it down.
///
///     x~ = C^{-1/2} x,   W~ = W C^{1/2},   W~ x~ = W x
///
/// The loss is the same; its Hessian's condition no longer has that of C as a factor. Where C is singular to working
/// precision the inputs stay as they are.
struct WhitenedFit {
  /// Rows of W, for the inputs as they are, have length 1.
  let network: ReLUNetwork
  /// 1/2n sum |y - A sigma(W x)|^2.
  let loss: Double
  let iterations: Int
  let termination: Termination

  var hasConverged: Bool { termination.kind == "converged" }

  /// - Throws: what reading throws, and what ``Driver/run(_:on:)`` throws.
  init(
    from start: ReLUNetwork, on source: any SampleSource, moments: FirstMoments, driver: Driver
  ) throws {
    let spectrum = try SymmetricEigen(moments.inputs)
    let isRegular = (spectrum.values.first ?? 0) > 1e-13 * (spectrum.values.last ?? 0)
    let root = isRegular ? spectrum.map { 1 / $0.squareRoot() } : .identity(start.inputs)
    let inverse = isRegular ? spectrum.map { $0.squareRoot() } : .identity(start.inputs)
    let mapped = ReLUNetwork(hidden: start.hidden * inverse, output: start.output, slope: start.slope).normalized()
    let solution = try Refinement().refine(mapped, on: MappedInputs(source: source, map: root), driver: driver)
    let found = solution.value.network
    network = ReLUNetwork(hidden: found.hidden * root, output: found.output, slope: found.slope).normalized()
    (loss, iterations, termination) = (solution.value.loss, solution.state.iteration, solution.termination)
  }
}

/// Samples whose inputs are mapped by a symmetric matrix.
private struct MappedInputs: SampleSource {
  let source: any SampleSource
  let map: Matrix<Double>

  var count: Int { source.count }
  var inputs: Int { map.rows }
  var outputs: Int { source.outputs }

  func forEachBlock(of size: Int, _ body: (SampleBlock) throws -> Void) throws {
    let buffer = Buffer<Double>(count: min(size, max(count, 1)) * inputs)
    let pointer = buffer.pointer
    try map.withView { map in
      try source.forEachBlock(of: size) { block in
        let x = MutableMatrixView(pointer, rows: block.count, columns: inputs)
        x.multiplyInParallel(block.x, .no, map)
        try body(SampleBlock(start: block.start, x: x.readOnly, y: block.y))
      }
    }
  }
}
