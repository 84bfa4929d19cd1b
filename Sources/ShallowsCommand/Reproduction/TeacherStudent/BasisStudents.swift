import Shallows

/// ReLU students of the standard basis of R^k, and how many of them end in spurious minima.
///
/// A task is a whole batch of students: single ones take milliseconds.
struct BasisStudents: ExperimentTask {
  /// k, of the teacher's units as of the inputs.
  let dimension: Int
  /// n.
  let width: Int
  let step: Double
  /// Students end where max |2 pi dL/dw| is at most this,
  let gradient: Double
  /// or where L is at most this: the loss does not rise again, so they are not spurious.
  let loss: Double?
  let students: Int
  /// Of the first student; the others count on from it.
  let seed: UInt64

  /// A student at rest with a loss of at least this has found a spurious minimum.
  static let spuriousLoss = 1e-3
  /// Students that have not come to rest by then count as unfinished; of those measured the slowest took 3e5.
  static let longest = 20_000_000

  struct Ends: Codable, Sendable {
    let students: Int
    let spurious: Int
    let unfinished: Int
    let steps: Int
    /// The different losses of the spurious, lowest first, and how many students have each.
    let classes: [Class]
    /// The lowest of them, refined.
    let lowest: [Refined]
  }

  struct Class: Codable, Sendable {
    let loss: Double
    var count: Int
  }

  struct Refined: Codable, Sendable {
    let loss: Double
    let largestGradient: Double
    let smallestEigenvalue: Double
    let kind: EndPoint.Kind
    let weights: [Double]
  }

  var settings: ImitationSettings {
    var settings = ImitationSettings(unit: .relu, dimension: dimension)
    settings.width = width
    settings.start = .gaussian(scale: 1)
    settings.method = .descent(step: step)
    settings.stopping = StudentStopping(gradient: gradient / (2 * .pi), loss: loss, iterations: Self.longest)
    settings.recording = .none
    settings.seeds = students
    settings.seed = seed
    return settings
  }

  /// - Parameter refined: how many of the different losses, from the lowest on, are carried on to the critical point.
  func run(refined: Int) throws -> Ends {
    let all = try settings.train()
    let atRest = all.filter { if case .converged? = $0.termination { true } else { false } }
    let spurious = atRest.filter { $0.loss >= Self.spuriousLoss }.sorted { $0.loss < $1.loss }
    let population = PopulationLoss(unit: .relu, teacher: .identity(dimension), width: width)
    var classes: [Class] = []
    var lowest: [Refined] = []
    for student in spurious {
      if let last = classes.last, student.loss - last.loss <= Self.tolerance {
        classes[classes.count - 1].count += 1
        continue
      }
      classes.append(Class(loss: student.loss, count: 1))
      guard lowest.count < refined else { continue }
      let end = try EndPoint(
        refining: Matrix(rows: width, columns: dimension, elements: student.weights), of: population)
      lowest.append(
        Refined(
          loss: end.loss, largestGradient: end.largestGradient, smallestEigenvalue: end.smallestEigenvalue,
          kind: end.kind, weights: end.weights.elements))
    }
    return Ends(
      students: all.count, spurious: spurious.count, unfinished: all.count - atRest.count,
      steps: all.reduce(0) { $0 + $1.iteration }, classes: classes, lowest: lowest)
  }

  /// Losses of students at rest are known to about gradient^2 / eigenvalue, far below the gaps between classes.
  fileprivate static let tolerance = 1e-8

  /// One batch after the other up to `students` in all.
  static func batches(
    dimension: Int, width: Int, step: Double, gradient: Double, loss: Double?, students: Int, size: Int
  ) -> [BasisStudents] {
    stride(from: 0, to: students, by: size).map { first in
      BasisStudents(
        dimension: dimension, width: width, step: step, gradient: gradient, loss: loss,
        students: min(size, students - first), seed: UInt64(first))
    }
  }
}

extension BasisStudents.Ends {
  /// Several batches of the same students as one.
  init(joining parts: [BasisStudents.Ends]) {
    students = parts.reduce(0) { $0 + $1.students }
    spurious = parts.reduce(0) { $0 + $1.spurious }
    unfinished = parts.reduce(0) { $0 + $1.unfinished }
    steps = parts.reduce(0) { $0 + $1.steps }
    classes = parts.flatMap(\.classes).sorted { $0.loss < $1.loss }.reduce(into: []) { classes, next in
      if let last = classes.last, next.loss - last.loss <= BasisStudents.tolerance {
        classes[classes.count - 1].count += next.count
      } else {
        classes.append(next)
      }
    }
    lowest = parts.flatMap(\.lowest).sorted { $0.loss < $1.loss }.reduce(into: []) { lowest, next in
      if let last = lowest.last, next.loss - last.loss <= BasisStudents.tolerance { return }
      lowest.append(next)
    }
  }

