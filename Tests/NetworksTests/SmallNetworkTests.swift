import LinearAlgebra
@testable import Networks
import Testing

/// The kernels for small networks against the general path over BLAS.
@Suite struct SmallNetworkTests {
  /// Sizes on both sides of every tile (4 rows, 5 and 2 columns), vector width (2 to 16) and block (512).
  static let sizes: [(d: Int, m: Int, k: Int)] = [
    (1, 1, 1), (2, 3, 1), (4, 4, 2), (5, 5, 3), (9, 7, 1), (24, 8, 2), (26, 9, 5), (127, 32, 16), (64, 31, 4),
  ]

  @Test(arguments: sizes, Loss.allCases) func agreesWithBLAS(size: (d: Int, m: Int, k: Int), loss: Loss) {
    for n in [1, 2, 7, 15, 16, 17, 31, 33, 63, 64, 65, 200, 511, 513, 1100] {
      for bias in [false, true] where size.d + (bias ? 1 : 0) <= 128 {
        check(Problem<Double>(n: n, d: size.d, m: size.m, k: size.k, bias: bias, loss: loss), 1e-13, "n = \(n)")
        // Sums of up to a thousand single-precision terms.
        check(Problem<Float>(n: n, d: size.d, m: size.m, k: size.k, bias: bias, loss: loss), 2e-5, "n = \(n)")
      }
    }
  }

  @Test(arguments: Activation.allCases, [Trainable.all, .hidden, .output]) func agreesForEveryActivation(
    activation: Activation, trainable: Trainable
  ) {
    check(Problem<Double>(n: 77, d: 6, m: 6, activation: activation, trainable: trainable), 1e-13, "")
  }

  private func check<E: Scalar>(_ problem: Problem<E>, _ tolerance: E, _ comment: String) {
    #expect(problem.objective.small != nil)
    var general = problem
    general.objective.small = nil
    general.objective.wide = nil
    let n = Int32(problem.objective.sampleCount)
    let some = (0..<n + n / 3).map { ($0 &* 5 &+ 1) % n }
    for (ours, theirs) in [
      (problem.valueAndGradient(), general.valueAndGradient()), (problem.sampled(some), general.sampled(some)),
    ] {
      #expect(abs(ours.0 - theirs.0) <= tolerance * max(1, abs(theirs.0)), "\(comment)")
      #expect(distance(ours.1, theirs.1) <= tolerance, "\(comment)")
    }
    #expect(problem.value(problem.parameters) == problem.valueAndGradient().0)
  }
}
