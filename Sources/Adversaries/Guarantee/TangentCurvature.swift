import LinearAlgebra
import Randomness

/// The extreme eigenvalues of P W^T M W P, the Hessian of the loss along the set: P projects onto the tangent vectors u,
/// u_i = 0 where coordinate i is held, u orthogonal to the normal.
///
/// With F the free coordinates there are two ways, and the smaller matrix is taken:
///
/// - in the inputs, |F| x |F|: Lanczos on P W_F^T M W_F P;
/// - in the neurons, m x m: with K = W_F P W_F^T = C C^T the eigenvalues other than zero are those of C^T M C, for
///   W_F^T M C y is an eigenvector whenever y is.
///
/// - Complexity: O(|F| m) or O(min(|F|, d - |F|) m^2 + m^3) once, O(|F| m) or O(m^2) for each of some thirty steps.
struct TangentCurvature {
  /// The extremes over the tangent vectors; (0, 0) where there are none.
  var largest = 0.0
  var smallest = 0.0
  /// The unit eigenvector of `largest`, d elements; zero where there are no tangent vectors.
  var direction: [Double]
  /// Whether both eigenvalues are as accurate as asked for.
  var converged = true

  /// - Parameters:
  ///   - curvature: prepared at the point.
  ///   - weights: of the same network.
  ///   - free: the coordinates F, ascending.
  ///   - normal: d elements, of which those of F count; `nil` for none.
  ///   - tolerance: of the eigenvalues, relative to the larger.
  init(
    _ curvature: InputCurvature<Double>, _ weights: HiddenWeights, free: [Int], normal: UnsafePointer<Double>?,
    tolerance: Double
  ) {
    direction = Array(repeating: 0, count: weights.inputs)
    let dimension = free.count - (normal == nil ? 0 : 1)
    guard dimension > 0 else { return }
    var unit: [Double]?
    if let normal {
      let length = free.reduce(0) { $0 + normal[$1] * normal[$1] }.squareRoot()
      unit = length > 0 ? free.map { normal[$0] / length } : nil
    }
    let w = weights.columns(free)
    let found: Extremes?
    if free.count <= weights.neurons {
      found = Self.inInputs(curvature, w, unit, tolerance)
    } else {
      found = Self.inNeurons(curvature, weights, w, unit, free: free, tolerance)
    }
    guard let found else {
      converged = false
      return
    }
    (largest, smallest, converged) = (found.largest, found.smallest, found.converged)
    for (i, value) in zip(free, found.vector) { direction[i] = value }
  }

  private struct Extremes {
    var largest, smallest: Double
    var vector: [Double]
    var converged: Bool
  }

  private static func start(_ count: Int) -> [Double] {
    var random = RandomStream(seed: 0x6b61_7070_61)
    return random.normals(count)
  }

  /// v <- P v
  private static func removeNormal(_ unit: [Double]?, _ v: UnsafeMutablePointer<Double>) {
    guard let unit else { return }
    unit.withUnsafeBufferPointer {
      let along = Double.dot($0.count, $0.baseAddress!, v)
      Double.axpy($0.count, -along, $0.baseAddress!, v)
    }
  }

  private static func inInputs(
    _ curvature: InputCurvature<Double>, _ w: Matrix<Double>, _ unit: [Double]?, _ tolerance: Double
  ) -> Extremes? {
    let count = w.columns
    let neurons = Buffer<Double>(count: w.rows)
    let tangent = Buffer<Double>(count: count)
    var first = start(count)
    first.withUnsafeMutableBufferPointer { removeNormal(unit, $0.baseAddress!) }
    // The normal is made an eigenvector of its own: below all of the spectrum where the largest eigenvalue is wanted,
    // above it where the smallest is.
    func found(_ end: Lanczos<Double>.End, shift: Double) -> Lanczos<Double> {
      w.withView { w in
        Lanczos.extremes(
          dimension: count, count: 1, end, start: first, relativeTolerance: tolerance, applicationLimit: 2000
        ) { u, image in
          tangent.pointer.update(from: u, count: count)
          removeNormal(unit, tangent.pointer)
          w.apply(to: tangent.pointer, into: neurons.pointer)
          curvature.neuronProduct(neurons.pointer, into: neurons.pointer)
          w.apply(.yes, to: neurons.pointer, into: image)
          guard let unit else { return }
          unit.withUnsafeBufferPointer { n in
            let along = Double.dot(count, n.baseAddress!, image) - shift * Double.dot(count, n.baseAddress!, u)
            Double.axpy(count, -along, n.baseAddress!, image)
          }
        }
      }
    }
    let lengths = (0..<w.rows).map { j in
      w.elements.withUnsafeBufferPointer { Double.norm2(count, $0.baseAddress! + j * count) }
    }
    let size = curvature.bound(rowLengths: lengths)
    let (top, bottom) = (found(.largest, shift: -size), found(.smallest, shift: size))
    guard let largest = top.values.first, let smallest = bottom.values.first else { return nil }
    return Extremes(
      largest: largest, smallest: smallest, vector: top.vectors.column(0), converged: top.converged && bottom.converged)
  }