  var tally: Tally { Tally(hits: spurious, of: students) }

  /// What the ledger needs of them, as rows at x = k: counts, mean steps, the lowest losses with their counts, and the
  /// refined ones with gradient and smallest eigenvalue.
  func rows(panel: String, series: String, dimension k: Int) -> [ExperimentRow] {
    func row(_ metric: String, _ values: [Double]) -> ExperimentRow {
      ExperimentRow(panel: panel, series: series, metric: metric, x: Double(k), values: values)
    }
    var rows = [
      row("students", [Double(students)]), row("spurious", [Double(spurious)]),
      row("unfinished", [Double(unfinished)]), row("steps a student", [Double(steps) / Double(max(students, 1))]),
    ]
    guard spurious > 0 else { return rows }
    rows.append(row("spurious losses", classes.prefix(5).map(\.loss)))
    rows.append(row("spurious counts", classes.prefix(5).map { Double($0.count) }))
    if !lowest.isEmpty {
      rows.append(row("refined losses", lowest.map(\.loss)))
      rows.append(row("refined gradients", lowest.map(\.largestGradient)))
      rows.append(row("refined smallest eigenvalues", lowest.map(\.smallestEigenvalue)))
      rows.append(row("refined strict minima", lowest.map { $0.kind == .minimum ? 1 : 0 }))
    }
    return rows
  }
}

extension [ExperimentRow] {
  /// Spurious students of all, at k.
  func tally(panel: String, _ k: Int) -> Tally? {
    guard let all = row("students", panel: panel, x: Double(k)), let hits = row("spurious", panel: panel, x: Double(k))
    else { return nil }
    return Tally(hits: Int(hits.values[0]), of: Int(all.values[0]))
  }

  /// The places at which students of a panel were counted.
  func places(panel: String) -> [Int] {
    filter { $0.panel == panel && $0.metric == "students" }.map { Int($0.x) }.sorted()
  }

  /// Percent spurious against k, with Wilson's 95 % intervals.
  func shares(panel: String) -> Series {
    let places = places(panel: panel)
    let intervals = places.map { k -> ConfidenceInterval in
      let tally = tally(panel: panel, k)!
      return .wilson(successes: tally.hits, of: tally.of)
    }
    return .line(
      panel, zip(places, intervals).map { Point(Double($0), 100 * $1.estimate) },
      band: (lower: intervals.map { 100 * $0.lower }, upper: intervals.map { 100 * $0.upper }))
  }

  /// Published shares held against ours: one claim for a panel.
  func claim(
    _ statement: String, panel: String, source: String, theirs: [(k: Int, percent: Double)], of count: Int
  ) -> Claim {
    let published = theirs.map { ($0.k, Tally(hits: Int(($0.percent / 100 * Double(count)).rounded()), of: count)) }
    let listed = published.map { "\($0): \($1.percent)" }.joined(separator: ", ")
    let measured = published.compactMap { k, theirs in tally(panel: panel, k).map { (k, theirs, $0) } }
    guard !measured.isEmpty else {
      return .notMeasured(statement, source: source, theirs: "k = \(listed)", needs: "needs --full")
    }
    let unfinished = filter { $0.panel == panel && $0.metric == "unfinished" }.reduce(0) { $0 + $1.values[0] }
    let apart = measured.filter { !$2.agrees(with: $1) }
    return Claim(
      statement, source: source, theirs: "k = \(listed); of \(count) each",
      ours: "k = " + measured.map { "\($0): \($2.percent)" }.joined(separator: ", ")
        + "; of \(measured[0].2.of) each, \(Int(unfinished)) unfinished"
        + (apart.isEmpty ? "" : "; apart at k = " + apart.map { "\($0.0)" }.joined(separator: ", ")),
      criterion: "no difference, both being samples, beyond three standard errors (Newcombe's interval at 99.73 %); "
        + "every student at rest",
      isMet: apart.isEmpty && unfinished == 0)
  }
}
