import Datasets
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
