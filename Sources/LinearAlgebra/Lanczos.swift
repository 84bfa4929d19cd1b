/// A few extreme eigenpairs of a symmetric operator that is only applied, by Lanczos' method with thick restarts.
///
/// The operator is projected onto an orthonormal basis V of a Krylov space, H = V A V^T, and the pairs of H at the
/// wanted end are kept when the basis is full (thick restart). Every new vector is orthogonalised twice against the
/// whole basis, so no spurious copies arise. A pair (theta, V^T s) has the residual beta |s_last|, which bounds the
/// distance from theta to an eigenvalue.
///
/// ```swift
/// let top = Lanczos.extremes(
///   dimension: n, count: 2, .largest, start: v0, relativeTolerance: 1e-10
/// ) { x, y in gram.apply(to: x, into: y) }
/// ```
///
/// The start must not be orthogonal to a wanted eigenvector; a random one is not. A multiple eigenvalue is found as
/// often as it occurs only when the basis breaks down and is continued by a new direction, which needs
/// `basisSize` near n; otherwise its copies after the first may be missing.
///
/// Source: Wu and Simon, SIAM J. Matrix Anal. Appl. 22 (2000), 602-616.
public struct Lanczos<Element: Scalar>: Sendable {
  public enum End: Sendable { case smallest, largest }

  /// The wanted eigenvalues in ascending order.
  public let values: [Element]
  /// Column j is the unit eigenvector of `values[j]`.
  public let vectors: Matrix<Element>
  /// |A v_j - values[j] v_j| as the iteration estimates it.
  public let residuals: [Element]
  /// Applications of the operator.
  public let applications: Int
  /// False when the limit of applications came first, or an image was not finite.
  public let converged: Bool

  /// - Parameters:
  ///   - dimension: n, the length of the vectors.
  ///   - count: how many pairs, at most n.
  ///   - start: n entries, not all zero.
  ///   - relativeTolerance: a pair has converged when its residual is at most this times the largest |theta| seen.
  ///     Below about 10 eps it cannot be met.
  ///   - basisSize: vectors kept, by default the larger of 2 count + 10 and 30, at most n.
  ///   - apply: writes A times its first argument to its second.
  /// - Complexity: `applications` times one application and 8 n basisSize operations.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public static func extremes(
    dimension n: Int, count: Int, _ end: End, start: [Element], relativeTolerance: Element,
    applicationLimit: Int = 10_000, basisSize: Int? = nil,
    apply: (_ vector: UnsafePointer<Element>, _ image: UnsafeMutablePointer<Element>) -> Void
  ) -> Lanczos {
    precondition(count >= 0 && count <= n, "\(count) eigenpairs of an operator of order \(n)")
    precondition(start.count == n, "\(start.count) entries of a start vector of dimension \(n)")
    let size = min(n, max(basisSize ?? max(2 * count + 10, 30), min(n, count + 2)))
    guard count > 0 else {
      return Lanczos(
        values: [], vectors: Matrix(rows: n, columns: 0), residuals: [], applications: 0, converged: true)
    }
    let basis = LanczosBasis<Element>(dimension: n, size: size, start: start)
    var applications = 0, scale: Element = 0
    while true {
      var finite = true
      while basis.filled < size && finite && applications < applicationLimit {
        finite = basis.extend(apply)
        applications += 1
      }
      guard basis.filled >= count, finite, let e = try? SymmetricEigen(basis.projection()) else {
        return Lanczos(
          values: [], vectors: Matrix(rows: n, columns: 0), residuals: [], applications: applications,
          converged: false)
      }
      let m = basis.filled
      scale = max(scale, max(e.values[0].magnitude, e.values[m - 1].magnitude))
      let wanted = end == .smallest ? Array(0..<count) : Array(m - count..<m)
      let residuals = wanted.map { (basis.coupling * e.vectors[m - 1, $0]).magnitude }
      let done = residuals.allSatisfy { $0 <= relativeTolerance * scale }
      if done || applications >= applicationLimit {
        return Lanczos(
          values: wanted.map { e.values[$0] }, vectors: basis.combine(e.vectors, wanted).transposed(),
          residuals: residuals, applications: applications, converged: done)
      }
      // Keeping more than is wanted speeds convergence up; half of what is left is the customary compromise.
      let kept = min(m - 1, count + max(1, (m - count) / 2))
      basis.restart(e, end == .smallest ? Array(0..<kept) : Array(m - kept..<m))
    }
  }
}

