import LinearAlgebra
import Networks

/// The scratch memory of one caller of a ``RobustObjective``: the network in the adversary's coordinates, the ascents of
/// a panel of samples, and the attacked inputs as the network takes them.
public final class RobustWorkspace<Element: Scalar> {
  /// Samples attacked before their gradient is taken.
  let panel: Int
  private let robust: RobustObjective<Element>
  private let network: NetworkWorkspace<Element>
  private let engine: AscentEngine<Element>
  private let results: AscentResults<Element>
  private let shift, scale: Buffer<Element>
  /// Weights for the adversary's coordinates.
  private let folded: Buffer<Element>
  private let foldedShape: TwoLayerShape
  /// Inputs in the adversary's coordinates, and attacked ones in the network's.
  private let inputs, targets, radii, attacked: Buffer<Element>
  private let part: Buffer<Element>
  /// Samples of one thread's ascents.
  private let piece = 16

  init(_ robust: RobustObjective<Element>) {
    let (shape, threat) = (robust.objective.shape, robust.threat)
    let (d, k) = (shape.inputs, shape.outputs)
    self.robust = robust
    panel = min(256, robust.sampleCount)
    network = robust.objective.makeWorkspace()
    foldedShape = TwoLayerShape(inputs: d, hidden: shape.hidden, outputs: k, bias: true)
    folded = Buffer(count: foldedShape.parameterCount)
    shift = Buffer(count: d)
    scale = Buffer(count: d)
    for i in 0..<d { (shift[i], scale[i]) = (Element(threat.shift[i]), Element(threat.scale[i])) }
    inputs = Buffer(count: panel * d)
    targets = Buffer(count: panel * k)
    radii = Buffer(count: panel)
    for i in 0..<panel { radii[i] = Element(threat.radius) }
    attacked = Buffer(count: panel * shape.weightsPerNeuron)
    part = Buffer(count: robust.parameterCount)
    results = AscentResults(count: panel, dimension: d)
    engine = AscentEngine(
      function: InputFunction(shape: foldedShape, activation: robust.objective.activation),
      set: PerturbationSet(
        norm: threat.norm, dimension: d,
        box: threat.box.map { Element($0.lowerBound)...Element($0.upperBound) }),
      loss: robust.loss, method: robust.ascent, starts: [.zero], rows: piece)
  }

  /// Folds the change of coordinates into the weights: W (a - shift) / scale + b = (W / scale) a + (b - W shift / scale).
  func load(_ parameters: UnsafePointer<Element>) {
    let shape = robust.objective.shape
    let (d, m, row) = (shape.inputs, shape.hidden, shape.weightsPerNeuron)
    for j in 0..<m {
      let (w, target) = (parameters + j * row, folded.pointer + j * (d + 1))
      var bias: Element = shape.bias ? w[d] : 0
      for i in 0..<d {
        target[i] = w[i] / scale[i]
        bias -= target[i] * shift[i]
      }
      target[d] = bias
    }
    (folded.pointer + m * (d + 1)).update(from: parameters + m * row, count: shape.outputs * m)
    engine.function.load(parameters: folded.pointer)
  }

  /// Attacks `rows` samples, the i-th of them being `sample(i)`.
  func attack(_ rows: Int, _ sample: (Int) -> Int) {
    let shape = robust.objective.shape
    let (d, k, row) = (shape.inputs, shape.outputs, shape.weightsPerNeuron)
    let (all, wanted) = (robust.objective.inputs, robust.objective.targets)
    for i in 0..<rows {
      let number = sample(i)
      precondition(number >= 0 && number < all.rows, "sample \(number) of \(all.rows)")
      let (x, a) = (all.row(number), inputs.pointer + i * d)
      for j in 0..<d { a[j] = scale[j] * x[j] + shift[j] }
      if let box = engine.set.box {
        for j in 0..<d { a[j] = min(max(a[j], box.lowerBound), box.upperBound) }
      }
      (targets.pointer + i * k).update(from: wanted.row(number), count: k)
    }
    Parallel.forEach(Parallel.pieces(of: rows, size: piece)) { number in
      engine.run(
        Parallel.piece(number, of: rows, size: piece),
        inputs: MatrixView(UnsafePointer(inputs.pointer), rows: rows, columns: d),
        targets: MatrixView(UnsafePointer(targets.pointer), rows: rows, columns: k), radii: radii.pointer,
        into: results)
    }
    for i in 0..<rows {
      let (a, delta, x) = (inputs.pointer + i * d, results.delta(i), attacked.pointer + i * row)
      for j in 0..<d { x[j] = (a[j] + delta[j] - shift[j]) / scale[j] }
      if shape.bias { x[d] = 1 }
    }
  }

  /// The mean loss of the attacked panel; `share` times its gradient, written over `gradient` or added to it.
  func lossAndGradient(
    at parameters: UnsafePointer<Element>, rows: Int, adding: Bool, share: Element,
    _ gradient: UnsafeMutablePointer<Element>?
  ) -> Element {
    guard let gradient else {
      var sum: Element = 0
      for i in 0..<rows { sum += results[i].loss }
      return sum / Element(rows)
    }
    let value = robust.objective.valueAndGradient(
      at: parameters, inputs: attacked.pointer, targets: targets.pointer, count: rows, gradient: part.pointer,
      workspace: network)
    if adding {
      Element.axpy(part.count, share, part.pointer, gradient)
    } else {
      for i in 0..<part.count { gradient[i] = share * part[i] }
    }
    return value
  }
}
