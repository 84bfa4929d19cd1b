import LinearAlgebra
import Networks

/// Inputs, each to be moved within a set of its own so that its loss becomes as large as possible:
///
///     max loss(f(x_i + delta), y_i)  over  |delta| <= eps_i,  lower <= x_i + delta <= upper
public struct AttackProblem: Sendable {
  public let network: TwoLayerNetwork<Double>
  /// x_1 ... x_n, n x d, in the coordinates that perturbations are measured in.
  public let inputs: Matrix<Double>
  /// n x k: numbers, one-hot rows, or +-1 for a single output.
  public let targets: Matrix<Double>
  public let loss: AttackLoss
  public let norm: PerturbationNorm
  /// eps_1 ... eps_n.
  public let radii: [Double]
  /// The values that each coordinate of an attacked input may take; `nil` for any.
  public let box: ClosedRange<Double>?

  /// - Throws: ``AttackError`` where sizes disagree, numbers are not finite, a radius is negative, an input lies outside
  ///   the box, or a loss for classes is given targets that are none.
  public init(
    network: TwoLayerNetwork<Double>, inputs: Matrix<Double>, targets: Matrix<Double>, loss: AttackLoss,
    norm: PerturbationNorm = .l2, radii: [Double], box: ClosedRange<Double>? = nil
  ) throws {
    let shape = network.shape
    guard inputs.columns == shape.inputs else {
      throw AttackError("\(inputs.columns) inputs a sample, the network takes \(shape.inputs)")
    }
    guard targets.columns == shape.outputs, targets.rows == inputs.rows else {
      throw AttackError(
        "targets of \(targets.rows) x \(targets.columns) for \(inputs.rows) samples and \(shape.outputs) outputs")
    }
    guard radii.count == inputs.rows else {
      throw AttackError("\(radii.count) radii for \(inputs.rows) samples")
    }
    if let i = radii.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw AttackError("the radius of sample \(i + 1) is \(radii[i]); accepted: a finite number, at least 0")
    }
    if let i = network.parameters.firstIndex(where: { !$0.isFinite }) {
      throw AttackError("weight \(i + 1) of the network is \(network.parameters[i]); accepted: finite numbers")
    }
    for (i, x) in inputs.elements.enumerated() {
      let (sample, column) = (i / inputs.columns + 1, i % inputs.columns + 1)
      guard x.isFinite else {
        throw AttackError("input \(column) of sample \(sample) is \(x); accepted: a finite number")
      }
      if let box, !box.contains(x) {
        throw AttackError(
          "input \(column) of sample \(sample) is \(x), outside the box \(box.lowerBound) to \(box.upperBound)")
      }
    }
    if let i = targets.elements.firstIndex(where: { !$0.isFinite }) {
      throw AttackError("target \(i / targets.columns + 1) is \(targets.elements[i]); accepted: finite numbers")
    }
    let other = (0..<targets.rows).first { !Self.isClass(targets.row($0)) }
    hasClasses = other == nil
    if loss.needsClasses {
      if let i = other {
        throw AttackError(
          "target \(i + 1) is \(Array(targets.row(i))): the loss \(loss.rawValue) is for classes, one-hot rows or +-1")
      }
    }
    (self.network, self.inputs, self.targets, self.loss) = (network, inputs, targets, loss)
    (self.norm, self.radii, self.box) = (norm, radii, box)
  }

  /// Whether every target is a class: a one-hot row, or +-1 of a single output.
  public let hasClasses: Bool

  public var count: Int { inputs.rows }
  public var dimension: Int { inputs.columns }

  /// One radius for all inputs, or a share of each input's own length.
  public static func radii(_ rule: RadiusRule, norm: PerturbationNorm, inputs: Matrix<Double>) -> [Double] {
    (0..<inputs.rows).map { i in
      switch rule {
      case .absolute(let epsilon): epsilon
      case .ratio(let rho):
        rho * inputs.elements.withUnsafeBufferPointer {
          norm.length($0.baseAddress! + i * inputs.columns, count: inputs.columns)
        }
      }
    }
  }

  private static func isClass(_ row: ArraySlice<Double>) -> Bool {
    if row.count == 1 { return abs(row.first!) == 1 }
    return row.count { $0 == 1 } == 1 && row.allSatisfy { $0 == 0 || $0 == 1 }
  }
}

/// How far inputs may be moved.
public enum RadiusRule: Hashable, Sendable {
  /// eps for every input.
  case absolute(Double)
  /// rho |x| for input x, in the norm of the perturbation.
  case ratio(Double)
}

/// Something that an attack cannot be made of, in a sentence.
public struct AttackError: Error, Equatable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
