import Adversaries
import CAllocationCounter
import LinearAlgebra
import Networks
import Randomness
import Testing

@testable import Adversaries

/// What the engine's results may not depend on, and what they must.
@Suite struct AscentEngineTests {
  private let methods: [AscentMethod] = [
    .projected(ProjectedAscent()), .projected(ProjectedAscent(selectAfter: 3)), .projected(ProjectedAscent(step: .normalised(0.3), momentum: 0.5, evaluations: 60)),
    .projected(ProjectedAscent(step: .fixed(0.1), evaluations: 60)), .autoPGD(AutoPGD(evaluations: 60)),
    .fastGradient(FastGradient()),
  ]

  @Test func threadsBlocksAndCompanyDoNotChangeBits() {
    let given = AscentCase(d: 21, k: 3, n: 50, loss: .crossEntropy)
    let starts: [AttackStart] = [.zero, .randomBall, .randomSphere, .fastGradient, .branch(0), .branch(1)]
    for method in methods {
      let whole = given.run(given.engine(.l2, method, starts: starts, rows: 8), radius: 0.8)
      let pieces = given.run(given.engine(.l2, method, starts: starts, rows: 5), radius: 0.8, piece: 7)
      for i in 0..<given.n {
        #expect(whole[i].loss == pieces[i].loss && whole[i].start == pieces[i].start)
        #expect(whole[i].evaluations == pieces[i].evaluations)
        for c in 0..<given.d { #expect(whole.delta(i)[c] == pieces.delta(i)[c]) }
      }
    }
  }

  @Test(arguments: PerturbationNorm.allCases) func everyMethodEndsInTheSetWithTheLossItTells(_ norm: PerturbationNorm) {
    let given = AscentCase(d: 10, k: 2, n: 20, loss: .crossEntropy, box: -1...1)
    let clean = given.losses(at: given.x)
    for method in methods {
      let results = given.run(given.engine(norm, box: -1...1, method, starts: [.zero, .randomBall]), radius: 0.5)
      let points = Matrix<Double>(rows: given.n, columns: given.d) { given.x[$0, $1] + results.delta($0)[$1] }
      let direct = given.losses(at: points)
      for i in 0..<given.n {
        #expect(norm.length(results.delta(i), count: given.d) <= 0.5)
        // Rounding of some twenty terms of size 1.
        #expect(abs(direct[i] - results[i].loss) < 1e-13)
        #expect(results[i].loss >= clean[i])
      }
    }
  }

  @Test func moreStartsNeverFindLess() {
    let given = AscentCase(d: 10, m: 40, k: 4, n: 40, loss: .crossEntropy, scale: 3)
    let one = given.run(given.engine(starts: [.zero]), radius: 1)
    let many = given.run(given.engine(starts: [.zero, .branch(0), .branch(1), .branch(2)]), radius: 1)
    for i in 0..<given.n {
      #expect(many[i].loss >= one[i].loss)
      #expect(many[i].start != 0 || many[i].loss == one[i].loss)
      #expect(many[i].start == 0 || many[i].towards >= 0)
    }
  }

  @Test func ascentGoesOnFromAGivenPoint() {
    let given = AscentCase(d: 10, k: 2, n: 20, loss: .crossEntropy)
    let first = given.run(given.engine(.l2, .projected(ProjectedAscent(evaluations: 3))), radius: 0.5)
    let deltas = Matrix<Double>(rows: given.n, columns: given.d) { first.delta($0)[$1] }
    let second = given.run(given.engine(), radius: 0.5, from: deltas)
    for i in 0..<given.n {
      #expect(second[i].loss >= first[i].loss - 1e-14 && second[i].start == -1)
      #expect(second[i].status == .converged)
    }
  }

  @Test func neuronsInAnotherOrderAndTurnedInputsLeaveTheLosses() throws {
    let given = AscentCase(d: 8, m: 11, k: 2, n: 15, loss: .squared)
    var random = RandomStream(seed: 12)
    let q: Matrix<Double> = random.orthogonal(8)
    let order = random.permutation(11)
    let (w, v) = (given.network.hiddenWeights, given.network.outputWeights)
    // f(Q^T (Q x)) with neurons in another order.
    let turned = Matrix<Double>(rows: 11, columns: 9) { j, c in
      c == 8 ? w[Int(order[j]), 8] : (0..<8).reduce(0) { $0 + w[Int(order[j]), $1] * q[c, $1] }
    }
    let outputs = Matrix<Double>(rows: 2, columns: 11) { v[$0, Int(order[$1])] }
    let other = TwoLayerNetwork(
      shape: given.network.shape, activation: .tanh, parameters: turned.elements + outputs.elements)
    let x = Matrix<Double>.product(given.x, .no, q, .yes)
    let straight = given.run(given.engine(), radius: 0.6)
    let engine = AscentEngine(
      function: InputFunction(other), set: PerturbationSet<Double>(norm: .l2, dimension: 8), loss: .squared)
    let results = AscentResults<Double>(count: given.n, dimension: 8)
    x.withView { x in given.y.withView { y in
      engine.run(
        0..<given.n, inputs: x, targets: y, radii: [Double](repeating: 0.6, count: given.n), into: results)
    } }
    for i in 0..<given.n {
      // Both end with residuals below 1e-6: their losses agree to its square.
      #expect(abs(results[i].loss - straight[i].loss) < 1e-10 * (1 + straight[i].loss))
    }
  }

  @Test(arguments: PerturbationNorm.allCases) func branchesGoTowardsRivalsInTheirOrder(_ norm: PerturbationNorm) {
    let given = AscentCase(d: 6, k: 4, n: 10, activation: .identity, loss: .margin)
    // Linear outputs: the largest margin over the set is that of rival number 0, reached in one step.
    let w = given.network.outputWeights * given.network.hiddenWeights
    let f = given.network.predict(given.x)
    for rank in 0..<3 {
      let results = given.run(given.engine(norm, starts: [.branch(rank)]), radius: 0.5)
      for i in 0..<given.n {
        let label = (0..<4).first { given.y[i, $0] == 1 }!
        let margins = (0..<4).map { c in
          f[i, c] - f[i, label] + 0.5 * norm.dual.length((0..<6).map { w[c, $0] - w[label, $0] }, count: 6)
        }
        let order = (0..<4).filter { $0 != label }.sorted { margins[$0] > margins[$1] }
        #expect(Int(results[i].towards) == order[rank])
        if rank == 0 { #expect(abs(results[i].loss - margins[order[0]]) < 1e-12 * (1 + abs(results[i].loss))) }
      }
    }
  }

  @Test func singlePrecisionFindsTheSameMaxima() {
    let given = AscentCase(d: 20, m: 30, k: 3, n: 40, loss: .crossEntropy, box: -1...1)
    let results = given.run(given.engine(box: -1...1, starts: [.branch(0)]), radius: 0.5)
    let single = TwoLayerNetwork<Float>(
      shape: given.network.shape, activation: .tanh, parameters: given.network.parameters.map { Float($0) })
    let engine = AscentEngine(
      function: InputFunction(single), set: PerturbationSet<Float>(norm: .l2, dimension: 20, box: -1...1),
      loss: .crossEntropy, method: .projected(ProjectedAscent(tolerance: 1e-3)), starts: [.branch(0)])
    let found = AscentResults<Float>(count: 40, dimension: 20)
    let x = Matrix<Float>(rows: 40, columns: 20) { Float(given.x[$0, $1]) }
    let y = Matrix<Float>(rows: 40, columns: 3) { Float(given.y[$0, $1]) }
    x.withView { x in y.withView { y in
      engine.run(0..<40, inputs: x, targets: y, radii: [Float](repeating: 0.5, count: 40), into: found)
    } }
    for i in 0..<40 {
      #expect(found[i].status == .converged)
      // The residual squared, and rounding of some 30 terms.
      #expect(abs(Double(found[i].loss) - results[i].loss) < 2e-5)
    }
  }

  @Test func laterRunsAllocateNothing() {
    let given = AscentCase(d: 20, k: 3, n: 30, loss: .crossEntropy)
    let engine = given.engine(.l2, box: nil, starts: [.zero, .branch(0), .fastGradient])
    let results = AscentResults<Double>(count: 30, dimension: 20)
    let radii = [Double](repeating: 0.5, count: 30)
    given.x.withView { x in given.y.withView { y in radii.withUnsafeBufferPointer { radii in
      given.network.parameters.withUnsafeBufferPointer { parameters in
        func run() {
          engine.function.load(parameters: parameters.baseAddress!)
          engine.run(0..<30, inputs: x, targets: y, radii: radii.baseAddress!, into: results)
        }
        run()
        let before = allocation_count()
        run()
        #expect(allocation_count() == before)
      }
    } } }
  }
}
