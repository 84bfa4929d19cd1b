import LinearAlgebra
import Optimization

/// The equations of motion in the limit N -> infinity. With D = phi - y, z ~ N(0, C) and c = (v, -A):
///
///     dR_im/dalpha = -eta v_i E g'(z_i) D z_m
///     dQ_ik/dalpha = -eta (v_i E g'(z_i) D z_k + v_k E g'(z_k) D z_i) + eta^2 v_i v_k E g'(z_i) g'(z_k) D^2
///
///     E g'(z_i) D z_b        = sum_a c_a I3(i, b, a)
///     E g'(z_i) g'(z_k) D^2  = sum_ab c_a c_b I4(i, k, a, b) + sigma^2 J2(i, k)
///
/// T stands still. The state is the upper part of C: the K rows (Q, R), K (K + M) numbers.
///
/// Source: Saad and Solla (1995), equations of motion; Goldt et al. (2019) for v, A and sigma.
extension OnlineLearning {
  /// Where the overlaps go: one state for each time that was reached.
  public struct Path: Sendable {
    /// alpha.
    public let times: [Double]
    public let states: [OrderParameters]
    public let ending: DormandPrince.Ending
    /// Evaluations of the equations.
    public let evaluations: Int
  }

  /// Integrates the equations of motion from the overlaps at alpha = 0 to those at `times`.
  ///
  /// ```swift
  /// let learning = OnlineLearning(students: 1, teachers: 1, rate: 0.5)
  /// let start = OrderParameters(q: Matrix([[1]]), r: Matrix([[0.1]]), t: Matrix([[1]]))
  /// let path = learning.solve(from: start, at: [10, 100])
  /// learning.generalizationError(path.states[1])
  /// ```
  ///
  /// - Precondition: `times` ascend from 0 on; the overlaps are those of K and M units.
  /// - Complexity: K^2 (K + M)^2 / 4 arc sines an evaluation, six evaluations a step.
  public func solve(
    from start: OrderParameters, at times: [Double],
    method: DormandPrince = DormandPrince(relativeTolerance: 1e-8, absoluteTolerance: 1e-11)
  ) -> Path {
    var flow = Flow(self, start)
    let upper = students * (students + teachers)
    let trajectory = method.solve(Array(start.covariance.elements.prefix(upper)), at: times) { _, y, dy in
      flow.evaluate(y, into: dy)
    }
    let states = (0..<trajectory.times.count).map { row in
      var c = start.covariance
      for i in 0..<students {
        for j in 0..<c.columns {
          c[i, j] = trajectory.states[row, i * c.columns + j]
          c[j, i] = c[i, j]
        }
      }
      return OrderParameters(students: students, covariance: c)
    }
    return Path(
      times: trajectory.times, states: states, ending: trajectory.ending, evaluations: trajectory.evaluations)
  }

  /// d(Q, R)/dalpha at given overlaps, K x (K + M).
  public func derivative(at parameters: OrderParameters) -> Matrix<Double> {
    var flow = Flow(self, parameters)
    var result = Matrix<Double>(rows: students, columns: students + teachers)
    parameters.covariance.elements.withUnsafeBufferPointer { c in
      result.withMutableView { flow.evaluate(c.baseAddress!, into: $0.pointer) }
    }
    return result
  }

  /// The right-hand side, with its memory.
  struct Flow: ~Copyable {
    private let learning: OnlineLearning
    private let outputs: [Double]
    private let covariance: Buffer<Double>
    private var tilted: TiltedCovariance

    init(_ learning: OnlineLearning, _ start: OrderParameters) {
      precondition(
        start.students == learning.students && start.teachers == learning.teachers,
        "overlaps of \(start.students) and \(start.teachers) units for \(learning.students) and \(learning.teachers)")
      self.learning = learning
      outputs = learning.signedOutputs
      let order = start.covariance.rows
      covariance = Buffer(count: order * order)
      for i in 0..<order * order { covariance[i] = start.covariance.elements[i] }
      tilted = TiltedCovariance(order: order)
    }

    /// Writes the derivative of the rows (Q, R) at `y`.
    mutating func evaluate(_ y: UnsafePointer<Double>, into dy: UnsafeMutablePointer<Double>) {
      let (k, n) = (learning.students, outputs.count)
      let (eta, variance) = (learning.rate, learning.noise * learning.noise)
      let c = covariance.pointer
      for i in 0..<k {
        for j in 0..<n {
          // Both triangles from the upper one: Q stays symmetric to the last bit.
          let value = j < i ? y[j * n + i] : y[i * n + j]
          c[i * n + j] = value
          c[j * n + i] = value
        }
      }
      for i in 0..<k * n { dy[i] = 0 }
      for i in 0..<k {
        tilted.load(c, i)
        for b in 0..<n {
          var sum = 0.0
          for a in 0..<n { sum += outputs[a] * tilted.moment(b, a) }
          let change = eta * outputs[i] * tilted.weight * sum
          dy[i * n + b] -= change
          if b < k { dy[b * n + i] -= change }
        }
      }
      for i in 0..<k {
        for j in 0...i {
          tilted.load(c, i, j)
          let square = outputs.withUnsafeBufferPointer { tilted.squaredSum($0.baseAddress!) }
          let change = eta * eta * outputs[i] * outputs[j] * tilted.weight * (square + variance)
          dy[i * n + j] += change
          if j < i { dy[j * n + i] += change }
        }
      }
    }
  }
}
