import Datasets
import Dynamics
import Foundation
import LinearAlgebra
import Randomness
import Synchronization
import Testing

@testable import MomentRecovery

@Suite struct RefinementTests {
  @Test(arguments: [(5, 5, 5, 0.0), (4, 6, 9, 0), (3, 3, 3, 0.25), (4, 5, 4, -0.3), (6, 4, 8, 0)])
  func recoversExactlyWithoutNoise(k: Int, d: Int, l: Int, slope: Double) throws {
    let planted = Planted(2000, neurons: k, inputs: d, outputs: l, slope: slope, seed: 1)
    let solution = try Refinement().refine(planted.start(error: 0.05), on: planted.samples)
    #expect(solution.termination == .converged(.valueReached), "\(solution.termination.message)")
    // Each step gains at least a factor of about twenty, from 0.05 to the rounding of 1e-13 in the weights.
    #expect(solution.iterations <= 12)
    let error = try RecoveryError(of: solution.value.network, from: planted.truth)
    // 1e-10 in every weight; rounding leaves 1e-15 times a modest condition number.
    #expect(error.hidden < 1e-22 && error.output < 1e-22, "\(error)")
  }

  @Test func theHiddenLayerAlone() throws {
    let planted = Planted(2000, neurons: 4, inputs: 5, outputs: 6, slope: 0.1, seed: 2)
    var start = planted.start(error: 0.1)
    start.output = planted.truth.output
    let solution = try Refinement(.hidden).refine(start, on: planted.samples)
    #expect(solution.value.network.output == planted.truth.output)
    let largest = zip(solution.value.network.hidden.elements, planted.truth.hidden.elements).map { abs($0 - $1) }.max()!
    #expect(largest < 1e-11)
  }

  @Test func bothFormsAgreeAtTheMinimum() throws {
    let planted = Planted(3000, neurons: 3, inputs: 3, outputs: 4, noise: 0.1, seed: 3)
    let all = try Refinement(tolerance: 1e-3).refine(planted.start(error: 0.1), on: planted.samples)
    let hidden = try Refinement(.hidden).refine(all.value.network, on: planted.samples)
    #expect(hidden.value.loss <= all.value.loss)
    // The gain left is that of an offset of a few hundredths: a share of the loss of 0.05^2 p / N.
    let share = 0.05 * 0.05 * 3 * 6 / (3000 * 4)
    #expect(hidden.value.loss >= all.value.loss * (1 - share), "\(hidden.value.loss) \(all.value.loss)")
    #expect(hidden.measurements.stationarity! < 0.3)
  }

  @Test func theLossFallsAndItsResidualsAreTheNoise() throws {
    let variance = 0.25, n = 4000
    let planted = Planted(n, neurons: 4, inputs: 4, outputs: 5, noise: variance, seed: 4)
    let solution = try Refinement().refine(planted.start(error: 0.3), on: planted.samples)
    #expect(!solution.termination.isFailure && solution.termination.kind == "converged")
    let losses = solution.trace.points.map(\.measurements.value)
    #expect(zip(losses, losses.dropFirst()).allSatisfy { $1 <= $0 })
    let covariance = solution.value.residualCovariance
    for i in 0..<5 {
      for j in 0..<5 {
        // Four standard errors of a variance, sqrt(2 / n) of it.
        #expect(abs(covariance[i, j] - (i == j ? variance : 0)) < 4 * variance * (2 / Double(n)).squareRoot())
      }
    }
    let sum = (0..<5).reduce(0) { $0 + covariance[$1, $1] }
    #expect(abs(sum / 2 - solution.value.loss) < 1e-14)
    // No worse than the truth, from which it was not started.
    let atTruth = try Refinement().refine(planted.truth, on: planted.samples, driver: Driver(iterations: 0))
    #expect(solution.value.loss < atTruth.value.loss)
  }

