import LinearAlgebra

extension PerturbationSet {
  /// The nearest point of {|delta|_2 <= eps} and the box.
  ///
  /// By the conditions of Karush, Kuhn and Tucker it is clip(s delta) for one s <= 1, which is 1 / (1 + lambda), lambda
  /// the multiplier of the sphere.
  ///
  /// - Parameter work: d elements that the rooms do not use.
  func projectOntoBall(
    _ delta: UnsafeMutablePointer<Element>, _ rooms: Rooms<Element>, radius: Element,
    work: UnsafeMutablePointer<Element>
  ) {
    let unit = unit(of: radius)
    let sums = clippedSquares(delta, scale: 1, rooms, unit)
    let length = sums.free + sums.held
    let reach = (radius * unit) * (radius * unit)
    // Any order of summation is right to d units of rounding.
    let doubt = Element(2 * (dimension + 8)) * .ulpOfOne
    if length <= reach * (1 + doubt) {
      clipScaled(delta, scale: 1, rooms, into: work)
      if length <= reach * (1 - doubt)
        || squaredExcess(work, radius: radius, count: dimension).isNone(of: work, radius: radius, count: dimension)
      {
        delta.update(from: work, count: dimension)
        return
      }
    }
    stretchOntoSphere(delta, rooms, radius: radius, roomy: sums.roomy, into: work)
    delta.update(from: work, count: dimension)
  }

  /// y = clip(s z) with the s >= 0 for which |y|_2 = eps, or just below.
  ///
  /// |clip(s z)|^2 is a concave function of q = s^2, made of straight pieces: Newton's method from below never passes
  /// the root, and is there after finitely many steps. What remains is rounding: s is lowered by single units until the
  /// point is inside.
  ///
  /// - Parameters:
  ///   - z: numbers for which the length can reach eps. Multiplied by a power of two where it is far from eps.
  ///   - roomy: the sum of the squares of those z that can move, in units of eps; 0 where unknown.
  func stretchOntoSphere(
    _ z: UnsafeMutablePointer<Element>, _ rooms: Rooms<Element>, radius: Element, roomy sum: Element,
    into y: UnsafeMutablePointer<Element>
  ) {
    let unit = unit(of: radius)
    let reach = (radius * unit) * (radius * unit)
    var roomy = sum
    if !(roomy > .leastNormalMagnitude / .ulpOfOne && roomy < .greatestFiniteMagnitude * .ulpOfOne) {
      roomy = bringNear(z, rooms, radius, unit)
    }
    guard roomy > 0 else {
      clipScaled(z, scale: 0, rooms, into: y)
      return
    }
    func fits(_ s: Element) -> Bool {
      clipScaled(z, scale: s, rooms, into: y)
      return squaredExcess(y, radius: radius, count: dimension).isNone(of: y, radius: radius, count: dimension)
    }
    // Without bounds that bind, s is eps / |z|.
    var scale = (reach / roomy).squareRoot()
    for _ in 0..<40 {
      let now = clippedSquares(z, scale: scale, rooms, unit)
      let ratio = (reach - now.held) / now.free
      guard ratio.isFinite, ratio > 0 else { break }
      let next = scale * ratio.squareRoot()
      guard abs(next - scale) <= 8 * Element.ulpOfOne * scale else {
        scale = next
        continue
      }
      var units: Element = 1
      while units < 1000 {
        if fits(next * (1 - units * .ulpOfOne)) { return }
        units *= 2
      }
      break
    }
    // Newton's method has failed, on numbers too small for it. |clip(s z)| never falls as s grows, rounding included:
    // halve the interval of s, counted in numbers of `Element`, until its ends are neighbours.
    var (lower, upper) = (Element(0), Element.greatestFiniteMagnitude)
    while true {
      let middle = between(lower, upper)
      guard middle > lower, middle < upper else { break }
      if fits(middle) { lower = middle } else { upper = middle }
    }
    clipScaled(z, scale: lower, rooms, into: y)
  }

  /// Multiplies z by a power of two, so that its largest movable coordinate is about eps; the sum of its squares then.
  private func bringNear(
    _ z: UnsafeMutablePointer<Element>, _ rooms: Rooms<Element>, _ radius: Element, _ unit: Element
  ) -> Element {
    var largest: Element = 0
    for i in 0..<dimension where z[i] != 0 && rooms.extent(i, towards: z[i]) > 0 {
      largest = max(largest, abs(z[i]))
    }
    guard largest > 0 else { return 0 }
    // In two steps: the factor itself may lie outside the range.
    let exponent = radius.exponent - largest.exponent
    let half = Element(sign: .plus, exponent: exponent / 2, significand: 1)
    let rest = Element(sign: .plus, exponent: exponent - exponent / 2, significand: 1)
    for i in 0..<dimension { z[i] = z[i] * half * rest }
    var sum: Element = 0
    for i in 0..<dimension where rooms.extent(i, towards: z[i]) > 0 {
      let v = z[i] * unit
      sum += v * v
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
