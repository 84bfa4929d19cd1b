import CAllocationCounter
import LinearAlgebra
import Testing

@Suite struct CholeskyTests {
  // 255...257 straddle the change to tiles; 385 and 700 end in partial tiles.
  static let orders = [1, 2, 3, 10, 63, 192, 255, 256, 257, 385, 700]

  /// The backward error of Cholesky is at most (n + 1) eps |A| (Higham, Accuracy and Stability, theorem 10.3).
  private func check<T: Scalar>(_ type: T.Type, order n: Int) throws {
    var random = Congruential(n)
    let a: Matrix<T> = random.positiveDefinite(n)
    let l = try Cholesky(a).lower
    let size = Reference.frobeniusNorm(a)
    #expect(distance(Matrix.product(l, .no, l, .yes), a) <= T(n + 1) * .ulpOfOne * size)
    for i in 0..<n { for j in i + 1..<max(n, i + 1) where l[i, j] != 0 { Issue.record("above the diagonal") } }
    if n <= 257 {
      let plain = try #require(Reference.cholesky(a))
      // Forward error: the condition number (some tens here) times the backward error.
      #expect(distance(l, plain) <= 100 * T(n + 1) * .ulpOfOne * Reference.frobeniusNorm(plain))
    }
    let c = try Cholesky(a)
    let b: Matrix<T> = random.matrix(n, 70)
    let x = c.solve(b)
    #expect(distance(Matrix.product(a, .no, x), b) <= 4 * T(n + 1) * .ulpOfOne * size * Reference.frobeniusNorm(x))
    let single = c.solve(b.column(69))
    #expect(norm(zip(a * single, b.column(69)).map { $0 - $1 }) <= 4 * T(n + 1) * .ulpOfOne * size * norm(single))
  }

  @Test(arguments: orders) func factorAndSolve(order: Int) throws {
    try check(Double.self, order: order)
    try check(Float.self, order: order)
  }

  @Test func emptyMatrix() throws {
    let c = try Cholesky(Matrix<Double>(rows: 0, columns: 0))
    #expect(c.solve([Double]()) == [] && c.logDeterminant == 0)
  }

  @Test func logDeterminantOfKnownMatrix() throws {
    let c = try Cholesky(Matrix<Double>([[4, 2], [2, 5]]))
    // det = 16; two logarithms of correct rounding and one addition.
    #expect((c.logDeterminant - 2.772588722239781).magnitude < 1e-15)
  }

  @Test(arguments: [(5, 0), (5, 3), (300, 0), (300, 299), (700, 191), (700, 192), (700, 500)])
  func reportsTheFailingMinor(order n: Int, index: Int) {
    var a = Matrix<Double>.identity(n)
    a[index, index] = -1
    #expect(throws: LinearAlgebraError.notPositiveDefinite(minor: index + 1)) { try Cholesky(a) }
    a[index, index] = 0
    #expect(throws: LinearAlgebraError.notPositiveDefinite(minor: index + 1)) { try Cholesky(a) }
    a[index, index] = .nan
    #expect(throws: LinearAlgebraError.notPositiveDefinite(minor: index + 1)) { try Cholesky(a) }
    a[index, index] = .infinity
    #expect(throws: LinearAlgebraError.notPositiveDefinite(minor: index + 1)) { try Cholesky(a) }
  }

  @Test func refusesRectangles() {
    #expect(throws: LinearAlgebraError.self) { try Cholesky(Matrix<Double>(rows: 2, columns: 3)) }
  }

  @Test func worksInsideALargerMatrixAndSparesTheUpperTriangle() {
    var random = Congruential(1)
    let n = 420, stride = 431
    let a: Matrix<Double> = random.positiveDefinite(n)
    let buffer = Buffer<Double>(count: n * stride)
    for i in 0..<n { for j in 0..<stride { buffer[i * stride + j] = j <= i ? a[i, j] : -99 } }
    let view = MutableMatrixView(buffer.pointer, rows: n, columns: n, stride: stride)
    #expect(Cholesky.factor(view).isFactored)
    #expect((0..<n).allSatisfy { i in (i + 1..<stride).allSatisfy { buffer[i * stride + $0] == -99 } })
    let l = Matrix(rows: n, columns: n) { $1 <= $0 ? buffer[$0 * stride + $1] : 0 }
    #expect(distance(Matrix.product(l, .no, l, .yes), a) <= 421 * .ulpOfOne * Reference.frobeniusNorm(a))
  }

  @Test(arguments: [257, 700, 1100]) func sameBitsForAnyNumberOfThreads(order n: Int) throws {
    var random = Congruential(n)
    let a: Matrix<Double> = random.positiveDefinite(n), b: Matrix<Double> = random.matrix(n, 150)
    let results = withThreads { () -> [Matrix<Double>] in
      var l = a, x = b
      let outcome = l.withMutableView { Cholesky.factor($0) }
      #expect(outcome.isFactored)
      l.withView { l in x.withMutableView { Cholesky.solve(l, $0) } }
      return [l, x]
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test(arguments: [100, 600]) func allocatesNothing(order n: Int) {
    var random = Congruential(n)
    let a: Matrix<Double> = random.positiveDefinite(n)
    let work = Buffer<Double>(count: n * n), x = Buffer<Double>(count: n * 3)
    a.elements.withUnsafeBufferPointer { source in
      func once() {
        work.pointer.update(from: source.baseAddress!, count: n * n)
        let l = work.view(rows: n, columns: n)
        _ = Cholesky.factor(l)
        Cholesky.solve(l.readOnly, x.pointer)
        Cholesky.solve(l.readOnly, x.view(rows: n, columns: 3))
      }
      once()
      let before = allocation_count()
      for _ in 0..<5 { once() }
      #expect(allocation_count() == before)
    }
  }

  /// The Hilbert matrix of order 12 has a condition number of 1.7e16: it must factor or fail, but a factor must
  /// reproduce it.
  @Test func hilbertMatrices() throws {
    for n in 1...14 {
      let h: Matrix<Double> = hilbert(n)
      guard let c = try? Cholesky(h) else {
        #expect(n >= 12)
        continue
      }
      let error = distance(Matrix.product(c.lower, .no, c.lower, .yes), h)
      #expect(error <= Double(n + 1) * .ulpOfOne * Reference.frobeniusNorm(h))
    }
  }
}
