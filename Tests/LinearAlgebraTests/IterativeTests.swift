import CAllocationCounter
import LinearAlgebra
import Testing

@Suite struct ConjugateGradientTests {
  private func solve<T: Scalar>(
    _ a: Matrix<T>, _ b: [T], from start: [T]? = nil, tolerance: T, limit: Int = 1000
  ) -> (x: [T], result: ConjugateGradient.Result<T>) {
    var x = start ?? b.map { _ in 0 }
    let workspace = ConjugateGradientWorkspace<T>(dimension: b.count)
    let result = a.withView { a in
      b.withUnsafeBufferPointer { b in
        x.withUnsafeMutableBufferPointer { x in
          ConjugateGradient.solve(
            b.baseAddress!, into: x.baseAddress!, relativeTolerance: tolerance, iterationLimit: limit, workspace
          ) { a.apply(to: $0, into: $1) }
        }
      }
    }
    return (x, result)
  }

  private func check<T: Scalar>(_ type: T.Type, order n: Int, tolerance: T) {
    var random = Congruential(n)
    let a: Matrix<T> = random.positiveDefinite(n), b: [T] = random.vector(n)
    let (x, result) = solve(a, b, tolerance: tolerance)
    #expect(result.ending == .converged && result.relativeResidual <= tolerance)
    // The reported residual is the true one: recomputing it differs by rounding alone.
    let rest = norm(zip(a * x, b).map { $0 - $1 }) / norm(b)
    #expect((rest - result.relativeResidual).magnitude <= 4 * T(n) * T.ulpOfOne * Reference.frobeniusNorm(a) * norm(x))
    let direct = Reference.eliminate(a, Matrix(rows: n, columns: 1, elements: b)).solution!.elements
    // Condition numbers are below 100 (see positiveDefinite).
    #expect(distance(x, direct) <= 200 * tolerance * norm(direct))
  }

  @Test(arguments: [1, 2, 10, 60]) func againstElimination(order: Int) {
    check(Double.self, order: order, tolerance: 1e-11)
    check(Float.self, order: order, tolerance: 1e-4)
  }

  @Test func endsAfterAsManyStepsAsDistinctEigenvalues() {
    var random = Congruential(2)
    let n = 40
    let q: Matrix<Double> = random.orthogonal(n)
    let scaled = Matrix(rows: n, columns: n) { q[$0, $1] * [1.0, 5, 20][$1 % 3] }
    let a = Reference.multiply(scaled, .no, q, .yes)
    let (_, result) = solve(a, random.vector(n), tolerance: 1e-10)
    #expect(result.ending == .converged && result.iterations == 3)
  }

  @Test func warmStart() {
    var random = Congruential(3)
    let a: Matrix<Double> = random.positiveDefinite(30), b: [Double] = random.vector(30)
    let (x, cold) = solve(a, b, tolerance: 1e-12)
    let again = solve(a, b, from: x, tolerance: 1e-12)
    #expect(again.result.iterations == 0 && again.x == x)
    let near = solve(a, b, from: x.map { $0 * 1.0001 }, tolerance: 1e-12).result
    #expect(near.ending == .converged && near.iterations < cold.iterations)
  }

  @Test func otherEndings() {
    var random = Congruential(4)
    let a: Matrix<Double> = random.positiveDefinite(30), b: [Double] = random.vector(30)
    let limited = solve(a, b, tolerance: 1e-12, limit: 3).result
    #expect(limited.ending == .iterationLimit && limited.iterations == 3 && limited.relativeResidual > 1e-12)
    #expect(solve(a, b, tolerance: 0, limit: 10_000).result.ending == .stagnated)
    #expect(solve(a.map { -$0 }, b, tolerance: 1e-8).result.ending == .notPositiveDefinite)
    #expect(solve(a.map { _ in .nan }, b, tolerance: 1e-8).result.ending == .notFinite)
    let zero = solve(a, b.map { _ in 0 }, from: b, tolerance: 1e-8)
    #expect(zero.result.ending == .converged && zero.x.allSatisfy { $0 == 0 })
  }

  @Test func allocatesNothing() {
    let n = 64
    var random = Congruential(5)
    let a: Matrix<Double> = random.positiveDefinite(n), b: [Double] = random.vector(n)
    let workspace = ConjugateGradientWorkspace<Double>(dimension: n)
    let x = Buffer<Double>(count: n)
    a.withView { a in
      b.withUnsafeBufferPointer { b in
        func once() -> Int {
          for i in 0..<n { x[i] = 0 }
          return ConjugateGradient.solve(
            b.baseAddress!, into: x.pointer, relativeTolerance: 1e-10, iterationLimit: 100, workspace
          ) { a.apply(to: $0, into: $1) }.iterations
        }
        #expect(once() > 5)
        let before = allocation_count()
        for _ in 0..<10 { _ = once() }
        #expect(allocation_count() == before)
      }
    }
  }
}

