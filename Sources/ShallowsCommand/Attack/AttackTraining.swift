import Foundation
import Shallows

/// Training on attacked inputs: what `--train` puts before the attack.
struct AttackTraining {
  let task: AttackTask
  let settings: AdversarialTraining
  let norm: PerturbationNorm
  /// eps of every sample, in the coordinates of the attack.
  let radius: Double

  /// - Throws: ``CommandError`` where eps differs from sample to sample.
  init(_ options: AttackTrainingOptions, _ task: AttackTask, _ plan: AttackPlan) throws {
    guard !plan.isRatio || options.trainEpsilon != nil else {
      throw CommandError(
        "--train: trains with one eps for all samples, the attack takes a share of each one's length; give --epsilon, or "
          + "--train-epsilon beside --ratio")
    }
    (self.task, norm) = (task, plan.norm)
    settings = options.training(seed: plan.settings.seed)
    radius = options.trainEpsilon ?? plan.radius
  }

  /// What is to be said of the comparison.
  var notes: [String] {
    task.part == "test"
      ? [] : ["the samples attacked include those trained on: the figures are better than those of new samples"]
  }

  /// The trained model.
  ///
  /// In single precision, whose rounding is far below the noise of mini-batches. The network stays in the coordinates of
  /// its standardisation z, while eps and box are measured in those of the attack u: z = (u - shift) / scale with
  /// shift = (mean - origin) / unit and scale = s / unit, where x = origin + unit u and z = (x - mean) / s.
  ///
  /// - Throws: `RunInterruption`; ``CommandError`` when the weights become infinite; `FitError` for targets that the model
  ///   does not know.
  func run(cancellation: Cancellation?, progress: StageProgress?) throws -> FittedModel {
    let (model, coordinates) = (task.model, task.coordinates)
    let standard = model.standardization
    let columns = 0..<standard.columns
    let threat = RobustObjective<Float>.Threat(
      norm: norm, radius: radius, box: coordinates.box,
      shift: columns.map { (standard.means[$0] - coordinates.shift[$0]) / coordinates.scale[$0] },
      // A column without spread has no weight in the model: however far it is moved, z stays 0.
      scale: columns.map { standard.scales[$0] == 0 ? 1e30 : standard.scales[$0] / coordinates.scale[$0] })
    let single = TwoLayerNetwork<Float>(
      shape: model.network.shape, activation: model.network.activation,
      parameters: model.network.parameters.map { Float($0) })
    let driver = Driver(
      iterations: settings.epochs, cancellation: cancellation,
      progress: { progress?.update("training, epoch", $0.iteration, of: $0.iterationLimit) })
    let solution = try settings.run(
      from: single, loss: model.loss, inputs: standard.apply(task.training.inputs).map { Float($0) },
      targets: model.coding.encode(task.training).map { Float($0) }, threat: threat, driver: driver)
    if solution.termination == .stopped(.cancelled) { throw RunInterruption() }
    if solution.termination.isFailure {
      throw CommandError(
        "--train: epoch \(solution.iterations): \(solution.termination.message) A smaller --rate than "
          + "\(short(settings.step)) may help.")
    }
    return FittedModel(
      network: TwoLayerNetwork(
        shape: single.shape, activation: single.activation, parameters: solution.value.parameters.map { Double($0) }),
      loss: model.loss, standardization: standard, coding: model.coding, inputNames: model.inputNames)
  }
}

/// An attack on a model, and before it on the model that this was trained from.
struct AttackRun {
  let measurement: AttackMeasurement
  /// Of `--train`.
  let trained: Trained?

  struct Trained {
    let training: AttackTraining
    let model: FittedModel
    /// The same attack on the model that was given.
    let before: AttackMeasurement
    let seconds: Double
  }

  /// - Throws: `RunInterruption` when it was cancelled; `AttackError`, ``CommandError``.
  init(
    _ task: AttackTask, _ plan: AttackPlan, training: AttackTraining?, cancellation: Cancellation?,
    progress: StageProgress? = nil
  ) throws {
    guard let training else {
      measurement = try AttackMeasurement(task, plan, cancellation: cancellation, progress: progress)
      trained = nil
      return
    }
    let began = ContinuousClock.now
    let model = try training.run(cancellation: cancellation, progress: progress)
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    let before = try AttackMeasurement(task, plan, cancellation: cancellation, progress: progress)
    measurement = try AttackMeasurement(
      task.following(model, path: "trained"), plan, cancellation: cancellation, progress: progress)
    trained = Trained(training: training, model: model, before: before, seconds: seconds)
  }
}

extension AttackRun.Trained {
  /// The figures of the model given beside those of the trained one.
  func table(after: AttackMeasurement) -> TextTable {
    var table = TextTable([.init(""), .init("as it was", .right), .init("trained", .right)])
    func row(_ name: String, _ value: (AttackMeasurement) -> Double?, _ text: (Double) -> String) {
      guard let old = value(before), let new = value(after) else { return }
      table.append([name, text(old), text(new)])
    }
    row("clean accuracy", { $0.summary.cleanAccuracy }, percent)
    row("attacked accuracy", { $0.summary.attackedAccuracy }, percent)
    row("certified accuracy", { $0.summary.certifiedAccuracy }, percent)
    row("clean error", { $0.rootMeanSquareErrors?.clean }, short)
    row("attacked error", { $0.rootMeanSquareErrors?.attacked }, short)
    row("clean loss", { $0.summary.meanCleanLoss }, short)
    row("attacked loss", { $0.summary.meanLoss }, short)
    return table
  }

  /// "20 epochs of adam on 6000 samples, l2 eps 1, 7 gradients of the adversary: 34 s"
  var line: String {
    let settings = training.settings
    return "\(counted(settings.epochs, "epoch")) of \(settings.method.rawValue) on "
      + "\(counted(training.task.training.count, "sample")), \(training.norm.rawValue) eps \(short(training.radius)), "
      + "at most \(counted(settings.ascentSteps, "gradient")) of the adversary: \(short(seconds)) s"
  }

  /// What `--json` says of it.
  var json: JSONValue {
    get throws {
      [
        "settings": try JSONValue(encoding: training.settings), "epsilon": JSONValue(training.radius),
        "norm": .string(training.norm.rawValue), "samples": .integer(Int64(training.task.training.count)),
        "digest": .string(training.task.training.fingerprint),
        "before": .object(try AttackReport(measurement: before).figures),
      ]
    }
  }

  /// Writes the model, and beside it a report of how it was trained, with what divides the data into samples trained on
  /// and those kept for tests.
  ///
  /// - Throws: `AtomicFile.Failure`.
  func save(to folder: String) throws {
    struct Report: Encodable {
      let split: DataSplit?
      let from: String
      let training: JSONValue
      let seconds: Double
    }
    try AtomicFile.makeFolder(folder)
    try model.save(to: folder)
    let report = Report(
      split: training.task.split, from: training.task.path, training: try json, seconds: seconds)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let text = String(decoding: try encoder.encode(report), as: UTF8.self)
    try AtomicFile.write(text + "\n", to: folder + "/report.json")
  }
}
