import Datasets
import LinearAlgebra
import NarrowTraining
import Networks
import Randomness
import Testing

/// Networks as functions of inputs in other coordinates.
@Suite struct FoldedInputsTests {
  /// Five inputs of very different means and scales, the fourth constant, fitted to by a network of 6 neurons.
  private static func model(
    bias: Bool, _ scheme: Standardization.Scheme, outputs k: Int = 2
  ) -> (FittedModel, Dataset) {
    var random = RandomStream(seed: 3)
    let noise: Matrix<Double> = random.normalMatrix(rows: 40, columns: 5)
    let (means, scales) = ([3, -200, 0.5, 7, 1e4], [1, 50, 1e-3, 0, 1e3])
    let x = Matrix(rows: 40, columns: 5) { i, j in means[j] + scales[j] * noise[i, j] }
    let shape = TwoLayerShape(inputs: 5, hidden: 6, outputs: k, bias: bias)
    let weights: [Double] = (0..<shape.parameterCount).map { _ in random.normal() }
    let names = (0..<k).map { "y\($0)" }
    let y: Matrix<Double> = random.normalMatrix(rows: 40, columns: k)
    let data = Dataset(name: "drawn", inputs: x, target: .values(y, names: names))
    return (
      FittedModel(
        network: TwoLayerNetwork(shape: shape, activation: .tanh, parameters: weights),
        standardization: Standardization(fitting: x, scheme),
        coding: .values(names: names, means: names.map { _ in 2 }, scales: names.map { _ in 3 }),
        inputNames: data.inputNames), data
    )
  }

  /// Outputs at u are those of the model at x = shift + scale u, to rounding: pre-activations of some units, with means
  /// 10 times the scales, lose a digit or two of 16.
  @Test(arguments: [true, false], Standardization.Scheme.allCases) func outputsAreThoseOfTheModel(
    _ bias: Bool, _ scheme: Standardization.Scheme
  ) {
    // Without standardisation inputs of 1e4 would saturate every unit.
    guard scheme != .none else { return }
    let (model, data) = Self.model(bias: bias, scheme)
    let expected = model.network.predict(model.standardization.apply(data.inputs))
    let shift = [1, -100, 0, 2, 9e3], scale = [2, 30, 0.01, 5, 500.0]
    let network = model.network(onInputs: shift, scale: scale)
    let u = Matrix(rows: data.count, columns: 5) { (data.inputs[$0, $1] - shift[$1]) / scale[$1] }
    let found = network.predict(u)
    #expect(network.shape.bias && network.shape.outputs == 2)
    var largest = 0.0
    for (a, b) in zip(found.elements, expected.elements) { largest = max(largest, abs(a - b)) }
    #expect(largest < 1e-12)
    // A constant column has no effect, wherever it is moved.
    let moved = Matrix(rows: data.count, columns: 5) { u[$0, $1] + ($1 == 3 ? 100 : 0) }
    #expect(network.predict(moved) == found)
  }

  @Test func theModelsOwnCoordinatesKeepEveryBit() {
    for bias in [true, false] {
      let (model, data) = Self.model(bias: bias, .columns)
      let standardization = model.standardization
      let network = model.network(
        onInputs: standardization.means, scale: standardization.scales.map { $0 == 0 ? 1 : $0 })
      #expect(network.shape.bias == bias)
      // The constant column's weights are dropped, all others are the same.
      for (i, (a, b)) in zip(network.parameters, model.network.parameters).enumerated() {
        let isConstant = i < network.shape.hidden * network.shape.weightsPerNeuron
          && i % network.shape.weightsPerNeuron == 3
        #expect(a == (isConstant ? 0 : b))
      }
      let z = standardization.apply(data.inputs)
      #expect(network.predict(z) == model.network.predict(z))
    }
  }

  @Test func aNetworkWithoutStandardisationNeedsNoBias() {
    let shape = TwoLayerShape(inputs: 2, hidden: 1, outputs: 1, bias: false)
    let plain = FittedModel(
      TwoLayerNetwork(shape: shape, activation: .relu, parameters: [1, 2, 3]), inputNames: ["a", "b"],
      outputNames: ["y"])
    #expect(plain.network(onInputs: [0, 0], scale: [1, 1]) == plain.network)
    let shifted = plain.network(onInputs: [1, -1], scale: [2, 4])
    #expect(shifted.shape.bias)
    #expect(shifted.parameters == [2, 8, -1, 3])
  }
}