  @Test func permutingTheUnitsPermutesTheResult() throws {
    let planted = Planted(1500, neurons: 4, inputs: 4, outputs: 4, noise: 0.05, seed: 5)
    let start = planted.start(error: 0.1), order = [2, 0, 3, 1]
    let permuted = ReLUNetwork(
      hidden: start.hidden.selectingRows(order),
      output: start.output.transposed().selectingRows(order).transposed())
    let driver = Driver(iterations: 3)
    let (one, other) = (
      try Refinement().refine(start, on: planted.samples, driver: driver).value.network,
      try Refinement().refine(permuted, on: planted.samples, driver: driver).value.network)
    let error = zip(other.hidden.elements, one.hidden.selectingRows(order).elements).map { abs($0 - $1) }.max()!
    #expect(error < 1e-11, "\(error)")
  }

  @Test func deadUnitsDoNoHarm() throws {
    let planted = Planted(1000, neurons: 3, inputs: 3, outputs: 3, seed: 6)
    var start = planted.start(error: 0.05)
    // A fourth unit without outputs, and a fifth without inputs.
    start = ReLUNetwork(
      hidden: Matrix(rows: 5, columns: 3) { $0 < 3 ? start.hidden[$0, $1] : ($0 == 3 && $1 == 0 ? 1 : 0) },
      output: Matrix(rows: 3, columns: 5) { $1 < 3 ? start.output[$0, $1] : ($1 == 4 ? 1 : 0) })
    let solution = try Refinement().refine(start, on: planted.samples)
    #expect(!solution.termination.isFailure)
    #expect(solution.value.loss < 1e-10, "\(solution.value.loss)")
  }

  @Test func sameBitsForAnyThreads() throws {
    let planted = Planted(3001, neurons: 5, inputs: 6, outputs: 5, noise: 0.1, seed: 7)
    let threads = Parallel.threads
    defer { Parallel.threads = threads }
    var results: [ReLUNetwork] = []
    for count in [1, 2, 5] {
      Parallel.threads = count
      let solution = try Refinement().refine(
        planted.start(error: 0.1), on: planted.samples, driver: Driver(iterations: 3))
      results.append(solution.value.network)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test func aRunInterruptedEndsTheSame() throws {
    let planted = Planted(1000, neurons: 4, inputs: 4, outputs: 4, noise: 0.2, seed: 8)
    let start = planted.start(error: 0.3)
    let whole = try Refinement().refine(start, on: planted.samples)
    #expect(whole.iterations > 3)
    let problem = RefinementProblem(start: start, source: planted.samples)
    var state = try Refinement().initialState(for: problem, workspace: Refinement().makeWorkspace(for: problem))
    while Refinement().termination(of: state, on: problem) == nil {
      // A workspace of its own for every step, and the state through its code.
      Refinement().step(&state, on: problem, workspace: Refinement().makeWorkspace(for: problem))
      state = try JSONDecoder().decode(RefinementState.self, from: JSONEncoder().encode(state))
    }
    #expect(state.parameters == whole.state.parameters)
    #expect(state.measurements == whole.state.measurements)
    #expect(Refinement().termination(of: state, on: problem) == whole.termination)
  }

  @Test func anErrorOfTheSourceIsThrown() {
    let planted = Planted(500, neurons: 2, inputs: 2, outputs: 2, noise: 0.1, seed: 9)
    let source = Breaking(samples: planted.samples)
    #expect(throws: Breaking.Broken.self) { try Refinement().refine(planted.start(error: 0.3), on: source) }
  }
}

/// Gives up on the fourth pass.
private final class Breaking: SampleSource {
  struct Broken: Error {}
  let samples: MatrixSamples
  private let passes = Mutex(0)

  init(samples: MatrixSamples) { self.samples = samples }

  var count: Int { samples.count }
  var inputs: Int { samples.inputs }
  var outputs: Int { samples.outputs }

  func forEachBlock(of size: Int, _ body: (SampleBlock) throws -> Void) throws {
    let pass = passes.withLock {
      $0 += 1
      return $0
    }
    if pass >= 4 { throw Broken() }
    try samples.forEachBlock(of: size, body)
  }
}
