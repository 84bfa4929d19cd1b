import LinearAlgebra

/// A linear congruential generator: enough randomness for test matrices, and nothing else to rely on.
struct Congruential {
  var state: UInt64
  init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

  /// Uniform in [-1, 1).
  mutating func next<T: Scalar>() -> T {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return T(Double(state >> 11) / Double(1 << 52) - 1)
  }

  mutating func vector<T: Scalar>(_ n: Int) -> [T] { (0..<n).map { _ in next() } }

  mutating func matrix<T: Scalar>(_ rows: Int, _ columns: Int) -> Matrix<T> {
    Matrix(rows: rows, columns: columns, elements: vector(rows * columns))
  }

  /// B B^T + n I / 8, symmetric positive definite with a condition number of about ten.
  mutating func positiveDefinite<T: Scalar>(_ n: Int) -> Matrix<T> {
    let b: Matrix<T> = matrix(n, n)
    var a = Matrix<T>.product(b, .no, b, .yes)
    for i in 0..<n { a[i, i] += T(max(n, 1)) / 8 }
    return a
  }

  mutating func symmetric<T: Scalar>(_ n: Int) -> Matrix<T> {
    let b: Matrix<T> = matrix(n, n)
    return Matrix(rows: n, columns: n) { b[$0, $1] + b[$1, $0] }
  }

  /// A product of n reflections: orthogonal to rounding.
  mutating func orthogonal<T: Scalar>(_ n: Int) -> Matrix<T> {
    var q = Matrix<T>.identity(n)
    for _ in 0..<n {
      let v: [T] = vector(n)
      let square = v.reduce(0) { $0 + $1 * $1 }
      let w = q * v
      for i in 0..<n { for j in 0..<n { q[i, j] -= 2 * w[i] * v[j] / square } }
    }
    return q
  }

  /// m x n of exactly the given rank in exact arithmetic.
  mutating func lowRank<T: Scalar>(_ m: Int, _ n: Int, rank: Int) -> Matrix<T> {
    Reference.multiply(matrix(m, rank), .no, matrix(rank, n))
  }
}

func hilbert<T: Scalar>(_ n: Int) -> Matrix<T> { Matrix(rows: n, columns: n) { 1 / T($0 + $1 + 1) } }

func - <T: Scalar>(a: Matrix<T>, b: Matrix<T>) -> Matrix<T> {
  precondition(a.rows == b.rows && a.columns == b.columns)
  return Matrix(rows: a.rows, columns: a.columns) { a[$0, $1] - b[$0, $1] }
}

/// |a - b|_F; not a number when any entry is.
func distance<T: Scalar>(_ a: Matrix<T>, _ b: Matrix<T>) -> T { Reference.frobeniusNorm(a - b) }

func distance<T: Scalar>(_ a: [T], _ b: [T]) -> T {
  distance(Matrix(rows: a.count, columns: 1, elements: a), Matrix(rows: b.count, columns: 1, elements: b))
}

func norm<T: Scalar>(_ a: [T]) -> T { distance(a, a.map { _ in 0 }) }

/// |Q^T Q - 1|_F
func defectOfOrthogonality<T: Scalar>(_ q: Matrix<T>) -> T {
  distance(Reference.multiply(q, .yes, q), .identity(q.columns))
}

/// Calls `body` with 1, 2 and 3 threads and returns the three results.
func withThreads<R>(_ body: () -> R) -> [R] {
  let before = Parallel.threads
  defer { Parallel.threads = before }
  return [1, 2, 3].map {
    Parallel.threads = $0
    return body()
  }
}
