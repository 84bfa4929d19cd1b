import Dynamics
import LinearAlgebra
import Optimization
import Randomness
import Testing

@Suite struct DualGaussNewtonTests {
  /// 4 residuals, 7 parameters: the minimum is zero.
  static func wide(set: any Projection<Double> = Unconstrained<Double>()) -> Minimization<Quadratic> {
    var stream = RandomStream(seed: 5)
    let a = Matrix<Double>(rows: 4, columns: 7) { _, _ in stream.normal() }
    return Minimization(Quadratic(a: a, b: [1, 2, 3, 4]), over: set, from: Array(repeating: 0.5, count: 7))
  }

  @Test func interpolatesALinearProblemInAFewSteps() throws {
    let solution = try Driver(iterations: 30).run(
      DualGaussNewton<Quadratic>(until: StoppingRule(value: 1e-25)), on: Self.wide())
    #expect(solution.termination == .converged(.valueReached))
    // Each step multiplies r by lambda / (lambda + G), with lambda falling fourfold from 1e-2: a handful suffices.
    #expect(solution.iterations <= 10)
  }

  @Test func conjugateGradientsAgreeWithTheDenseFactorisation() throws {
    let rule = StoppingRule(value: 1e-25)
    let dense = try Driver(iterations: 30).run(DualGaussNewton<Quadratic>(until: rule), on: Self.wide())
    let free = try Driver(iterations: 30).run(
      DualGaussNewton<Quadratic>(until: rule, denseLimit: 0, tolerance: 1e-14), on: Self.wide())
    #expect(free.iterations == dense.iterations)
    // Both stay in x0 + range(A^T), where the interpolating point is unique.
    let error = zip(free.value.parameters, dense.value.parameters).map { abs($0 - $1) }.max()!
    #expect(error < 1e-11)
  }

  @Test(arguments: [0.05, 0.3, 0.9]) func onTheBallItMeetsTheKKTConditions(radius: Double) throws {
    let ball = Ball<Double>(range: 0..<7, center: Array(repeating: 0.5, count: 7), radius: radius)
    let solution = try Driver(iterations: 200).run(
      DualGaussNewton<Quadratic>(until: StoppingRule(value: 1e-25, stationarity: 1e-13)), on: Self.wide(set: ball))
    #expect(solution.termination == .converged(.stationary), "\(solution.termination)")
    let reference = try Driver(iterations: 20_000).run(
      Descent<Quadratic>(until: StoppingRule(stationarity: 1e-12)), on: Self.wide(set: ball))
    #expect(abs(solution.value.value - reference.value.value) <= 1e-9 * reference.value.value)
    #expect(abs(solution.measurements.distance! - radius) < 1e-12)
  }

  @Test func overdeterminedProblemsEndStationary() throws {
    let problem = DescentTests.problem()
    let solution = try Driver(iterations: 200).run(
      DualGaussNewton<Quadratic>(until: StoppingRule(stationarity: 1e-12)), on: problem)
    let expected = DescentTests.leastSquares(problem.objective)
    #expect(zip(solution.value.parameters, expected).allSatisfy { abs($0 - $1) < 1e-9 })
  }
}
