import LinearAlgebra

/// The scratch memory of one caller of a ``NetworkObjective``.
public final class NetworkWorkspace<Element: Scalar> {
  let shape: TwoLayerShape
  let plan: EvaluationPlan
  let small: SmallScratch<Element>?
  let wide: WideScratch<Element>?

  // One panel of samples.
  let z: Buffer<Element>  // Z, then G
  let h: Buffer<Element>  // sigma(Z)
  let s: Buffer<Element>  // sigma'(Z)
  let f: Buffer<Element>  // outputs, then delta
  let e: Buffer<Element>  // exponentials of outputs
  let blockLoss: Buffer<Element>

  // Made at first use.
  private(set) lazy var gathered = GatheredSamples<Element>(shape: shape, panel: plan.panel)
  private(set) lazy var curvature = CurvatureScratch<Element>(shape: shape, panel: plan.panel)
  private var prepared: PreparedPoint<Element>?

  init(shape: TwoLayerShape, plan: EvaluationPlan, small: SmallPlan?, wide: WidePlan?) {
    self.shape = shape
    self.plan = plan
    self.small = small.map { SmallScratch(shape: shape, plan: $0) }
    self.wide = wide.map { WideScratch(shape: shape, plan: $0) }
    z = Buffer(count: plan.panel * shape.hidden)
    h = Buffer(count: plan.panel * shape.hidden)
    s = Buffer(count: plan.panel * shape.hidden)
    f = Buffer(count: plan.panel * shape.outputs)
    e = Buffer(count: plan.panel * shape.outputs)
    blockLoss = Buffer(count: Parallel.pieces(of: plan.panel, size: plan.block))
  }

  func point(samples: Int) -> PreparedPoint<Element> {
    if let prepared { return prepared }
    let new = PreparedPoint<Element>(shape: shape, samples: samples)
    prepared = new
    return new
  }

  var preparedPoint: PreparedPoint<Element> {
    guard let prepared else { preconditionFailure("prepare(at:) comes before the products") }
    return prepared
  }
}

/// The rows of a panel of listed samples.
final class GatheredSamples<Element: Scalar> {
  let x: Buffer<Element>
  let y: Buffer<Element>

  init(shape: TwoLayerShape, panel: Int) {
    x = Buffer(count: panel * shape.weightsPerNeuron)
    y = Buffer(count: panel * shape.outputs)
  }
}

/// What a Hessian product needs of a panel besides the gradient's arrays.
final class CurvatureScratch<Element: Scalar> {
  let t: Buffer<Element>  // sigma''(Z)
  let rz: Buffer<Element>  // directional derivative of Z
  let rh: Buffer<Element>  // of H
  let back: Buffer<Element>  // delta V
  let delta: Buffer<Element>
  let rf: Buffer<Element>  // directional derivative of f
  let rdelta: Buffer<Element>  // of delta

  init(shape: TwoLayerShape, panel: Int) {
    t = Buffer(count: panel * shape.hidden)
    rz = Buffer(count: panel * shape.hidden)
    rh = Buffer(count: panel * shape.hidden)
    back = Buffer(count: panel * shape.hidden)
    delta = Buffer(count: panel * shape.outputs)
    rf = Buffer(count: panel * shape.outputs)
    rdelta = Buffer(count: panel * shape.outputs)
  }
}

/// Everything that products with the Jacobian need at a fixed point, for all samples.
final class PreparedPoint<Element: Scalar> {
  let shape: TwoLayerShape
  let samples: Int
  let z: Buffer<Element>  // scratch, n x m
  let h: Buffer<Element>
  let s: Buffer<Element>
  let v: Buffer<Element>  // V at the point, k x m
  let meanWeights: Buffer<Element>  // root mean squares of the columns of V

  // Made when a Gram matrix is first asked for.
  /// s_ij v_cj, (n k) x m.
  private(set) lazy var weighted = Memory<Element>(count: samples * shape.outputs * shape.hidden)
  /// X X^T, lower triangle; depends on the data alone.
  private(set) lazy var inputGram = Memory<Element>(count: samples * samples)
  var inputGramIsReady = false
  /// H H^T, lower triangle; for several trainable outputs only.
  private(set) lazy var outputGram = Memory<Element>(count: samples * samples)

  init(shape: TwoLayerShape, samples: Int) {
    self.shape = shape
    self.samples = samples
    z = Buffer(count: samples * shape.hidden)
    h = Buffer(count: samples * shape.hidden)
    s = Buffer(count: samples * shape.hidden)
    v = Buffer(count: shape.outputs * shape.hidden)
    meanWeights = Buffer(count: shape.hidden)
  }
}

/// A buffer behind a reference, so that it can be made late.
final class Memory<Element: BitwiseCopyable> {
  let buffer: Buffer<Element>
  var pointer: UnsafeMutablePointer<Element> { buffer.pointer }
  init(count: Int) { buffer = Buffer(count: count) }
}
