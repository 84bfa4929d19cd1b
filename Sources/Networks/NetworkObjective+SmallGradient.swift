import LinearAlgebra

/// How a network too small for BLAS is evaluated: blocks of samples, transposed so that samples fill the vectors, each
/// with a gradient of its own; the blocks' gradients are added in their order.
struct SmallPlan: Sendable {
  let block: Int
  /// Blocks worked off together, each in its own slot of the scratch memory.
  let slots: Int

  /// `nil` where BLAS is the better choice.
  init?(shape: TwoLayerShape, samples: Int) {
    let (m, d, k) = (shape.hidden, shape.weightsPerNeuron, shape.outputs)
    guard m <= 32 && d <= 128 && k <= 16 else { return nil }
    // A block stays in half a megabyte of L2; large data are cut evenly.
    let largest = min(max(65_536 / (2 * d + 3 * m + 3 * k), 64), 512)
    let blocks = Parallel.pieces(of: samples, size: largest)
    block = paddedSamples((samples + blocks - 1) / blocks)
    slots = min(blocks, 32)
  }
}

/// The scratch memory of a small evaluation. Slot i holds block i of a panel.
final class SmallScratch<Element: Scalar> {
  let row: Int
  private let perSlot: (hidden: Int, output: Int, input: Int, gradient: Int)
  private let zs, hs, ss, fs, es, gradients: Buffer<Element>
  let losses: Buffer<Element>
  private let slots: Int
  private lazy var xs = Memory<Element>(count: slots * perSlot.input)
  private lazy var ys = Memory<Element>(count: slots * perSlot.output)

  init(shape: TwoLayerShape, plan: SmallPlan) {
    row = paddedRow(plan.block)
    slots = plan.slots
    perSlot = (
      shape.hidden * row, shape.outputs * row, shape.weightsPerNeuron * row, (shape.parameterCount + 15) / 16 * 16
    )
    zs = Buffer(count: slots * perSlot.hidden)
    hs = Buffer(count: slots * perSlot.hidden)
    ss = Buffer(count: slots * perSlot.hidden)
    fs = Buffer(count: slots * perSlot.output)
    es = Buffer(count: slots * perSlot.output)
    gradients = Buffer(count: slots * perSlot.gradient)
    losses = Buffer(count: slots)
  }

  func z(_ slot: Int) -> UnsafeMutablePointer<Element> { zs.pointer + slot * perSlot.hidden }
  func h(_ slot: Int) -> UnsafeMutablePointer<Element> { hs.pointer + slot * perSlot.hidden }
  func s(_ slot: Int) -> UnsafeMutablePointer<Element> { ss.pointer + slot * perSlot.hidden }
  func f(_ slot: Int) -> UnsafeMutablePointer<Element> { fs.pointer + slot * perSlot.output }
  func e(_ slot: Int) -> UnsafeMutablePointer<Element> { es.pointer + slot * perSlot.output }
  func x(_ slot: Int) -> UnsafeMutablePointer<Element> { xs.pointer + slot * perSlot.input }
  func y(_ slot: Int) -> UnsafeMutablePointer<Element> { ys.pointer + slot * perSlot.output }
  func gradient(_ slot: Int) -> UnsafeMutablePointer<Element> { gradients.pointer + slot * perSlot.gradient }

  /// Makes the memory for gathered samples, before threads share this.
  func prepareGathering() { _ = (xs, ys) }
}

extension NetworkObjective {
  /// The loss and, where asked for, its gradient, by the kernels for small networks.
  @inline(__always) func evaluateSmall(
    _ plan: SmallPlan, at parameters: UnsafePointer<Element>, samples: UnsafePointer<Int32>?, count: Int,
    gradient: UnsafeMutablePointer<Element>?, _ scratch: SmallScratch<Element>
  ) -> Element {
    if samples != nil { scratch.prepareGathering() }
    let scale = 1 / Element(count)
    var sum: Element = 0
    let panel = plan.slots * plan.block
    for start in stride(from: 0, to: count, by: panel) {
      let rows = min(panel, count - start)
      let blocks = Parallel.pieces(of: rows, size: plan.block)
      // A single block writes where the gradient goes.
      let direct = count <= plan.block ? gradient : nil
      share(blocks, multiplyAdds: rows * shape.parameterCount) { slot in
        let range = Parallel.piece(slot, of: rows, size: plan.block)
        let target = gradient == nil ? nil : direct ?? scratch.gradient(slot)
        scratch.losses[slot] = evaluateBlock(
          at: parameters, samples: samples.map { $0 + start }, first: samples == nil ? start + range.lowerBound
            : range.lowerBound, count: range.count, scale: scale, gradient: target, slot, scratch)
      }
      for slot in 0..<blocks { sum += scratch.losses[slot] }
      guard let gradient, direct == nil else { continue }
      for slot in 0..<blocks {
        let part = scratch.gradient(slot)
        if start == 0 && slot == 0 {
          gradient.update(from: part, count: shape.parameterCount)
        } else {
          for p in 0..<shape.parameterCount { gradient[p] += part[p] }
        }
      }
    }
    if let gradient {
      if !trainable.contains(.hidden) { shape.hiddenView(gradient).fill(0) }
      if !trainable.contains(.output) { shape.outputView(gradient).fill(0) }
    }
    return sum * scale
  }

