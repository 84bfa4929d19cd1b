import Datasets
import Foundation
import LinearAlgebra
import NarrowTraining
import Networks
import Randomness
import Testing

/// Fits that start at a model instead of drawn weights.
@Suite struct StartTests {
  /// A model of 3 inputs, 4 ReLU neurons, 2 outputs, and data that it explains but for a part of `noise`.
  private func planted(noise: Double, activation: Activation = .relu) -> (model: FittedModel, data: Dataset) {
    var stream = RandomStream(seed: 5)
    let shape = TwoLayerShape(inputs: 3, hidden: 4, outputs: 2, bias: false)
    let weights: [Double] = (0..<shape.parameterCount).map { _ in stream.normal() }
    let network = TwoLayerNetwork(shape: shape, activation: activation, parameters: weights)
    let x: Matrix<Double> = stream.normalMatrix(rows: 60, columns: 3)
    let exact = network.predict(x)
    let y = Matrix(rows: 60, columns: 2) { exact[$0, $1] + noise * stream.normal() }
    let data = Dataset(
      name: "planted", inputs: x, inputNames: ["x1", "x2", "x3"], target: .values(y, names: ["y1", "y2"]))
    return (FittedModel(network, inputNames: data.inputNames, outputNames: ["y1", "y2"]), data)
  }

  @Test func aFitThatStartsAtTheTruthStaysThere() throws {
    let (model, data) = planted(noise: 0)
    let fit = Fit(FitSettings(method: .gaussNewton), from: model)
    let result = try fit.run(on: fit.prepare(data))
    #expect(result.iterations == 0 && result.loss.initial < 1e-28)
    #expect(result.network == model.network)
    #expect(result.settings.width == 4 && result.settings.activation == .relu && !result.settings.bias)
  }

  @Test(arguments: FitSettings.Method.allCases) func everyMethodGoesOnFromTheModel(_ method: FitSettings.Method) throws {
    let (model, data) = planted(noise: 0.5, activation: .tanh)
    var settings = FitSettings(method: method)
    settings.iterations = 30
    let fit = Fit(settings, from: model)
    let prepared = try fit.prepare(data)
    #expect(prepared.inputs == data.inputs, "the model standardises nothing")
    let result = try fit.run(on: prepared)
    #expect(result.start == model.network.parameters)
    #expect(result.loss.final < result.loss.initial, "\(method): \(result.loss)")
    if settings.region != nil {
      // Every output weight keeps its sign and lies between its size at the start and twice that.
      for (v, v0) in zip(result.network.outputWeights.elements, model.network.outputWeights.elements) {
        #expect(v / v0 >= 1 - 1e-12 && v / v0 <= 2 + 1e-12)
      }
      #expect(result.guarantee["region"]!.verdict == .holds)
    }
  }

  @Test func checkpointsOfAnotherStartAreNotContinued() throws {
    let (model, data) = planted(noise: 0.5, activation: .tanh)
    var other = model.network
    other.parameters[0] += 1e-9
    let moved = FittedModel(other, inputNames: model.inputNames, outputNames: ["y1", "y2"])
    #expect(moved.digest != model.digest)
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("start-\(UUID().uuidString)").path
    var settings = FitSettings(method: .pgd)
    settings.iterations = 5
    func run(_ start: FittedModel, iterations: Int, path: String?) throws -> FitResult {
      var settings = settings
      settings.iterations = iterations
      var fit = Fit(settings, from: start)
      fit.checkpointPath = path
      fit.checkpointSeconds = 0
      return try fit.run(on: fit.prepare(data))
    }
    defer { for name in [".0.1", ".0.2"] { try? FileManager.default.removeItem(atPath: path + name) } }
    _ = try run(model, iterations: 5, path: path)
    let resumed = try run(model, iterations: 10, path: path)
    #expect(try resumed.network == run(model, iterations: 10, path: nil).network)
    #expect(throws: (any Error).self) { try run(moved, iterations: 10, path: path) }
  }

  @Test func contradictionsAreRefused() throws {
    let (model, data) = planted(noise: 0)
    func refusal(_ change: (inout FitSettings) -> Void, _ prepared: PreparedData? = nil) -> String {
      var settings = FitSettings(method: .adam)
      change(&settings)
      let fit = Fit(settings, from: model)
      do { _ = try fit.run(on: prepared ?? fit.prepare(data)) } catch { return "\(error)" }
      return "accepted"
    }
    #expect(refusal { $0.restarts = 2 }.contains("restarts 2"))
    #expect(refusal { $0.loss = .softmaxCrossEntropy }.contains("softmax"))
    #expect(try refusal({ _ in }, PreparedData(data)).contains("standardised"))
    let narrow = Dataset(
      name: "narrow", inputs: Matrix(rows: 60, columns: 2), target: .values(Matrix(rows: 60, columns: 2), names: ["a", "b"]))
    #expect(throws: FitError.self) { try PreparedData(narrow, following: model) }
  }

  @Test func drawnStartsAreWrittenAsBefore() {
    // Runs that were recorded before fits could start at a model keep their identity.
    #expect(!FitSettings(method: .adam).canonicalText.contains("\"start\":"))
    let (model, _) = planted(noise: 0)
    #expect(FitSettings(method: .adam).starting(at: model).canonicalText.contains(model.digest))
  }
}
