import CLinearAlgebra

/// Why a factorization or a solve could not be done.
public enum LinearAlgebraError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The leading minor of this order (counted from 1) is not positive, so there is no Cholesky factor.
  case notPositiveDefinite(minor: Int)
  /// Pivot `pivot` (counted from 0) is zero, or so small that it only carries rounding errors.
  case singular(pivot: Int)
  /// An iteration inside `method` did not converge.
  case notConverged(method: String)
  /// The arguments' sizes do not fit; the text names them.
  case sizesDoNotFit(String)
  /// The argument has an infinite or undefined entry, the first of them at this place.
  case notFinite(row: Int, column: Int)
  /// LAPACK could not get its workspace.
  case outOfMemory(method: String)

  public var description: String {
    switch self {
    case .notPositiveDefinite(let minor):
      "The matrix is not positive definite: its leading minor of order \(minor) is not positive."
    case .singular(let pivot):
      "The matrix is singular to working precision: pivot \(pivot) vanishes."
    case .notConverged(let method): "\(method) did not converge."
    case .sizesDoNotFit(let what): "The sizes do not fit: \(what)."
    case .notFinite(let row, let column): "Entry (\(row), \(column)) is not a finite number."
    case .outOfMemory(let method): "There was not enough memory for the workspace of \(method)."
    }
  }
}

extension Matrix {
  /// LAPACK neither detects NaN nor promises to end when it meets one, so factorizations ask first.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  func requireFinite() throws(LinearAlgebraError) {
    guard let bad = elements.firstIndex(where: { !$0.isFinite }) else { return }
    throw .notFinite(row: bad / columns, column: bad % columns)
  }

  func requireSquare() throws(LinearAlgebraError) {
    if rows != columns { throw .sizesDoNotFit("a square matrix is needed, this one is \(rows) x \(columns)") }
  }
}

/// What the wrappers of LAPACK return when their workspace could not be allocated.
let lapackNoMemory = Int(SHLapackNoMemory)

/// LAPACK's `info` for the methods whose positive `info` means "did not converge".
func requireConvergence(_ info: Int, _ method: String) throws(LinearAlgebraError) {
  if info == lapackNoMemory { throw .outOfMemory(method: method) }
  precondition(info >= 0, "\(method): argument \(-info) is illegal")
  if info > 0 { throw .notConverged(method: method) }
}
