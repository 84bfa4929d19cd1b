import Foundation
import Shallows

extension Experiment {
  /// The three regimes as pictures of the plane.
  static let zhouFigure1 = Experiment(
    name: "zhou-figure-1", title: "Three regimes in the plane: large starts, small starts, starts near the teacher",
    summary: "Trajectories of |w_j| w_j, d = 2, m = 20, r = 3; how far directions turn, where they end.",
    seeds: (quick: 2, full: 20), run: runFigure1, draw: drawFigure1, claims: claimFigure1)

  /// A panel: its start, and the losses at which its students are looked at, in units of E f*^2 / 2. They stop at the
  /// last; the picture ends at `shown`.
  private struct Regime {
    let name: String
    let start: String
    let levels: [Double]
    let shown: Double
  }
  private static let levels = [0.1, 0.01, 1e-3, 1e-4]
  private static let regimes = [
    Regime(name: "large start (NTK scale)", start: "ntk=1", levels: levels, shown: 0.1),
    Regime(name: "small start (mean field)", start: "small=0.001", levels: levels, shown: 0.1),
    Regime(name: "local convergence", start: "near=0.2", levels: [1e-3, 1e-4, 1e-10], shown: 1e-10),
  ]
  private static let degrees = [22.3, 58.3, 149.3]
  private static let students = 20

  private struct Task: ExperimentTask {
    let start: String
    let levels: [Double]
    let shown: Double
    let seed: UInt64
  }

  /// A student when its loss has come down to a level.
  private struct Look: Codable, Sendable {
    /// Median over the units, in degrees up to sign, and the largest.
    let turned: Double
    let largestTurn: Double
    /// |W - W_0|/|W_0|.
    let moved: Double
    /// The angle to the nearest teacher of units with a part in the output, in degrees: median and largest.
    let medianAngle: Double
    let largestAngle: Double
  }

  private struct Course: Codable, Sendable {
    /// One for each level that was reached.
    let looks: [Look]
    let times: [Double]
    /// |w_j| w_j: at each time x_1, y_1, x_2, ...
    let path: [[Double]]
  }

  private static func runFigure1(_ context: ExperimentContext) throws -> Outcome {
    let tasks = regimes.flatMap { regime in
      (0..<context.seeds).map {
        Task(start: regime.start, levels: regime.levels, shown: regime.shown, seed: UInt64($0))
      }
    }
    let results = try context.map(tasks) { try follow($0) }
    var rows: [ExperimentRow] = []
    for (regime, group) in zip(regimes, grouped(zip(tasks, results).map { ($0.start, $1) })) {
      func add(_ metric: String, x: Double, _ values: [Double]) {
        rows.append(ExperimentRow(panel: regime.name, series: regime.start, metric: metric, x: x, values: values))
      }
      for (i, level) in regime.levels.enumerated() {
        let looks = group.values.compactMap { i < $0.looks.count ? $0.looks[i] : nil }
        guard !looks.isEmpty else { continue }
        add("turned", x: level, looks.map(\.turned))
        add("largest turn", x: level, looks.map(\.largestTurn))
        add("moved", x: level, looks.map(\.moved))
        add("median angle", x: level, looks.map(\.medianAngle))
        add("largest angle", x: level, looks.map(\.largestAngle))
      }
      // The picture is of the first start.
      for (time, place) in zip(group.values[0].times, group.values[0].path) { add("path", x: time, place) }
    }
    let findings = rows.filter { $0.metric == "turned" }.map { row in
      func median(_ metric: String) -> String { short(rows.row(metric, panel: row.panel, x: row.x)!.median) }
      return "\(row.panel), L at \(short(row.x)) of E f*^2/2: directions have turned by \(short(row.median)) "
        + "degrees (median unit; the most \(median("largest turn"))), |W - W0|/|W0| = \(median("moved")); units are "
        + "\(median("median angle")) degrees from a teacher (median; the farthest \(median("largest angle")))."
    }
    return Outcome(
      rows: rows,
      settings: [
        "teacher": "unit vectors at 22.3, 58.3 and 149.3 degrees, read from the figure", "m": "\(students)",
        "method": "gradient flow of the population loss, tolerance 1e-8",
        "starts": "large: NTK scale, N(0, I) m^-1/4; small: N(0, 1e-6/2 I); local: near the teacher, noise 0.2. The "
          + "paper's are not known to us; a committee without signs has no lazy limit: that panel is the scale alone",
        "end": "the first two at L = 1e-4 E f*^2/2, drawn until 0.1 of it; the local one at 1e-10 of it",
      ], findings: findings)
  }

