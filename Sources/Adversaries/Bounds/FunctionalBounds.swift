import LinearAlgebra
import Networks

/// One input's pre-activation intervals over its perturbation set, and upper bounds of linear functionals of the
/// outputs over it. Memory for one thread, used again for every input.
///
/// For weights v (one a neuron) and any slopes alpha in R^m, by Lagrange duality [derived],
///
///     max over delta of sum_j v_j sigma(z_j) <= D(alpha)
///       = sum_j max_(l_j <= z <= u_j) (v_j sigma(z) - alpha_j z) + alpha.z0 + support(W^T alpha)
///
/// with z = z0 + W delta. D(0) is interval arithmetic; alpha_j = v_j times the slope of a line above sigma (below it
/// for v_j < 0) is a linear relaxation; slopes beyond those of the envelope's lines are multipliers of z_j <= u_j and
/// z_j >= l_j. D is convex; its minimum is the maximum of the sum of concave envelopes.
///
/// Rounding: with u = 2^-53, a sum of n products is off by at most n u times the sum of their sizes, in any order;
/// every bound is moved up by 2 (d + m + 64) u times the sizes of all its terms, which also covers sigma (64 u is far
/// more than its few units in the last place) and the evaluation of the same loss elsewhere in double precision.
final class FunctionalBounds {
  let curve: ActivationCurve
  let hidden, dimension, outputs: Int
  let norm: PerturbationNorm
  let box: ClosedRange<Double>?
  /// 2 (d + m + 64) u.
  let unit: Double
  /// W without the biases, m x d.
  let weights: Buffer<Double>
  /// V, k x m.
  let outputWeights: Buffer<Double>
  private let biases: Buffer<Double>
  private let dualLengths: Buffer<Double>
  private let lengths, inputSize: Buffer<Double>
  /// z0 = W x + b, the size of the terms of every z, the intervals, sigma at their ends.
  let center, size, lower, upper, atLower, atUpper: Buffer<Double>
  /// The box relative to the input.
  let boxLower, boxUpper: Buffer<Double>
  let input: Buffer<Double>
  private let direction, scratch: Buffer<Double>
  /// Room for `capacity` functionals: slopes, pre-activations and offsets (q x m), W^T alpha and maximisers (q x d).
  let capacity: Int
  let slopes, points, directions, maximizers: Buffer<Double>
  let lines: Buffer<Double>
  private(set) var radius = 0.0

  init(_ network: TwoLayerNetwork<Double>, norm: PerturbationNorm, box: ClosedRange<Double>?) {
    let shape = network.shape
    let (m, d, k) = (shape.hidden, shape.inputs, shape.outputs)
    (hidden, dimension, outputs) = (m, d, k)
    (self.norm, self.box) = (norm, box)
    curve = ActivationCurve(network.activation)
    unit = Double(d + m + 64) * 0x1p-52
    weights = Buffer(count: m * d)
    outputWeights = Buffer(count: k * m)
    biases = Buffer(count: m)
    dualLengths = Buffer(count: m)
    lengths = Buffer(count: m)
    center = Buffer(count: m)
    inputSize = Buffer(count: m)
    size = Buffer(count: m)
    lower = Buffer(count: m)
    upper = Buffer(count: m)
    atLower = Buffer(count: m)
    atUpper = Buffer(count: m)
    boxLower = Buffer(count: d)
    boxUpper = Buffer(count: d)
    input = Buffer(count: d)
    direction = Buffer(count: d)
    scratch = Buffer(count: d)
    capacity = 2 * k
    slopes = Buffer(count: capacity * m)
    points = Buffer(count: capacity * m)
    directions = Buffer(count: capacity * d)
    maximizers = Buffer(count: capacity * d)
    lines = Buffer(count: 4 * m)
    network.parameters.withUnsafeBufferPointer { parameters in
      let (w, v) = (shape.hiddenView(parameters.baseAddress!), shape.outputView(parameters.baseAddress!))
      for j in 0..<m {
        (weights.pointer + j * d).update(from: w.row(j), count: d)
        if shape.bias { biases[j] = w[j, d] }
        dualLengths[j] = norm.dual.length(w.row(j), count: d)
        lengths[j] = Double.norm2(d, w.row(j))
      }
      outputWeights.pointer.update(from: v.pointer, count: k * m)
    }
  }

  /// The set around an input.
  func ball(radius: Double) -> CoordinateBall {
    CoordinateBall(
      norm: norm, dimension: dimension, radius: radius, lower: box == nil ? nil : UnsafePointer(boxLower.pointer),
      upper: box == nil ? nil : UnsafePointer(boxUpper.pointer))
  }

  /// Takes another input.
  ///
  /// - Complexity: 2 m d operations; with a box two supports for every neuron.
  func load(_ x: UnsafePointer<Double>, radius: Double) {
    let (m, d) = (hidden, dimension)
    input.pointer.update(from: x, count: d)
    Double.gemv(false, m, d, 1, weights.pointer, d, x, 0, center.pointer)
    let length = Double.norm2(d, x)
    for j in 0..<m {
      center[j] += biases[j]
      inputSize[j] = lengths[j] * length + abs(biases[j])
    }
    if let box {
      for i in 0..<d { (boxLower[i], boxUpper[i]) = (box.lowerBound - x[i], box.upperBound - x[i]) }
    }
    setRadius(radius)
  }

  /// Another radius for the same input.
  func setRadius(_ radius: Double) {
    self.radius = radius
    let ball = ball(radius: radius)
    for j in 0..<hidden {
      let reach = radius * dualLengths[j]
      var (up, down) = (reach, reach)
      if box != nil {
        let w = weights.pointer + j * dimension
        up = min(reach, ball.support(w, scratch.pointer))
        for i in 0..<dimension { direction[i] = -w[i] }
        down = min(reach, ball.support(direction.pointer, scratch.pointer))
      }
      size[j] = inputSize[j] + reach
      let slack = unit * size[j]
      (lower[j], upper[j]) = (center[j] - down - slack, center[j] + up + slack)
      (atLower[j], atUpper[j]) = (curve.value(lower[j]), curve.value(upper[j]))
    }
  }

  /// z = z0 + W delta. Loops for the smallest networks, where a call of BLAS costs more than the work.
  @inline(__always) func preActivations(_ delta: UnsafePointer<Double>, into z: UnsafeMutablePointer<Double>) {
    let (m, d) = (hidden, dimension)
    guard m * d <= 128 else {
      z.update(from: center.pointer, count: m)
      return Double.gemv(false, m, d, 1, weights.pointer, d, delta, 1, z)
    }
    for j in 0..<m {
      let w = weights.pointer + j * d
      var sum = center[j]
      for i in 0..<d { sum += w[i] * delta[i] }
      z[j] = sum
    }
  }

  /// c = W^T alpha.
  @inline(__always) func combination(_ alpha: UnsafePointer<Double>, into c: UnsafeMutablePointer<Double>) {
    let (m, d) = (hidden, dimension)
    guard m * d <= 128 else { return Double.gemv(true, m, d, 1, weights.pointer, d, alpha, 0, c) }
    for i in 0..<d { c[i] = 0 }
    for j in 0..<m where alpha[j] != 0 {
      let w = weights.pointer + j * d
      for i in 0..<d { c[i] += alpha[j] * w[i] }
    }
  }
}
