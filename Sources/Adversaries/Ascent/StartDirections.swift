import LinearAlgebra
import Networks

/// The gradients at delta = 0 of one input that starts follow, and the order of its rivals.
final class StartDirections<Element: Scalar> {
  private let function: InputFunction<Element>
  private let loss: AttackLoss
  private let workspace: InputWorkspace<Element>
  /// G and its product with W, a row for each class (or output), and the last for the loss.
  private let g, gradients: Buffer<Element>
  private let margins: Buffer<Element>
  private let order: Buffer<Int32>
  /// How many gradients the present input has cost.
  private(set) var cost = 0

  init(_ function: InputFunction<Element>, loss: AttackLoss) {
    (self.function, self.loss) = (function, loss)
    let k = function.shape.outputs
    workspace = function.makeWorkspace(rows: 1)
    g = Buffer(count: (k + 1) * function.hidden)
    gradients = Buffer(count: (k + 1) * function.shape.inputs)
    margins = Buffer(count: k)
    order = Buffer(count: k)
  }

  /// Takes an input by its pre-activations.
  @inline(__always) func prepare(
    _ z0: UnsafePointer<Element>, target: UnsafePointer<Element>, radius: Element, norm: PerturbationNorm,
    branches: Bool, fastGradient: Bool
  ) {
    let (m, d, k, row) = (function.shape.hidden, function.shape.inputs, function.shape.outputs, function.hidden)
    workspace.z.pointer.update(from: z0, count: row)
    workspace.y.pointer.update(from: target, count: k)
    function.activate(count: 1, workspace)
    _ = function.takeLoss(loss, row: 0, workspace)
    let (f, s, v) = (workspace.f.pointer, workspace.s.pointer, function.v.pointer)
    let hasRivals = loss.needsClasses && k > 1
    let label = hasRivals ? AttackLoss.first(target, k) : 0
    if branches {
      for c in 0..<k {
        let (to, from) = (g.pointer + c * row, v + c * row)
        if hasRivals {
          let own = v + label * row
          for j in 0..<m { to[j] = (from[j] - own[j]) * s[j] }
        } else {
          for j in 0..<m { to[j] = from[j] * s[j] }
        }
      }
    }
    if fastGradient {
      let to = g.pointer + k * row
      for j in 0..<m { to[j] = 0 }
      for c in 0..<k { Element.axpy(m, workspace.slope[c], v + c * row, to) }
      for j in 0..<m { to[j] *= s[j] }
    }
    let rows = branches ? (fastGradient ? 0..<k + 1 : 0..<k) : k..<k + 1
    cost = rows.count
    function.pullBack(
      Rows(pointer: UnsafePointer(g.pointer + rows.lowerBound * row), stride: row), count: rows.count,
      into: gradients.pointer + rows.lowerBound * d, stride: d)
    guard branches, hasRivals else { return }
    for c in 0..<k {
      margins[c] = f[c] - f[label] + radius * norm.dual.length(UnsafePointer(gradients.pointer + c * d), count: d)
    }
    var filled = 0
    for c in 0..<k where c != label {
      var at = filled
      while at > 0 && margins[Int(order[at - 1])] < margins[c] {
        order[at] = order[at - 1]
        at -= 1
      }
      order[at] = Int32(c)
      filled += 1
    }
  }

  /// The direction of the loss's gradient, in memory that may be written to.
  var lossGradient: UnsafeMutablePointer<Element> {
    gradients.pointer + function.shape.outputs * function.shape.inputs
  }

  /// The direction of branch number `rank`, its class or output, and the sign that the direction is to be taken with.
  @inline(__always) func branch(
    _ rank: Int
  ) -> (direction: UnsafeMutablePointer<Element>, towards: Int32, sign: Element) {
    let k = function.shape.outputs
    if loss.needsClasses && k > 1 {
      let rival = order[min(rank, k - 2)]
      return (gradients.pointer + Int(rival) * function.shape.inputs, rival, 1)
    }
    let output = rank / 2 % k
    return (gradients.pointer + output * function.shape.inputs, Int32(output), rank % 2 == 0 ? 1 : -1)
  }
}
