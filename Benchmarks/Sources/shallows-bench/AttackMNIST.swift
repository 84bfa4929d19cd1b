import ArgumentParser
import Shallows

/// Adversaries of a trained network: 784-64tanh-10, cross-entropy, every test image moved by at most 1 in l2 within
/// [0, 1], single precision.
///
/// The unit of work is the attack of all images. The problem that is exported holds the network, the images and where
/// ours moved them, so that the peers' script can compare the losses input by input.
struct AttackMNIST: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attack-mnist", abstract: "Projected ascent of the loss from every test image of MNIST.")

  @OptionGroup var options: BenchmarkOptions
  @Option(help: "A folder with MNIST's IDX files.") var data: String
  @Option(help: "Use only the first N test images.") var samples = 10_000
  @Option(help: "Neurons.") var width = 64
  @Option(help: "eps.") var radius = 1.0

  private static let d = 784
  private static let classes = 10

  func run() throws {
    options.limitThreads()
    let opened = try Dataset.open(data)
    guard let images = opened.test?.prefix(samples) else { throw ValidationError("\(data) holds no test images.") }
    let network = try trained(on: opened.training)
    let inputs = images.inputs.map { Float($0 / 255) }
    let targets = images.oneHot().map { Float($0) }
    let attack = Attack(network, inputs, targets, radius: Float(radius))
    if let path = options.export {
      attack.run()
      let weights = network.hiddenWeights.map { Double($0) }
      try NPZArchive.write(
        [
          ("x", NPYArray(inputs.map { Double($0) })), ("y", NPYArray(targets.map { Double($0) })),
          ("W", NPYArray(weights)), ("V", NPYArray(network.outputWeights.map { Double($0) })),
          ("delta", NPYArray(attack.deltas)),
        ], to: path)
    }
    try options.run([BenchmarkCase(name: "attack", body: attack.run, figures: attack.figures, memory: attack)])
  }

  /// Adam, 30 passes in batches of 64.
  private func trained(on images: Dataset) throws -> TwoLayerNetwork<Float> {
    let shape = TwoLayerShape(inputs: Self.d, hidden: width, outputs: Self.classes)
    let objective = NetworkObjective(
      shape: shape, activation: .tanh, loss: .softmaxCrossEntropy, inputs: images.inputs.map { Float($0 / 255) },
      targets: images.oneHot().map { Float($0) })
    let start: [Float] = try Initialization.leCun.parameters(shape, random: RandomStream(seed: 0))
    let passes = 30
    let method = StochasticDescent<NetworkObjective<Float>>(
      Adam(), step: .cosine(peak: 2e-3, floor: 1e-5, iterations: passes), batch: 64, seed: 0)
    let solution = try Driver(iterations: passes).run(method, on: Minimization(objective, from: start))
    return TwoLayerNetwork(shape: shape, activation: .tanh, parameters: solution.value.parameters)
  }

  /// The attack and its memory.
  private final class Attack {
    private let engine: AscentEngine<Float>
    private let results: AscentResults<Float>
    private let inputs, targets: Matrix<Float>
    private let radii: [Float]

    init(_ network: TwoLayerNetwork<Float>, _ inputs: Matrix<Float>, _ targets: Matrix<Float>, radius: Float) {
      engine = AscentEngine(
        function: InputFunction(network), set: PerturbationSet(norm: .l2, dimension: inputs.columns, box: 0...1),
        loss: .crossEntropy,
        method: .projected(ProjectedAscent(tolerance: 1e-3, evaluations: 100, selectAfter: 3)),
        starts: (0..<5).map { .branch($0) })
      results = AscentResults(count: inputs.rows, dimension: inputs.columns)
      (self.inputs, self.targets) = (inputs, targets)
      radii = [Float](repeating: radius, count: inputs.rows)
    }

    func run() {
      inputs.withView { x in
        targets.withView { y in
          radii.withUnsafeBufferPointer { radii in
            Parallel.forEach(Parallel.pieces(of: x.rows, size: 128)) { piece in
              engine.run(
                Parallel.piece(piece, of: x.rows, size: 128), inputs: x, targets: y, radii: radii.baseAddress!,
                into: results)
            }
          }
        }
      }
    }

    var deltas: Matrix<Double> {
      Matrix(rows: results.count, columns: results.dimension) { Double(self.results.delta($0)[$1]) }
    }

    func figures() -> [String: Double] {
      let outcomes = (0..<results.count).map { results[$0] }
      func mean(_ value: (AscentOutcome<Float>) -> Double) -> Double {
        outcomes.reduce(0) { $0 + value($1) } / Double(outcomes.count)
      }
      return [
        "inputs": Double(outcomes.count), "loss": mean { Double($0.loss) },
        "evaluations": mean { Double($0.evaluations) }, "gradients": mean { Double($0.gradients) },
        "most_evaluations": Double(outcomes.map(\.evaluations).max() ?? 0),
        "converged": mean { $0.status == .converged ? 1 : 0 },
      ]
    }
  }
}
