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
  public private(set) var steps: Int
  private var stream: RandomStream
  private let outputs: [Double]
  /// W above B, (K + M) x N; then x and zeta, N + 1; then the preactivations and g of them, K + M each.
  private let memory: Buffer<Double>

  /// - Parameter weights: the student's K rows above the teacher's M, of N entries each.
  /// - Precondition: there are K + M rows.
  public init(_ learning: OnlineLearning, units weights: Matrix<Double>, stream: RandomStream) {
    let order = learning.students + learning.teachers
    precondition(weights.rows == order, "\(weights.rows) rows for \(order) units")
    precondition(weights.columns > 0, "there are no inputs")
    let count = weights.elements.count
    let memory = Buffer<Double>(count: count + weights.columns + 1 + 2 * order)
    for i in 0..<count { memory[i] = weights.elements[i] }
    self.learning = learning
    self.stream = stream
    self.memory = memory
    outputs = learning.signedOutputs
    dimension = weights.columns
    steps = 0
  }

  private var units: UnsafeMutablePointer<Double> { memory.pointer }

  /// alpha = steps / N.
  public var time: Double { Double(steps) / Double(dimension) }

  /// W, K x N.
  public var student: Matrix<Double> {
    Matrix(
      rows: learning.students, columns: dimension,
      elements: Array(UnsafeBufferPointer(start: units, count: learning.students * dimension)))
  }

  /// The overlaps of the weights as they are now.
  public var orderParameters: OrderParameters {
    OrderParameters(
      students: learning.students,
      units: Matrix(
        rows: outputs.count, columns: dimension,
        elements: Array(UnsafeBufferPointer(start: units, count: outputs.count * dimension))))
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
    let x = units + order * n
    let z = x + n + 1
    let g = z + order
    stream.fillNormal(x, count: n + 1)
    let perRoot = 1 / Double(n).squareRoot()
    MatrixView(UnsafePointer(units), rows: order, columns: n).apply(to: UnsafePointer(x), into: z, alpha: perRoot)
    for a in 0..<order { g[a] = z[a] * 0.5.squareRoot() }
    VectorMath.erf(UnsafePointer(g), into: g, count: order)
    var error = -learning.noise * x[n]
    for a in 0..<order { error += outputs[a] * g[a] }
    // g'(z) = sqrt(2/pi) exp(-z^2/2); g is no longer needed and takes the factors of x.
    let scale = learning.rate * perRoot * (2 / Double.pi).squareRoot() * error
    for i in 0..<k { g[i] = scale * outputs[i] * Double.exp(-z[i] * z[i] / 2) }
    MutableMatrixView(units, rows: k, columns: n).addOuterProduct(UnsafePointer(g), UnsafePointer(x), alpha: -1)
    steps += 1
  }
}
