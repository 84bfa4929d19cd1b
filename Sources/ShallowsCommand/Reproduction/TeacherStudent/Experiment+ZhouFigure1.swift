import Foundation
import Shallows

extension Experiment {
  /// The three regimes as pictures of the plane.
  static let zhouFigure1 = Experiment(
    name: "zhou-figure-1", title: "Three regimes in the plane: large starts, small starts, starts near the teacher",
    summary: "Trajectories of |w_j| w_j, d = 2, m = 20, r = 3; how far directions turn, where they end.",
    seeds: (quick: 2, full: 20), run: runFigure1, draw: drawFigure1, claims: claimFigure1)

  /// A panel: its start, and the loss at which its students stop, in units of E f*^2 / 2.
  private struct Regime {
    let name: String
    let start: String
    let end: Double
  }
  private static let regimes = [
    Regime(name: "large start (NTK scale)", start: "ntk=1", end: 1e-2),
    Regime(name: "small start (mean field)", start: "small=0.001", end: 1e-2),
    Regime(name: "local convergence", start: "near=0.2", end: 1e-10),
  ]
  private static let degrees = [22.3, 58.3, 149.3]
  private static let students = 20

  private struct Task: ExperimentTask {
    let start: String
    let end: Double
    let seed: UInt64
  }

  private struct Figures: Codable, Sendable {
    /// Median over the units, in degrees up to sign.
    let turned: Double
    let largestTurn: Double
    /// |W - W_0|/|W_0|.
    let moved: Double
    /// The largest angle to the nearest teacher of a unit with a part in the output, in degrees, and the median one.
    let largestAngle: Double
    let medianAngle: Double
    let loss: Double
    let time: Double
    let reached: Bool
    let times: [Double]
    /// |w_j| w_j: at each time x_1, y_1, x_2, ...
    let path: [[Double]]
  }

  private static func runFigure1(_ context: ExperimentContext) throws -> Outcome {
    let tasks = regimes.flatMap { regime in
      (0..<context.seeds).map { Task(start: regime.start, end: regime.end, seed: UInt64($0)) }
    }
    let results = try context.map(tasks) { try figures($0) }
    var rows: [ExperimentRow] = []
    for (regime, group) in zip(regimes, grouped(zip(tasks, results).map { ($0.start, $1) })) {
      func add(_ metric: String, x: Double = 0, _ values: [Double]) {
        rows.append(ExperimentRow(panel: regime.name, series: regime.start, metric: metric, x: x, values: values))
      }
      add("turned", group.values.map(\.turned))
      add("largest turn", group.values.map(\.largestTurn))
      add("moved", group.values.map(\.moved))
      add("largest angle", group.values.map(\.largestAngle))
      add("median angle", group.values.map(\.medianAngle))
      add("loss", group.values.map(\.loss))
      add("time", group.values.map(\.time))
      add("reached", group.values.map { $0.reached ? 1 : 0 })
      // The picture is of the first start.
      for (time, place) in zip(group.values[0].times, group.values[0].path) { add("path", x: time, place) }
    }
    let findings = regimes.map { regime in
      func median(_ metric: String) -> String { short(rows.row(metric, panel: regime.name, x: 0)!.median) }
      return "\(regime.name), \(regime.start): directions turn by \(median("turned")) degrees (median unit; the most "
        + "\(median("largest turn"))), |W - W0|/|W0| = \(median("moved")); at the end the median unit is "
        + "\(median("median angle")) degrees from a teacher, the farthest \(median("largest angle"))."
    }
    return Outcome(
      rows: rows,
      settings: [
        "teacher": "unit vectors at 22.3, 58.3 and 149.3 degrees, read from the figure", "m": "\(students)",
        "method": "gradient flow of the population loss, tolerance 1e-8",
        "starts": "large: NTK scale, N(0, I) m^-1/4; small: N(0, 1e-6/2 I); local: near the teacher, noise 0.2. The "
          + "paper's are not known to us; a committee without signs has no lazy limit: that panel is the scale alone",
        "end": "L at 1 % of E f*^2/2 for the first two, at 1e-10 of it for the local one",
      ], findings: findings)
  }

