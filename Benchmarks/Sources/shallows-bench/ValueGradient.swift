import ArgumentParser
import Shallows

/// Value, gradient of both layers and a step of gradient descent: 24-8tanh-2, 200 samples, double precision.
struct ValueGradient: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "One step of gradient descent on a tiny network: value, gradient of both layers, update.")

  @OptionGroup var options: BenchmarkOptions

  static let steps = 1000
  static let rate = 0.05

  func run() throws {
    options.limitThreads()
    let shape = TwoLayerShape(inputs: 24, hidden: 8, outputs: 2, bias: false)
    var stream = RandomStream(seed: 0)
    let inputs: Matrix<Double> = stream.normalMatrix(rows: 200, columns: 24)
    let targets: Matrix<Double> = stream.normalMatrix(rows: 200, columns: 2)
    let start: [Double] = try Initialization.leCun.parameters(shape, random: stream.split(0))
    if let path = options.export { try exportProblem(shape, inputs, targets, start, to: path) }
    let objective = NetworkObjective(shape: shape, activation: .tanh, inputs: inputs, targets: targets)
    try options.run([descentByHand(objective, start), descent(objective, start)])
  }

  /// The loop that the peers run: the objective and one `axpy`.
  private func descentByHand(_ objective: NetworkObjective<Double>, _ start: [Double]) -> BenchmarkCase {
    let count = objective.parameterCount
    let workspace = objective.makeWorkspace()
    let vectors = Vectors(count: count)
    let (x, gradient) = (vectors.x.pointer, vectors.gradient.pointer)
    return BenchmarkCase(name: "step", units: Double(Self.steps)) {
      x.update(from: start, count: count)
      for _ in 0..<Self.steps {
        vectors.loss = objective.valueAndGradient(at: x, gradient: gradient, workspace: workspace)
        Double.axpy(count, -Self.rate, gradient, x)
      }
    } figures: {
      ["loss": vectors.loss]
    }
  }

  /// The same through the library's method, which measures stationarity and distance besides.
  private func descent(_ objective: NetworkObjective<Double>, _ start: [Double]) -> BenchmarkCase {
    let method = Descent<NetworkObjective<Double>>(step: .fixed(Self.rate))
    let problem = Minimization(objective, from: start)
    let workspace = method.makeWorkspace(for: problem)
    var state = method.initialState(for: problem, workspace: workspace)
    return BenchmarkCase(name: "Descent.step", units: Double(Self.steps)) {
      for _ in 0..<Self.steps { method.step(&state, on: problem, workspace: workspace) }
    }
  }

  private final class Vectors {
    let x: Buffer<Double>
    let gradient: Buffer<Double>
    var loss = 0.0
    init(count: Int) {
      x = Buffer(count: count)
      gradient = Buffer(count: count)
    }
  }
}

/// Writes inputs X, targets Y and the start W, V for the peers.
func exportProblem<Element: Scalar>(
  _ shape: TwoLayerShape, _ inputs: Matrix<Element>, _ targets: Matrix<Element>, _ start: [Element], to path: String
) throws {
  func array(_ elements: some Sequence<Element>, _ rows: Int, _ columns: Int) -> NPYArray {
    NPYArray(elements.map { Double($0) }, shape: [rows, columns])
  }
  try NPZArchive.write(
    [
      ("X", array(inputs.elements, inputs.rows, inputs.columns)),
      ("Y", array(targets.elements, targets.rows, targets.columns)),
      ("W", array(start[shape.hiddenRange], shape.hidden, shape.weightsPerNeuron)),
      ("V", array(start[shape.outputRange], shape.outputs, shape.hidden)),
    ], to: path)
}
