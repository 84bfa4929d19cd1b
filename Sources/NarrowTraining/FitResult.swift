import Datasets
import Dynamics
import Foundation
import LinearAlgebra
import Networks
import Optimization

/// What a fit found, measured, and what the theory says of it.
public struct FitResult: Sendable {
  /// The loss before and after, over all training samples.
  public struct Loss: Codable, Sendable, Equatable {
    public let initial: Double
    public let final: Double
  }

  public let settings: FitSettings
  /// The seed that was used: the given one, or a restart's.
  public let seed: UInt64
  public let network: TwoLayerNetwork<Double>
  public let start: [Double]
  public let standardization: Standardization
  public let coding: TargetCoding
  public let widthBound: WidthBound
  public let termination: Termination
  public let iterations: Int
  public let evaluations: Evaluations
  public let trace: Trace
  /// Wall time of the training alone.
  public let seconds: Double
  public let loss: Loss
  public let trainAccuracy: Double?
  public let testAccuracy: Double?
  /// Root mean square error on the test part in the target's units; regression only.
  public let testError: Double?
  /// |W - W0|_F at the end.
  public let distanceFromStart: Double
  public let radius: Double?
  public let step: Double
  public let guarantee: Guarantee

  init(
    settings: FitSettings, seed: UInt64, shape: TwoLayerShape, data: PreparedData, start: [Double], stages: [FitStage],
    hidden: NetworkObjective<Double>, region: FeasibleRegion?, step: Double
  ) throws {
    let last = stages.last!
    self.settings = settings
    self.seed = seed
    self.start = start
    self.step = step
    network = TwoLayerNetwork(shape: shape, activation: settings.activation, parameters: last.parameters)
    standardization = data.standardization
    coding = data.coding
    widthBound = data.widthBound
    termination = last.termination
    iterations = stages.reduce(0) { $0 + $1.iterations }
    evaluations = stages.dropFirst().reduce(stages[0].evaluations) { $0 + $1.evaluations }
    trace = stages.dropFirst().reduce(stages[0].trace) { $0.followed(by: $1.trace) }
    seconds = stages.reduce(0) { $0 + $1.seconds }
    radius = region?.radius

    let minimised = NetworkEvaluation(
      NetworkObjective<Double>(
        shape: shape, activation: settings.activation, loss: settings.loss, inputs: data.inputs, targets: data.targets))
    loss = Loss(initial: minimised.loss(start), final: minimised.loss(last.parameters))
    trainAccuracy = data.coding.accuracy(network.predict(data.inputs), data.targets)
    if let test = data.test {
      let outputs = network.predict(test.inputs)
      testAccuracy = data.coding.accuracy(outputs, test.targets)
      testError =
        data.coding.classes == nil
        ? rootMeanSquare(data.coding.decode(outputs), data.coding.decode(test.targets)) : nil
    } else {
      (testAccuracy, testError) = (nil, nil)
    }

    let range = shape.hiddenRange
    distanceFromStart = Double(distance(Array(last.parameters[range]), Array(start[range]), count: range.count))
    let farthest = trace.points.compactMap(\.measurements.distance).reduce(distanceFromStart, max)
    guard settings.checksGuarantee else {
      guarantee = Guarantee(title: "Not checked.")
      return
    }
    do {
      guarantee = try NarrowGuarantee(
        bound: data.widthBound, objective: hidden, start: start, end: last.parameters, region: region,
        stationarity: last.stationarity, stationarityGoal: max(settings.stationarity, 1e-6), active: last.active,
        farthest: farthest, zeta: settings.zeta, isSquaredLoss: settings.loss == .squared
      ).checks()
    } catch LinearAlgebraError.notFinite {
      // A run that diverged is a result too.
      guarantee = Guarantee(title: "Not checked: the weights at the end are too large to compute with.")
    }
  }
}

private func rootMeanSquare(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Double {
  let sum = zip(a.elements, b.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  return (sum / Double(max(a.elements.count, 1))).squareRoot()
}

extension FitSettings {
  /// The settings as JSON with sorted keys: the same text for the same settings.
  public var canonicalText: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: (try? encoder.encode(self)) ?? Data(), as: UTF8.self)
  }
}
