import Foundation
import Shallows

/// A classifier of images trained plainly or against an adversary, and what attacks and bounds say of it.
struct RobustClassifier: ExperimentTask {
  /// eps of the adversary in training; 0 for plain training.
  let trainingRadius: Double
  let width, epochs, evaluations, testSamples: Int
  /// eps of the attacks on the trained network.
  let radii: [Double]
  let seed: UInt64

  /// Shares of the test inputs.
  struct Result: Codable, Sendable {
    let clean, training: Double
    /// For each radius.
    let attacked, certified: [Double]
    /// Mean losses of the attacked inputs.
    let losses: [Double]
    /// Of the attacks at the largest radius: the share of ascents that converged.
    let converged: Double
  }

  /// Images with pixels from 0 to 1, and one-hot classes.
  struct Images: Sendable {
    let inputs, targets: Matrix<Double>

    /// - Parameter brightest: the value of a white pixel.
    init(_ data: Dataset, brightest: Double) {
      inputs = Matrix(
        rows: data.count, columns: data.dimension,
        elements: data.inputs.elements.map { min(max($0 / brightest, 0), 1) })
      targets = data.oneHot()
    }
  }

  private static let batch = 64, step = 0.002

  func run(training data: Images, test: Images) throws -> Result {
    let network = try train(on: data)
    let count = min(testSamples, test.inputs.rows)
    func attack(_ radius: Double, certifies: Bool = false) throws -> [AttackOutcome] {
      var settings = AttackSettings()
      settings.evaluations = evaluations
      settings.secondOrder = false
      settings.certificate = certifies ? .bounds : .none
      settings.seed = seed
      let problem = try AttackProblem(
        network: network, inputs: test.inputs.selectingRows(0..<count),
        targets: test.targets.selectingRows(0..<count), loss: .crossEntropy,
        radii: Array(repeating: radius, count: count), box: 0...1)
      return try Attack(settings).run(on: problem).outcomes
    }
    func share(_ outcomes: [AttackOutcome], _ holds: (AttackOutcome) -> Bool) -> Double {
      Double(outcomes.count { holds($0) }) / Double(outcomes.count)
    }
    // The certified radius of an input does not depend on eps: one run gives all of them.
    let attacks = try radii.enumerated().map { try attack($1, certifies: $0 == 0) }
    let fits = network.predict(data.inputs)
    return Result(
      clean: share(attacks[0]) { $0.isCorrect! },
      training: Double((0..<fits.rows).count { row in
        fits.row(row).withUnsafeBufferPointer { f in
          data.targets.row(row).withUnsafeBufferPointer { y in
            !AttackLoss.isMisclassified(f.baseAddress!, y.baseAddress!, outputs: f.count)
          }
        }
      }) / Double(fits.rows),
      attacked: attacks.map { share($0) { $0.isRobust! } },
      certified: radii.map { radius in
        share(attacks[0]) { $0.isCorrect! && ($0.certifiedRadius ?? 0) >= radius }
      },
      losses: attacks.map { $0.map(\.loss).reduce(0, +) / Double(count) },
      converged: share(attacks.last!) { $0.ending == .converged })
  }

  /// The same start, batches, steps and epochs with and without an adversary.
  private func train(on data: Images) throws -> TwoLayerNetwork<Double> {
    let shape = TwoLayerShape(inputs: data.inputs.columns, hidden: width, outputs: data.targets.columns)
    var network: TwoLayerNetwork<Double> = try Initialization.leCun.network(
      shape, activation: .tanh, random: RandomStream(seed: seed))
    if trainingRadius > 0 {
      var training = AdversarialTraining()
      (training.step, training.batch, training.epochs, training.seed) = (Self.step, Self.batch, epochs, seed)
      network.parameters = try training.run(
        from: network, loss: .softmaxCrossEntropy, inputs: data.inputs, targets: data.targets,
        threat: .init(radius: trainingRadius, box: 0...1, dimension: shape.inputs), driver: Driver(iterations: epochs)
      ).value.parameters
    } else {
      let objective = NetworkObjective(
        shape: shape, activation: .tanh, loss: .softmaxCrossEntropy, inputs: data.inputs, targets: data.targets)
      let updates = epochs * Parallel.pieces(of: data.inputs.rows, size: Self.batch)
      let method = StochasticDescent<NetworkObjective<Double>>(
        Adam(), step: .cosine(peak: Self.step, floor: 0, iterations: updates), batch: Self.batch, seed: seed,
        until: StoppingRule(value: 0, stationarity: 0))
      network.parameters = try Driver(iterations: epochs).run(
        method, on: Minimization(objective, from: network.parameters)
      ).value.parameters
    }
    return network
  }
}
