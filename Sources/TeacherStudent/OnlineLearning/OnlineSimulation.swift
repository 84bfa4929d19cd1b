import LinearAlgebra
import Randomness
import RealModule

/// Online learning itself, step by step in R^N: see ``OnlineLearning`` for the rule.
///
/// ```swift
/// var simulation = OnlineSimulation(learning, units: try start.realization(dimension: 1000, stream: stream.split(0)),
///   stream: stream.split(1))
/// simulation.advance(to: 10)                 // alpha = 10: 10,000 steps
/// learning.generalizationError(simulation.orderParameters)
/// ```
///
/// A step draws N + 1 normal numbers, the last one for the label, and reads W and B once and W once more: two calls of
/// BLAS. It allocates nothing.
public struct OnlineSimulation: ~Copyable {
  public let learning: OnlineLearning
  /// N.
  public let dimension: Int
  /// Steps taken.
  public private(set) var steps = 0
  private var stream: RandomStream
  private let outputs: [Double]
  /// W above B, (K + M) x N.
  private let units: Buffer<Double>
  /// x and zeta, N + 1.
  private let input: Buffer<Double>
  /// The preactivations and g of them.
  private let activations: Buffer<Double>

  /// - Parameter weights: the student's K rows above the teacher's M, of N entries each.
  /// - Precondition: there are K + M rows.
  public init(_ learning: OnlineLearning, units weights: Matrix<Double>, stream: RandomStream) {
    outputs = learning.signedOutputs
    precondition(weights.rows == outputs.count, "\(weights.rows) rows for \(outputs.count) units")
    precondition(weights.columns > 0, "there are no inputs")
    self.learning = learning
    self.stream = stream
    dimension = weights.columns
    units = Buffer(count: weights.elements.count)
    units.pointer.update(from: weights.elements, count: weights.elements.count)
    input = Buffer(count: dimension + 1)
    activations = Buffer(count: 2 * outputs.count)
  }

  /// alpha = steps / N.
  public var time: Double { Double(steps) / Double(dimension) }

  /// W, K x N.
  public var student: Matrix<Double> {
    Matrix(
      rows: learning.students, columns: dimension,
      elements: Array(UnsafeBufferPointer(start: units.pointer, count: learning.students * dimension)))
  }

  /// The overlaps of the weights as they are now.
  public var orderParameters: OrderParameters {
    OrderParameters(
      students: learning.students,
      units: Matrix(
        rows: outputs.count, columns: dimension,
        elements: Array(UnsafeBufferPointer(start: units.pointer, count: units.count))))
  }

  /// Takes the steps that are missing to alpha, rounded to whole steps; none if it has passed.
  public mutating func advance(to alpha: Double) {
    let goal = Int((alpha * Double(dimension)).rounded())
    while steps < goal { step() }
  }

  /// Learns from one fresh example.
  ///
  /// - Complexity: 2 (2 K + M) N operations and N + 1 normal numbers.
  public mutating func step() {
    let (n, k, order) = (dimension, learning.students, outputs.count)
    let (x, z, g) = (input.pointer, activations.pointer, activations.pointer + order)
    stream.fillNormal(x, count: n + 1)
    let perRoot = 1 / Double(n).squareRoot()
    MatrixView(UnsafePointer(units.pointer), rows: order, columns: n).apply(to: UnsafePointer(x), into: z, alpha: perRoot)
    for a in 0..<order { g[a] = z[a] * 0.5.squareRoot() }
    VectorMath.erf(UnsafePointer(g), into: g, count: order)
    var error = -learning.noise * x[n]
    for a in 0..<order { error += outputs[a] * g[a] }
    // g'(z) = sqrt(2/pi) exp(-z^2/2); g is no longer needed and takes the factors of x.
    let scale = learning.rate * perRoot * (2 / Double.pi).squareRoot() * error
    for i in 0..<k { g[i] = scale * outputs[i] * Double.exp(-z[i] * z[i] / 2) }
    MutableMatrixView(units.pointer, rows: k, columns: n).addOuterProduct(UnsafePointer(g), UnsafePointer(x), alpha: -1)
    steps += 1
  }
}
