import Datasets
import Dynamics
import Foundation
import LinearAlgebra
import Networks

/// A fitted network with all that is needed to use it on new data: how inputs were standardised, what outputs mean.
///
/// ```swift
/// try FittedModel(result, inputNames: training.inputNames).save(to: "model")
/// let predictions = try FittedModel(from: "model").predict(dataset)
/// ```
public struct FittedModel: Sendable {
  public let network: TwoLayerNetwork<Double>
  public let loss: Loss
  public let standardization: Standardization
  public let coding: TargetCoding
  public let inputNames: [String]

  private struct Payload: Codable {
    let standardization: Standardization
    let target: TargetCoding
    let inputNames: [String]
  }

  /// A model from its parts.
  ///
  /// - Precondition: the sizes of all parts agree.
  public init(
    network: TwoLayerNetwork<Double>, loss: Loss = .squared, standardization: Standardization, coding: TargetCoding,
    inputNames: [String]
  ) {
    let shape = network.shape
    precondition(standardization.columns == shape.inputs, "\(standardization.columns) columns for \(shape.inputs) inputs")
    precondition(inputNames.count == shape.inputs, "\(inputNames.count) names for \(shape.inputs) inputs")
    precondition(coding.outputs == shape.outputs, "a target of \(coding.outputs) for \(shape.outputs) outputs")
    self.network = network
    self.loss = loss
    self.standardization = standardization
    self.coding = coding
    self.inputNames = inputNames
  }

  /// A network that takes inputs and gives outputs as they are, without standardisation.
  ///
  /// - Precondition: as many names as inputs and outputs.
  public init(_ network: TwoLayerNetwork<Double>, inputNames: [String], outputNames: [String]) {
    let ones = outputNames.map { _ in 1.0 }
    self.init(
      network: network, standardization: Standardization(identity: network.shape.inputs),
      coding: .values(names: outputNames, means: outputNames.map { _ in 0 }, scales: ones), inputNames: inputNames)
  }

  public init(_ result: FitResult, inputNames: [String]) {
    network = result.network
    loss = result.settings.loss
    standardization = result.standardization
    coding = result.coding
    self.inputNames = inputNames
  }

  /// - Throws: ``ModelFileError`` naming file, place, value and what is accepted.
  public init(from directory: String) throws {
    let contents = try ModelFile.load(from: directory, as: Double.self, payload: Payload.self)
    network = contents.network
    loss = contents.loss
    (standardization, coding) = (contents.payload.standardization, contents.payload.target)
    inputNames = contents.payload.inputNames
    guard standardization.columns == network.shape.inputs, coding.outputs == network.shape.outputs else {
      throw FitError(
        "\(directory): the standardisation or the target does not fit a network of \(network.shape.inputs) inputs and "
          + "\(network.shape.outputs) outputs")
    }
  }

  public func save(to directory: String) throws {
    try ModelFile.save(
      network, loss: loss,
      payload: Payload(standardization: standardization, target: coding, inputNames: inputNames), to: directory)
  }

  /// Tells models apart that make a fit start elsewhere: by weights, activation, standardisation and coding.
  public var digest: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var digest = Fingerprint()
    digest.combine(network.parameters)
    let words = "\(network.shape) \(network.activation) "
    let payload = (try? encoder.encode(Payload(standardization: standardization, target: coding, inputNames: []))) ?? Data()
    digest.combine(Array(words.utf8) + payload)
    return digest.hexadecimal
  }

  /// The network's outputs for raw inputs, in the units of the data: n x k.
  ///
  /// - Throws: ``FitError`` when the number of columns is not the model's.
  public func outputs(_ dataset: Dataset) throws -> Matrix<Double> {
    guard dataset.dimension == network.shape.inputs else {
      throw FitError("\(dataset.name): \(dataset.dimension) inputs, the model takes \(network.shape.inputs)")
    }
    return coding.decode(network.predict(standardization.apply(dataset.inputs)))
  }
}
