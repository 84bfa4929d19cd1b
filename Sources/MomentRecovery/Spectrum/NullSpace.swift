import LinearAlgebra
import Randomness

/// The null space of the detector's matrix T (D x K): its k least right singular vectors, and the singular values.
///
/// In the limit of many samples k singular values are 0 and the vectors span {vec z_i z_i^T}; with n samples the k
/// least are of order 1 / sqrt n. How clearly they stand apart from the others is the ``gap``.
///
/// ```swift
/// let space = try NullSpace(of: detector.matrix, dimension: 10)
/// space.gap        // > 3: reliable; < 1.3: not
/// ```
///
/// The method depends on K. Up to ``mostForSVD`` columns T is decomposed itself. Up to ``mostForEigen`` the
/// eigenvectors of T^T T are taken, in half of the time; the vectors are then accurate to about eps (s_1 / s_gap)^2, so
/// where the least of the other singular values is below 1e-4 s_1, T is decomposed after all. For more columns,
/// subspace iteration with (T^T T + shift)^{-1} finds the k least and a few more, and Lanczos the largest.
public struct NullSpace: Codable, Equatable, Sendable {
  /// Singular values, descending. All of them if ``isComplete``, else s_1 followed by the least k + a few.
  public let singularValues: [Double]
  /// Whether ``singularValues`` holds all min(D, K) of them.
  public let isComplete: Bool
  /// k x K, orthonormal rows that span the null space, that of the least singular value last.
  public let basis: Matrix<Double>

  public static let mostForSVD = 128
  public static let mostForEigen = 1200

  /// k.
  public var dimension: Int { basis.rows }
  /// s_1.
  public var largest: Double { singularValues.first ?? 0 }
  /// s_{K-k}, the least singular value that is to differ from 0; `nil` when K = k, for a single neuron.
  public var leastOfRange: Double? {
    singularValues.count > dimension ? singularValues[singularValues.count - dimension - 1] : nil
  }
  /// s_{K-k+1}, the largest singular value that is to vanish.
  public var largestOfNull: Double {
    singularValues.count >= dimension && dimension > 0 ? singularValues[singularValues.count - dimension] : 0
  }
  /// s_{K-k} / s_{K-k+1}; what vanishes up to rounding counts as eps s_1. `nil` for a single neuron.
  public var gap: Double? {
    guard let least = leastOfRange else { return nil }
    let floor = max(largestOfNull, Double.ulpOfOne * largest)
    return floor > 0 ? least / floor : 1
  }
  /// s_{K-k} / s_1, which is 0 where the distinguishing matrix has no full rank; `nil` for a single neuron.
  public var relativeRange: Double? { leastOfRange.map { largest > 0 ? $0 / largest : 0 } }

  /// - Precondition: 0 < k <= K <= D.
  /// - Throws: ``LinearAlgebraError``: not finite, not converged.
  /// - Complexity: about 6 D K^2 + 20 K^3 operations by SVD, D K^2 + 9 K^3 by eigenvectors, and D K^2 + K^3 / 3 and
  ///   some 20 K^2 k for large K.
  public init(of t: Matrix<Double>, dimension k: Int, random: RandomStream = RandomStream(seed: 0)) throws {
    let columns = t.columns
    precondition(k > 0 && k <= columns && columns <= t.rows, "a null space of \(k) of a \(t.rows) x \(columns) matrix")
    if columns <= Self.mostForSVD {
      self = try Self.decomposed(t, k)
      return
    }
    var gram = Matrix<Double>(rows: columns, columns: columns)
    t.withView { t in gram.withMutableView { $0.multiplyBySelfInParallel(t, .yes, mirror: true) } }
    let found =
      columns <= Self.mostForEigen ? try Self.eigen(gram, k) : try Self.iterated(gram, k, random)
    if let range = found.relativeRange, range < 1e-4, columns <= Self.mostForEigen {
      self = try Self.decomposed(t, k)
    } else {
      self = found
    }
  }

