import Dynamics
import LinearAlgebra
import Networks
import Randomness
import Testing

@testable import Adversaries

/// Exact maxima against samples, grids, closed forms and bounds.
@Suite struct ExactSearchTests {
  private func tolerance(_ value: Double) -> Double { max(1e-6 * abs(value), 1e-8) }

  /// attacked <= exact <= certified on 1,000 random small networks of every kind; at most three in a thousand may need
  /// more than the nodes allowed here.
  @Test func attackedExactAndCertifiedAreInOrder() throws {
    let outcomes = (0..<1000).map { _ in Outcome() }
    Parallel.forEach(1000) { round in
      var random = RandomStream(seed: 31).split(round)
      let problem = try! smallProblem(&random, activation: Activation.allCases[round % 10])
      var settings = ExactMaximum.Settings()
      settings.nodes = 20_000
      let exact = ExactSearch(problem, settings: settings).maximum(of: 0)
      let certified = NetworkBounds(problem).loss(of: 0).best
      var attacked = -Double.infinity
      for _ in 0..<60 { attacked = max(attacked, problem.lossValue(problem.randomPerturbation(&random))) }
      outcomes[round].set(exact, certified: certified, attacked: attacked, again: problem.lossValue(exact.maximizer))
    }
    var unfinished = 0
    for outcome in outcomes {
      let exact = outcome.exact!
      let gap = tolerance(exact.lower)
      let rounding = 1e-12 * max(1, abs(exact.lower))
      #expect(outcome.attacked <= exact.upper)
      #expect(exact.lower <= exact.upper && exact.lower <= outcome.certified)
      #expect(abs(outcome.again - exact.lower) <= rounding)
      if exact.isExact {
        #expect(exact.upper - exact.lower <= gap)
        #expect(outcome.attacked <= exact.lower + gap)
      } else {
        unfinished += 1
      }
    }
    #expect(unfinished <= 3)
  }

  private final class Outcome: @unchecked Sendable {
    var exact: ExactMaximum?
    var (certified, attacked, again) = (0.0, 0.0, 0.0)
    func set(_ exact: ExactMaximum, certified: Double, attacked: Double, again: Double) {
      (self.exact, self.certified, self.attacked, self.again) = (exact, certified, attacked, again)
    }
  }

  /// One input: the maximum over an interval, against a grid whose error is a Lipschitz constant times half a step.
  @Test(arguments: Activation.allCases)
  func intervalsAgainstGrids(_ activation: Activation) throws {
    var random = RandomStream(seed: 32)
    for _ in 0..<12 {
      let problem = try smallProblem(&random, activation: activation, hidden: 5, inputs: 1)
      let exact = ExactSearch(problem).maximum(of: 0)
      #expect(exact.isExact)
      let (x, eps) = (problem.inputs[0, 0], problem.radii[0])
      let low = max(-eps, problem.box == nil ? -eps : -x)
      let high = min(eps, problem.box == nil ? eps : 1 - x)
      var (best, steepest, last) = (-Double.infinity, 0.0, Double.nan)
      let count = 4000
      for i in 0...count {
        let value = problem.lossValue([low + (high - low) * Double(i) / Double(count)])
        if i > 0 { steepest = max(steepest, abs(value - last)) }
        (best, last) = (max(best, value), value)
      }
      #expect(best <= exact.upper + 1e-12 * abs(best))
      // No point between two grid points is further above them than the steepest step, with room for its growth.
      #expect(exact.lower <= best + 2 * steepest)
      #expect(exact.upper >= best)
    }
  }

  /// Two inputs in l2: a polar grid of the disc.
  @Test(arguments: [Activation.tanh, .gelu, .relu, .softplus, .abs])
  func discsAgainstGrids(_ activation: Activation) throws {
    var random = RandomStream(seed: 33)
    for round in 0..<6 {
      let problem = try smallProblem(
        &random, activation: activation, norm: .l2, hidden: 4, inputs: 2, boxed: false, radius: [0.2, 1.5][round % 2])
      let exact = ExactSearch(problem).maximum(of: 0)
      #expect(exact.isExact)
      var (best, steepest) = (-Double.infinity, 0.0)
      let turns = 240
      for ring in 0...20 {
        let r = problem.radii[0] * (1 - Double(ring * ring) / 400)
        var last = Double.nan
        for turn in 0...turns {
          let angle = 2 * Double.pi * Double(turn) / Double(turns)
          let value = problem.lossValue([r * Double.cos(angle), r * Double.sin(angle)])
          if turn > 0 { steepest = max(steepest, abs(value - last)) }
          (best, last) = (max(best, value), value)
        }
      }
      #expect(best <= exact.upper)
      // Rings are up to a tenth of the radius apart, four angular steps.
      #expect(exact.lower <= best + 8 * steepest)
    }
  }

