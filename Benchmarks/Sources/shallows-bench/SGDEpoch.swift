import ArgumentParser
import Shallows

/// An epoch of plain stochastic gradient descent: 784-64tanh-10, batches of 128 from 7,000 images, single precision.
struct SGDEpoch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sgd-epoch", abstract: "One epoch of stochastic gradient descent on MNIST, shuffling included.")

  @OptionGroup var options: BenchmarkOptions
  @OptionGroup var source: BenchmarkData

  static let batch = 128
  static let rate = 0.05

  func run() throws {
    options.limitThreads()
    let images = try source.open(limit: 7000)
    let scale = source.data == nil ? 1.0 : 1.0 / 255
    let inputs = images.inputs.map { Float($0 * scale) }
    let targets = images.oneHot().map { Float($0) }
    let shape = TwoLayerShape(inputs: inputs.columns, hidden: 64, outputs: targets.columns, bias: false)
    let start: [Float] = try Initialization.leCun.parameters(shape, random: RandomStream(seed: 0))
    if let path = options.export { try exportProblem(shape, inputs, targets, start, to: path) }
    try options.run([epoch(shape, inputs, targets, start), products(shape, inputs)])
  }

  private func epoch(
    _ shape: TwoLayerShape, _ inputs: Matrix<Float>, _ targets: Matrix<Float>, _ start: [Float]
  ) -> BenchmarkCase {
    let objective = NetworkObjective(shape: shape, activation: .tanh, inputs: inputs, targets: targets)
    let method = StochasticDescent<NetworkObjective<Float>>(step: .fixed(Self.rate), batch: Self.batch, seed: 0)
    let problem = Minimization(objective, from: start)
    let workspace = method.makeWorkspace(for: problem)
    var state = method.initialState(for: problem, workspace: workspace)
    return BenchmarkCase(name: "epoch") {
      method.step(&state, on: problem, workspace: workspace)
    } figures: {
      let steps = Parallel.pieces(of: inputs.rows, size: Self.batch)
      return ["epochs": Double(state.iteration), "loss": state.measurements.value, "steps": Double(steps)]
    }
  }

  /// The five matrix products of each step and nothing else, on batches that lie one after another:
  /// X W^T, H V^T, delta V, G^T X and delta^T H.
  private func products(_ shape: TwoLayerShape, _ inputs: Matrix<Float>) -> BenchmarkCase {
    let (n, m, k) = (inputs.rows, shape.hidden, shape.outputs)
    let scratch = Scratch(shape, inputs, batch: Self.batch)
    return BenchmarkCase(name: "bare GEMM") {
      for start in stride(from: 0, to: n, by: Self.batch) {
        let size = min(Self.batch, n - start)
        let x = MatrixView(UnsafePointer(scratch.x.pointer), rows: n, columns: shape.inputs).rows(start..<start + size)
        let w = scratch.w.view(rows: m, columns: shape.inputs)
        let v = scratch.v.view(rows: k, columns: m)
        let h = scratch.h.view(rows: size, columns: m)
        let g = scratch.g.view(rows: size, columns: m)
        let f = scratch.f.view(rows: size, columns: k)
        let dw = scratch.dw.view(rows: m, columns: shape.inputs)
        let dv = scratch.dv.view(rows: k, columns: m)
        product(h, x, .no, w.readOnly, .yes)
        product(f, h.readOnly, .no, v.readOnly, .yes)
        product(g, f.readOnly, .no, v.readOnly, .no)
        product(dw, g.readOnly, .yes, x, .no)
        product(dv, f.readOnly, .yes, h.readOnly, .no)
      }
    }
  }

  /// On one thread a single BLAS call, the fastest there is; on several, tiles.
  private func product(
    _ c: MutableMatrixView<Float>, _ a: MatrixView<Float>, _ transposeA: Transpose, _ b: MatrixView<Float>,
    _ transposeB: Transpose
  ) {
    if Parallel.threads == 1 {
      c.multiply(a, transposeA, b, transposeB)
    } else {
      c.multiplyInParallel(a, transposeA, b, transposeB)
    }
  }

  private final class Scratch {
    let x, w, v, h, g, f, dw, dv: Buffer<Float>
    init(_ shape: TwoLayerShape, _ inputs: Matrix<Float>, batch: Int) {
      x = Buffer(count: inputs.elements.count)
      w = Buffer(count: shape.hidden * shape.inputs)
      v = Buffer(count: shape.outputs * shape.hidden)
      h = Buffer(count: batch * shape.hidden)
      g = Buffer(count: batch * shape.hidden)
      f = Buffer(count: batch * shape.outputs)
      dw = Buffer(count: w.count)
      dv = Buffer(count: v.count)
      x.pointer.update(from: inputs.elements, count: inputs.elements.count)
      w.pointer.update(repeating: 0.01, count: w.count)
      v.pointer.update(repeating: 0.01, count: v.count)
    }
  }
}
