import CKernels
import LinearAlgebra

/// How a network of middling width is evaluated: W is packed once a call, so that both products with the inputs read
/// the samples where they lie, listed or not.
///
///     W^T in strips of neurons     strip 0         strip 1
///                                  d' x q          d' x q        one below the other in memory, zeros beyond m
///
/// For each panel of samples, phase 1 runs forward and back to G by blocks of samples, phase 2 forms G^T X by ranges of
/// inputs. Every element is one sum in the order of its terms (and the panels), so neither cut shows in the results.
struct WidePlan: Sendable {
  /// Samples of a block: work for one thread, a multiple of the kernels' tiles.
  let block = 32
  /// Samples of a panel: their inputs are read twice, and stay in L2 between.
  let panel = Int(SHALLOWS_PANEL)
  /// Samples of an evaluation below which BLAS is the better choice: the packing is not paid for.
  var fewest = 64
  /// m and k up to whole vectors.
  let hidden, outputs: Int

  init(shape: TwoLayerShape) {
    hidden = paddedLanes(shape.hidden)
    outputs = paddedLanes(shape.outputs)
  }

  /// Whether this beats BLAS, as measured against OpenBLAS's AVX-512 kernels with batches of 128 of d' up to 2048
  /// inputs and m up to 512 neurons: by 1.0 to 1.4 times inside these bounds, while narrower matrices are slower.
  static func isWorthwhile(_ shape: TwoLayerShape) -> Bool {
    (96...2048).contains(shape.weightsPerNeuron) && (32...512).contains(shape.hidden) && shape.outputs <= 64
  }
}

/// The scratch memory of a wide evaluation: the packed weights, and one panel.
final class WideScratch<Element: Scalar> {
  let w: Buffer<Element>  // W^T in strips
  let v: Buffer<Element>  // V, k x m padded
  let vt: Buffer<Element>  // V^T, m x k padded
  let z: Buffer<Element>  // Z, then G
  let h: Buffer<Element>  // sigma(Z)
  let s: Buffer<Element>  // sigma'(Z)
  let f: Buffer<Element>  // outputs, then delta
  let e: Buffer<Element>  // exponentials of outputs
  let y: Buffer<Element>  // targets of listed samples
  let losses: Buffer<Element>

  init(shape: TwoLayerShape, plan: WidePlan) {
    let (m, k) = (plan.hidden, shape.outputs)
    w = Buffer(count: shape.weightsPerNeuron * m)
    v = Buffer(count: k * m)
    vt = Buffer(count: shape.hidden * plan.outputs)
    z = Buffer(count: plan.panel * m)
    h = Buffer(count: plan.panel * m)
    s = Buffer(count: plan.panel * m)
    f = Buffer(count: plan.panel * k)
    e = Buffer(count: plan.panel * k)
    y = Buffer(count: plan.panel * k)
    losses = Buffer(count: plan.panel / plan.block)
    v.pointer.update(repeating: 0, count: k * m)
  }
}

extension NetworkObjective {
  /// Neurons of a strip, and inputs of a range of the gradient.
  @inline(__always) private var strip: Int { Int(SHALLOWS_STRIP_BYTES) / MemoryLayout<Element>.stride }

  /// The loss and, where asked for, its gradient, by the kernels for wide networks.
  @inline(__always) func evaluateWide(
    _ plan: WidePlan, at parameters: UnsafePointer<Element>, samples: UnsafePointer<Int32>?, count: Int,
    gradient: UnsafeMutablePointer<Element>?, _ scratch: WideScratch<Element>
  ) -> Element {
    let (m, d) = (shape.hidden, shape.weightsPerNeuron)
    pack(plan, parameters, scratch)
    let scale = 1 / Element(count)
    var sum: Element = 0
    for start in stride(from: 0, to: count, by: plan.panel) {
      let rows = min(plan.panel, count - start)
      let list = samples.map { $0 + start }
      let x = Rows(pointer: UnsafePointer(data.x.pointer + (list == nil ? start * d : 0)), stride: d, list: list)
      let blocks = Parallel.pieces(of: rows, size: plan.block)
      share(blocks, multiplyAdds: rows * d * m) { block in
        let range = Parallel.piece(block, of: rows, size: plan.block)
        scratch.losses[block] = forwardAndBack(
          plan, x, first: start, range, scale: scale, backward: gradient != nil, scratch)
      }
      for block in 0..<blocks { sum += scratch.losses[block] }
      if let gradient { accumulateWide(plan, x, rows: rows, adding: start > 0, into: gradient, scratch) }
    }
    return sum * scale
  }

