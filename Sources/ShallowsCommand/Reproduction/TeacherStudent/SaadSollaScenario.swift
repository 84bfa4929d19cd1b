import Foundation
import Shallows

/// A student, a teacher and a start of which the experiment `saad-solla` takes both the equations and simulations.
struct SaadSollaScenario {
  let name: String
  let learning: OnlineLearning
  let start: OrderParameters
  /// Where simulations are held against the equations, ascending.
  let times: [Double]

  /// The student has begun to tell the teacher's units apart, and has one unit too many; labels are noisy.
  static func specialized(last: Double) -> SaadSollaScenario {
    SaadSollaScenario(
      name: "specialised start, K = 3, M = 2",
      learning: OnlineLearning(students: 3, teachers: 2, rate: 0.5, noise: 0.1),
      start: OrderParameters(
        q: Matrix([[0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.25]]), r: Matrix([[0.4, 0], [0, 0.3], [0.1, 0.05]]),
        t: .identity(2)),
      times: times(to: last))
  }

  /// Overlaps of the size of a random start in R^1000: the symmetric plateau comes first.
  static func random(last: Double) -> SaadSollaScenario {
    SaadSollaScenario(
      name: "random start, K = M = 2",
      learning: OnlineLearning(students: 2, teachers: 2, rate: 0.5),
      start: OrderParameters(
        q: Matrix([[0.25, 0], [0, 0.2]]), r: Matrix([[0.03, -0.01], [-0.02, 0.02]]), t: .identity(2)),
      times: times(to: last))
  }

  /// 1, 2, 5, 10, 20, 50, ...
  private static func times(to last: Double) -> [Double] {
    [1.0, 2, 5, 10, 20, 50, 100, 200, 400].filter { $0 <= last }
  }

  /// The times of the equations' curve, evenly over the logarithm.
  var curveTimes: [Double] { (0...32).map { 0.1 * pow(times.last! / 0.1, Double($0) / 32) } }
}

extension OrderParameters {
  /// M units of the student have found the teacher's; the others, without direction, are of squared length `surplus`.
  static func specialized(students k: Int, teachers m: Int, surplus: Double) -> OrderParameters {
    OrderParameters(
      q: Matrix(rows: k, columns: k) { $0 != $1 ? 0 : $0 < m ? 1 : surplus },
      r: Matrix(rows: k, columns: m) { $0 == $1 ? 1 : 0 }, t: .identity(m))
  }
}
