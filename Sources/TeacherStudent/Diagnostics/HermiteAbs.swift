import RealModule

/// |z| in normalised Hermite polynomials, E h_j(z) h_k(z) = delta_jk for z ~ N(0, 1).
///
///     |z| = sum_k s_k h_k(z),   s_0 = sqrt(2/pi),  s_2 = 1/sqrt(pi),
///     s_k = (-1)^{k/2 - 1} sqrt(2/(pi k!)) (k - 3)!!  for even k >= 4,   0 for odd k
///
/// With them E |u.x| h_k(v.x) = s_k |u| cos^k t for |v| = 1 and t the angle of u and v: the polynomial of a high even
/// degree sees only units close to v, up to sign.
///
/// Source: Zhou, Ge, Jin (COLT 2021), appendix C.
public enum HermiteAbs {
  /// s_k = +-sqrt(2/pi (k - 1)!!/k!!) / (k - 1), of size k^{-5/4}.
  ///
  /// - Precondition: k >= 0.
  /// - Complexity: O(min(k, 1000)).
  public static func coefficient(_ k: Int) -> Double {
    precondition(k >= 0, "degree \(k)")
    if k == 0 { return (2 / Double.pi).squareRoot() }
    guard k.isMultiple(of: 2) else { return 0 }
    let size = (2 / Double.pi * doubleFactorialRatio(k)).squareRoot() / Double(k - 1)
    return k.isMultiple(of: 4) ? -size : size
  }

  /// (k - 1)!!/k!! for even k: its product, or beyond 1000 the series of the central binomial coefficient in n = k/2,
  /// whose next term is below the last place there.
  private static func doubleFactorialRatio(_ k: Int) -> Double {
    guard k > 1000 else { return stride(from: 2.0, through: Double(k), by: 2).reduce(1) { $0 * ($1 - 1) / $1 } }
    let n = Double(k) / 2
    let series = 1 - (1 - (1 + (5 - 21 / (32 * n)) / (8 * n)) / (16 * n)) / (8 * n)
    return series / (Double.pi * n).squareRoot()
  }

  /// h_k(z), by h_{k+1} = (z h_k - sqrt(k) h_{k-1}) / sqrt(k + 1).
  ///
  /// - Precondition: k >= 0.
  /// - Complexity: O(k).
  public static func polynomial(_ k: Int, at z: Double) -> Double {
    precondition(k >= 0, "degree \(k)")
    var (previous, current) = (0.0, 1.0)
    for n in 0..<k {
      let next = (z * current - Double(n).squareRoot() * previous) / Double(n + 1).squareRoot()
      (previous, current) = (current, next)
    }
    return current
  }

  /// The degree l of lemma C.6, at which units at an angle beyond Delta/2 are seen with a weight of at most eps^2:
  ///
  ///     l = 2 max{ceil(log_{1/cos(Delta/2)}(1/eps)), 1}
  ///
  /// - Precondition: Delta lies in (0, pi/2], and eps is positive.
  public static func degree(separation: Double, accuracy: Double) -> Int {
    precondition(separation > 0 && separation <= .pi / 2, "a separation of \(separation); (0, pi/2] is accepted")
    precondition(accuracy > 0, "an accuracy of \(accuracy); positive ones are accepted")
    // log cos(Delta/2) by log1p of -sin^2, which keeps its digits for small Delta.
    let s = Double.sin(separation / 2)
    let turns = Double.log(accuracy) / (Double.log(onePlus: -s * s) / 2)
    return 2 * max(Int(min(turns.rounded(.up), 1e9)), 1)
  }
}
