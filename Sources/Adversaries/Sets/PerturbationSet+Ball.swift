import LinearAlgebra

extension PerturbationSet {
  /// The nearest point of {|delta|_2 <= eps} and the box.
  ///
  /// By the conditions of Karush, Kuhn and Tucker it is clip(s delta) for one s <= 1, which is 1 / (1 + lambda), lambda
  /// the multiplier of the sphere.
  @inline(__always) func projectOntoBall(
    _ delta: UnsafeMutablePointer<Element>, around x: UnsafePointer<Element>, radius: Element,
    scratch: UnsafeMutablePointer<Element>
  ) {
    let rooms = Rooms(boxed: box != nil, count: dimension, in: scratch)
    let radius = Radius(radius)
    let z = scratch + 2 * dimension
    let (free, held, roomy) = rooms.boxSquares(x, box, unit: radius.unit, delta, copy: z)
    let (length, reach) = (free + held, Element(radius.scaled * radius.scaled))
    // Any order of summation is right to d units of rounding; closer to the sphere the sum is taken again, exactly.
    let doubt = Element(2 * (dimension + 8)) * .ulpOfOne
    if length <= reach * (1 - doubt) { return }
    if length <= reach * (1 + doubt) {
      let excess = rooms.withoutBox.clipScaled(delta, by: 1, radius, into: delta).excess
      if excess.isNone(of: delta, radius.value, count: dimension) { return }
    }
    var first = (reach / roomy).squareRoot()
    if held < reach { first = max(first, ((reach - held) / free).squareRoot()) }
    stretchOntoSphere(z, rooms, radius, roomy: roomy, from: first, into: delta)
  }

  /// y = clip(s z) with the s >= 0 for which |y|_2 = eps, or some units in the last place less.
  ///
  /// |clip(s z)|^2 is a concave function of q = s^2, made of straight pieces: Newton's method from below never passes
  /// the root, and is there after finitely many steps. What remains is rounding: s is lowered by single units until the
  /// point is inside.
  ///
  /// - Parameters:
  ///   - z: numbers for which the length can reach eps. Multiplied by a power of two where it is far from eps.
  ///   - roomy: the sum of the squares of those z that can move, in units of eps; 0 where unknown.
  ///   - first: an s that is not too large, where `roomy` is known.
  @inline(__always) func stretchOntoSphere(
    _ z: UnsafeMutablePointer<Element>, _ rooms: Rooms<Element>, _ radius: Radius<Element>, roomy: Element,
    from first: Element, into y: UnsafeMutablePointer<Element>
  ) {
    var scale = first
    if !(roomy > .leastNormalMagnitude / .ulpOfOne && roomy < .greatestFiniteMagnitude * .ulpOfOne) {
      let near = bringNear(z, rooms, radius)
      guard near > 0 else {
        _ = rooms.clipScaled(z, by: 0, radius, into: y)
        return
      }
      scale = (Element(radius.scaled * radius.scaled) / near).squareRoot()
    }
    let reach = radius.scaled * radius.scaled
    let unit = Double(Element.ulpOfOne)
    // Short of the sphere by so much of eps^2 is close enough; steps back from beyond it take as many units.
    var units = 1.0
    scale *= Element(1 - 2 * unit)
    for _ in 0..<60 {
      let (excess, free) = rooms.clipScaled(z, by: scale, radius, into: y)
      let inside = excess.isNone(of: y, radius.value, count: dimension)
      if inside && excess.value >= -(8 + 8 * units) * unit * reach { return }
      let ratio = 1 - excess.value / free
      guard ratio.isFinite, ratio > 0 else { break }
      scale = Element(Double(scale) * ratio.squareRoot() * (1 - units * unit))
      if !inside { units *= 2 }
    }
    bisectOntoSphere(z, rooms, radius, into: y)
  }

  /// As `stretchOntoSphere`, where Newton's method has failed on numbers too small for it: the largest s that will do.
  ///
  /// |clip(s z)| never falls as s grows, rounding included: the interval of s is halved, counted in numbers of
  /// `Element`, until its ends are neighbours.
  private func bisectOntoSphere(
    _ z: UnsafePointer<Element>, _ rooms: Rooms<Element>, _ radius: Radius<Element>,
    into y: UnsafeMutablePointer<Element>
  ) {
    var (lower, upper) = (Element(0), Element.greatestFiniteMagnitude)
    while true {
      let middle = between(lower, upper)
      guard middle > lower, middle < upper else { break }
      let excess = rooms.clipScaled(z, by: middle, radius, into: y).excess
      if excess.isNone(of: y, radius.value, count: dimension) { lower = middle } else { upper = middle }
    }
    _ = rooms.clipScaled(z, by: lower, radius, into: y)
  }

  /// Multiplies z by a power of two, so that its largest movable coordinate is about eps; the sum of the squares of
  /// those that can move, in units of eps.
  private func bringNear(
    _ z: UnsafeMutablePointer<Element>, _ rooms: Rooms<Element>, _ radius: Radius<Element>
  ) -> Element {
    var largest: Element = 0
    for i in 0..<dimension where z[i] != 0 && rooms.extent(i, towards: z[i]) > 0 {
      largest = max(largest, abs(z[i]))
    }
    guard largest > 0, largest.isFinite else { return 0 }
    // In two steps: the factor itself may lie outside the range. Not among the subnormal numbers, which have few bits.
    let reach = 2 * (Element.greatestFiniteMagnitude.exponent - 3)
    let target = max(radius.value.exponent, Element.leastNormalMagnitude.exponent + 32)
    let exponent = max(-reach, min(reach, target - largest.exponent))
    let half = Element(sign: .plus, exponent: exponent / 2, significand: 1)
    let rest = Element(sign: .plus, exponent: exponent - exponent / 2, significand: 1)
    var sum: Element = 0
    for i in 0..<dimension {
      z[i] = z[i] * half * rest
      let v = z[i] * radius.unit
      if rooms.extent(i, towards: z[i]) > 0 { sum += v * v }
    }
    return sum
  }
}

/// The number half way between two that are not negative, counted in floating-point numbers and not in lengths.
private func between<T: Scalar>(_ lower: T, _ upper: T) -> T {
  if T.self == Double.self {
    let (a, b) = (Double(lower).bitPattern, Double(upper).bitPattern)
    return T(Double(bitPattern: a + (b - a) / 2))
  }
  let (a, b) = (Float(lower).bitPattern, Float(upper).bitPattern)
  return T(Float(bitPattern: a + (b - a) / 2))
}