  private static func inNeurons(
    _ curvature: InputCurvature<Double>, _ weights: HiddenWeights, _ w: Matrix<Double>, _ unit: [Double]?, free: [Int],
    _ tolerance: Double
  ) -> Extremes? {
    let (m, count) = (w.rows, w.columns)
    var k = gram(weights, w, free: free)
    if let unit {
      let along = w * unit
      k.withMutableView { k in
        along.withUnsafeBufferPointer { k.addOuterProduct($0.baseAddress!, $0.baseAddress!, alpha: -1) }
      }
    }
    // A jitter of the size of rounding makes the factor exist where neurons repeat each other.
    let jitter = 1e-13 * (0..<m).reduce(0) { $0 + abs(k[$1, $1]) }
    guard jitter > 0 else {
      return Extremes(largest: 0, smallest: 0, vector: Array(repeating: 0, count: count), converged: true)
    }
    for j in 0..<m { k[j, j] += jitter }
    guard let factor = try? Cholesky(k) else { return nil }
    let a = Buffer<Double>(count: m)
    let b = Buffer<Double>(count: m)
    func found(_ end: Lanczos<Double>.End) -> Lanczos<Double> {
      factor.lower.withView { c in
        Lanczos.extremes(
          dimension: m, count: 1, end, start: start(m), relativeTolerance: tolerance, applicationLimit: 2000
        ) { y, image in
          c.apply(to: y, into: a.pointer)
          curvature.neuronProduct(a.pointer, into: b.pointer)
          c.apply(.yes, to: b.pointer, into: image)
        }
      }
    }
    let (top, bottom) = (found(.largest), found(.smallest))
    guard let largest = top.values.first, let smallest = bottom.values.first else { return nil }
    // u = P W_F^T M C y
    var vector = [Double](repeating: 0, count: count)
    factor.lower.withView { c in
      top.vectors.column(0).withUnsafeBufferPointer { c.apply(to: $0.baseAddress!, into: a.pointer) }
    }
    curvature.neuronProduct(a.pointer, into: b.pointer)
    vector.withUnsafeMutableBufferPointer { u in
      w.withView { $0.apply(.yes, to: b.pointer, into: u.baseAddress!) }
      removeNormal(unit, u.baseAddress!)
      let length = Double.norm2(count, u.baseAddress!)
      if length > 0 { Double.scale(count, 1 / length, u.baseAddress!) }
    }
    // More tangent directions than neurons: along some the loss is straight.
    let straight = count - (unit == nil ? 0 : 1) > m
    return Extremes(
      largest: straight ? max(largest, 0) : largest, smallest: straight ? min(smallest, 0) : smallest, vector: vector,
      converged: top.converged && bottom.converged)
  }

  /// W_F W_F^T: of the free columns themselves, or W W^T without the held ones where these are fewer.
  private static func gram(_ weights: HiddenWeights, _ w: Matrix<Double>, free: [Int]) -> Matrix<Double> {
    let held = weights.inputs - free.count
    var gram = Matrix<Double>(rows: w.rows, columns: w.rows)
    gram.withMutableView { gram in
      if held < free.count {
        for i in 0..<w.rows { gram.row(i).update(from: weights.gram.row(i), count: w.rows) }
        if held > 0 {
          let isFree = free.reduce(into: [Bool](repeating: false, count: weights.inputs)) { $0[$1] = true }
          weights.columns(isFree.indices.filter { !isFree[$0] }).withView {
            gram.multiplyBySelf($0, alpha: -1, beta: 1)
          }
        }
      } else {
        w.withView { gram.multiplyBySelf($0) }
      }
      gram.mirrorLowerTriangle()
    }
    return gram
  }
}
