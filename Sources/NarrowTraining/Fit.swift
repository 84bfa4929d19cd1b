import Datasets
import Dynamics
import Foundation
import LinearAlgebra
import Networks
import Optimization
import Randomness

/// Fits a two-layer network to data and holds the result against the theory of narrow training.
///
/// ```swift
/// let data = try PreparedData(Dataset.digits())
/// let result = try Fit(FitSettings(method: .gaussNewton)).run(on: data)
/// print(result.loss.final, result.guarantee["width-rank"]!.verdict)
/// ```
///
/// A fit may start at a model instead of drawn weights; its data are then prepared as that model's were:
///
/// ```swift
/// let model = try FittedModel(from: "recovered")
/// let fit = Fit(FitSettings(method: .adam), from: model)
/// let result = try fit.run(on: fit.prepare(training))
/// ```
///
/// Source: Zhang, Zhang, Hong, Sun, Luo, NeurIPS 2021 (arXiv 2210.12001); the constraint set and Gauss-Newton as
/// DESIGN marks them.
public struct Fit: Sendable {
  public let settings: FitSettings
  /// The model that the fit starts at; `nil` where weights are drawn.
  public let start: FittedModel?
  public var progress: (@Sendable (Driver.Progress) -> Void)?
  public var cancellation: Cancellation?
  /// Where to keep checkpoints; a run found there is continued.
  public var checkpointPath: String?
  public var checkpointSeconds = 10.0

  public init(_ settings: FitSettings) {
    self.settings = settings
    start = nil
  }

  /// A fit that starts at the weights of `model`. Width, activation and bias are the model's, whatever the settings say.
  public init(_ settings: FitSettings, from model: FittedModel) {
    self.settings = settings.starting(at: model)
    start = model
  }

  /// Data made ready for this fit: as its settings ask, or as those of the model that it starts at.
  ///
  /// - Throws: as the initialisers of ``PreparedData``.
  public func prepare(_ training: Dataset, test: Dataset? = nil) throws -> PreparedData {
    if let start { return try PreparedData(training, test: test, following: start) }
    return try PreparedData(
      training, test: test, softmax: settings.loss == .softmaxCrossEntropy, bias: settings.bias)
  }

  /// Runs the fit.
  ///
  /// - Throws: ``FitError`` for settings that do not fit each other or the data, ``CheckpointError``, file errors.
  public func run(on data: PreparedData) throws -> FitResult {
    try settings.validate()
    if let start { try check(data, against: start) }
    let width = settings.width ?? data.widthBound.automaticWidth
    let shape = TwoLayerShape(
      inputs: data.inputs.columns, hidden: width, outputs: data.coding.outputs, bias: settings.bias)
    try checkMemory(width, inputs: data.inputs.columns, outputs: data.coding.outputs)
    var best: FitResult?
    var iterations = 0
    for attempt in 0...settings.restarts {
      let result = try run(on: data, shape: shape, seed: settings.seed + UInt64(attempt), after: iterations)
      iterations += result.iterations
      if best.map({ result.loss.final < $0.loss.final }) ?? true { best = result }
      if best!.loss.final <= settings.goal(residuals: data.targets.elements.count) || cancellation?.isCancelled ?? false
      {
        break
      }
    }
    return best!
  }

  /// Refuses data that were standardised or coded in another way than those of the model: its weights would mean
  /// something else there.
  private func check(_ data: PreparedData, against model: FittedModel) throws {
    guard data.standardization == model.standardization, data.coding == model.coding else {
      throw FitError("the data are standardised or coded otherwise than those of the start; prepare them following it")
    }
    guard settings.loss == .softmaxCrossEntropy else { return }
    guard case .oneHot = model.coding else {
      throw FitError("the softmax loss needs a start with one output for each class")
    }
  }

  /// Refuses a width whose weights, with the copies that a method keeps of them and a block of activations, exceed the
  /// machine's memory: the allocation would otherwise end the program.
  private func checkMemory(_ width: Int, inputs: Int, outputs: Int) throws {
    let copies = 6.0
    let blockRows = 128.0
    let bytes = 8 * Double(width) * (copies * Double(inputs + outputs + 1) + blockRows)
    let memory = Double(ProcessInfo.processInfo.physicalMemory)
    guard bytes < memory else {
      throw FitError(
        "width \(width): it takes about \(format(bytes / 1e9)) GB, this machine has \(format(memory / 1e9)); give at "
          + "most \(Int(Double(width) * memory / bytes) / 2 * 2)")
    }
  }

