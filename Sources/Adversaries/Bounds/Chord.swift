import RealModule

/// A line above a convex function of one variable t on an interval: through the function's values at the ends.
///
/// Its distance from the function is at most max|second derivative| (b - a)^2 / 8.
struct Chord {
  var slope: Double
  var offset: Double

  /// Above exp(t - scale) on [a, b], a <= b; moved up by more than its rounding.
  static func exponential(from a: Double, to b: Double, scale: Double) -> Chord {
    let (first, last) = (Double.exp(a - scale), Double.exp(b - scale))
    let width = b - a
    // Without cancellation for short intervals: exp(b) - exp(a) = exp(b) (1 - exp(a - b)).
    let slope = width > 0 ? -last * Double.expMinusOne(-width) / width : last
    let offset = max(first - slope * a, last - slope * b)
    return Chord(slope: slope, offset: offset + 1e-14 * (last + slope * max(abs(a), abs(b))))
  }

  /// Above (t - shift)^2 / 2, where a <= t - shift <= b, as a function of t.
  static func halfSquare(from a: Double, to b: Double, shift: Double) -> Chord {
    let slope = (a + b) / 2
    let size = max(abs(a), abs(b))
    return Chord(
      slope: slope, offset: -a * b / 2 - slope * shift + 1e-14 * size * (size + abs(shift)))
  }
}