  @inline(__always) private func evaluateBlock(
    at parameters: UnsafePointer<Element>, samples: UnsafePointer<Int32>?, first: Int, count: Int, scale: Element,
    gradient: UnsafeMutablePointer<Element>?, _ slot: Int, _ scratch: SmallScratch<Element>
  ) -> Element {
    let (m, d, k) = (shape.hidden, shape.weightsPerNeuron, shape.outputs)
    let (w, v) = (parameters, parameters + m * d)
    let (padded, row) = (paddedSamples(count), min(paddedRow(count), scratch.row))
    let (z, h, s, f) = (scratch.z(slot), scratch.h(slot), scratch.s(slot), scratch.f(slot))
    let (x, y, distance): (UnsafePointer<Element>, UnsafePointer<Element>, Int)
    if let samples {
      gatherTransposed(samples + first, count, padded, row, scratch.x(slot), scratch.y(slot))
      (x, y, distance) = (UnsafePointer(scratch.x(slot)), UnsafePointer(scratch.y(slot)), row)
    } else {
      (x, y, distance) = (
        UnsafePointer(data.transposedX.pointer + first), UnsafePointer(data.transposedY.pointer + first), data.row
      )
    }
    let backward = gradient != nil && trainable.contains(.hidden)
    samplesProduct(m, d, padded, w, rowStride: d, columnStride: 1, x, distance, z, row)
    // Rows and the gaps between them alike: what lies in a gap is never read.
    applyActivation(activation, z, h, backward ? s : nil, nil, (m - 1) * row + padded)
    samplesProduct(k, m, padded, v, rowStride: m, columnStride: 1, h, row, f, row)
    let sum: Element
    switch loss {
    case .squared: sum = samplesResidual(k, count, padded, scale, f, row, y, distance)
    case .softmaxCrossEntropy:
      sum = softmaxTransposed(
        f, row, y, distance, exponentials: scratch.e(slot), outputs: k, count: count, padded: padded, scale: scale)
    }
    guard let gradient else { return sum }
    if trainable.contains(.output) { samplesOuter(k, m, padded, f, row, h, row, gradient + m * d) }
    if backward {
      samplesProduct(m, k, padded, v, rowStride: 1, columnStride: m, f, row, times: s, z, row)
      samplesOuter(m, d, padded, z, row, x, distance, gradient)
    }
    return sum
  }

  @inline(__always) private func gatherTransposed(
    _ samples: UnsafePointer<Int32>, _ count: Int, _ padded: Int, _ row: Int, _ x: UnsafeMutablePointer<Element>,
    _ y: UnsafeMutablePointer<Element>
  ) {
    let (d, k) = (shape.weightsPerNeuron, shape.outputs)
    for i in 0..<count {
      let sample = Int(samples[i])
      precondition(sample >= 0 && sample < data.count, "sample \(sample) of \(data.count)")
      let (from, label) = (data.x.pointer + sample * d, data.y.pointer + sample * k)
      for l in 0..<d { x[l * row + i] = from[l] }
      for c in 0..<k { y[c * row + i] = label[c] }
    }
    for i in count..<padded {
      for l in 0..<d { x[l * row + i] = 0 }
      for c in 0..<k { y[c * row + i] = 0 }
    }
  }
}

/// The softmax cross-entropy of outputs with samples along the rows: f <- scale (p sum(y) - y) for the first `count`
/// samples, 0 beyond; returns the sum of the losses.
@inline(__always) private func softmaxTransposed<T: Scalar>(
  _ f: UnsafeMutablePointer<T>, _ ldf: Int, _ y: UnsafePointer<T>, _ ldy: Int, exponentials e: UnsafeMutablePointer<T>,
  outputs k: Int, count: Int, padded: Int, scale: T
) -> T {
  for i in 0..<count {
    var top = f[i]
    for c in 1..<max(k, 1) { top = max(top, f[c * ldf + i]) }
    for c in 0..<k { f[c * ldf + i] -= top }
  }
  for c in 0..<k { T.vectorExp(f + c * ldf, e + c * ldf, count) }
  var sum: T = 0
  for i in 0..<count {
    var (partition, mass, linear): (T, T, T) = (0, 0, 0)
    for c in 0..<k {
      partition += e[c * ldf + i]
      mass += y[c * ldy + i]
      linear += y[c * ldy + i] * f[c * ldf + i]
    }
    sum += mass * T.log(partition) - linear
    let factor = mass / partition
    for c in 0..<k { f[c * ldf + i] = scale * (factor * e[c * ldf + i] - y[c * ldy + i]) }
  }
  for c in 0..<k {
    for i in count..<padded { f[c * ldf + i] = 0 }
  }
  return sum
}
