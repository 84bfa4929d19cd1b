import CAllocationCounter
import LinearAlgebra
import Networks
import Testing

/// What holds of the machinery rather than of the mathematics. Serialized, because the number of threads is global.
@Suite(.serialized) struct EvaluationTests {
  @Test(arguments: [(200, 24, 8, 2), (3000, 40, 50, 1), (700, 500, 80, 3), (20_000, 10, 6, 1)])
  func threadsDoNotMatter(size: (n: Int, d: Int, m: Int, k: Int)) {
    func everything() -> [[Double]] {
      let problem = Problem<Double>(n: size.n, d: size.d, m: size.m, k: size.k)
      let (value, gradient) = problem.valueAndGradient()
      let sampled = problem.sampled((0..<Int32(size.n)).map { $0 * 7 % Int32(size.n) })
      let residual = problem.residual(problem.parameters)
      var (ju, ja) = (residual, gradient)
      problem.objective.jacobianProduct(gradient, into: &ju, workspace: problem.workspace)
      problem.objective.jacobianTransposeProduct(residual, into: &ja, workspace: problem.workspace)
      var gram = Matrix<Double>(rows: 0, columns: 0)
      if size.n * size.k <= 3000 {
        gram = Matrix(rows: size.n * size.k, columns: size.n * size.k)
        gram.withMutableView { problem.objective.gram(into: $0, workspace: problem.workspace) }
      }
      return [
        [value], gradient, [sampled.0], sampled.1, residual, ju, ja, gram.elements, problem.hessianProduct(gradient),
      ]
    }
    let threads = Parallel.threads
    defer { Parallel.threads = threads }
    Parallel.threads = 1
    let alone = everything()
    for count in [2, 3] {
      Parallel.threads = count
      #expect(everything() == alone)
    }
  }

  @Test(arguments: [(200, 24, 8, 2), (3000, 40, 50, 1), (700, 500, 80, 3)])
  func allocatesNothing(size: (n: Int, d: Int, m: Int, k: Int)) {
    checkAllocations(Problem<Double>(n: size.n, d: size.d, m: size.m, k: size.k))
    checkAllocations(Problem<Float>(n: size.n, d: size.d, m: size.m, k: size.k))
  }

  private func checkAllocations<Element: Scalar>(_ problem: Problem<Element>) {
    let (objective, workspace) = (problem.objective, problem.workspace)
    let gradient = Buffer<Element>(count: objective.parameterCount)
    let x = Buffer<Element>(count: objective.parameterCount)
    let residual = Buffer<Element>(count: objective.residualCount)
    for i in problem.parameters.indices { x[i] = problem.parameters[i] }
    let samples = Buffer<Int32>(count: 128)
    for i in 0..<128 { samples[i] = Int32(i) }
    let list = UnsafeBufferPointer(start: samples.pointer, count: 128)
    func evaluate() {
      _ = objective.value(at: x.pointer, workspace: workspace)
      _ = objective.valueAndGradient(at: x.pointer, gradient: gradient.pointer, workspace: workspace)
      _ = objective.valueAndGradient(at: x.pointer, samples: list, gradient: gradient.pointer, workspace: workspace)
      objective.hessianProduct(at: x.pointer, x.pointer, into: gradient.pointer, workspace: workspace)
      _ = objective.prepare(at: x.pointer, residual: residual.pointer, workspace: workspace)
      objective.jacobianProduct(x.pointer, into: residual.pointer, workspace: workspace)
      objective.jacobianTransposeProduct(residual.pointer, into: gradient.pointer, workspace: workspace)
    }
    evaluate()
    let before = allocation_count()
    for _ in 0..<3 { evaluate() }
    #expect(allocation_count() == before)
  }
}
