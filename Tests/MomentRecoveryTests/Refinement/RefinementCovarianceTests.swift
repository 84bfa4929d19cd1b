import Datasets
import LinearAlgebra
import MomentRecovery
import Randomness
import Testing

@Suite struct RefinementCovarianceTests {
  @Test func errorsAreAsLargeAsPredicted() throws {
    let seeds = 12
    var (hidden, output, expectedHidden, expectedOutput) = (0.0, 0.0, 0.0, 0.0)
    var squares = 0.0, count = 0.0
    for seed in 0..<UInt64(seeds) {
      let planted = Planted(3000, neurons: 3, inputs: 4, outputs: 3, noise: 0.25, seed: 40 + seed)
      let fit = try Refinement().refine(planted.start(error: 0.1), on: planted.samples).value.network
      let covariance = try RefinementCovariance(of: fit, on: planted.samples)
      let error = try RecoveryError(of: fit, from: planted.truth)
      hidden += error.hidden
      output += error.output
      expectedHidden += covariance.expectedError.hidden
      expectedOutput += covariance.expectedError.output
      for e in 0..<9 {
        let deviation = fit.output.elements[e] - planted.truth.output.elements[e]
        let unit = covariance.outputErrors.elements[e]
        squares += deviation * deviation / (unit * unit)
        count += 1
      }
    }
    // Sums of 12 x 9 and 12 x 6 squared deviations: relative standard errors of 0.14 and 0.17; three of them.
    #expect(abs(hidden / expectedHidden - 1) < 0.45, "\(hidden) for \(expectedHidden)")
    #expect(abs(output / expectedOutput - 1) < 0.5, "\(output) for \(expectedOutput)")
    #expect(abs(squares / count - 1) < 0.42, "\(squares / count)")
  }

  @Test func independentNoiseMakesBothFormsAgree() throws {
    let planted = Planted(20_000, neurons: 3, inputs: 3, outputs: 4, noise: 0.25, slope: 0.2, seed: 60)
    let fit = try Refinement().refine(planted.start(error: 0.1), on: planted.samples).value.network
    let any = try RefinementCovariance(of: fit, on: planted.samples)
    let independent = try RefinementCovariance(of: fit, on: planted.samples, noise: .independent)
    for (a, b) in [(any.hiddenErrors, independent.hiddenErrors), (any.outputErrors, independent.outputErrors)] {
      for (x, y) in zip(a.elements, b.elements) {
        // A mean of fourth moments over 20,000 samples, sqrt(10 / n), halved by the root; five times that.
        #expect(abs(x / y - 1) < 0.06, "\(x) \(y)")
      }
    }
  }

  @Test func theGaugeHoldsAndIsCarriedByTheOutputs() throws {
    let planted = Planted(2000, neurons: 3, inputs: 4, outputs: 3, noise: 0.25, seed: 61)
    let fit = try Refinement().refine(planted.start(error: 0.1), on: planted.samples).value.network
    let c = try RefinementCovariance(of: fit, on: planted.samples)
    for i in 0..<3 {
      // Var(w_i . dw_i) = 0 and, with a single unit's covariance for scale, to rounding.
      var along = 0.0, total = 0.0
      for p in 0..<4 {
        total += c.covariance[i * 4 + p, i * 4 + p]
        for q in 0..<4 { along += c.network.hidden[i, p] * c.network.hidden[i, q] * c.covariance[i * 4 + p, i * 4 + q] }
      }
      #expect(abs(along) < 1e-12 * total)
    }
    // The scale of the network given does not matter.
    let scaled = ReLUNetwork(hidden: fit.hidden.map { 2 * $0 }, output: fit.output.map { $0 / 2 })
    let other = try RefinementCovariance(of: scaled, on: planted.samples)
    #expect(zip(other.hiddenErrors.elements, c.hiddenErrors.elements).allSatisfy { abs($0 / $1 - 1) < 1e-9 })
  }

  @Test func unevenNoiseIsSeenByTheSandwichAlone() throws {
    // One linear unit pair would hide it; noise of size |x_0| makes the entries that x_0 determines less certain.
    var random = RandomStream(seed: 62)
    let truth = ReLUNetwork(hidden: Matrix([[1, 0], [0, 1]]), output: Matrix([[1, 0], [0, 1]]))
    var deviations = [0.0, 0.0], any = 0.0, independent = 0.0
    let trials = 60
    for _ in 0..<trials {
      let x: Matrix<Double> = random.normalMatrix(rows: 1000, columns: 2)
      var y = truth.predict(x)
      for t in 0..<1000 { for m in 0..<2 { y[t, m] += 0.3 * abs(x[t, 0]) * random.normal() } }
      let samples = MatrixSamples(x: x, y: y)
      let fit = try Refinement().refine(truth, on: samples).value.network
      deviations[0] += (fit.output[0, 0] - 1) * (fit.output[0, 0] - 1)
      any += try RefinementCovariance(of: fit, on: samples).covariance[4, 4]
      independent += try RefinementCovariance(of: fit, on: samples, noise: .independent).covariance[4, 4]
    }
    // Sixty squared deviations: a relative standard error of 0.18. E x^4 / (E x^2)^2 = 3 is what is missed.
    #expect(abs(any / deviations[0] - 1) < 0.5, "\(any) for \(deviations[0])")
    #expect(any > 1.8 * independent)
  }

  @Test func weightsThatAreNotDeterminedAreRefused() {
    let planted = Planted(500, neurons: 2, inputs: 2, outputs: 2, noise: 0.1, seed: 63)
    let twins = ReLUNetwork(hidden: Matrix([[1, 0], [1, 0]]), output: planted.truth.output)
    #expect(throws: LinearAlgebraError.self) { try RefinementCovariance(of: twins, on: planted.samples) }
  }
}
