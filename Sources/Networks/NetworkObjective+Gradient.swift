import LinearAlgebra
import Optimization

extension NetworkObjective: SampledObjective {
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func value(at x: UnsafePointer<Element>, workspace: NetworkWorkspace<Element>) -> Element {
    evaluate(at: x, samples: nil, count: data.count, gradient: nil, workspace)
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func valueAndGradient(
    at x: UnsafePointer<Element>, gradient: UnsafeMutablePointer<Element>, workspace: NetworkWorkspace<Element>
  ) -> Element {
    evaluate(at: x, samples: nil, count: data.count, gradient: gradient, workspace)
  }

  /// - Precondition: at least one sample, all indices in `0..<sampleCount`; repetitions count as often as they occur.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func valueAndGradient(
    at x: UnsafePointer<Element>, samples: UnsafeBufferPointer<Int32>, gradient: UnsafeMutablePointer<Element>,
    workspace: NetworkWorkspace<Element>
  ) -> Element {
    precondition(!samples.isEmpty, "a mean over no samples is undefined")
    return evaluate(
      at: x, samples: samples.baseAddress, count: samples.count, gradient: gradient, workspace)
  }

  /// The mean loss over samples that are not the objective's own, and its gradient written over `gradient`.
  ///
  /// This is how samples are trained on that change between two steps, such as inputs that an adversary moves.
  ///
  /// - Parameters:
  ///   - inputs: `count` x d', the constant column included where the shape has a bias.
  ///   - targets: `count` x k.
  /// - Precondition: at least one sample.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func valueAndGradient(
    at x: UnsafePointer<Element>, inputs: UnsafePointer<Element>, targets: UnsafePointer<Element>, count: Int,
    gradient: UnsafeMutablePointer<Element>, workspace: NetworkWorkspace<Element>
  ) -> Element {
    precondition(count > 0, "a mean over no samples is undefined")
    return evaluate(at: x, samples: nil, count: count, lent: (inputs, targets), gradient: gradient, workspace)
  }

  /// The loss over all samples, over `count` listed ones, or over `count` lent ones, and its gradient where asked for.
  @inline(__always) private func evaluate(
    at parameters: UnsafePointer<Element>, samples: UnsafePointer<Int32>?, count: Int,
    lent: (x: UnsafePointer<Element>, y: UnsafePointer<Element>)? = nil, gradient: UnsafeMutablePointer<Element>?,
    _ workspace: NetworkWorkspace<Element>
  ) -> Element {
    // The kernels for small and wide networks read samples from where they have packed or listed them.
    if lent == nil, let small, let scratch = workspace.small {
      return evaluateSmall(small, at: parameters, samples: samples, count: count, gradient: gradient, scratch)
    }
    if lent == nil, let wide, count >= wide.fewest, let scratch = workspace.wide {
      return evaluateWide(wide, at: parameters, samples: samples, count: count, gradient: gradient, scratch)
    }
    let (m, d, k) = (shape.hidden, shape.weightsPerNeuron, shape.outputs)
    let (w, v) = (shape.hiddenView(parameters), shape.outputView(parameters))
    let scale = 1 / Element(count)
    let gathered = samples == nil ? nil : workspace.gathered
    var sum: Element = 0
    for start in stride(from: 0, to: count, by: plan.panel) {
      let rows = min(plan.panel, count - start)
      let own = (x: lent?.x ?? UnsafePointer(data.x.pointer), y: lent?.y ?? UnsafePointer(data.y.pointer))
      let xs = gathered.map { UnsafePointer($0.x.pointer) } ?? own.x + start * d
      let ys = gathered.map { UnsafePointer($0.y.pointer) } ?? own.y + start * k
      let blocks = Parallel.pieces(of: rows, size: plan.block)
      share(blocks, multiplyAdds: rows * d * m) { block in
        let range = Parallel.piece(block, of: rows, size: plan.block)
        let (first, size) = (range.lowerBound, range.count)
        if let gathered, let samples { gather(samples + start, range, into: gathered) }
        let x = MatrixView(xs + first * d, rows: size, columns: d)
        let z = MutableMatrixView(workspace.z.pointer + first * m, rows: size, columns: m)
        let h = MutableMatrixView(workspace.h.pointer + first * m, rows: size, columns: m)
        let s = workspace.s.pointer + first * m
        let f = MutableMatrixView(workspace.f.pointer + first * k, rows: size, columns: k)
        let backward = gradient != nil && trainable.contains(.hidden)
        z.multiply(x, .no, w, .yes)
        applyActivation(activation, z.pointer, h.pointer, backward ? s : nil, nil, size * m)
        f.multiply(h.readOnly, .no, v, .yes)
        workspace.blockLoss[block] = loss.total(
          f.pointer, ys + first * k, rows: size, outputs: k, scale: scale, delta: gradient == nil ? nil : f.pointer,
          exponentials: workspace.e.pointer + first * k)
        if backward {
          z.multiply(f.readOnly, .no, v)
          multiplyElements(z.pointer, by: s, size * m)
        }
      }
      for block in 0..<blocks { sum += workspace.blockLoss[block] }
      if let gradient {
        accumulate(
          rows: rows, g: workspace.z.pointer, x: xs, delta: workspace.f.pointer, h: workspace.h.pointer,
          beta: start == 0 ? 0 : 1, into: gradient)
      }
    }
    return sum * scale
  }

  @inline(__always) private func gather(
    _ samples: UnsafePointer<Int32>, _ range: Range<Int>, into target: GatheredSamples<Element>
  ) {
    let (d, k) = (shape.weightsPerNeuron, shape.outputs)
    for i in range {
      let sample = Int(samples[i])
      precondition(sample >= 0 && sample < data.count, "sample \(sample) of \(data.count)")
      (target.x.pointer + i * d).update(from: data.x.pointer + sample * d, count: d)
      (target.y.pointer + i * k).update(from: data.y.pointer + sample * k, count: k)
    }
  }

  /// gradient <- beta gradient + (G^T X, delta^T H) over `rows` samples, zero where frozen.
  @inline(__always) func accumulate(
    rows: Int, g: UnsafePointer<Element>, x: UnsafePointer<Element>, delta: UnsafePointer<Element>,
    h: UnsafePointer<Element>, beta: Element, into gradient: UnsafeMutablePointer<Element>
  ) {
    let (m, d, k) = (shape.hidden, shape.weightsPerNeuron, shape.outputs)
    let (dw, dv) = (shape.hiddenView(gradient), shape.outputView(gradient))
    let (down, across) = plan.tiles(shape)
    let hidden = trainable.contains(.hidden) ? down * across : 0
    let output = trainable.contains(.output) ? 1 : 0
    if hidden == 0 { dw.fill(0) }
    if output == 0 { dv.fill(0) }
    let (gs, xs) = (MatrixView(g, rows: rows, columns: m), MatrixView(x, rows: rows, columns: d))
    share(hidden + output, multiplyAdds: rows * (d * (hidden > 0 ? m : 0) + k * m)) { piece in
      if piece < hidden {
        let down = Parallel.piece(piece / across, of: m, size: plan.tileRows)
        let right = Parallel.piece(piece % across, of: d, size: plan.tileColumns)
        dw.rows(down).columns(right).multiply(gs.columns(down), .yes, xs.columns(right), beta: beta)
      } else {
        dv.multiply(
          MatrixView(delta, rows: rows, columns: k), .yes, MatrixView(h, rows: rows, columns: m), beta: beta)
      }
    }
  }
}

/// a <- a o b.
@inline(__always) func multiplyElements<T: Scalar>(
  _ a: UnsafeMutablePointer<T>, by b: UnsafePointer<T>, _ count: Int
) {
  for i in 0..<count { a[i] *= b[i] }
}
