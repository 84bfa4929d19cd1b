import LinearAlgebra
import Optimization

/// Which weights an optimiser may move.
public struct Trainable: OptionSet, Hashable, Codable, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// W.
  public static let hidden = Trainable(rawValue: 1)
  /// V.
  public static let output = Trainable(rawValue: 2)
  public static let all: Trainable = [.hidden, .output]
}

/// The loss of a two-layer network on given data, as a function of its flat parameter vector.
///
/// With X the inputs (n x d', the constant column included), Z = X W^T, H = sigma(Z) and f = H V^T:
///
///     L(W, V) = mean of the loss of f_i against y_i
///     dL/dV = delta^T H,   dL/dW = G^T X,   delta = dL/df,   G = (delta V) o sigma'(Z)
///
/// Entries of the gradient that belong to frozen weights are exactly zero; their values still count in f.
/// Samples are worked off in panels of blocks whose bounds depend on the shape alone, and every sum has a fixed order,
/// so results are the same to the last bit for any number of threads. After the first call with a workspace,
/// evaluations allocate nothing.
///
/// ```swift
/// let objective = NetworkObjective(shape: shape, activation: .tanh, inputs: x, targets: y)
/// let workspace = objective.makeWorkspace()
/// let loss = objective.valueAndGradient(at: parameters, gradient: gradient, workspace: workspace)
/// ```
public struct NetworkObjective<Element: Scalar>: Sendable {
  public typealias Workspace = NetworkWorkspace<Element>

  public let shape: TwoLayerShape
  public let activation: Activation
  public let loss: Loss
  public let trainable: Trainable
  let data: NetworkData<Element>
  let plan: EvaluationPlan
  /// Settable so that tests can choose the path: small before wide before BLAS.
  var small: SmallPlan?
  var wide: WidePlan?

  /// - Parameters:
  ///   - inputs: n x d, without the constant column, which is appended here where the shape has a bias.
  ///   - targets: n x k; for the cross-entropy each row is one-hot or holds class probabilities.
  /// - Precondition: the sizes fit the shape and there is at least one sample.
  public init(
    shape: TwoLayerShape, activation: Activation, loss: Loss = .squared, trainable: Trainable = .all,
    inputs: Matrix<Element>, targets: Matrix<Element>
  ) {
    precondition(inputs.rows == targets.rows, "\(inputs.rows) samples but \(targets.rows) targets")
    precondition(inputs.rows > 0, "a mean over no samples is undefined")
    precondition(targets.columns == shape.outputs, "\(targets.columns) targets a sample, \(shape.outputs) outputs")
    self.shape = shape
    self.activation = activation
    self.loss = loss
    self.trainable = trainable
    plan = EvaluationPlan(shape: shape, samples: inputs.rows)
    small = SmallPlan(shape: shape, samples: inputs.rows)
    wide = WidePlan.isWorthwhile(shape) ? WidePlan(shape: shape) : nil
    data = NetworkData(inputs: shape.augmented(inputs), targets: targets, transposed: small != nil)
  }

  public var parameterCount: Int { shape.parameterCount }
  public var sampleCount: Int { data.count }

  /// The inputs as evaluated, the constant column included: n x d'. Valid while the objective lives.
  public var inputs: MatrixView<Element> {
    MatrixView(data.x.pointer, rows: data.count, columns: shape.weightsPerNeuron)
  }

  /// The targets, n x k. Valid while the objective lives.
  public var targets: MatrixView<Element> {
    MatrixView(data.y.pointer, rows: data.count, columns: shape.outputs)
  }

  /// The scratch memory for one caller: O(panel (3 m + k)), more at the first use of the least-squares or Hessian
  /// products.
  public func makeWorkspace() -> NetworkWorkspace<Element> {
    NetworkWorkspace(shape: shape, plan: plan, small: small, wide: small == nil ? wide : nil)
  }
}

/// The samples of an objective, shared by its copies.
final class NetworkData<Element: Scalar>: @unchecked Sendable {
  let count: Int
  let x: Buffer<Element>
  let y: Buffer<Element>
  /// X^T and Y^T with rows `row` apart and zeros beyond the samples, for the small kernels; else empty.
  let transposedX: Buffer<Element>
  let transposedY: Buffer<Element>
  let row: Int

  init(inputs: Matrix<Element>, targets: Matrix<Element>, transposed: Bool) {
    count = inputs.rows
    x = Buffer(count: inputs.elements.count)
    y = Buffer(count: targets.elements.count)
    x.pointer.update(from: inputs.elements, count: inputs.elements.count)
    y.pointer.update(from: targets.elements, count: targets.elements.count)
    row = transposed ? paddedRow(inputs.rows) : 0
    transposedX = Buffer(count: inputs.columns * row)
    transposedY = Buffer(count: targets.columns * row)
    guard transposed else { return }
    for i in 0..<count {
      for l in 0..<inputs.columns { transposedX[l * row + i] = x[i * inputs.columns + l] }
      for c in 0..<targets.columns { transposedY[c * row + i] = y[i * targets.columns + c] }
    }
  }
}
