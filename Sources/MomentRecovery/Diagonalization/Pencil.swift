import LinearAlgebra
import Randomness

/// Simultaneous diagonalisation of a span of matrices Z^T D Z (rows z_i of Z, D diagonal) by one pencil: the
/// eigenvectors of X Y^{-1} for random X and Y in the span are the z_i.
///
/// With sampling errors eigenvalues come in complex pairs as often as not (5 to 9 of 10 draws at the sizes of the
/// reference table [measured]). Such a draw is rejected and the next one made; after `limit` draws the real and the
/// imaginary part of a pair stand in for its two vectors.
///
/// Source: Ge, Kuditipudi, Li, Wang, ICLR 2019, algorithm 3 (one draw); rejection and the choice of Y are ours.
public struct Pencil: Codable, Equatable, Sendable {
  /// Z, unit rows z_i.
  public let directions: Matrix<Double>
  /// Draws of (X, Y), this one included.
  public let draws: Int
  /// Draws with complex pairs of eigenvalues, this one included if it has some.
  public let complexDraws: Int
  /// Whether all eigenvalues of the last draw were real.
  public var isReal: Bool { complexDraws < draws }

  /// - Parameters:
  ///   - span: k symmetric k x k matrices, one below the other (k^2 x k).
  ///   - limit: draws at most.
  ///   - candidates: Y is the best conditioned of so many draws; 1 is the literal form.
  /// - Throws: ``LinearAlgebraError`` when eigenvalues do not converge.
  /// - Complexity: about 25 k^3 operations a draw, and 2 k^3 (1 + candidates) for X and Y.
  public init(span: Matrix<Double>, limit: Int, candidates: Int, random: RandomStream) throws {
    let k = span.columns
    precondition(span.rows == k * k && limit > 0 && candidates > 0)
    var stream = random
    var complexDraws = 0
    for draw in 1...limit {
      let x = Self.combination(span, &stream)
      var y = Self.combination(span, &stream)
      var factors = try LU(y)
      for _ in 1..<candidates {
        let other = Self.combination(span, &stream)
        let otherFactors = try LU(other)
        if otherFactors.reciprocalCondition > factors.reciprocalCondition { (y, factors) = (other, otherFactors) }
      }
      // X Y^{-1} is the transpose of Y^{-1} X, as both are symmetric.
      guard let quotient = try? factors.solve(x) else {
        if draw == limit { break }
        continue
      }
      let e = try GeneralEigen(quotient.transposed())
      let isComplex = e.values.contains { $0.imaginary != 0 }
      if isComplex { complexDraws += 1 }
      if isComplex && draw < limit { continue }
      (directions, draws, self.complexDraws) = (Self.realRows(e), draw, complexDraws)
      return
    }
    // Every X and Y that could be drawn last was singular: the span is degenerate, and any basis as good.
    (directions, draws, self.complexDraws) = (stream.orthogonal(k), limit, complexDraws)
  }

  private static func combination(_ span: Matrix<Double>, _ stream: inout RandomStream) -> Matrix<Double> {
    let k = span.columns
    var sum = Matrix<Double>(rows: k, columns: k)
    for s in 0..<k {
      let weight = stream.normal()
      for i in 0..<k * k { sum.elements[i] += weight * span.elements[s * k * k + i] }
    }
    return sum
  }

  /// Unit rows: eigenvectors that are real, real and imaginary part of those that are not.
  private static func realRows(_ e: GeneralEigen<Double>) -> Matrix<Double> {
    let k = e.values.count
    var rows: [[Double]] = []
    for j in 0..<k {
      let second = e.values[j].imaginary < 0
      let vector = second ? e.imaginaryVectors.column(j) : e.realVectors.column(j)
      let norm = Double.norm2(k, vector)
      rows.append(norm > 0 ? vector.map { $0 / norm } : (0..<k).map { $0 == j ? 1 : 0 })
    }
    return Matrix(rows)
  }
}
