import LinearAlgebra
import Networks

/// The second derivative of one input's loss by that input, applied to vectors; never formed.
///
///     H u = W^T [ D o (W u) + sigma' o (V^T S V (sigma' o (W u))) ],   D = (V^T slope) o sigma''(z)
///
/// S is the second derivative of the loss by the outputs. At kinks of the activation sigma'' counts as 0.
///
/// ```swift
/// let curvature = InputCurvature(function)
/// curvature.prepare(at: point, target: y, loss: .squared)
/// curvature.product(u, into: image)
/// ```
public final class InputCurvature<Element: Scalar> {
  public let function: InputFunction<Element>
  private let z, h, s, t, weighted, p: Buffer<Element>
  private let f, slope, r, sr: Buffer<Element>
  private var loss = AttackLoss.squared
  private let y: Buffer<Element>

  public init(_ function: InputFunction<Element>) {
    self.function = function
    let (m, k) = (function.hidden, function.shape.outputs)
    z = Buffer(count: m)
    h = Buffer(count: m)
    s = Buffer(count: m)
    t = Buffer(count: m)
    weighted = Buffer(count: m)
    p = Buffer(count: m)
    f = Buffer(count: k)
    slope = Buffer(count: k)
    y = Buffer(count: k)
    r = Buffer(count: k)
    sr = Buffer(count: k)
  }

  /// The pre-activations, of m elements.
  public var preactivations: UnsafePointer<Element> { UnsafePointer(z.pointer) }
  /// sigma'(z).
  public var slopes: UnsafePointer<Element> { UnsafePointer(s.pointer) }
  /// D = (V^T slope) o sigma''(z).
  public var diagonal: UnsafePointer<Element> { UnsafePointer(weighted.pointer) }
  /// f, of k elements.
  public var outputs: UnsafePointer<Element> { UnsafePointer(f.pointer) }
  /// d loss / d f, of k elements.
  public var lossSlopes: UnsafePointer<Element> { UnsafePointer(slope.pointer) }

  /// Takes the input's point; returns the loss there.
  ///
  /// - Parameters:
  ///   - point: x + delta, of d elements.
  ///   - target: k elements.
  /// - Complexity: 2 m (d + k) operations; allocates nothing.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  @discardableResult public func prepare(
    at point: UnsafePointer<Element>, target: UnsafePointer<Element>, loss: AttackLoss
  ) -> Element {
    let (m, d, k) = (function.shape.hidden, function.shape.inputs, function.shape.outputs)
    self.loss = loss
    y.pointer.update(from: target, count: k)
    function.preactivations(of: MatrixView(point, rows: 1, columns: d), into: z.pointer)
    applyActivation(function.activation, z.pointer, h.pointer, s.pointer, t.pointer, m)
    Element.gemv(false, k, m, 1, function.v.pointer, function.hidden, h.pointer, 0, f.pointer)
    let value = loss.value(f.pointer, y.pointer, outputs: k, slope: slope.pointer)
    Element.gemv(true, k, m, 1, function.v.pointer, function.hidden, slope.pointer, 0, weighted.pointer)
    for j in 0..<m { weighted[j] *= t[j] }
    return value
  }

  /// The gradient at the prepared point.
  ///
  /// - Complexity: 2 m (d + k) operations.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func gradient(into g: UnsafeMutablePointer<Element>) {
    let (m, k) = (function.shape.hidden, function.shape.outputs)
    Element.gemv(true, k, m, 1, function.v.pointer, function.hidden, slope.pointer, 0, p.pointer)
    for j in 0..<m { p[j] *= s[j] }
    pullBack(p.pointer, into: g)
  }

  /// image = H u.
  ///
  /// - Complexity: 4 m (d + k) operations; allocates nothing.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func product(_ u: UnsafePointer<Element>, into image: UnsafeMutablePointer<Element>) {
    let (m, d) = (function.shape.hidden, function.shape.inputs)
    let strip = InputFunction<Element>.strip
    for first in stride(from: 0, to: d, by: strip) {
      Element.gemv(
        false, m, min(strip, d - first), 1, function.w.pointer + first * m, min(strip, function.inputs - first),
        u + first, first == 0 ? 0 : 1, p.pointer)
    }
    neuronProduct(p.pointer, into: p.pointer)
    pullBack(p.pointer, into: image)
  }

  /// q = M p, both of m elements, where H = W^T M W; q may be p.
  ///
  /// - Complexity: 4 m k operations; allocates nothing.
  @inline(__always) func neuronProduct(_ p: UnsafePointer<Element>, into q: UnsafeMutablePointer<Element>) {
    let (m, k) = (function.shape.hidden, function.shape.outputs)
    for j in 0..<m { h[j] = s[j] * p[j] }
    Element.gemv(false, k, m, 1, function.v.pointer, function.hidden, h.pointer, 0, r.pointer)
    loss.curvatureProduct(f.pointer, y.pointer, r.pointer, outputs: k, into: sr.pointer)
    Element.gemv(true, k, m, 1, function.v.pointer, function.hidden, sr.pointer, 0, h.pointer)
    for j in 0..<m { q[j] = weighted[j] * p[j] + s[j] * h[j] }
  }

  /// A bound of |H| from the lengths of W's rows, or of its rows on some coordinates: no loss curves by more than 1 in
  /// its outputs.
  func bound(rowLengths: [Element]) -> Element {
    let (m, k) = (function.shape.hidden, function.shape.outputs)
    var sum: Element = 0
    for j in 0..<m { sum += abs(weighted[j]) * rowLengths[j] * rowLengths[j] }
    for c in 0..<k {
      var reach: Element = 0
      for j in 0..<m { reach += abs(function.v[c * function.hidden + j] * s[j]) * rowLengths[j] }
      sum += reach * reach
    }
    return sum
  }

  /// g = W^T p.
  @inline(__always) private func pullBack(_ p: UnsafePointer<Element>, into g: UnsafeMutablePointer<Element>) {
    let (m, d) = (function.shape.hidden, function.shape.inputs)
    let strip = InputFunction<Element>.strip
    for first in stride(from: 0, to: d, by: strip) {
      Element.gemv(
        true, m, min(strip, d - first), 1, function.w.pointer + first * m, min(strip, function.inputs - first), p, 0,
        g + first)
    }
  }
}