  private static func figures(_ task: Task) throws -> Figures {
    let teacher = try Teacher.planar(degrees: degrees, unit: .abs)
    let scale = PopulationLoss(unit: .abs, teacher: teacher.weights, width: 1).value(of: Matrix(rows: 1, columns: 2))
    var settings = ImitationSettings(unit: .abs, dimension: 2)
    settings.teacher = .planar(degrees: degrees)
    settings.teachers = degrees.count
    settings.width = students
    settings.start = try StudentStart(text: task.start)
    settings.method = .flow(tolerance: 1e-8)
    settings.stopping = StudentStopping(loss: task.end * scale, iterations: 300_000)
    settings.recording = StudentRecording(pointsPerDecade: 40, trajectory: true)
    settings.seed = task.seed
    let student = try settings.train()[0]
    let end = Matrix(rows: students, columns: 2, elements: student.weights)
    let first = student.trajectory[0]
    func angle(_ w: [Double], _ j: Int) -> Double { atan2(w[2 * j + 1], w[2 * j]) }
    let turns = (0..<students).map { j -> Double in
      let turn = abs(remainder(angle(student.weights, j) - angle(first, j), .pi))
      return turn * 180 / .pi
    }
    let matching = Matching(of: end, to: teacher)
    let angles = matching.students.filter { !$0.isNegligible }.compactMap(\.angle).map { $0 * 180 / .pi }
    let distance = zip(student.weights, first).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    var reached = false
    if case .converged? = student.termination { reached = true }
    // Enough points for a smooth line: those at which some unit has moved by a hundredth since the last.
    var (times, path): ([Double], [[Double]]) = ([], [])
    for (point, weights) in zip(student.curve, student.trajectory) {
      let place = (0..<students).flatMap { j -> [Double] in
        let length = hypot(weights[2 * j], weights[2 * j + 1])
        return [length * weights[2 * j], length * weights[2 * j + 1]]
      }
      if let last = path.last, zip(last, place).allSatisfy({ abs($0 - $1) < 0.01 }),
        point.iteration < student.iteration
      {
        continue
      }
      times.append(point.time)
      path.append(place)
    }
    return Figures(
      turned: quantile(0.5, of: turns), largestTurn: turns.max()!,
      moved: (distance / first.reduce(0) { $0 + $1 * $1 }).squareRoot(), largestAngle: angles.max() ?? 90,
      medianAngle: quantile(0.5, of: angles), loss: student.loss, time: student.time, reached: reached,
      times: task.seed == 0 ? times : [], path: task.seed == 0 ? path : [])
  }

  private static func drawFigure1(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    let plots = regimes.map { regime -> Plot in
      let points = rows.filter { $0.panel == regime.name && $0.metric == "path" }.sorted { $0.x < $1.x }
      let paths = (0..<students).map { j in points.map { Point($0.values[2 * j], $0.values[2 * j + 1]) } }
      let reach = max(0.1, paths.joined().map { max(abs($0.x), abs($0.y)) }.max() ?? 0.1) * 1.1
      return Plot(
        title: regime.name, x: Axis(range: -reach...reach), y: Axis(range: -reach...reach),
        series: degrees.flatMap { angle -> [Series] in
          let tip = Point(cos(angle * .pi / 180), sin(angle * .pi / 180))
          return [.ray(nil, to: tip, isExtended: true), .ray(nil, to: Point(-tip.x, -tip.y), isExtended: true)]
        } + [.trajectories("students |w| w", paths)], aspect: .equal)
    }
    return [
      (
        "",
        .grid(
          PlotGrid(
            title: "Three regimes in the plane", subtitle: "20 students of 3 teachers, whose lines are grey",
            panels: plots, columns: 3, sharesY: false))
      )
    ]
  }

  private static func claimFigure1(_ rows: [ExperimentRow]) -> [Claim] {
    func row(_ metric: String, _ i: Int) -> ExperimentRow { rows.row(metric, panel: regimes[i].name, x: 0)! }
    func median(_ metric: String, _ i: Int) -> String { short(row(metric, i).median) }
    let source = "\(zhou), figure 1"
    let reached = regimes.indices.flatMap { row("reached", $0).values }
    return [
      Claim(
        "NTK scale: the loss is fitted while directions hardly turn", source: source, theirs: "a picture",
        ours: "until L is 1 % of its scale the median unit turns by \(median("turned", 0)) degrees, the farthest by "
          + "\(median("largest turn", 0)); lengths do move: |W - W0|/|W0| = \(median("moved", 0))",
        criterion: "the median unit by less than 10 degrees, median over starts", isMet: row("turned", 0).median < 10),
      Claim(
        "Small start: directions turn before the loss is fitted, far more than at NTK scale", source: source,
        theirs: "a picture",
        ours: "the median unit turns by \(median("turned", 1)) degrees, the farthest by \(median("largest turn", 1))",
        criterion: "the median unit at least three times as far as at NTK scale, median over starts",
        isMet: row("turned", 1).median >= 3 * row("turned", 0).median),
      Claim(
        "Local convergence: at the end every student is along a teacher", source: "\(zhou), theorem 3 and figure 1",
        theirs: "a picture",
        ours: "the farthest is \(median("largest angle", 2)) degrees off (median; at most "
          + "\(short(row("largest angle", 2).values.max()!))), \(median("turned", 2)) of turning; at NTK scale "
          + "\(median("largest angle", 0)), from a small start \(median("largest angle", 1))",
        criterion: "within 1 degree for every start; every flow at its goal",
        isMet: row("largest angle", 2).values.allSatisfy { $0 < 1 } && reached.allSatisfy { $0 == 1 }),
    ]
  }
}