  @inline(__always) private func pack(
    _ plan: WidePlan, _ parameters: UnsafePointer<Element>, _ scratch: WideScratch<Element>
  ) {
    let (m, d, k) = (shape.hidden, shape.weightsPerNeuron, shape.outputs)
    for first in stride(from: 0, to: m, by: strip) {
      rowsTranspose(
        min(strip, m - first), d, parameters + first * d, d, into: scratch.w.pointer + first * d,
        min(strip, plan.hidden - first))
    }
    let v = parameters + m * d
    rowsTranspose(k, m, v, m, into: scratch.vt.pointer, plan.outputs)
    for c in 0..<k { (scratch.v.pointer + c * plan.hidden).update(from: v + c * m, count: m) }
  }

  /// H, delta and, where W is trainable, G of the samples `range` of the panel that begins with sample `first`; the
  /// sum of their losses.
  @inline(__always) private func forwardAndBack(
    _ plan: WidePlan, _ x: Rows<Element>, first: Int, _ range: Range<Int>, scale: Element, backward: Bool,
    _ scratch: WideScratch<Element>
  ) -> Element {
    let (m, d, k) = (shape.hidden, shape.weightsPerNeuron, shape.outputs)
    let (low, size, row) = (range.lowerBound, range.count, plan.hidden)
    let y: UnsafePointer<Element>
    var inputs = x
    if let list = x.list {
      let gathered = scratch.y.pointer + low * k
      for i in range {
        let sample = Int(list[i])
        precondition(sample >= 0 && sample < data.count, "sample \(sample) of \(data.count)")
        (gathered + (i - low) * k).update(from: data.y.pointer + sample * k, count: k)
      }
      y = UnsafePointer(gathered)
      inputs.list = list + low
    } else {
      y = UnsafePointer(data.y.pointer + (first + low) * k)
      inputs = Rows(pointer: x.pointer + low * d, stride: d)
    }
    let z = scratch.z.pointer + low * row
    let h = scratch.h.pointer + low * row
    let s = scratch.s.pointer + low * row
    let f = scratch.f.pointer + low * k
    let toHidden = backward && trainable.contains(.hidden)
    for neuron in stride(from: 0, to: row, by: strip) {
      let width = min(strip, row - neuron)
      rowsProduct(
        size, d, width, inputs, scratch.w.pointer + neuron * d, width, into: z + neuron, row)
    }
    applyActivation(activation, z, h, toHidden ? s : nil, nil, size * row)
    rowsProduct(
      size, m, k, Rows(pointer: h, stride: row), scratch.vt.pointer, plan.outputs, into: f, k)
    let sum = loss.total(
      f, y, rows: size, outputs: k, scale: scale, delta: backward ? f : nil,
      exponentials: scratch.e.pointer + low * k)
    if toHidden {
      rowsProduct(
        size, k, row, Rows(pointer: f, stride: k), scratch.v.pointer, row, times: s, into: z, row)
    }
    return sum
  }

  /// gradient <- (G^T X, delta^T H) over a panel, added to the old where `adding`; zero where frozen.
  @inline(__always) private func accumulateWide(
    _ plan: WidePlan, _ x: Rows<Element>, rows: Int, adding: Bool, into gradient: UnsafeMutablePointer<Element>,
    _ scratch: WideScratch<Element>
  ) {
    let (m, d, k) = (shape.hidden, shape.weightsPerNeuron, shape.outputs)
    let hidden = trainable.contains(.hidden) ? Parallel.pieces(of: d, size: strip) : 0
    let output = trainable.contains(.output) ? 1 : 0
    if hidden == 0 { shape.hiddenView(gradient).fill(0) }
    if output == 0 { shape.outputView(gradient).fill(0) }
    share(hidden + output, multiplyAdds: rows * (d * (hidden > 0 ? m : 0) + k * m)) { piece in
      if piece < hidden {
        let columns = Parallel.piece(piece, of: d, size: strip)
        rowsGradient(
          m, rows, columns.count, scratch.z.pointer, plan.hidden,
          Rows(pointer: x.pointer + columns.lowerBound, stride: d, list: x.list), adding: adding,
          into: gradient + columns.lowerBound, d)
      } else {
        rowsProduct(
          k, rows, m, Rows(pointer: scratch.f.pointer, stride: k), transposed: true, scratch.h.pointer, plan.hidden,
          adding: adding, into: gradient + m * d, m)
      }
    }
  }
}
