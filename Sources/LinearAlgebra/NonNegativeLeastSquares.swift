/// The x >= 0 that minimises |A x - b|, by the active-set method of Lawson and Hanson.
///
///     minimise |A x - b|^2 / 2   subject to x >= 0
///
/// With w = A^T (b - A x), x is optimal exactly when x >= 0, w <= 0 and x_j w_j = 0 for all j. The method moves
/// one index at a time into the passive set (x_j free), solves the unconstrained problem there by QR, and steps back to
/// the boundary where that solution turns negative. The residual falls with every outer step, so no set recurs.
///
/// ```swift
/// let s = try NonNegativeLeastSquares.solve(Matrix<Double>([[1, 0], [0, 1]]), [2, -3])
/// s.x                  // [2, 0]
/// s.multipliers        // [0, 3]: b pulls x_1 down with this force
/// ```
///
/// Source: Lawson and Hanson, *Solving Least Squares Problems* (1974), chapter 23.
public struct NonNegativeLeastSquares<Element: Scalar>: Sendable {
  public let x: [Element]
  /// |A x - b|.
  public let residual: Element
  /// The multipliers -w = A^T (A x - b) of the constraints, not negative up to rounding at an optimum.
  public let multipliers: [Element]
  /// How far x is from optimal: the largest of |w_j| over x_j > 0 and of w_j over x_j = 0, divided by |A|_F |b|.
  ///
  /// Zero at an exact optimum, a few eps at a computed one; x >= 0 always holds exactly.
  public let kktResidual: Element
  /// Indices with x_j > 0.
  public let support: [Int]
  /// Least-squares problems solved.
  public let iterations: Int
  /// False when the limit of iterations came first; x is then feasible but not optimal.
  public let converged: Bool

  /// - Parameter iterationLimit: by default 3 n + 10; n is typical.
  /// - Throws: ``LinearAlgebraError``: the sizes do not fit, an entry is not finite.
  /// - Complexity: one QR of m x |support| an iteration.
  public static func solve(
    _ a: Matrix<Element>, _ b: [Element], iterationLimit: Int? = nil
  ) throws(LinearAlgebraError) -> NonNegativeLeastSquares {
    if b.count != a.rows { throw .sizesDoNotFit("\(b.count) entries on the right, the matrix has \(a.rows) rows") }
    try a.requireFinite()
    try Matrix(rows: b.count, columns: 1, elements: b).requireFinite()
    let scale = norm(a.elements) * norm(b)
    // Rounding in w alone is of this size; a smaller force is none.
    let tolerance = 10 * Element(max(a.rows, a.columns)) * Element.ulpOfOne * scale
    let found = try activeSet(
      a.columns, limit: iterationLimit, tolerance: tolerance, scale: scale, force: { force(a, $0, b) },
      free: { set throws(LinearAlgebraError) in set.count <= a.rows ? try free(a, set, b) : nil })
    return NonNegativeLeastSquares(
      x: found.x, residual: norm(zip(a * found.x, b).map { $0 - $1 }), multipliers: found.force.map { -$0 },
      kktResidual: found.kktResidual, support: found.x.indices.filter { found.x[$0] > 0 },
      iterations: found.iterations, converged: found.converged)
  }

  /// What the active-set method ends with; `force` is w at x.
  struct Optimum {
    let x, force: [Element]
    let kktResidual: Element
    let iterations: Int
    let converged: Bool
  }

  /// The method itself, for a problem given by its force w(x) and by its unconstrained minimiser over a set of indices,
  /// `nil` where that one is not unique.
  static func activeSet(
    _ n: Int, limit: Int?, tolerance: Element, scale: Element, force: ([Element]) -> [Element],
    free: ([Int]) throws(LinearAlgebraError) -> [Element]?
  ) throws(LinearAlgebraError) -> Optimum {
    let limit = limit ?? 3 * n + 10
    var x = [Element](repeating: 0, count: n), passive = [Bool](repeating: false, count: n)
    var banned = passive  // columns that depend on the passive ones, until the passive set changes
    var iterations = 0, converged = false
    while iterations < limit {
      let w = force(x)
      let candidates = (0..<n).filter { !passive[$0] && !banned[$0] && w[$0] > tolerance }
      guard let entering = candidates.max(by: { w[$0] < w[$1] }) else {
        converged = true
        break
      }
      passive[entering] = true
      var moved = false
      while iterations < limit {
        iterations += 1
        let set = (0..<n).filter { passive[$0] }
        let z = try free(set)
        guard let z, moved || z[set.firstIndex(of: entering)!] > 0 else {
          // The entering column depends on the others, or its force was only rounding: taking it would cycle.
          if !moved {
            passive[entering] = false
            banned[entering] = true
          }
          break
        }
        moved = true
        // How far from x towards z all entries stay non-negative.
        var step: Element = 1
        for (k, j) in set.enumerated() where z[k] <= 0 { step = min(step, x[j] / (x[j] - z[k])) }
        var blocked = false
        for (k, j) in set.enumerated() {
          let hits = z[k] <= 0 && x[j] / (x[j] - z[k]) <= step
          x[j] = hits ? 0 : max(0, x[j] + step * (z[k] - x[j]))
          if hits || (step < 1 && x[j] == 0) {
            passive[j] = false
            blocked = true
          }
        }
        if !blocked {
          for (k, j) in set.enumerated() { x[j] = z[k] }
          break
        }
      }
      if moved { banned = [Bool](repeating: false, count: n) }
    }
    let w = force(x)
    let worst = (0..<n).reduce(0 as Element) { max($0, x[$1] > 0 ? w[$1].magnitude : w[$1]) }
    return Optimum(
      x: x, force: w, kktResidual: scale > 0 ? worst / scale : worst, iterations: iterations, converged: converged)
  }

  /// w = A^T (b - A x)
  private static func force(_ a: Matrix<Element>, _ x: [Element], _ b: [Element]) -> [Element] {
    let rest = zip(b, a * x).map { $0 - $1 }
    return Matrix.product(a, .yes, Matrix(rows: a.rows, columns: 1, elements: rest)).elements
  }

  /// The unconstrained minimiser over the given columns; nil when they are dependent.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  private static func free(
    _ a: Matrix<Element>, _ set: [Int], _ b: [Element]
  ) throws(LinearAlgebraError) -> [Element]? {
    let columns = Matrix(rows: a.rows, columns: set.count) { a[$0, set[$1]] }
    do {
      return try QR(columns).leastSquares(b)
    } catch LinearAlgebraError.singular {
      return nil
    }
  }

  static func norm(_ v: [Element]) -> Element {
    v.withUnsafeBufferPointer { $0.isEmpty ? 0 : Element.norm2($0.count, $0.baseAddress!) }
  }
}