  private init(singularValues: [Double], isComplete: Bool, basis: Matrix<Double>) {
    (self.singularValues, self.isComplete, self.basis) = (singularValues, isComplete, basis)
  }

  private static func decomposed(_ t: Matrix<Double>, _ k: Int) throws -> NullSpace {
    let svd = try SVD(t)
    let columns = t.columns
    return NullSpace(
      singularValues: svd.singularValues, isComplete: true,
      basis: svd.vTransposed.selectingRows(columns - k..<columns))
  }

  private static func eigen(_ gram: Matrix<Double>, _ k: Int) throws -> NullSpace {
    let e = try SymmetricEigen(gram)
    return NullSpace(
      singularValues: e.values.reversed().map { max($0, 0).squareRoot() }, isComplete: true,
      basis: Matrix(rows: k, columns: gram.columns) { e.vectors[$1, k - 1 - $0] })
  }

  /// Subspace iteration with Rayleigh-Ritz steps on the inverse of T^T T + shift.
  static func iterated(_ gram: Matrix<Double>, _ k: Int, _ random: RandomStream) throws -> NullSpace {
    let order = gram.rows
    let width = min(order, k + max(8, k / 4))
    var stream = random
    let start: [Double] = stream.normals(order)
    let top = gram.withView { g in
      Lanczos<Double>.extremes(
        dimension: order, count: 1, .largest, start: start, relativeTolerance: 1e-10
      ) { g.apply(to: $0, into: $1) }
    }
    let largest = max(top.values.first ?? 0, 0)
    guard largest > 0 else {
      return NullSpace(
        singularValues: [Double](repeating: 0, count: width + 1), isComplete: false,
        basis: Matrix(rows: k, columns: order) { $1 == order - k + $0 ? 1 : 0 })
    }
    // The shift makes the factorization safe where T has an exact null space; it leaves the eigenvectors as they are.
    var factor = gram
    let shift = 1e-14 * largest * Double(order).squareRoot()
    for i in 0..<order { factor[i, i] += shift }
    let lower = try Cholesky(factor).lower
    var basis = try (stream.normalMatrix(rows: order, columns: width) as Matrix<Double>).orthonormalized()
    var values = [Double](repeating: 0, count: width)
    for iteration in 0..<200 {
      lower.withView { l in basis.withMutableView { Cholesky.solve(l, $0) } }
      basis = try basis.orthonormalized()
      var image = Matrix<Double>(rows: order, columns: width)
      gram.withView { g in basis.withView { b in image.withMutableView { $0.multiplyInParallel(g, .no, b) } } }
      let ritz = try SymmetricEigen(Matrix.product(basis, .yes, image))
      basis = basis * ritz.vectors
      image = image * ritz.vectors
      // The residual of the pairs that are wanted, against what separates them from the rest.
      var residual = 0.0
      for j in 0..<k {
        for i in 0..<order {
          let difference = image[i, j] - ritz.values[j] * basis[i, j]
          residual += difference * difference
        }
      }
      values = ritz.values
      let separation = max(width > k ? ritz.values[k] - ritz.values[k - 1] : largest, shift)
      // The next value is only reported; its error is of the order of the square of its residual.
      var next = 0.0
      for i in 0..<order where width > k {
        let difference = image[i, k] - ritz.values[k] * basis[i, k]
        next += difference * difference
      }
      let settled = residual.squareRoot() <= max(1e-11 * separation, 1e-15 * largest)
      if settled && next.squareRoot() <= max(1e-2 * separation, 1e-15 * largest) && iteration > 1 { break }
    }
    return NullSpace(
      singularValues: [largest.squareRoot()] + values.reversed().map { max($0, 0).squareRoot() }, isComplete: false,
      basis: Matrix(rows: k, columns: order) { basis[$1, k - 1 - $0] })
  }
}