  /// - Parameter before: iterations of earlier attempts, for progress.
  private func run(on data: PreparedData, shape: TwoLayerShape, seed: UInt64, after before: Int) throws -> FitResult {
    let stream = RandomStream(seed: seed)
    let start: [Double] =
      try self.start?.network.parameters ?? settings.initialization.parameters(shape, random: stream)
    let hidden = NetworkObjective<Double>(
      shape: shape, activation: settings.activation, loss: .squared, trainable: .hidden, inputs: data.inputs,
      targets: data.targets)
    let region = try settings.region.map { try resolve($0, hidden, start) }
    let step = settings.step ?? settings.stepFactor * automaticStep(data, shape, start)

    /// `spent` is what an earlier stage has used of the limits.
    func stage(_ number: Int, _ trainable: Trainable, from point: [Double], spent: FitStage?) throws -> FitStage {
      let iterations = before + (spent?.iterations ?? 0)
      let seconds = spent?.seconds ?? 0
      var shifted: (@Sendable (Driver.Progress) -> Void)?
      if let progress { shifted = { progress($0.following(iterations: iterations, seconds: seconds)) } }
      let driver = Driver(
        iterations: settings.iterations - (spent?.iterations ?? 0),
        seconds: settings.seconds.map { max(0, $0 - (spent?.seconds ?? 0)) },
        checkpointing: checkpointPath.map {
          Driver.Checkpointing(
            path: "\($0).\(seed).\(number)", fingerprint: fingerprint(data, shape, seed),
            everySeconds: checkpointSeconds)
        },
        cancellation: cancellation, progress: shifted)
      switch settings.precision {
      case .double:
        return try FitStage.run(
          Double.self, settings, trainable: trainable, data: data, shape: shape, region: region, center: start,
          start: point, step: step, seed: seed, driver: driver)
      case .single:
        return try FitStage.run(
          Float.self, settings, trainable: trainable, data: data, shape: shape, region: region, center: start,
          start: point, step: step, seed: seed, driver: driver)
      }
    }

    var stages = [try stage(1, settings.trainable, from: start, spent: nil)]
    if settings.method == .gaussNewton && settings.freeOutputs && settings.trainable == .hidden,
      stages[0].termination != .converged(.valueReached), stages[0].termination != .stopped(.cancelled),
      stages[0].iterations < settings.iterations
    {
      stages.append(try stage(2, .all, from: stages[0].parameters, spent: stages[0]))
    }
    return try FitResult(
      settings: settings, seed: seed, shape: shape, data: data, start: start, stages: stages, hidden: hidden,
      region: region, step: step)
  }

  /// Deletes the checkpoints of this fit, once its result is safe.
  public func removeCheckpoints() {
    guard let checkpointPath else { return }
    for attempt in 0...settings.restarts {
      for stage in 1...2 {
        try? FileManager.default.removeItem(atPath: "\(checkpointPath).\(settings.seed + UInt64(attempt)).\(stage)")
      }
    }
    // The folder goes too when it is left empty: rmdir spares one that is not.
    rmdir((checkpointPath as NSString).deletingLastPathComponent)
  }

  /// What a checkpoint must agree on; limits may differ, so that a run can be prolonged.
  private func fingerprint(_ data: PreparedData, _ shape: TwoLayerShape, _ seed: UInt64) -> String {
    var fixed = settings
    fixed.seconds = nil
    fixed.width = shape.hidden
    if !settings.decay || !settings.method.isStochastic { fixed.iterations = 0 }
    var digest = Fingerprint()
    digest.combine(data.inputs.elements)
    digest.combine(data.targets.elements)
    return "\(fixed.canonicalText) seed \(seed) data \(digest.hexadecimal)"
  }

  private func resolve(
    _ region: FitSettings.Region, _ hidden: NetworkObjective<Double>, _ start: [Double]
  ) throws -> FeasibleRegion {
    let radius: Double
    if let given = region.radius {
      radius = given
    } else if let reach = try JacobianAnalysis(hidden, at: start)?.distanceToInterpolation(), reach > 0 {
      radius = 1.5 * reach
    } else {
      radius = start[hidden.shape.hiddenRange].reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    return FeasibleRegion(radius: radius, perNeuron: region.perNeuron, kappa: region.kappa, shape: hidden.shape)
  }

  /// The inverse of the curvature at the start, |J J^T| / n; a share of it where steps are noisy or accumulate. Adam's
  /// steps have the size of the step length itself, whatever the curvature.
  private func automaticStep(_ data: PreparedData, _ shape: TwoLayerShape, _ start: [Double]) -> Double {
    if settings.method == .adam { return 0.01 }
    let objective = NetworkObjective<Double>(
      shape: shape, activation: settings.activation, loss: .squared, trainable: settings.trainable,
      inputs: data.inputs, targets: data.targets)
    let curvature = NetworkEvaluation(objective).largestGramEigenvalue(at: start) / Double(data.inputs.rows)
    guard curvature > 0, curvature.isFinite else { return 1 }
    switch settings.method {
    case .gaussNewton, .pgd, .adam: return 1 / curvature
    case .psgd, .sgd: return 0.5 / curvature
    case .momentum: return 0.05 / curvature
    }
  }
}
