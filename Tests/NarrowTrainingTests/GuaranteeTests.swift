import Datasets
import Dynamics
import LinearAlgebra
import Networks
import Optimization
import Randomness
import Testing

@testable import NarrowTraining

@Suite struct GuaranteeTests {
  private func objective(_ data: PreparedData, width: Int, activation: Activation = .tanh) -> NetworkObjective<Double> {
    NetworkObjective(
      shape: TwoLayerShape(inputs: data.inputs.columns, hidden: width, outputs: 1, bias: false), activation: activation,
      trainable: .hidden, inputs: data.inputs, targets: data.targets)
  }

  private func jacobian(_ objective: NetworkObjective<Double>, _ parameters: [Double]) -> Matrix<Double> {
    let workspace = objective.makeWorkspace()
    var residual = [Double](repeating: 0, count: objective.residualCount)
    _ = objective.prepare(at: parameters, residual: &residual, workspace: workspace)
    var j = Matrix<Double>(rows: objective.residualCount, columns: objective.parameterCount)
    j.withMutableView { objective.jacobian(into: $0, workspace: workspace) }
    return j
  }

  @Test(arguments: [Activation.tanh, .sigmoid, .softplus, .gelu]) func theLipschitzConstantBoundsTheChange(
    activation: Activation
  ) throws {
    let data = try gaussianData(samples: 20, inputs: 5)
    let objective = objective(data, width: 8, activation: activation)
    let start: [Double] = try Initialization.mirroredLeCun(zeta: 1.3).parameters(
      objective.shape, random: RandomStream(seed: 1))
    let network = TwoLayerNetwork(shape: objective.shape, activation: activation, parameters: start)
    let constant = try jacobianLipschitzConstant(objective, outputWeights: network.outputWeights)
    let before = jacobian(objective, start)
    var stream = RandomStream(seed: 2)
    for scale in [1e-3, 0.1, 1, 10] {
      var moved = start
      for i in objective.shape.hiddenRange { moved[i] += scale * stream.normal() }
      let after = jacobian(objective, moved)
      let change = Matrix<Double>(rows: 20, columns: before.columns) { after[$0, $1] - before[$0, $1] }
      let norm = try SVD<Double>.values(change)[0]
      let length = distance(moved, start, count: start.count)
      #expect(norm <= constant * length * (1 + 1e-12))
      // Not a vacuous constant either: for small moves it is within two orders of what happens.
      if scale == 1e-3 { #expect(norm >= constant * length / 100) }
    }
  }

  @Test func analysisAgreesWithTheSingularValues() throws {
    let data = try gaussianData(samples: 20, inputs: 5)
    let objective = objective(data, width: 10)
    let start: [Double] = try Initialization.mirroredLeCun(zeta: 1).parameters(
      objective.shape, random: RandomStream(seed: 4))
    let analysis = try #require(try JacobianAnalysis(objective, at: start))
    let svd = try SVD(jacobian(objective, start))
    #expect(analysis.rank == 20)
    // Singular values through the Gram matrix carry an error of N eps sigma_max^2 / (2 sigma).
    let (largest, smallest) = (svd.singularValues[0], svd.singularValues[19])
    #expect(abs(analysis.largest - largest) <= 1e-13 * largest)
    #expect(abs(analysis.smallest - smallest) <= 20 * .ulpOfOne * largest * largest / smallest)
    let step = svd.pseudoInverse(times: data.targets.elements)
    let reach = step.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(analysis.distanceToInterpolation()! - reach) <= 1e-8 * reach)
  }

  @Test func tooNarrowANetIsToldSo() throws {
    var settings = goldenSettings(width: 4, zeta: 1, radius: nil)
    settings.iterations = 30
    let result = try Fit(settings).run(on: try gaussianData(samples: 60, inputs: 6))
    #expect(result.guarantee["width-dimension"]!.verdict == .fails)
    #expect(result.guarantee["jacobian-start"]!.verdict == .fails)
    #expect(result.guarantee["jacobian-start"]!.statement.contains("Rank 12 of 60"))
    #expect(result.guarantee["near-global"]!.verdict == .vacuous)
  }

  @Test func aKinkedActivationIsRefusedWithTheReason() throws {
    var settings = goldenSettings(width: 8, zeta: 1, radius: nil)
    settings.method = .pgd
    settings.activation = .relu
    settings.iterations = 3
    let result = try Fit(settings).run(on: GoldenTests.data)
    let check = result.guarantee["smooth-activation"]!
    #expect(check.verdict == .fails && check.statement.contains("kink") && check.statement.contains("relu"))
    #expect(result.guarantee["jacobian-start"] == nil)
  }

  @Test func boundsAreThoseOfThePaperAndOfTheRank() {
    let bound = WidthBound(samples: 2000, outputs: 1, inputs: 785, rank: 613)
    #expect(abs(bound.twoNOverD - 5.0955) < 1e-4 && abs(bound.twoNOverRank - 6.5253) < 1e-4)
    #expect(bound.automaticWidth == 8)
    #expect(WidthBound(samples: 10, outputs: 1, inputs: 5, rank: 5).automaticWidth == 4)
    #expect(WidthBound(samples: 10, outputs: 3, inputs: 5, rank: 5).automaticWidth == 12)
    #expect(WidthBound(samples: 2, outputs: 1, inputs: 50, rank: 2).automaticWidth == 2)
  }
}
