/// The Cholesky factorization A = L L^T of a symmetric positive definite matrix.
///
/// The static functions work in memory of the caller and allocate nothing; a value of the type owns its factor.
///
/// ```swift
/// let c = try Cholesky(Matrix<Double>([[4, 2], [2, 5]]))
/// c.solve([8, 9])        // [1.375, 1.25]
/// ```
///
/// Large matrices are factored tile by tile on several threads. Which tile is computed how does not depend on the
/// number of threads, so neither do the bits of the result.
public struct Cholesky<Element: Scalar>: Sendable {
  /// L, lower triangular with zeros above.
  public let lower: Matrix<Element>

  /// Factors `a`, of which only the lower triangle is read.
  ///
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(minor:)``; the entries need not be checked for NaN before.
  /// - Complexity: n^3 / 3 operations.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ a: Matrix<Element>) throws(LinearAlgebraError) {
    try a.requireSquare()
    var l = a
    let outcome = l.withMutableView { Self.factor($0) }
    if case .notPositiveDefinite(let minor) = outcome { throw .notPositiveDefinite(minor: minor) }
    for i in 0..<l.rows {
      for j in i + 1..<max(i + 1, l.columns) { l[i, j] = 0 }
    }
    lower = l
  }

  /// A^-1 b.
  public func solve(_ b: [Element]) -> [Element] {
    precondition(b.count == lower.rows, "\(b.count) entries for a matrix of order \(lower.rows)")
    var x = b
    lower.withView { l in x.withUnsafeMutableBufferPointer { if let x = $0.baseAddress { Self.solve(l, x) } } }
    return x
  }

  /// A^-1 B for several right-hand sides, the columns of B.
  public func solve(_ b: Matrix<Element>) -> Matrix<Element> {
    var x = b
    lower.withView { l in x.withMutableView { Self.solve(l, $0) } }
    return x
  }

  /// log det A = 2 sum log L_ii.
  public var logDeterminant: Element { lower.withView { Self.logDeterminant($0) } }
}

extension Cholesky {
  /// How a factorization ended.
  public enum Outcome: Equatable, Sendable {
    case factored
    /// The leading minor of this order (counted from 1) is not positive, or not a number.
    case notPositiveDefinite(minor: Int)

    @inlinable public var isFactored: Bool { self == .factored }
  }

  /// Overwrites the lower triangle of `a` with L; the upper triangle is neither read nor written.
  ///
  /// After a failure the lower triangle holds a mixture of A and L. Allocates nothing.
  /// - Complexity: n^3 / 3 operations, shared out by ``Parallel`` when n exceeds 256.
  public static func factor(_ a: MutableMatrixView<Element>) -> Outcome {
    precondition(a.rows == a.columns, "a square matrix is needed, this one is \(a.rows) x \(a.columns)")
    let minor = a.rows <= CholeskyTiling.smallest ? factorTile(a) : factorPanels(a)
    return minor == 0 ? .factored : .notPositiveDefinite(minor: minor)
  }

  /// x <- (L L^T)^-1 x for one right-hand side of n entries. Reads the lower triangle only; allocates nothing.
  /// - Complexity: 2 n^2 operations.
  public static func solve(_ l: MatrixView<Element>, _ x: UnsafeMutablePointer<Element>) {
    precondition(l.rows == l.columns)
    guard l.rows > 0 else { return }
    Element.trsv(lower: true, transpose: false, l.rows, l.pointer, l.stride, x)
    Element.trsv(lower: true, transpose: true, l.rows, l.pointer, l.stride, x)
  }

  /// B <- (L L^T)^-1 B for k right-hand sides, the columns of the n x k matrix B. Allocates nothing.
  ///
  /// Blocks of columns of B go to the threads of ``Parallel``.
  /// - Complexity: 2 n^2 k operations.
  public static func solve(_ l: MatrixView<Element>, _ b: MutableMatrixView<Element>) {
    solveTriangular(l, b)
    solveTriangular(l, b, .yes)
  }

  /// B <- L^-1 B, or L^-T B when transposed: half of a solve, for k right-hand sides. Allocates nothing.
  /// - Complexity: n^2 k operations.
  public static func solveTriangular(
    _ l: MatrixView<Element>, _ b: MutableMatrixView<Element>, _ transpose: Transpose = .no
  ) {
    precondition(l.rows == l.columns && l.rows == b.rows, "\(l.rows) x \(l.columns) against \(b.rows) right-hand rows")
    guard b.rows > 0 && b.columns > 0 else { return }
    let size = CholeskyTiling.rightHandSides
    Parallel.forEach(Parallel.pieces(of: b.columns, size: size)) { i in
      solveTriangle(l, b.columns(Parallel.piece(i, of: b.columns, size: size)), transpose: transpose == .yes)
    }
  }

  private static func solveTriangle(_ l: MatrixView<Element>, _ b: MutableMatrixView<Element>, transpose: Bool) {
    Element.trsm(
      left: true, lower: true, transpose: transpose, unit: false, b.rows, b.columns, 1, l.pointer, l.stride, b.pointer,
      b.stride)
  }

  /// log det (L L^T) = 2 sum log L_ii.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public static func logDeterminant(_ l: MatrixView<Element>) -> Element {
    var sum: Element = 0
    for i in 0..<l.rows { sum += Element.log(l[i, i]) }
    return 2 * sum
  }
}
