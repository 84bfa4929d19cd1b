import Datasets
import LinearAlgebra
import Networks

/// A data set made ready to be fitted: inputs standardised, targets coded, rank known.
public struct PreparedData: Sendable {
  /// n x d, without the constant column.
  public let inputs: Matrix<Double>
  /// n x k.
  public let targets: Matrix<Double>
  public let standardization: Standardization
  public let coding: TargetCoding
  /// Test inputs and targets, coded alike.
  public let test: (inputs: Matrix<Double>, targets: Matrix<Double>)?
  public let widthBound: WidthBound

  /// - Throws: ``FitError`` when the target cannot be coded; ``LinearAlgebraError`` should the rank not converge.
  /// - Complexity: O(n d min(n, d)) for the rank.
  public init(_ training: Dataset, test: Dataset? = nil, softmax: Bool = false, bias: Bool = true) throws {
    try self.init(
      training, test: test, coding: TargetCoding(for: training, softmax: softmax),
      standardization: Standardization(
        fitting: training.inputs, training.inputShape.count > 1 ? .rms : .columns), bias: bias)
  }

  /// Data that are standardised and coded as those of `model` were, so that a fit can start at it.
  ///
  /// - Throws: ``FitError`` when the numbers of inputs differ, or the target is not the model's; `LinearAlgebraError`.
  /// - Complexity: O(n d min(n, d)) for the rank.
  public init(_ training: Dataset, test: Dataset? = nil, following model: FittedModel) throws {
    guard training.dimension == model.network.shape.inputs else {
      throw FitError("\(training.name): \(training.dimension) inputs, the start takes \(model.network.shape.inputs)")
    }
    try self.init(
      training, test: test, coding: model.coding, standardization: model.standardization,
      bias: model.network.shape.bias)
  }

  private init(
    _ training: Dataset, test: Dataset?, coding: TargetCoding, standardization: Standardization, bias: Bool
  ) throws {
    self.coding = coding
    self.standardization = standardization
    inputs = standardization.apply(training.inputs)
    targets = try coding.encode(training)
    if let test {
      guard test.dimension == training.dimension else {
        throw FitError("\(test.name): \(test.dimension) inputs, the training data have \(training.dimension)")
      }
      self.test = (standardization.apply(test.inputs), try coding.encode(test))
    } else {
      self.test = nil
    }
    widthBound = WidthBound(
      samples: inputs.rows, outputs: coding.outputs, inputs: inputs.columns + (bias ? 1 : 0),
      rank: try rank(ofCentred: inputs) + (bias ? 1 : 0))
  }
}

/// The numerical rank of inputs after centring each column.
///
/// A bias adds one: its constant column is orthogonal to centred ones.
/// - Complexity: O(n d min(n, d)).
public func inputRank(_ inputs: Matrix<Double>) throws -> Int {
  try rank(ofCentred: Standardization(fitting: inputs, .rms).apply(inputs))
}

/// Columns that are zero, such as the dark corners of images, are left out beforehand.
private func rank(ofCentred inputs: Matrix<Double>) throws -> Int {
  let live = (0..<inputs.columns).filter { j in (0..<inputs.rows).contains { inputs[$0, j] != 0 } }
  return try numericalRank(Matrix(rows: inputs.rows, columns: live.count) { inputs[$0, live[$1]] })
}