  private static func follow(_ task: Task) throws -> Course {
    let teacher = try Teacher.planar(degrees: degrees, unit: .abs)
    let scale = PopulationLoss(unit: .abs, teacher: teacher.weights, width: 1).value(of: Matrix(rows: 1, columns: 2))
    var settings = ImitationSettings(unit: .abs, dimension: 2)
    settings.teacher = .planar(degrees: degrees)
    settings.teachers = degrees.count
    settings.width = students
    settings.start = try StudentStart(text: task.start)
    settings.method = .flow(tolerance: 1e-8)
    settings.stopping = StudentStopping(loss: task.levels.last! * scale, iterations: 300_000)
    settings.recording = StudentRecording(pointsPerDecade: 40, trajectory: true)
    settings.seed = task.seed
    let student = try settings.train()[0]
    let (curve, trajectory) = (student.curve, student.trajectory)
    let looks = task.levels.compactMap { level in
      curve.firstIndex { $0.loss <= level * scale }.map { look(at: trajectory[$0], from: trajectory[0], teacher) }
    }
    guard task.seed == 0 else { return Course(looks: looks, times: [], path: []) }
    // Enough points for a smooth line: those at which some unit has moved by a hundredth since the last.
    var (times, path): ([Double], [[Double]]) = ([], [])
    for (point, weights) in zip(curve, trajectory) {
      let place = (0..<students).flatMap { j -> [Double] in
        let length = hypot(weights[2 * j], weights[2 * j + 1])
        return [length * weights[2 * j], length * weights[2 * j + 1]]
      }
      let isLast = point.loss <= task.shown * scale
      if let last = path.last, !isLast, zip(last, place).allSatisfy({ abs($0 - $1) < 0.01 }) { continue }
      times.append(point.time)
      path.append(place)
      if isLast { break }
    }
    return Course(looks: looks, times: times, path: path)
  }

  private static func look(at weights: [Double], from first: [Double], _ teacher: Teacher) -> Look {
    func angle(_ w: [Double], _ j: Int) -> Double { atan2(w[2 * j + 1], w[2 * j]) }
    let turns = (0..<students).map { abs(remainder(angle(weights, $0) - angle(first, $0), .pi)) * 180 / .pi }
    let matching = Matching(of: Matrix(rows: students, columns: 2, elements: weights), to: teacher)
    let angles = matching.students.filter { !$0.isNegligible }.compactMap(\.angle).map { $0 * 180 / .pi }
    let distance = zip(weights, first).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return Look(
      turned: quantile(0.5, of: turns), largestTurn: turns.max()!,
      moved: (distance / first.reduce(0) { $0 + $1 * $1 }).squareRoot(), medianAngle: quantile(0.5, of: angles),
      largestAngle: angles.max() ?? 90)
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
            title: "Three regimes in the plane",
            subtitle: "|w| w of 20 students; teachers are dashed; until L is at 10 %, 10 % and 1e-10 of E f*^2/2",
            panels: plots, columns: 3, sharesY: false))
      ),
      (
        "-turns",
        .plot(
          Plot(
            title: "How far directions have turned when the loss has come down so far",
            subtitle: "median unit; median over starts, band between quartiles",
            x: Axis("L in units of E f*^2/2", scale: .log10), y: Axis("degrees"),
            series: regimes.flatMap { lines(rows, panel: $0.name, metric: "turned", byMedian: true) }))
      ),
    ]
  }

  private static func claimFigure1(_ rows: [ExperimentRow]) -> [Claim] {
    func row(_ metric: String, _ i: Int, _ level: Double) -> ExperimentRow {
      rows.row(metric, panel: regimes[i].name, x: level)
        ?? ExperimentRow(panel: regimes[i].name, series: "", metric: metric, x: level, values: [.nan])
    }
    func median(_ metric: String, _ i: Int, _ level: Double) -> String { short(row(metric, i, level).median) }
    let source = "\(zhou), figure 1"
    let (large, small) = (row("turned", 0, 0.1), row("turned", 1, 0.1))
    let local = row("largest angle", 2, 1e-10)
    return [
      Claim(
        "NTK scale: nine tenths of the loss go while directions hardly turn", source: source, theirs: "a picture",
        ours: "the median unit turns by \(short(large.median)) degrees, the farthest by "
          + "\(median("largest turn", 0, 0.1)); lengths move, |W - W0|/|W0| = \(median("moved", 0, 0.1)); the "
          + "rest turns them, \(median("turned", 0, 1e-4)) degrees at L = 1e-4",
        criterion: "the median unit by less than 5 degrees, median over starts", isMet: large.median < 5),
      Claim(
        "Small start: directions turn while the loss is fitted, far more than at NTK scale", source: source,
        theirs: "a picture",
        ours: "the median unit turns by \(short(small.median)) degrees, the farthest by "
          + median("largest turn", 1, 0.1),
        criterion: "the median unit at least three times as far as at NTK scale, median over starts",
        isMet: small.median >= 3 * large.median),
      Claim(
        "Local convergence: at the end every student is along a teacher", source: "\(zhou), theorem 3 and figure 1",
        theirs: "a picture",
        ours: "the farthest is \(short(local.median)) degrees off (median; at most "
          + "\(short(local.values.max()!))), after \(median("turned", 2, 1e-10)) of turning (median unit)",
        criterion: "within 1 degree, for every start", isMet: local.values.allSatisfy { $0 < 1 }),
    ]
  }
}