/// The orthonormal basis of ``Lanczos`` (rows), the projected operator on it, and the next direction.
private final class LanczosBasis<Element: Scalar> {
  let dimension: Int, size: Int
  /// Row i is basis vector i; row `filled` is the unit vector that comes next.
  let vectors: Buffer<Element>
  let image: Buffer<Element>
  let coefficients: Buffer<Element>
  var projected: Matrix<Element>
  private(set) var filled = 0
  /// The coupling between the last basis vector and the next: 0 when the space is invariant.
  private(set) var coupling: Element = 0

  init(dimension: Int, size: Int, start: [Element]) {
    (self.dimension, self.size) = (dimension, size)
    vectors = Buffer(count: (size + 1) * dimension)
    image = Buffer(count: dimension)
    coefficients = Buffer(count: size + 1)
    projected = Matrix(rows: size, columns: size)
    let length = start.withUnsafeBufferPointer { Element.norm2(dimension, $0.baseAddress!) }
    precondition(length > 0 && length.isFinite, "the start vector must be finite and not zero")
    for i in 0..<dimension { vectors[i] = start[i] / length }
  }

  private func view(_ rows: Int) -> MatrixView<Element> {
    MatrixView(vectors.pointer, rows: rows, columns: dimension)
  }

  /// Takes the next vector into the basis and applies the operator to it; false when the image is not finite.
  func extend(_ apply: (UnsafePointer<Element>, UnsafeMutablePointer<Element>) -> Void) -> Bool {
    let j = filled, n = dimension
    apply(vectors.pointer + j * n, image.pointer)
    let imageSize = Element.norm2(n, image.pointer)
    guard imageSize.isFinite else { return false }
    filled += 1
    for i in 0..<filled { projected[i, j] = 0 }
    orthogonalize { i, c in self.projected[i, j] += c }
    for i in 0..<filled { projected[j, i] = projected[i, j] }
    coupling = Element.norm2(n, image.pointer)
    if coupling <= 10 * Element.ulpOfOne * imageSize || filled == n {
      // The space is invariant: go on with any direction orthogonal to it, uncoupled.
      coupling = 0
      if filled < n { findOrthogonalDirection() }
    }
    let length = Element.norm2(n, image.pointer)
    let next = vectors.pointer + filled * n
    for i in 0..<n { next[i] = length > 0 ? image[i] / length : 0 }
    return true
  }

  /// image <- image - V^T V image, twice: once loses digits when the image lies almost in the space.
  private func orthogonalize(_ record: (Int, Element) -> Void) {
    for _ in 0..<2 {
      view(filled).apply(to: image.pointer, into: coefficients.pointer)
      for i in 0..<filled { record(i, coefficients[i]) }
      view(filled).apply(.yes, to: coefficients.pointer, into: image.pointer, alpha: -1, beta: 1)
    }
  }

  /// The unit vector that the space contains least of always leaves a long remainder.
  private func findOrthogonalDirection() {
    let n = dimension
    var best = 0, least = Element.infinity
    for k in 0..<n {
      var inside: Element = 0
      for i in 0..<filled { inside += vectors[i * n + k] * vectors[i * n + k] }
      if inside < least { (best, least) = (k, inside) }
    }
    for k in 0..<n { image[k] = k == best ? 1 : 0 }
    orthogonalize { _, _ in }
  }

  func projection() -> Matrix<Element> { Matrix(rows: filled, columns: filled) { projected[$0, $1] } }

  /// Row i of the result is the combination of the basis by column `chosen[i]` of `weights`.
  func combine(_ weights: Matrix<Element>, _ chosen: [Int]) -> Matrix<Element> {
    let picked = Matrix(rows: chosen.count, columns: filled) { weights[$1, chosen[$0]] }
    var result = Matrix<Element>(rows: chosen.count, columns: dimension)
    picked.withView { p in result.withMutableView { $0.multiply(p, .no, view(filled)) } }
    return result
  }

  /// Keeps the chosen pairs of the projected operator as the new basis; the next direction stays.
  func restart(_ e: SymmetricEigen<Element>, _ chosen: [Int]) {
    let kept = combine(e.vectors, chosen)
    let next = vectors.pointer + filled * dimension
    (vectors.pointer + chosen.count * dimension).update(from: next, count: dimension)
    kept.elements.withUnsafeBufferPointer {
      vectors.pointer.update(from: $0.baseAddress!, count: chosen.count * dimension)
    }
    projected = Matrix(rows: size, columns: size) { $0 == $1 && $0 < chosen.count ? e.values[chosen[$0]] : 0 }
    filled = chosen.count
  }
}
