import Adversaries
import LinearAlgebra
import Networks
import Randomness
import Testing

@testable import Adversaries

extension AscentCase {
  func engine(
    _ norm: PerturbationNorm = .l2, box: ClosedRange<Double>? = nil,
    _ method: AscentMethod = .projected(ProjectedAscent()), starts: [AttackStart] = [.zero], rows: Int = 8
  ) -> AscentEngine<Double> {
    AscentEngine(
      function: InputFunction(network), set: PerturbationSet(norm: norm, dimension: d, box: box), loss: loss,
      method: method, starts: starts, rows: rows)
  }

  /// Attacks all inputs with one radius.
  func run(
    _ engine: AscentEngine<Double>, radius: Double, piece: Int? = nil, from deltas: Matrix<Double>? = nil,
    onStep: ((Int, Int, Double, UnsafePointer<Double>) -> Void)? = nil
  ) -> AscentResults<Double> {
    let results = AscentResults<Double>(count: n, dimension: d)
    let radii = [Double](repeating: radius, count: n)
    x.withView { x in y.withView { y in
      let size = piece ?? n
      if let deltas {
        deltas.withView { engine.run(0..<n, inputs: x, targets: y, radii: radii, from: $0, into: results) }
      } else if let onStep {
        engine.run(0..<n, inputs: x, targets: y, radii: radii, into: results, onStep: onStep)
      } else {
        Parallel.forEach(Parallel.pieces(of: n, size: size)) {
          engine.run(Parallel.piece($0, of: n, size: size), inputs: x, targets: y, radii: radii, into: results)
        }
      }
    } }
    return results
  }
}

/// Backtracking ascent: what it promises of losses, sets and residuals.
@Suite struct ProjectedAscentTests {
  @Test(arguments: AttackLoss.allCases, PerturbationNorm.allCases)
  func lossesNeverFallAndPointsStayInTheSet(_ loss: AttackLoss, _ norm: PerturbationNorm) {
    for box in [nil, -1...1] as [ClosedRange<Double>?] {
      let given = AscentCase(d: 12, k: 3, n: 30, loss: loss, scale: 2, box: box)
      let radius = 0.7
      var last = [Double](repeating: -.infinity, count: given.n)
      // Polytopes with curved losses inside their faces take some hundreds of steps.
      let engine = given.engine(norm, box: box, .projected(ProjectedAscent(evaluations: 2000)))
      let results = given.run(engine, radius: radius) { input, _, value, delta in
        // Rounding of a sum of 19 terms of size 1.
        #expect(value >= last[input] - 1e-14 * (1 + abs(value)))
        last[input] = value
        #expect(norm.length(delta, count: given.d) <= radius)
        if let box { for i in 0..<given.d { #expect(box.contains(given.x[input, i] + delta[i])) } }
      }
      for i in 0..<given.n {
        #expect(results[i].loss == last[i])
        #expect(results[i].status == .converged && results[i].residual <= 1e-6, "\(i) \(results[i])")
      }
    }
  }

  @Test(arguments: PerturbationNorm.allCases)
  func linearNetworksGiveTheExactMaximum(_ norm: PerturbationNorm) {
    let given = AscentCase(d: 9, m: 6, k: 1, n: 20, activation: .identity, loss: .squared)
    let results = given.run(
      given.engine(norm, starts: [.branch(0), .branch(1)]), radius: 0.3)
    // f = (V W) x + V b
    let w = given.network.outputWeights * given.network.hiddenWeights
    let slope = Array(w.row(0).prefix(given.d))
    let f = given.network.predict(given.x)
    for i in 0..<given.n {
      let reach = abs(f[i, 0] - given.y[i, 0]) + 0.3 * norm.dual.length(slope, count: given.d)
      #expect(abs(results[i].loss / (reach * reach / 2) - 1) < 1e-12)
    }
  }

  @Test(arguments: [1e-6, 1e-9]) func residualsReachTheTolerance(_ tolerance: Double) {
    for loss in AttackLoss.allCases {
      let given = AscentCase(d: 30, m: 60, k: 3, n: 40, loss: loss, scale: 2)
      let results = given.run(
        given.engine(.l2, .projected(ProjectedAscent(tolerance: tolerance, evaluations: 400))), radius: 1)
      for i in 0..<given.n {
        #expect(results[i].status == .converged && results[i].residual <= tolerance, "\(loss) \(i) \(results[i])")
      }
    }
  }

  @Test func flatLossesAndInfiniteOnesAreSaid() {
    let shape = TwoLayerShape(inputs: 3, hidden: 2, outputs: 1)
    for (weight, status) in [(0.0, AscentOutcome<Double>.Status.flat), (.infinity, .nonFinite)] {
      let network = TwoLayerNetwork(
        shape: shape, activation: .tanh, parameters: [1, 2, 3, 0, 1, 1, 1, 0, weight, weight])
      let engine = AscentEngine(
        function: InputFunction(network), set: PerturbationSet<Double>(norm: .l2, dimension: 3), loss: .squared)
      let results = AscentResults<Double>(count: 1, dimension: 3)
      let x = [0.5, -1, 2], y = [1.0], radii = [0.2]
      engine.run(
        0..<1, inputs: MatrixView(x, rows: 1, columns: 3), targets: MatrixView(y, rows: 1, columns: 1), radii: radii,
        into: results)
      #expect(results[0].status == status)
    }
  }
}
