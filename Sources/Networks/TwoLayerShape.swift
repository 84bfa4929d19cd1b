import LinearAlgebra

/// The sizes of a two-layer network and where its weights lie in one flat parameter vector.
///
/// A network with `inputs` = d, `hidden` = m, `outputs` = k maps x to V sigma(W x). A bias is a constant input 1
/// appended to x, so that W has d' = d + 1 columns then. The parameter vector is
///
///     | w_1 ... w_m: W row-major, m x d' | v: V row-major, k x m |
///     0                              m d'                  m (d' + k)
public struct TwoLayerShape: Hashable, Codable, Sendable {
  /// d, the number of inputs as the user counts them, without the constant.
  public let inputs: Int
  /// m, the number of hidden neurons.
  public let hidden: Int
  /// k, the number of outputs.
  public let outputs: Int
  /// Whether a constant input 1 is appended.
  public let bias: Bool

  /// - Precondition: all sizes are positive.
  public init(inputs: Int, hidden: Int, outputs: Int, bias: Bool = true) {
    precondition(inputs > 0 && hidden > 0 && outputs > 0, "a network has at least one input, neuron and output")
    self.inputs = inputs
    self.hidden = hidden
    self.outputs = outputs
    self.bias = bias
  }

  /// d' = d, plus one for the bias: the columns of W.
  @inlinable public var weightsPerNeuron: Int { inputs + (bias ? 1 : 0) }

  /// m (d' + k).
  @inlinable public var parameterCount: Int { hidden * (weightsPerNeuron + outputs) }

  /// Where W lies.
  @inlinable public var hiddenRange: Range<Int> { 0..<hidden * weightsPerNeuron }

  /// Where V lies.
  @inlinable public var outputRange: Range<Int> { hidden * weightsPerNeuron..<parameterCount }

  /// W (m x d') inside a parameter vector.
  @inlinable public func hiddenView<T>(_ parameters: UnsafePointer<T>) -> MatrixView<T> {
    MatrixView(parameters, rows: hidden, columns: weightsPerNeuron)
  }

  /// V (k x m) inside a parameter vector.
  @inlinable public func outputView<T>(_ parameters: UnsafePointer<T>) -> MatrixView<T> {
    MatrixView(parameters + outputRange.lowerBound, rows: outputs, columns: hidden)
  }

  /// W (m x d') inside a parameter vector, to be written.
  @inlinable public func hiddenView<T>(_ parameters: UnsafeMutablePointer<T>) -> MutableMatrixView<T> {
    MutableMatrixView(parameters, rows: hidden, columns: weightsPerNeuron)
  }

  /// V (k x m) inside a parameter vector, to be written.
  @inlinable public func outputView<T>(_ parameters: UnsafeMutablePointer<T>) -> MutableMatrixView<T> {
    MutableMatrixView(parameters + outputRange.lowerBound, rows: outputs, columns: hidden)
  }

  /// The inputs with the constant column appended where the shape has a bias: n x d'.
  ///
  /// - Precondition: `inputs` has d columns.
  public func augmented<T>(_ inputs: Matrix<T>) -> Matrix<T> {
    precondition(inputs.columns == self.inputs, "\(inputs.columns) columns where the network takes \(self.inputs)")
    guard bias else { return inputs }
    var elements: [T] = []
    elements.reserveCapacity(inputs.rows * weightsPerNeuron)
    for i in 0..<inputs.rows {
      elements.append(contentsOf: inputs.row(i))
      elements.append(1)
    }
    return Matrix(rows: inputs.rows, columns: weightsPerNeuron, elements: elements)
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func size(_ key: CodingKeys) throws -> Int {
      let value = try values.decode(Int.self, forKey: key)
      guard value > 0 && value < 1 << 31 else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: values, debugDescription: "\(key.rawValue) is \(value); accepted: 1 to 2147483647")
      }
      return value
    }
    self.init(
      inputs: try size(.inputs), hidden: try size(.hidden), outputs: try size(.outputs),
      bias: try values.decode(Bool.self, forKey: .bias))
  }

  private enum CodingKeys: String, CodingKey { case inputs, hidden, outputs, bias }
}
