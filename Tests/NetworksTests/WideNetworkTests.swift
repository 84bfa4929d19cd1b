import CAllocationCounter
import LinearAlgebra
@testable import Networks
import Testing

/// The kernels for networks of middling width against the general path over BLAS.
@Suite(.serialized) struct WideNetworkTests {
  /// Sizes on both sides of every tile (4 rows, 1 to 4 vectors of 2 to 16) and strip (64 or 32 columns).
  static let sizes: [(d: Int, m: Int, k: Int)] = [
    (16, 1, 1), (17, 33, 3), (40, 65, 10), (63, 16, 16), (64, 64, 17), (129, 47, 2), (200, 130, 5), (784, 64, 10),
  ]

  @Test(arguments: sizes, Loss.allCases) func agreesWithBLAS(size: (d: Int, m: Int, k: Int), loss: Loss) {
    for n in [1, 7, 32, 33, 128, 130, 300] {
      for bias in [false, true] {
        check(Problem<Double>(n: n, d: size.d, m: size.m, k: size.k, bias: bias, loss: loss), 1e-12, "n = \(n)")
        // Sums of up to 785 products of normal numbers in single precision, through tanh.
        check(Problem<Float>(n: n, d: size.d, m: size.m, k: size.k, bias: bias, loss: loss), 1e-4, "n = \(n)")
      }
    }
  }

  @Test(arguments: Activation.allCases, [Trainable.all, .hidden, .output]) func agreesForEveryActivation(
    activation: Activation, trainable: Trainable
  ) {
    check(Problem<Double>(n: 150, d: 37, m: 35, activation: activation, trainable: trainable), 1e-12, "")
  }

  @Test(arguments: [1, 7, 128, 200]) func threadsDoNotShow(batch: Int) {
    let problem = forced(Problem<Float>(n: 300, d: 784, m: 65, k: 10, bias: true))
    let samples = (0..<Int32(batch)).map { ($0 &* 7 &+ 3) % 300 }
    let before = Parallel.threads
    defer { Parallel.threads = before }
    Parallel.threads = 1
    let (alone, allAlone) = (problem.sampled(samples), problem.valueAndGradient())
    Parallel.threads = 3
    let (shared, allShared) = (problem.sampled(samples), problem.valueAndGradient())
    #expect(alone == shared)
    #expect(allAlone == allShared)
  }

  /// Listing all samples in their order is the same sum as not listing them.
  @Test func listedIsTheSameToTheLastBit() {
    let problem = forced(Problem<Double>(n: 200, d: 70, m: 40, k: 3))
    #expect(problem.sampled((0..<200).map { Int32($0) }) == problem.valueAndGradient())
    #expect(problem.value(problem.parameters) == problem.valueAndGradient().0)
  }

  @Test func choosesByShapeAndBatch() {
    #expect(Problem<Float>(n: 2, d: 784, m: 64, k: 10).objective.wide != nil)
    #expect(Problem<Float>(n: 2, d: 784, m: 8, k: 10).objective.wide == nil)
    #expect(Problem<Float>(n: 2, d: 24, m: 64, k: 10).objective.wide == nil)
  }

  @Test(arguments: Loss.allCases) func allocatesNothing(loss: Loss) {
    let problem = forced(Problem<Float>(n: 200, d: 130, m: 40, k: 3, loss: loss))
    var gradient = [Float](repeating: 0, count: problem.objective.parameterCount)
    let samples = (0..<Int32(150)).map { ($0 &* 7) % 200 }
    let evaluate = {
      gradient.withUnsafeMutableBufferPointer { g in
        samples.withUnsafeBufferPointer { list in
          guard let g = g.baseAddress else { return }
          _ = problem.objective.valueAndGradient(
            at: problem.parameters, samples: list, gradient: g, workspace: problem.workspace)
        }
      }
    }
    evaluate()
    let before = allocation_count()
    for _ in 0..<3 { evaluate() }
    #expect(allocation_count() == before)
  }

  private func forced<E: Scalar>(_ problem: Problem<E>) -> Problem<E> {
    var wide = problem
    wide.objective.small = nil
    wide.objective.wide = WidePlan(shape: problem.objective.shape)
    wide.objective.wide?.fewest = 1
    wide.workspace = wide.objective.makeWorkspace()
    #expect(wide.workspace.wide != nil)
    return wide
  }

  private func check<E: Scalar>(_ problem: Problem<E>, _ tolerance: E, _ comment: String) {
    let wide = forced(problem)
    var general = wide
    general.objective.wide = nil
    let n = Int32(problem.objective.sampleCount)
    let some = (0..<n + n / 3).map { ($0 &* 5 &+ 1) % n }
    for (ours, theirs) in [
      (wide.valueAndGradient(), general.valueAndGradient()), (wide.sampled(some), general.sampled(some)),
    ] {
      #expect(abs(ours.0 - theirs.0) <= tolerance * max(1, abs(theirs.0)), "\(comment)")
      #expect(distance(ours.1, theirs.1) <= tolerance, "\(comment)")
    }
  }
}
