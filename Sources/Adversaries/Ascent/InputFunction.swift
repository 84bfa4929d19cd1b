import LinearAlgebra
import Networks

/// A two-layer network as a function of its inputs: f(x) = V sigma(W x + b), packed for values and gradients by x of
/// many rows at once.
///
///     Z = Z0 + delta W^T,  Z0 = x W^T + b,  H = sigma(Z),  f = H V^T
///     G = (slope V) o sigma'(Z),  gradient = G W,  slope = d loss / d f
///
/// Every number of a row is one sum in the order of its terms, so a row's results depend neither on the rows beside it
/// nor on its place among them. The function itself is only read by evaluations, from any number of threads, each with
/// a workspace of its own; ``load(parameters:)`` must have no company.
///
/// ```swift
/// let function = InputFunction(network)
/// let workspace = function.makeWorkspace(rows: 32)
/// ```
public final class InputFunction<Element: Scalar>: @unchecked Sendable {
  public let shape: TwoLayerShape
  public let activation: Activation
  /// m, k and d up to whole vectors.
  let hidden, outputs, inputs: Int
  /// W^T in strips of neurons: d x strip each, one after the other; zeros beyond m.
  let wt: Buffer<Element>
  /// W in strips of inputs: m x strip each; zeros beyond d.
  let w: Buffer<Element>
  /// b, zeros beyond m and without a bias.
  let b: Buffer<Element>
  /// V, k x `hidden`.
  let v: Buffer<Element>
  /// V^T, m x `outputs`.
  let vt: Buffer<Element>
  /// |v_c|_2 of each output.
  let outputLengths: Buffer<Element>

  /// A function of the given shape with all weights zero, until ``load(parameters:)``.
  public init(shape: TwoLayerShape, activation: Activation) {
    (self.shape, self.activation) = (shape, activation)
    hidden = paddedLanes(shape.hidden)
    outputs = paddedLanes(shape.outputs)
    inputs = paddedLanes(shape.inputs)
    wt = Buffer(count: shape.inputs * hidden)
    w = Buffer(count: shape.hidden * inputs)
    b = Buffer(count: hidden)
    v = Buffer(count: shape.outputs * hidden)
    vt = Buffer(count: shape.hidden * outputs)
    outputLengths = Buffer(count: shape.outputs)
  }

  public convenience init(_ network: TwoLayerNetwork<Element>) {
    self.init(shape: network.shape, activation: network.activation)
    network.parameters.withUnsafeBufferPointer { load(parameters: $0.baseAddress!) }
  }

  /// Columns of a strip: a row of the kernels' widest tile.
  static var strip: Int { Int(256) / MemoryLayout<Element>.stride }

  /// Takes the weights of a parameter vector of the shape, as ``TwoLayerShape`` lays it out.
  ///
  /// - Complexity: O(m (d + k)); allocates nothing.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func load(parameters: UnsafePointer<Element>) {
    let (m, d, k) = (shape.hidden, shape.inputs, shape.outputs)
    let row = shape.weightsPerNeuron
    for first in stride(from: 0, to: m, by: Self.strip) {
      rowsTranspose(
        min(Self.strip, m - first), d, parameters + first * row, row, into: wt.pointer + first * d,
        min(Self.strip, hidden - first))
    }
    for first in stride(from: 0, to: d, by: Self.strip) {
      let width = min(Self.strip, inputs - first)
      for j in 0..<m {
        (w.pointer + first * m + j * width).update(
          from: parameters + j * row + first, count: min(width, d - first))
      }
    }
    if shape.bias { for j in 0..<m { b[j] = parameters[j * row + d] } }
    let output = parameters + m * row
    rowsTranspose(k, m, output, m, into: vt.pointer, outputs)
    for c in 0..<k {
      (v.pointer + c * hidden).update(from: output + c * m, count: m)
      outputLengths[c] = Element.norm2(m, output + c * m)
    }
  }

  /// Scratch memory for one caller and blocks of up to `rows` rows.
  public func makeWorkspace(rows: Int) -> InputWorkspace<Element> { InputWorkspace(self, rows: rows) }
}

/// The scratch memory of one caller of an ``InputFunction``.
public final class InputWorkspace<Element: Scalar> {
  /// The most rows of an evaluation.
  public let rows: Int
  /// Z, then G; rows `InputFunction.hidden` apart, as those of `h` and `s`.
  let z: Buffer<Element>
  let h: Buffer<Element>
  let s: Buffer<Element>
  /// f, rows k apart.
  let f: Buffer<Element>
  /// d loss / d f.
  let slope: Buffer<Element>
  /// Targets.
  let y: Buffer<Element>

  init(_ function: InputFunction<Element>, rows: Int) {
    self.rows = rows
    z = Buffer(count: rows * function.hidden)
    h = Buffer(count: rows * function.hidden)
    s = Buffer(count: rows * function.hidden)
    f = Buffer(count: rows * function.shape.outputs)
    slope = Buffer(count: rows * function.shape.outputs)
    y = Buffer(count: rows * function.shape.outputs)
  }
}
