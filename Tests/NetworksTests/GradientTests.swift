import LinearAlgebra
import Networks
import RealModule
import Testing

@Suite struct GradientTests {
  @Test(arguments: Activation.allCases, Loss.allCases) func matchesDifferences(activation: Activation, loss: Loss) {
    for k in 1...3 {
      for bias in [false, true] {
        let problem = Problem<Double>(k: k, bias: bias, activation: activation, loss: loss)
        let (value, gradient) = problem.valueAndGradient()
        #expect(abs(value - problem.value(problem.parameters)) <= 1e-15 * abs(value))
        let differences = centralDifferences(problem.parameters) { [problem.value($0)] }.map { $0[0] }
        #expect(distance(gradient, differences) < differencesTolerance, "k = \(k), bias = \(bias)")
      }
    }
  }

  @Test(arguments: [Trainable.hidden, .output, []], Loss.allCases) func frozenWeightsHaveZeroGradient(
    trainable: Trainable, loss: Loss
  ) {
    let problem = Problem<Double>(loss: loss, trainable: trainable)
    let all = Problem<Double>(loss: loss)
    let (value, gradient) = problem.valueAndGradient()
    let (allValue, allGradient) = all.valueAndGradient()
    #expect(value == allValue)
    #expect(problem.frozen.allSatisfy { gradient[$0] == 0 })
    #expect(problem.free.allSatisfy { gradient[$0] == allGradient[$0] })
  }

  /// The value against the definition, summed sample by sample.
  @Test(arguments: Loss.allCases) func valueMatchesDefinition(loss: Loss) {
    let problem = Problem<Double>(n: 9, k: 3, activation: .gelu, loss: loss)
    let network = TwoLayerNetwork(
      shape: problem.objective.shape, activation: .gelu, parameters: problem.parameters)
    let (w, v) = (network.hiddenWeights, network.outputWeights)
    let (x, y) = (problem.objective.inputs, problem.objective.targets)
    var expected = 0.0
    for i in 0..<9 {
      let h = (0..<w.rows).map { j in
        Activation.gelu.value((0..<w.columns).reduce(0.0) { $0 + w[j, $1] * x[i, $1] })
      }
      let f = (0..<3).map { c in h.indices.reduce(0.0) { $0 + v[c, $1] * h[$1] } }
      switch loss {
      case .squared: expected += (0..<3).reduce(0.0) { $0 + (f[$1] - y[i, $1]) * (f[$1] - y[i, $1]) } / 2
      case .softmaxCrossEntropy:
        let partition = f.reduce(0.0) { $0 + Double.exp($1) }
        for c in 0..<3 { expected -= y[i, c] * (f[c] - Double.log(partition)) }
      }
    }
    #expect(abs(problem.value(problem.parameters) - expected / 9) < 1e-14)
  }

  /// Lent samples count as the objective's own do; kernels may differ, so the sums agree to rounding.
  @Test(arguments: [5, 40], Loss.allCases) func lentSamplesCountAsOwn(m: Int, loss: Loss) {
    let problem = Problem<Double>(n: 150, d: 100, m: m, k: 2, loss: loss)
    let (value, gradient) = problem.valueAndGradient()
    let (x, y) = (problem.objective.inputs, problem.objective.targets)
    var lent = [Double](repeating: .nan, count: gradient.count)
    let lentValue = problem.objective.valueAndGradient(
      at: problem.parameters, inputs: x.pointer, targets: y.pointer, count: 150, gradient: &lent,
      workspace: problem.workspace)
    #expect(abs(lentValue - value) < 1e-13 * value)
    #expect(distance(lent, gradient) < 1e-12)
  }

  /// Huge outputs neither overflow nor give NaN.
  @Test func crossEntropyIsStable() {
    let outputs = Matrix<Double>([[1000, -1000], [-1e6, 1e6]])
    let targets = Matrix<Double>([[1, 0], [1, 0]])
    #expect(Loss.softmaxCrossEntropy.value(outputs: outputs, targets: targets) == 1e6)
  }

  @Test(arguments: Loss.allCases, [(7, 3, 5), (130, 20, 9), (1100, 40, 30), (300, 400, 70)])
  func allSamplesAreTheFullGradient(loss: Loss, size: (n: Int, d: Int, m: Int)) {
    let problem = Problem<Double>(n: size.n, d: size.d, m: size.m, k: 3, loss: loss)
    let (value, gradient) = problem.valueAndGradient()
    let (sampledValue, sampledGradient) = problem.sampled((0..<Int32(size.n)).map { $0 })
    // The same sums in an order that may differ.
    #expect(abs(value - sampledValue) <= 1e-13 * abs(value))
    #expect(distance(sampledGradient, gradient) < 1e-13)
    // In reverse, twice over: the mean stays.
    let twice = (0..<Int32(size.n)).reversed().flatMap { [$0, $0] }
    let (twiceValue, twiceGradient) = problem.sampled(twice)
    #expect(abs(value - twiceValue) <= 1e-13 * abs(value))
    #expect(distance(twiceGradient, gradient) < 1e-13)
  }

  /// The gradient of a mean over a part is the mean of the gradients of its samples.
  @Test func partsAddUp() {
    let problem = Problem<Double>(n: 20, k: 2)
    let chosen: [Int32] = [3, 19, 0, 7, 7]
    let (value, gradient) = problem.sampled(chosen)
    var (sum, total) = ([Double](repeating: 0, count: gradient.count), 0.0)
    for i in chosen {
      let (v, g) = problem.sampled([i])
      total += v / 5
      for p in g.indices { sum[p] += g[p] / 5 }
    }
    #expect(abs(value - total) < 1e-14)
    #expect(distance(sum, gradient) < 1e-14)
  }

  /// Renaming the neurons renames the gradient.
  @Test func neuronsMayBePermuted() {
    let problem = Problem<Double>(n: 40, d: 6, m: 4, k: 2)
    let shape = problem.objective.shape
    let order = [2, 0, 3, 1]
    func permuted(_ p: [Double]) -> [Double] {
      order.flatMap { p[$0 * 7..<($0 + 1) * 7] } + (0..<2).flatMap { c in order.map { p[4 * 7 + c * 4 + $0] } }
    }
    #expect(shape.parameterCount == 4 * 7 + 2 * 4)
    let (value, gradient) = problem.valueAndGradient()
    let (permutedValue, permutedGradient) = problem.valueAndGradient(permuted(problem.parameters))
    #expect(abs(value - permutedValue) < 1e-14)
    #expect(distance(permutedGradient, permuted(gradient)) < 1e-14)
  }

  /// Float follows Double to its own precision, over shapes on both sides of every block, tile and vector width.
  @Test(arguments: [1, 2, 15, 16, 17, 63, 64, 65, 200], [(1, 1, 1), (24, 8, 2), (31, 33, 3), (130, 7, 1), (300, 66, 2)])
  func floatFollowsDouble(n: Int, size: (d: Int, m: Int, k: Int)) {
    let double = Problem<Double>(n: n, d: size.d, m: size.m, k: size.k)
    let float = Problem<Float>(n: n, d: size.d, m: size.m, k: size.k)
    let (value, gradient) = double.valueAndGradient()
    let (single, singleGradient) = float.valueAndGradient()
    // Sums of up to 300 x 200 rounded terms: a few hundred units of 6e-8 at the worst.
    #expect(abs(Double(single) - value) <= 2e-5 * abs(value))
    #expect(distance(singleGradient.map { Double($0) }, gradient) < 2e-5)
  }
}
