import LinearAlgebra
import Randomness

/// Simultaneous diagonalisation of all matrices of a span: the unit vectors z_a whose squares z_a z_a^T come nearest to
/// spanning it,
///
///     minimise  sum_s | M_s - sum_a c_sa z_a u_a^T |^2  over z, u and c   (u = z at the end)
///
/// for an orthonormal basis M_1, ..., M_k of the span: the canonical polyadic decomposition of a k x k x k tensor, by
/// alternating least squares from several starts.
///
/// Starts are pencils (``Pencil``) first, random directions last. Two starts that end at the same least residual settle
/// it, so that on good data two are made.
///
/// Against a single X Y^{-1} the error of A falls from 1.8 to 0.04 (Gaussian inputs, n = 1e4, noise variance 0.25)
/// [measured].
public struct JointDiagonalization: Codable, Equatable, Sendable {
  /// Z: row a is the unit vector z_a.
  public let directions: Matrix<Double>
  /// The distance of the span from the span of all z_a z_a^T as a part of its norm, 0...1: 0 for an exact one.
  public let residual: Double
  /// Sweeps from the start that was kept.
  public let sweeps: Int
  /// Whether these sweeps ended by themselves.
  public let converged: Bool
  /// Starts that were made.
  public let starts: Int
  /// The least |cosine| between a z_a and its counterpart from the next best start; `nil` with one start.
  public let agreement: Double?
  /// Draws of pencils, and those among them with complex pairs.
  public let draws, complexDraws: Int

  /// Cosines of two starts that count as the same result.
  static let same = 1 - 1e-6

  /// - Parameters:
  ///   - basis: k x k(k+1)/2, orthonormal rows, each a ``SymmetricVector``.
  ///   - starts: starts at most.
  ///   - first: a start that is known to be good (rows z_a): then it is the only one.
  /// - Throws: ``LinearAlgebraError``.
  /// - Complexity: 4 k^4 operations a sweep, some ten sweeps a start.
  public init(
    of basis: Matrix<Double>, starts limit: Int, random: RandomStream, from first: Matrix<Double>? = nil
  ) throws {
    let k = basis.rows
    precondition(basis.columns == SymmetricVector.count(order: k) && limit > 0)
    let span = Self.matrices(basis)
    let sweeps = AlternatingLeastSquares(span)
    var ends: [AlternatingLeastSquares.End] = []
    var (draws, complexDraws, made) = (0, 0, 0)
    var agreement: Double?
    if let first {
      ends = [sweeps.run(from: first)]
      made = 1
    } else {
      while made < limit {
        var stream = random.split(made)
        let start: Matrix<Double>
        // Random starts are for data on which pencils mislead; they need more sweeps.
        if made < max(2, limit - 2) {
          let pencil = try Pencil(span: span, limit: 10, candidates: 5, random: stream)
          draws += pencil.draws
          complexDraws += pencil.complexDraws
          start = pencil.directions
        } else {
          start = stream.orthogonal(k)
        }
        made += 1
        ends.append(sweeps.run(from: start))
        // Insertion by residual, earlier starts first.
        var place = ends.count - 1
        while place > 0 && ends[place].residual < ends[place - 1].residual {
          ends.swapAt(place, place - 1)
          place -= 1
        }
        guard ends.count > 1 else { continue }
        let cosine = Self.agreement(ends[0].directions, ends[1].directions)
        agreement = cosine
        if cosine > Self.same { break }
      }
    }
    directions = ends[0].directions
    residual = ends[0].residual
    self.sweeps = ends[0].sweeps
    converged = ends[0].converged
    starts = made
    self.agreement = agreement
    (self.draws, self.complexDraws) = (draws, complexDraws)
  }

  /// The symmetric matrices of the rows of `basis`, one below the other.
  static func matrices(_ basis: Matrix<Double>) -> Matrix<Double> {
    let k = basis.rows
    return Matrix(
      rows: k * k, columns: k, elements: (0..<k).flatMap { SymmetricVector.matrix(basis.row($0), order: k).elements })
  }

  /// The least over the rows a of `x` of the greatest |cosine| with a row of `y`, both with unit rows.
  static func agreement(_ x: Matrix<Double>, _ y: Matrix<Double>) -> Double {
    let cosines = Matrix.product(x, .no, y, .yes)
    return (0..<cosines.rows).map { i in cosines.row(i).map(\.magnitude).max() ?? 0 }.min() ?? 1
  }
}
