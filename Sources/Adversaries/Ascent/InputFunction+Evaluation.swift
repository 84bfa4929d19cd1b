import LinearAlgebra
import Networks

extension InputFunction {
  /// Elements between the rows of ``preactivations(of:into:)``: m up to whole vectors.
  public var preactivationStride: Int { hidden }

  /// Z0 = x W^T + b, n rows ``preactivationStride`` apart.
  ///
  /// - Parameter x: n x d.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func preactivations(of x: MatrixView<Element>, into z0: UnsafeMutablePointer<Element>) {
    for i in 0..<x.rows { (z0 + i * hidden).update(from: b.pointer, count: hidden) }
    addProduct(Rows(pointer: x.pointer, stride: x.stride), count: x.rows, into: z0)
  }

  /// Losses and, where given, gradients by delta of a block of rows.
  ///
  /// - Parameters:
  ///   - deltas: n x d.
  ///   - z0: the rows' pre-activations without delta, from ``preactivations(of:into:)``.
  ///   - targets: n x k.
  ///   - losses: n elements, written.
  ///   - gradients: n x d, written.
  ///   - workspace: of at least n rows.
  /// - Complexity: 2 n m (d + k) operations, twice that with gradients; allocates nothing.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func evaluate(
    _ deltas: MatrixView<Element>, from z0: UnsafePointer<Element>, targets: MatrixView<Element>, loss: AttackLoss,
    losses: UnsafeMutablePointer<Element>, gradients: MutableMatrixView<Element>?, workspace: InputWorkspace<Element>
  ) {
    let n = deltas.rows
    precondition(n <= workspace.rows && deltas.columns == shape.inputs, "\(n) rows of \(deltas.columns)")
    workspace.z.pointer.update(from: z0, count: n * hidden)
    for i in 0..<n { (workspace.y.pointer + i * shape.outputs).update(from: targets.row(i), count: shape.outputs) }
    forward(Rows(pointer: deltas.pointer, stride: deltas.stride), count: n, workspace)
    for i in 0..<n { losses[i] = takeLoss(loss, row: i, workspace) }
    guard let gradients else { return }
    backward(count: n, list: nil, into: gradients.pointer, stride: gradients.stride, workspace)
  }

  /// z += a W^T for `count` rows of a.
  @inline(__always) func addProduct(_ a: Rows<Element>, count: Int, into z: UnsafeMutablePointer<Element>) {
    for neuron in stride(from: 0, to: hidden, by: Self.strip) {
      let width = min(Self.strip, hidden - neuron)
      rowsProduct(
        count, shape.inputs, width, a, wt.pointer + neuron * shape.inputs, width, adding: true, into: z + neuron,
        hidden)
    }
  }

  /// H, sigma' and f of `count` rows whose Z0 lies in the workspace's z.
  @inline(__always) func forward(_ deltas: Rows<Element>, count: Int, _ workspace: InputWorkspace<Element>) {
    addProduct(deltas, count: count, into: workspace.z.pointer)
    activate(count: count, workspace)
  }

  /// H, sigma' and f from Z.
  @inline(__always) func activate(count: Int, _ workspace: InputWorkspace<Element>) {
    applyActivation(
      activation, workspace.z.pointer, workspace.h.pointer, workspace.s.pointer, nil, count * hidden)
    rowsProduct(
      count, shape.hidden, shape.outputs, Rows(pointer: workspace.h.pointer, stride: hidden), vt.pointer, outputs,
      into: workspace.f.pointer, shape.outputs)
  }

  /// The loss of row i of the block, and its slope, into the workspace.
  @inline(__always) func takeLoss(_ loss: AttackLoss, row i: Int, _ workspace: InputWorkspace<Element>) -> Element {
    let k = shape.outputs
    return loss.value(
      workspace.f.pointer + i * k, workspace.y.pointer + i * k, outputs: k, slope: workspace.slope.pointer + i * k)
  }

  /// How far rounding may have moved the loss of row i: that of f, a sum of m terms, taken through the slope.
  @inline(__always) func noise(_ value: Element, row i: Int, _ workspace: InputWorkspace<Element>) -> Element {
    let k = shape.outputs
    let h = workspace.h.pointer + i * hidden
    let length = Element.dot(shape.hidden, h, h).squareRoot()
    var sum: Element = 0
    for c in 0..<k { sum += abs(workspace.slope[i * k + c]) * outputLengths[c] }
    return 4 * Element.ulpOfOne * (abs(value) + sum * length)
  }

  /// Gradient rows of the listed rows of the block, one after the other, from the slopes in the workspace; all `count`
  /// rows without a list.
  @inline(__always) func backward(
    count: Int, list: UnsafePointer<Int32>?, listed: Int = 0, into gradients: UnsafeMutablePointer<Element>,
    stride row: Int, _ workspace: InputWorkspace<Element>
  ) {
    let k = shape.outputs
    rowsProduct(
      count, k, hidden, Rows(pointer: workspace.slope.pointer, stride: k), v.pointer, hidden,
      times: UnsafePointer(workspace.s.pointer), into: workspace.z.pointer, hidden)
    let g = Rows(pointer: UnsafePointer(workspace.z.pointer), stride: hidden, list: list)
    pullBack(g, count: list == nil ? count : listed, into: gradients, stride: row)
  }

  /// `count` rows of G W.
  @inline(__always) func pullBack(
    _ g: Rows<Element>, count: Int, into gradients: UnsafeMutablePointer<Element>, stride row: Int
  ) {
    let (m, d) = (shape.hidden, shape.inputs)
    for input in stride(from: 0, to: d, by: Self.strip) {
      rowsProduct(
        count, m, min(Self.strip, d - input), g, w.pointer + input * m, min(Self.strip, inputs - input),
        into: gradients + input, row)
    }
  }
}
