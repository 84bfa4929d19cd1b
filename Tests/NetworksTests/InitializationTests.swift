import LinearAlgebra
import Networks
import Randomness
import Testing

/// Initialisations with the variances of w and v that they state for d' = 100, m = 500, k = 3.
private let drawn: [(Initialization, Double, Double)] = [
  (.leCun, 0.01, 0.002), (.glorot, 2.0 / 600, 2.0 / 503), (.he, 0.02, 0.004), (.orthogonal, 0.002, 0.002),
  (.mirroredLeCun(zeta: 1), 0.01, 1),
]

@Suite struct InitializationTests {
  @Test(arguments: 1...3) func mirroredStartIsZero(k: Int) throws {
    let shape = TwoLayerShape(inputs: 6, hidden: 10, outputs: k)
    let network: TwoLayerNetwork<Double> = try Initialization.mirroredLeCun(zeta: 0.3).network(
      shape, activation: .gelu, random: RandomStream(seed: 8))
    var random = RandomStream(seed: 9)
    let (w, v) = (network.hiddenWeights, network.outputWeights)
    for j in 0..<5 {
      #expect(w.row(j) == w.row(j + 5))
      for c in 0..<k {
        #expect(abs(v[c, j]) == 0.3 && v[c, j + 5] == -v[c, j])
        if k == 1 { #expect(v[c, j] == 0.3) }
      }
    }
    // Mirrored terms cancel up to the rounding of the sum of ten terms below 4 * 0.3.
    let f = network.predict(random.normalMatrix(rows: 300, columns: 6))
    #expect(f.elements.allSatisfy { abs($0) < 1e-15 })
  }

  @Test func oddWidthIsRefused() {
    let shape = TwoLayerShape(inputs: 6, hidden: 9, outputs: 1)
    #expect(throws: InitializationError.oddWidth(9)) {
      let _: [Double] = try Initialization.mirroredLeCun(zeta: 1).parameters(shape, random: RandomStream(seed: 1))
    }
    #expect(throws: InitializationError.scale(-1)) {
      let _: [Double] = try Initialization.mirroredLeCun(zeta: -1).parameters(
        TwoLayerShape(inputs: 6, hidden: 8, outputs: 1), random: RandomStream(seed: 1))
    }
  }

  /// Mean and variance of 99 x 500 and 3 x 500 draws lie within five standard errors of those stated.
  @Test(arguments: drawn) func variances(
    initialization: Initialization, hidden: Double, output: Double
  ) throws {
    let shape = TwoLayerShape(inputs: 99, hidden: 500, outputs: 3)
    let p: [Double] = try initialization.parameters(shape, random: RandomStream(seed: 2))
    #expect(p.count == shape.parameterCount)
    for (range, variance) in [(shape.hiddenRange, hidden), (shape.outputRange, output)] {
      let values = p[range]
      let mean = values.reduce(0, +) / Double(values.count)
      let spread = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
      // Half of a mirrored start repeats the other half.
      let error = (2 / Double(values.count)).squareRoot() * 2.0.squareRoot()
      #expect(abs(mean) < 5 * variance.squareRoot() * error)
      #expect(abs(spread - variance) < 5 * variance * error)
    }
  }

  @Test(arguments: [(3, 8), (8, 3), (4, 4)]) func orthogonalWeights(m: Int, d: Int) throws {
    let shape = TwoLayerShape(inputs: d, hidden: m, outputs: 1, bias: false)
    let network: TwoLayerNetwork<Double> = try Initialization.orthogonal.network(
      shape, activation: .tanh, random: RandomStream(seed: 3))
    let w = network.hiddenWeights
    let gram = Matrix.product(w, m > d ? .yes : .no, w, m > d ? .no : .yes)
    let identity = Matrix<Double>.identity(min(m, d))
    #expect(zip(gram.elements, identity.elements).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  @Test func floatAndDoubleAgree() throws {
    let shape = TwoLayerShape(inputs: 5, hidden: 4, outputs: 2)
    let a: [Double] = try Initialization.glorot.parameters(shape, random: RandomStream(seed: 6))
    let b: [Float] = try Initialization.glorot.parameters(shape, random: RandomStream(seed: 6))
    #expect(zip(a, b).allSatisfy { abs($0 - Double($1)) < 1e-6 })
  }
}
