// Elementwise work on plain vectors that BLAS has no name for. Specialised here, so that generic callers in other
// modules still run at the machine's speed.

/// z <- x - y.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func subtract<Element: Scalar>(
  _ x: UnsafePointer<Element>, _ y: UnsafePointer<Element>, into z: UnsafeMutablePointer<Element>, count: Int
) {
  for i in 0..<count { z[i] = x[i] - y[i] }
}

/// |x - y|_2, in one pass. Sums of squares beyond the range of `Element` are not rescued.
///
/// - Complexity: O(`count`); eight running sums, added in a fixed order.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func distance<Element: Scalar>(
  _ x: UnsafePointer<Element>, _ y: UnsafePointer<Element>, count: Int
) -> Element {
  var sums = (Element(0), Element(0), Element(0), Element(0))
  var i = 0
  while i + 4 <= count {
    let (a, b, c, d) = (x[i] - y[i], x[i + 1] - y[i + 1], x[i + 2] - y[i + 2], x[i + 3] - y[i + 3])
    sums.0 += a * a
    sums.1 += b * b
    sums.2 += c * c
    sums.3 += d * d
    i += 4
  }
  while i < count {
    let a = x[i] - y[i]
    sums.0 += a * a
    i += 1
  }
  return ((sums.0 + sums.1) + (sums.2 + sums.3)).squareRoot()
}

/// x <- center + scale (x - center).
@specialized(where Element == Double)
@specialized(where Element == Float)
public func shrink<Element: Scalar>(
  _ x: UnsafeMutablePointer<Element>, toward center: UnsafePointer<Element>, by scale: Element, count: Int
) {
  for i in 0..<count { x[i] = center[i] + scale * (x[i] - center[i]) }
}

/// x <- min(max(x, lower), upper), element by element.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func clip<Element: Scalar>(
  _ x: UnsafeMutablePointer<Element>, lower: UnsafePointer<Element>, upper: UnsafePointer<Element>, count: Int
) {
  for i in 0..<count { x[i] = Element.minimum(Element.maximum(x[i], lower[i]), upper[i]) }
}

/// y <- beta y + alpha x.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func blend<Element: Scalar>(
  _ alpha: Element, _ x: UnsafePointer<Element>, _ beta: Element, _ y: UnsafeMutablePointer<Element>, count: Int
) {
  for i in 0..<count { y[i] = beta * y[i] + alpha * x[i] }
}