  /// Linear networks have the maximum in closed form; with one output all losses but the squared one need no cut.
  @Test(arguments: PerturbationNorm.allCases, [AttackLoss.margin, .squared, .crossEntropy])
  func linearNetworksAreExact(_ norm: PerturbationNorm, _ loss: AttackLoss) throws {
    var random = RandomStream(seed: 34)
    for _ in 0..<30 {
      let problem = try smallProblem(
        &random, activation: .identity, loss: loss, norm: norm, outputs: 1, boxed: false)
      let shape = problem.network.shape
      let (w, v) = (problem.network.hiddenWeights, problem.network.outputWeights)
      let c = (0..<shape.inputs).map { i in (0..<shape.hidden).reduce(0) { $0 + v[0, $1] * w[$1, i] } }
      let reach = problem.radii[0] * norm.dual.length(c, count: c.count)
      let f = problem.network.predict(problem.inputs)[0, 0]
      let y = problem.targets[0, 0]
      let expected =
        loss == .squared
        ? max(loss.value([f + reach], [y], outputs: 1), loss.value([f - reach], [y], outputs: 1))
        : loss.value([f - y * reach], [y], outputs: 1)
      let exact = ExactSearch(problem).maximum(of: 0)
      #expect(abs(exact.lower - expected) <= 1e-12 * max(1, expected.magnitude))
      #expect(exact.upper >= expected - 1e-15 && exact.upper - expected <= tolerance(expected))
      #expect(exact.nodes <= 2)
    }
  }

  /// ReLU networks of one input are piecewise linear: the maximum is at a kink or an end.
  @Test(arguments: [Activation.relu, .leakyReLU, .abs])
  func kinkedNetworksOfOneInput(_ activation: Activation) throws {
    var random = RandomStream(seed: 35)
    for _ in 0..<40 {
      let problem = try smallProblem(
        &random, activation: activation, loss: .margin, hidden: 6, inputs: 1, boxed: false, radius: 1)
      let w = problem.network.hiddenWeights
      let x = problem.inputs[0, 0]
      var candidates = [-1.0, 1]
      for j in 0..<6 {
        let kink = -(problem.network.shape.bias ? w[j, 1] : 0) / w[j, 0] - x
        if abs(kink) < 1 { candidates.append(kink) }
      }
      let expected = candidates.map { problem.lossValue([$0]) }.max()!
      let exact = ExactSearch(problem).maximum(of: 0)
      #expect(exact.isExact && exact.upper >= expected - 1e-12)
      #expect(abs(exact.lower - expected) <= tolerance(expected) + 1e-12)
    }
  }

  @Test func startsAndLimitsAreHeeded() throws {
    var random = RandomStream(seed: 36)
    let problem = try smallProblem(
      &random, activation: .tanh, loss: .margin, norm: .linf, hidden: 6, inputs: 6, outputs: 3, boxed: false, radius: 1)
    let whole = ExactSearch(problem).maximum(of: 0)
    #expect(whole.isExact)
    let again = ExactSearch(problem).maximum(of: 0, from: [whole.maximizer])
    #expect(again.isExact && abs(again.lower - whole.lower) <= tolerance(whole.lower))
    var settings = ExactMaximum.Settings()
    settings.nodes = 4
    settings.relativeTolerance = 0
    settings.absoluteTolerance = 0
    let cut = ExactSearch(problem, settings: settings).maximum(of: 0)
    #expect(cut.nodes <= 5 && cut.upper >= whole.lower - tolerance(whole.lower))
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(ExactSearch(problem, settings: settings).maximum(of: 0, cancellation: cancellation).nodes <= 2)
    let none = ExactSearch(problem).maximum(of: 0, radius: 0)
    let clean = problem.lossValue([Double](repeating: 0, count: 6))
    #expect(none.isExact && abs(none.lower - clean) < 1e-12 && none.upper >= clean - 1e-12)
  }
}
