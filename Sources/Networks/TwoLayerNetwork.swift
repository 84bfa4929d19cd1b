import LinearAlgebra

/// A two-layer network f(x) = V sigma(W x): a shape, an activation and the flat parameter vector.
///
/// ```swift
/// let shape = TwoLayerShape(inputs: 2, hidden: 3, outputs: 1)
/// let network = try Initialization.leCun.network(shape, activation: .tanh, random: RandomStream(seed: 1)) as
///   TwoLayerNetwork<Double>
/// let outputs = network.predict(Matrix([[0.5, -1]]))    // 1 x 1
/// ```
public struct TwoLayerNetwork<Element: Scalar>: Equatable, Codable, Sendable {
  public let shape: TwoLayerShape
  public let activation: Activation
  /// W row-major, then V row-major; see ``TwoLayerShape``. Whoever writes to it keeps its count.
  public var parameters: [Element]

  /// - Precondition: `parameters` has `shape.parameterCount` elements.
  public init(shape: TwoLayerShape, activation: Activation, parameters: [Element]) {
    precondition(
      parameters.count == shape.parameterCount,
      "\(parameters.count) parameters for a network of \(shape.parameterCount)")
    self.shape = shape
    self.activation = activation
    self.parameters = parameters
  }

  /// W, m x d'.
  public var hiddenWeights: Matrix<Element> {
    Matrix(rows: shape.hidden, columns: shape.weightsPerNeuron, elements: Array(parameters[shape.hiddenRange]))
  }

  /// V, k x m.
  public var outputWeights: Matrix<Element> {
    Matrix(rows: shape.outputs, columns: shape.hidden, elements: Array(parameters[shape.outputRange]))
  }

  /// The outputs V sigma(W x), one row per row of `inputs`.
  ///
  /// - Parameter inputs: n x d, without the constant column.
  /// - Precondition: `inputs` has d columns.
  /// - Complexity: 2 n m (d' + k) operations.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func predict(_ inputs: Matrix<Element>) -> Matrix<Element> {
    let x = shape.augmented(inputs)
    var outputs = Matrix<Element>(rows: inputs.rows, columns: shape.outputs)
    let rows = 256
    let pieces = Parallel.pieces(of: inputs.rows, size: rows)
    let z = Buffer<Element>(count: inputs.rows * shape.hidden)
    let (shape, activation, zs) = (shape, activation, z.pointer)
    parameters.withUnsafeBufferPointer { parameters in
      x.withView { x in
        outputs.withMutableView { f in
          Parallel.forEach(pieces) { piece in
            let range = Parallel.piece(piece, of: x.rows, size: rows)
            let block = MutableMatrixView(
              zs + range.lowerBound * shape.hidden, rows: range.count, columns: shape.hidden)
            block.multiply(x.rows(range), .no, shape.hiddenView(parameters.baseAddress!), .yes)
            applyActivation(activation, block.pointer, block.pointer, nil, nil, range.count * shape.hidden)
            f.rows(range).multiply(block.readOnly, .no, shape.outputView(parameters.baseAddress!), .yes)
          }
        }
      }
    }
    return outputs
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let shape = try values.decode(TwoLayerShape.self, forKey: .shape)
    let parameters = try values.decode([Element].self, forKey: .parameters)
    guard parameters.count == shape.parameterCount else {
      throw DecodingError.dataCorruptedError(
        forKey: .parameters, in: values,
        debugDescription: "\(parameters.count) parameters for a network of \(shape.parameterCount)")
    }
    self.init(
      shape: shape, activation: try values.decode(Activation.self, forKey: .activation), parameters: parameters)
  }

  private enum CodingKeys: String, CodingKey { case shape, activation, parameters }
}
