import LinearAlgebra
public import Randomness

extension PerturbationSet {
  /// A random point: uniform in the ball of radius eps, or on its sphere, and from there to the nearest point of S.
  ///
  /// Without a box the distribution is the uniform one of the ball, or of its surface: each face of the l1 and linf
  /// spheres is as likely as the others. With a box, points outside it gather on its faces.
  ///
  /// - Parameters:
  ///   - x: the input, inside the box.
  ///   - random: draws d + 2 words, whatever the norm; so what follows does not depend on it.
  ///   - delta: receives the point.
  ///   - scratch: ``scratchCount`` elements.
  /// - Complexity: one projection, besides the draws.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func randomPoint(
    around x: UnsafePointer<Element>, radius: Element, onSphere: Bool = false, random: inout RandomStream,
    into delta: UnsafeMutablePointer<Element>, scratch: UnsafeMutablePointer<Element>
  ) {
    let d = dimension
    let (first, second) = (random.next(), random.next())
    // Uniform on (0, 1), never 0: a logarithm is taken.
    func unit(_ word: UInt64) -> Double { (Double(word >> 12) + 0.5) * 0x1p-52 }
    switch norm {
    case .l2:
      random.fillNormal(delta, count: d)
      let depth = onSphere ? 1 : Double.pow(unit(first), 1 / Double(max(d, 1)))
      scale(delta, to: radius * Element(depth))
    case .linf:
      for i in 0..<d { delta[i] = radius * Element(2 * unit(random.next()) - 1) }
      if onSphere && d > 0 {
        let face = Int(first.multipliedFullWidth(by: UInt64(d)).high)
        delta[face] = second & 1 == 0 ? radius : -radius
      }
    case .l1:
      // Exponentials over their sum are uniform on the simplex; one more of them in the sum, and uniform inside it.
      var total = onSphere ? 0 : -Double.log(unit(first))
      for i in 0..<d {
        let word = random.next()
        let size = -Double.log((Double(word >> 12) + 0.5) * 0x1p-52)
        total += size
        delta[i] = Element(word & 1 == 0 ? size : -size)
      }
      for i in 0..<d { delta[i] = radius * (delta[i] / Element(total)) }
    }
    project(delta, around: x, radius: radius, scratch: scratch)
  }

  /// delta <- length delta / |delta|_2.
  private func scale(_ delta: UnsafeMutablePointer<Element>, to length: Element) {
    let size = Element.norm2(dimension, delta)
    guard size > 0 else { return }
    for i in 0..<dimension { delta[i] = length * (delta[i] / size) }
  }
}
