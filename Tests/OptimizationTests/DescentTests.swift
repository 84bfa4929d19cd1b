import Dynamics
import Foundation
import LinearAlgebra
import Optimization
import Randomness
import Testing

@Suite struct DescentTests {
  static func problem(seed: UInt64 = 3, set: any Projection<Double> = Unconstrained<Double>()) -> Minimization<Quadratic> {
    var stream = RandomStream(seed: seed)
    let a = Matrix<Double>(rows: 12, columns: 5) { _, _ in stream.normal() }
    let b = (0..<12).map { _ in stream.normal() as Double }
    return Minimization(Quadratic(a: a, b: b), over: set, from: [1, -1, 1, -1, 1])
  }

  /// The least-squares solution by Gaussian elimination of the normal equations.
  static func leastSquares(_ q: Quadratic) -> [Double] {
    var m = Matrix.product(q.a, .yes, q.a)
    var x = q.a.transposed() * q.b
    let p = x.count
    for k in 0..<p {
      for i in k + 1..<p {
        let f = m[i, k] / m[k, k]
        for j in k..<p { m[i, j] -= f * m[k, j] }
        x[i] -= f * x[k]
      }
    }
    for k in (0..<p).reversed() {
      for j in k + 1..<p { x[k] -= m[k, j] * x[j] }
      x[k] /= m[k, k]
    }
    return x
  }

  static let directions: [(String, any Direction<Double>, StepRule, Int)] = [
    ("gradient", Gradient(), .fixed(0.5), 600), ("gradient, Armijo", Gradient(), .backtracking(), 600),
    ("momentum", Momentum(beta: 0.8), .fixed(0.2), 600), ("Nesterov", Momentum(beta: 0.8, nesterov: true), .fixed(0.2), 600),
    ("momentum, Armijo", Momentum(beta: 0.5), .backtracking(), 600),
    ("Adam", Adam(), .cosine(peak: 0.1, floor: 0, iterations: 3000), 3000),
  ]

  @Test(arguments: directions.indices) func findsTheLeastSquaresSolution(index: Int) throws {
    let (_, direction, step, limit) = Self.directions[index]
    let problem = Self.problem()
    let solution = try Driver(iterations: limit).run(
      Descent<Quadratic>(direction, step: step, until: StoppingRule(stationarity: 1e-10)), on: problem)
    let expected = Self.leastSquares(problem.objective)
    // stationarity 1e-10 over a smallest Hessian eigenvalue of about 0.3; Adam ends by its schedule instead
    let error = zip(solution.value.parameters, expected).map { abs($0 - $1) }.max()!
    #expect(error < 1e-6, "\(Self.directions[index].0): \(error), \(solution.termination.message)")
  }

  @Test func armijoNeverRises() throws {
    let solution = try Driver(iterations: 100).run(
      Descent<Quadratic>(Gradient(), step: .backtracking(initial: 100)), on: Self.problem())
    let values = solution.trace.points.map(\.measurements.value)
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 })
  }

  @Test func tooLongAFixedStepIsSeenAsNonFinite() throws {
    let solution = try Driver(iterations: 10_000).run(
      Descent<Quadratic>(Gradient(), step: .fixed(100)), on: Self.problem())
    #expect(solution.termination == .failed(.nonFinite))
  }

  @Test func onTheBallItMeetsTheKKTConditions() throws {
    let ball = Ball<Double>(range: 0..<5, center: [1, -1, 1, -1, 1], radius: 0.3)
    let problem = Self.problem(set: ball)
    let solution = try Driver(iterations: 5000).run(
      Descent<Quadratic>(step: .backtracking(), until: StoppingRule(stationarity: 1e-7)), on: problem)
    #expect(solution.termination == .converged(.stationary))
    let active = ball.activeConstraints(
      at: solution.value.parameters, gradient: solution.value.gradient, tolerance: 1e-9)
    #expect(active.count == 1 && active[0].multiplier > 0)
    var free = solution.value.gradient
    ball.releaseFreePart(of: &free, at: solution.value.parameters, tolerance: 1e-9)
    // A tangential gradient t moves the projected point by t eps / (eps + |g|): 1e-7 (1 + |x|) times about 10.
    #expect(free.allSatisfy { abs($0) < 1e-5 })
  }

  @Test func belowWhatValuesCanTellItSettles() throws {
    let solution = try Driver(iterations: 5000).run(Descent<Quadratic>(), on: Self.problem())
    #expect(solution.termination == .converged(.settled))
  }

  @Test func stochasticDescentNearsTheSolutionAndKeepsTheSet() throws {
    let ball = Ball<Double>(range: 0..<5, center: [1, -1, 1, -1, 1], radius: 0.3)
    let method = StochasticDescent<Quadratic>(
      Momentum(beta: 0.5), step: .cosine(peak: 0.05, floor: 0, iterations: 1200), batch: 5, seed: 1)
    let solution = try Driver(iterations: 400).run(method, on: Self.problem(set: ball))
    let exact = try Driver(iterations: 5000).run(
      Descent<Quadratic>(until: StoppingRule(stationarity: 1e-12)), on: Self.problem(set: ball))
    #expect(solution.value.value <= exact.value.value * (1 + 1e-3))
    #expect(solution.trace.points.allSatisfy { ($0.measurements.distance ?? 0) <= 0.3 * (1 + 1e-12) })
    #expect(solution.evaluations.gradients == 401)  // one to measure the start, one an epoch
  }

  @Test func resumedEpochsGiveTheSameBits() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let method = StochasticDescent<Quadratic>(Adam(), step: .fixed(0.01), batch: 5, seed: 9)
    let whole = try Driver(iterations: 30).run(method, on: Self.problem())
    var driver = Driver(iterations: 11, checkpointing: .init(path: path, fingerprint: "q"))
    _ = try driver.run(method, on: Self.problem())
    driver.iterations = 30
    let resumed = try driver.run(method, on: Self.problem())
    #expect(resumed.value == whole.value)
  }
}
