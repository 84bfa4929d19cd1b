import ArgumentParser
import Shallows

/// A step of the dual Gauss-Newton method beside the bare cost of the library calls that it cannot do without:
/// n = 2000 samples, 784 inputs and a constant, 8 neurons, double precision.
struct GaussNewton: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gauss-newton", abstract: "One dual Gauss-Newton step against its own products and factorisations.")

  @OptionGroup var options: BenchmarkOptions
  @OptionGroup var source: BenchmarkData

  func run() throws {
    options.limitThreads()
    let images = try source.open(limit: 2000)
    let labels = RandomStream(seed: 0).split(1)
    let data = try PreparedData(images.withRandomLabels(stream: labels))
    let shape = TwoLayerShape(inputs: data.inputs.columns, hidden: 8, outputs: 1)
    let start: [Double] = try Initialization.mirroredLeCun(zeta: 1).parameters(shape, random: RandomStream(seed: 0))
    let objective = NetworkObjective(
      shape: shape, activation: .tanh, trainable: .hidden, inputs: data.inputs, targets: data.targets)
    let (step, factorizations) = step(Minimization(objective, from: start))
    try options.run([step] + bareCalls(objective, factorizations: factorizations))
  }

  /// The third step of a fit, again and again from the same state, and how many factorisations it takes.
  private func step(_ problem: Minimization<NetworkObjective<Double>>) -> (BenchmarkCase, factorizations: Int) {
    let method = DualGaussNewton<NetworkObjective<Double>>()
    let workspace = method.makeWorkspace(for: problem)
    var before = method.initialState(for: problem, workspace: workspace)
    for _ in 0..<2 { method.step(&before, on: problem, workspace: workspace) }
    var state = before
    method.step(&state, on: problem, workspace: workspace)
    let factorizations = state.evaluations.factorizations - before.evaluations.factorizations
    let isAccepted = state.measurements.value < before.measurements.value
    let item = BenchmarkCase(name: "step", setUp: { state = before }) {
      method.step(&state, on: problem, workspace: workspace)
    } figures: {
      ["accepted": isAccepted ? 1 : 0, "factorizations": Double(factorizations), "loss": state.measurements.value]
    }
    return (item, factorizations)
  }

  /// The lower triangle of S S^T (n x 8), one Cholesky factorisation for each of the step's, X W^T and G^T X.
  /// X X^T, which depends on the data alone, is not among them: the method computes it once.
  private func bareCalls(_ objective: NetworkObjective<Double>, factorizations: Int) -> [BenchmarkCase] {
    let (n, m, d) = (objective.sampleCount, objective.shape.hidden, objective.shape.weightsPerNeuron)
    let scratch = Scratch(samples: n, neurons: m, inputs: d)
    let gram = scratch.gram.view(rows: n, columns: n)
    let factor = scratch.factor.view(rows: n, columns: n)
    let w = scratch.w.view(rows: m, columns: d)
    let s = scratch.s.view(rows: n, columns: m)
    let z = scratch.z.view(rows: n, columns: m)
    let inputs = objective.inputs
    // A positive definite matrix of the right kind: X X^T scaled, with the diagonal raised.
    let matrix = scratch.matrix.view(rows: n, columns: n)
    matrix.multiplyBySelfInParallel(inputs, alpha: 1 / Double(d))
    for i in 0..<n { matrix[i, i] += 0.1 }

    func restore() { factor.pointer.update(from: matrix.pointer, count: n * n) }
    func products() {
      z.multiplyInParallel(inputs, .no, w.readOnly, .yes)
      w.multiplyInParallel(s.readOnly, .yes, inputs)
    }
    func factorize() {
      let outcome = Cholesky.factor(factor)
      precondition(outcome.isFactored, "the matrix of the comparison is positive definite")
    }
    let cases = [
      BenchmarkCase(name: "bare calls", setUp: restore) {
        gram.multiplyBySelfInParallel(s.readOnly)
        products()
        for i in 0..<factorizations {
          if i > 0 { restore() }
          factorize()
        }
      },
      BenchmarkCase(name: "gemm S S^T", body: { gram.multiplyBySelfInParallel(s.readOnly) }),
      BenchmarkCase(name: "gemm X W^T and G^T X", body: products),
      BenchmarkCase(name: "Cholesky.factor", setUp: restore, body: factorize),
      BenchmarkCase(name: "LAPACK dpotrf", setUp: restore) {
        precondition(Double.potrf(upper: true, n, factor.pointer, n) == 0)
      },
    ]
    return cases.map {
      var item = $0
      item.memory = scratch
      return item
    }
  }

  private final class Scratch {
    let gram, factor, matrix, w, s, z: Buffer<Double>
    init(samples n: Int, neurons m: Int, inputs d: Int) {
      gram = Buffer(count: n * n)
      factor = Buffer(count: n * n)
      matrix = Buffer(count: n * n)
      w = Buffer(count: m * d)
      s = Buffer(count: n * m)
      z = Buffer(count: n * m)
      for i in 0..<s.count { s[i] = 1 / Double(1 + i % 97) }
    }
  }
}