@Suite struct LanczosTests {
  private func extremes<T: Scalar>(
    _ a: Matrix<T>, _ count: Int, _ end: Lanczos<T>.End, tolerance: T, limit: Int = 10_000, basisSize: Int? = nil
  ) -> Lanczos<T> {
    var random = Congruential(a.rows)
    return a.withView { a in
      Lanczos.extremes(
        dimension: a.rows, count: count, end, start: random.vector(a.rows), relativeTolerance: tolerance,
        applicationLimit: limit, basisSize: basisSize
      ) { a.apply(to: $0, into: $1) }
    }
  }

  private func check<T: Scalar>(_ type: T.Type, order n: Int, count: Int, tolerance: T) throws {
    var random = Congruential(n + 1)
    let a: Matrix<T> = random.symmetric(n)
    let all = try SymmetricEigen.values(a)
    let size = max(all[0].magnitude, all[n - 1].magnitude)
    for end in [Lanczos<T>.End.smallest, .largest] {
      let found = extremes(a, count, end, tolerance: tolerance)
      let expected = end == .smallest ? Array(all.prefix(count)) : Array(all.suffix(count))
      #expect(found.converged && found.values.count == count)
      let slack = 2 * tolerance * size + 4 * T(n) * T.ulpOfOne * Reference.frobeniusNorm(a)
      #expect(zip(found.values, expected).allSatisfy { ($0 - $1).magnitude <= slack })
      #expect(defectOfOrthogonality(found.vectors) <= 100 * T(n) * T.ulpOfOne)
      for j in 0..<count {
        let v = found.vectors.column(j)
        // The estimated residual is the true one up to rounding.
        let rest = zip(a * v, v).map { $0 - found.values[j] * $1 }
        #expect((norm(rest) - found.residuals[j]).magnitude <= slack)
      }
    }
  }

  @Test(arguments: [(1, 1), (2, 2), (10, 3), (60, 1), (60, 5), (150, 4)])
  func againstTheDenseSolver(order: Int, count: Int) throws {
    try check(Double.self, order: order, count: count, tolerance: 1e-10)
    try check(Float.self, order: order, count: count, tolerance: 1e-4)
  }

  @Test func manyRestarts() {
    // The second-difference matrix of order 400: the smallest values lie close together at 6e-5, of a norm of 4.
    let n = 400
    let a = Matrix<Double>(rows: n, columns: n) { $0 == $1 ? 2 : abs($0 - $1) == 1 ? -1 : 0 }
    let found = extremes(a, 2, .smallest, tolerance: 1e-11, basisSize: 40)
    #expect(found.converged && found.applications > 80)
    for j in 1...2 {
      let exact = 2 - 2 * Double.cos(.pi * Double(j) / Double(n + 1))
      #expect((found.values[j - 1] - exact).magnitude < 1e-12)
    }
  }

  @Test func multipleEigenvaluesWithTheWholeSpace() {
    // 3 three times: found as often as it occurs, because the basis goes on when the Krylov space is exhausted.
    let a = Matrix<Double>(rows: 12, columns: 12) { $0 == $1 ? ($0 < 3 ? 3 : 1) : 0 }
    let found = extremes(a, 4, .largest, tolerance: 1e-12, basisSize: 12)
    #expect(distance(found.values, [1, 3, 3, 3]) < 1e-13)
    #expect(defectOfOrthogonality(found.vectors) < 1e-13)
  }

  @Test func sameStartSameBitsAndLimits() {
    var random = Congruential(6)
    let a: Matrix<Double> = random.symmetric(80)
    let first = extremes(a, 2, .largest, tolerance: 1e-9), second = extremes(a, 2, .largest, tolerance: 1e-9)
    #expect(first.values == second.values && first.vectors == second.vectors)
    let stopped = extremes(a, 2, .largest, tolerance: 1e-14, limit: 10)
    #expect(!stopped.converged && stopped.applications == 10 && stopped.values.count == 2)
    #expect(!extremes(a.map { _ in .nan }, 1, .largest, tolerance: 1e-9).converged)
    #expect(extremes(a, 0, .largest, tolerance: 1e-9).converged)
  }
}
