import Foundation
import Shallows

extension Experiment {
  /// The loss of two students beside one teacher against their angle.
  static let zhouClaim2 = Experiment(
    name: "zhou-claim-2", title: "Two students at angles of +-delta to one teacher",
    summary: "L/delta^3 of two students and L/delta^2 of one, delta from 0.5 to 1e-8, in closed form.",
    seeds: (quick: 1, full: 1), run: runClaim2, draw: drawClaim2, claims: claimClaim2)

  private struct Task: ExperimentTask {
    let delta: Double
    let students: Int
    let seed: UInt64
  }
  private static let two = "two students, L/delta^3"
  private static let one = "one student, L/delta^2"
  private static let limit = 2 / (3 * Double.pi)

  private static func runClaim2(_ context: ExperimentContext) throws -> Outcome {
    let deltas = context.quick ? [0.1, 1e-4, 1e-8] : [0.5, 0.2, 0.1, 0.05, 0.02] + (2...8).map { pow(10, -Double($0)) }
    let tasks = deltas.flatMap { delta in [2, 1].map { Task(delta: delta, students: $0, seed: 0) } }
    let losses = try context.map(tasks) { task -> Double in
      let t = task.delta
      // With two, |w|^2 = 1/(2 cos delta) makes their sum the teacher's; one has its length.
      let length = task.students == 2 ? (1 / (2 * cos(t))).squareRoot() : 1
      let student = Matrix(rows: task.students, columns: 2) { j, l in
        length * (l == 0 ? cos(t) : j == 0 ? sin(t) : -sin(t))
      }
      let teacher = Matrix(rows: 1, columns: 2, elements: [1.0, 0])
      return PopulationLoss(unit: .abs, teacher: teacher, width: task.students).value(of: student)
    }
    let rows = zip(tasks, losses).map { task, loss in
      ExperimentRow(
        panel: "", series: task.students == 2 ? two : one, metric: "ratio", x: task.delta,
        values: [loss / pow(task.delta, task.students == 2 ? 3 : 2)])
    }
    return Outcome(
      rows: rows,
      settings: ["teacher": "one abs unit of length 1", "loss": "closed form in double-double arithmetic"],
      findings: rows.map { "\($0.series) = \(String(format: "%.9f", $0.mean)) at delta = \(short($0.x))." })
  }

  private static func drawClaim2(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    let plot = Plot(
      title: "Students at an angle of delta to one teacher", subtitle: "population loss in closed form",
      x: Axis("delta", scale: .log10), y: Axis("L/delta^3, L/delta^2", range: 0...0.6),
      series: lines(rows, panel: "", metric: "ratio", byMedian: false) + [
        .rule(.horizontal, at: limit, label: "2/(3 pi)", colorOf: two), .rule(.horizontal, at: 0.5, colorOf: one),
      ])
    return [("", .plot(plot))]
  }

  private static func claimClaim2(_ rows: [ExperimentRow]) -> [Claim] {
    func claim(
      _ statement: String, _ series: String, source: String, at delta: Double, theirs: String, value: Double,
      tolerance: Double, criterion: String
    ) -> Claim {
      let ours = rows.row("ratio", series: series, x: delta)!.mean
      return Claim(
        statement, source: source, theirs: theirs, ours: "\(String(format: "%.9f", ours)) at delta = \(short(delta))",
        criterion: criterion, isMet: abs(ours / value - 1) <= tolerance)
    }
    let least = rows.map(\.x).min()!
    return [
      claim(
        "Two students: L/delta^3 -> 2/(3 pi) as delta -> 0", two,
        source: "\(zhou), claim 2", at: least, theirs: "0.212206591", value: limit, tolerance: 1e-6,
        criterion: "within 1e-6 of it in proportion: the loss is of order 1e-25, and known to 1e-29"),
      claim(
        "Two students at delta = 0.1", two, source: "derived, by quadrature", at: 0.1, theirs: "0.213915",
        value: 0.213915, tolerance: 0.5e-6 / 0.2139, criterion: "the same six digits"),
      claim(
        "One student: L/delta^2 -> 1/2 as delta -> 0", one, source: "\(zhou), claim 2", at: least, theirs: "0.5",
        value: 0.5, tolerance: 1e-6, criterion: "within 1e-6 of it in proportion"),
    ]
  }
}
