import LinearAlgebra

/// Symmetric matrices as vectors, such that inner products are kept: vec(S) . vec(T) = tr(S T).
///
/// The entries i <= j stand row by row, 00, 01, ..., 0(n-1), 11, 12, ..., those off the diagonal times sqrt 2.
///
/// ```swift
/// SymmetricVector.of(Matrix([[1, 2], [2, 5]]))          // [1, 2 sqrt 2, 5]
/// SymmetricVector.count(order: 2)                       // 3
/// ```
public enum SymmetricVector {
  /// n (n + 1) / 2, the length of the vector of an n x n matrix.
  public static func count(order n: Int) -> Int { n * (n + 1) / 2 }

  /// vec(S); only the upper triangle of `s` is read.
  /// - Precondition: `s` is square.
  public static func of(_ s: Matrix<Double>) -> [Double] {
    precondition(s.rows == s.columns, "a symmetric matrix of \(s.rows) x \(s.columns)")
    return vector(order: s.rows) { s[$0, $1] }
  }

  /// vec(u u^T).
  public static func ofSquare(_ u: [Double]) -> [Double] { vector(order: u.count) { u[$0] * u[$1] } }

  /// The symmetric matrix whose vector is `v`.
  /// - Precondition: the length of `v` is n (n + 1) / 2 for n = `order`.
  public static func matrix(_ v: some RandomAccessCollection<Double>, order n: Int) -> Matrix<Double> {
    precondition(v.count == count(order: n), "\(v.count) numbers for a symmetric matrix of order \(n)")
    var result = Matrix<Double>(rows: n, columns: n)
    var place = v.startIndex
    for i in 0..<n {
      for j in i..<n {
        let entry = i == j ? v[place] : v[place] * 0.5.squareRoot()
        result[i, j] = entry
        result[j, i] = entry
        place = v.index(after: place)
      }
    }
    return result
  }

  private static func vector(order n: Int, entry: (Int, Int) -> Double) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(count(order: n))
    for i in 0..<n {
      for j in i..<n { result.append(i == j ? entry(i, i) : entry(i, j) * 2.0.squareRoot()) }
    }
    return result
  }
}
