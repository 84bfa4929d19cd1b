import Datasets
import LinearAlgebra
import Randomness
import Testing

@testable import MomentRecovery

@Suite struct GaussNewtonSystemTests {
  static func loss(_ network: ReLUNetwork, _ samples: MatrixSamples) -> Double {
    let residual = zip(network.predict(samples.x).elements, samples.y.elements).map { $0 - $1 }
    return residual.reduce(0) { $0 + $1 * $1 } / 2 / Double(samples.count)
  }

  /// Residuals and their Jacobian, n l x (k d + l k), parameters W and then A row after row.
  static func jacobian(_ network: ReLUNetwork, _ samples: MatrixSamples) -> (r: [Double], j: Matrix<Double>) {
    let (k, d, l) = (network.neurons, network.inputs, network.outputs)
    let z = Matrix.product(samples.x, .no, network.hidden, .yes)
    let r = zip(network.predict(samples.x).elements, samples.y.elements).map { $0 - $1 }
    let j = Matrix<Double>(rows: samples.count * l, columns: k * (d + l)) { row, column in
      let (t, m) = (row / l, row % l)
      if column < k * d {
        let (i, p) = (column / d, column % d)
        return network.output[m, i] * (z[t, i] > 0 ? 1 : network.slope) * samples.x[t, p]
      }
      let (q, i) = ((column - k * d) / k, (column - k * d) % k)
      return q == m ? network.activation(z[t, i]) : 0
    }
    return (r, j)
  }

  @Test(arguments: [0, 0.3, -0.4]) func lossAndGradientByFiniteDifferences(slope: Double) throws {
    let planted = Planted(700, neurons: 3, inputs: 4, outputs: 5, noise: 0.5, slope: slope, seed: 21)
    let network = planted.start(error: 0.4)
    let moments = ActivationMoments(inputs: 4, neurons: 3, outputs: 5)
    try moments.measure(network, on: planted.samples)
    #expect(abs(moments.loss - Self.loss(network, planted.samples)) < 1e-13)
    // Central differences of a loss that is piecewise quadratic: exact but for rounding, 1e-15 / h and more, unless a
    // sample lies within h of a kink.
    let h = 1e-6
    for e in 0..<12 {
      var (up, down) = (network, network)
      up.hidden.elements[e] += h
      down.hidden.elements[e] -= h
      let slope = (Self.loss(up, planted.samples) - Self.loss(down, planted.samples)) / (2 * h)
      #expect(abs(slope - moments.hiddenGradient[e / 4, e % 4]) < 2e-8)
    }
    for e in 0..<15 {
      var (up, down) = (network, network)
      up.output.elements[e] += h
      down.output.elements[e] -= h
      let slope = (Self.loss(up, planted.samples) - Self.loss(down, planted.samples)) / (2 * h)
      #expect(abs(slope - moments.outputGradient[e / 3, e % 3]) < 2e-8)
    }
  }

  @Test(arguments: [(3, 4, 5, 0.0), (4, 3, 4, 0.2), (2, 5, 2, -0.5), (1, 1, 1, 0)])
  func theStepSolvesTheLinearisedProblem(k: Int, d: Int, l: Int, slope: Double) throws {
    // 600 samples: two whole tiles and a part of one.
    let planted = Planted(600, neurons: k, inputs: d, outputs: l, noise: 0.5, slope: slope, seed: 22)
    let network = planted.start(error: 0.4).normalized()
    let (r, j) = Self.jacobian(network, planted.samples)
    let moments = ActivationMoments(inputs: d, neurons: k, outputs: l)
    try moments.measure(network, on: planted.samples)
    for moving in [true, false] {
      let system = GaussNewtonSystem(neurons: k, inputs: d, outputs: l, movingOutput: moving)
      system.assemble(moments, at: network)
      let step = try #require(system.step(damping: 0))
      // With w_i . dw_i = 0 as k more equations, which cost nothing: scales are free.
      let width = moving ? j.columns : k * d, more = moving ? k : 0
      let equations = Matrix<Double>(rows: j.rows + more, columns: width) { row, column in
        if row < j.rows { return j[row, column] }
        let i = row - j.rows
        return column < k * d && column / d == i ? 10 * network.hidden[i, column % d] : 0
      }
      let expected = try LeastSquares(equations).solve(r.map { -$0 } + Array(repeating: 0, count: more)).x
      let found = step.hidden.elements + (moving ? step.output.elements : [])
      let error = zip(found, expected).map { abs($0 - $1) }.max()!
      // Normal equations: rounding times the condition, a few hundred at most.
      #expect(error < 1e-11, "\(error)")
      // What the model promises: g^T H^-1 g = |J delta|^2 / n.
      let image = equations * found
      let promised = image.prefix(j.rows).reduce(0) { $0 + $1 * $1 } / 600
      #expect(abs(step.decrement / promised - 1) < 1e-10)
    }
  }

  @Test func dampingShortensTheStep() throws {
    let planted = Planted(400, neurons: 3, inputs: 3, outputs: 3, noise: 0.5, seed: 23)
    let network = planted.start(error: 0.4).normalized()
    let moments = ActivationMoments(inputs: 3, neurons: 3, outputs: 3)
    try moments.measure(network, on: planted.samples)
    let system = GaussNewtonSystem(neurons: 3, inputs: 3, outputs: 3, movingOutput: true)
    system.assemble(moments, at: network)
    let lengths = try [0, 1e-2, 1, 100].map { damping in
      let step = try #require(system.step(damping: damping))
      return step.hidden.elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    #expect(zip(lengths, lengths.dropFirst()).allSatisfy { $1 < $0 })
    #expect(lengths[3] < 0.05 * lengths[0])
  }
}
