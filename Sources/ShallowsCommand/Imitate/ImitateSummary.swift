import Foundation
import Shallows

/// What `shallows imitate` prints for people: a few figures, where students ended, a picture, the guarantee.
struct ImitateSummary {
  let result: ImitationResult
  /// As given: basis, separated=30, a file.
  let teacherName: String
  let totalSeconds: Double
  let saved: String?

  private var settings: ImitationSettings { result.settings }
  private var outcomes: [StudentOutcome] { result.outcomes }

  func print() {
    var lines = [
      ("teacher", teacher), ("students", students), ("method", "\(methodText(settings)), until \(goals)"), ("end", end),
      ("loss", loss),
    ]
    if outcomes.count > 1 { lines.append(("spurious", spurious)) }
    if let first = outcomes.first(where: \.termination.isFailure), let hint = first.termination.hint {
      lines.append(("hint", hint))
    }
    if let saved { lines.append(("saved", saved)) }
    for (label, text) in lines { Swift.print(label.padding(toLength: 10, withPad: " ", startingAt: 0) + text) }
    Swift.print()
    show(outcomes.count == 1 ? matchingTable(outcomes[0]) : classTable())
    let plot = imitationPlot(result)
    if plot.series.contains(where: \.hasPoints) {
      Swift.print(
        TerminalPlot(
          plot, width: min(Terminal.width(1), 76), height: result.showsPlane ? 24 : 16, encoding: .detect(),
          usesColor: Terminal.usesColor(1)
        ).text())
    }
    if outcomes.count == 1 {
      Swift.print(outcomes[0].guarantee.title)
      guard !outcomes[0].guarantee.checks.isEmpty else { return }
      Swift.print(guaranteeTable(outcomes[0].guarantee).text(width: proseWidth, encoding: .detect()))
    } else {
      let counts = GuaranteeCounts(outcomes.map(\.guarantee))
      Swift.print("\(counts.title), over \(outcomes.count) seeds (measured and bound: medians; statements: of one)")
      Swift.print(counts.table().text(width: proseWidth, encoding: .detect()))
    }
  }

  private func show(_ table: (TextTable, String)?) {
    guard let (table, rest) = table else { return }
    Swift.print(table.text(width: proseWidth, encoding: .detect()), terminator: "")
    Swift.print(rest.isEmpty ? "" : rest + "\n")
  }

  // MARK: Lines

  private var teacher: String {
    let teacher = result.teacher
    let norms = teacher.normRange
    let lengths =
      norms.upperBound - norms.lowerBound < 1e-12 * norms.upperBound
      ? short(norms.upperBound) : "\(short(norms.lowerBound)) to \(short(norms.upperBound))"
    let apart = teacher.minimumAngle.map { ", \(short($0 * 180 / .pi)) degrees apart or more" } ?? ""
    return "\(teacherName): \(counted(teacher.count, "\(teacher.unit.rawValue) unit")) in R^\(teacher.dimension)"
      + "\(apart), of length \(lengths)"
  }

  private var students: String {
    let seeds = imitationSeeds
    return "\(outcomes.count) of \(counted(settings.width, "unit")), start \(settings.start), "
      + (seeds.count == 1 ? "seed \(seeds[0])" : "seeds \(seeds.first!) to \(seeds.last!)")
  }

  private var imitationSeeds: [UInt64] { outcomes.map(\.seed) }

  private var goals: String {
    let stopping = settings.stopping
    var goals: [String] = []
    if let gradient = stopping.gradient { goals.append("gradient \(short(gradient))") }
    if let loss = stopping.loss { goals.append("loss \(short(loss))") }
    if let time = stopping.time { goals.append("time \(short(time))") }
    return (goals + ["\(stopping.iterations) iterations"]).joined(separator: " or ")
  }

  private var end: String {
    if outcomes.count == 1 {
      let iterations = counted(outcomes[0].iterations, "iteration")
      return "\(outcomes[0].termination.message) (\(iterations), \(short(result.seconds)) s)"
    }
    let kinds = ["converged", "stopped", "failed"].compactMap { kind -> String? in
      let count = outcomes.count { $0.termination.kind == kind }
      return count > 0 ? "\(count) \(kind)" : nil
    }
    let iterations = Spread(outcomes.map { Double($0.iterations) })!
    let step = result.nanosecondsPerStep.map { "; \(short($0)) ns a step of a student" } ?? ""
    return "\(kinds.joined(separator: ", ")), after \(Int(iterations.lowest)) to \(Int(iterations.highest)) iterations "
      + "(median \(Int(iterations.median))); \(short(result.seconds)) s, \(short(totalSeconds)) s in all\(step)"
  }

  private var loss: String {
    guard let loss = Spread(outcomes.map(\.loss)) else { return "no number" }
    if outcomes.count == 1, let first = outcomes[0].student.curve.first?.loss {
      return "\(short(first)) -> \(String(format: "%.8g", outcomes[0].loss))"
    }
    if outcomes.count == 1 { return String(format: "%.8g", loss.median) }
    return "median \(short(loss.median)), lowest \(short(loss.lowest)), highest \(short(loss.highest))"
  }

  private var spurious: String {
    let found = result.spurious
    let lowest = found.map(\.loss).min().map { String(format: ", the lowest at %.8g", $0) } ?? ""
    return "\(found.count) of \(outcomes.count) are at rest with a loss of \(short(result.spuriousLoss)) or more"
      + lowest
  }

  // MARK: Tables

  private static let classLimit = 12, unitLimit = 20

  /// The places where students came to rest.
  private func classTable() -> (TextTable, String)? {
    guard !result.classes.isEmpty else { return nil }
    var table = TextTable([
      .init("loss", .right), .init("students", .right), .init("place"), .init("smallest eigenvalue of the Hessian"),
    ])
    for found in result.classes.prefix(Self.classLimit) {
      let end = found.representative
      table.append([
        String(format: "%.8g", end.loss), "\(found.count)", end.kind.rawValue,
        String(format: "%.8g", end.smallestEigenvalue),
      ])
    }
    let rest = result.classes.dropFirst(Self.classLimit)
    if rest.isEmpty { return (table, "") }
    return (table, "and \(rest.count) more, with \(counted(rest.reduce(0) { $0 + $1.count }, "student"))")
  }

  /// The units of a single student beside their teachers, the weightiest first.
  private func matchingTable(_ outcome: StudentOutcome) -> (TextTable, String)? {
    var table = TextTable([
      .init("unit", .right), .init("nearest teacher", .right), .init("degrees away", .right), .init("share", .right),
    ])
    let all = outcome.matching.students.enumerated()
    let units = all.filter { !$0.element.isNegligible }
      .sorted { ($1.element.share, $0.offset) < ($0.element.share, $1.offset) }
    for (j, unit) in units.prefix(Self.unitLimit) {
      table.append([
        "\(j + 1)", unit.teacher.map { "\($0 + 1)" } ?? "none", unit.angle.map { short($0 * 180 / .pi) } ?? "",
        String(format: "%.4f", unit.share),
      ])
    }
    var rest: [String] = []
    if units.count > Self.unitLimit { rest.append("and \(units.count - Self.unitLimit) more units of smaller share") }
    if units.count < outcome.matching.students.count {
      rest.append("\(counted(outcome.matching.students.count - units.count, "unit")) of next to no length")
    }
    if let end = outcome.end {
      let least = String(format: "%.8g", end.smallestEigenvalue)
      rest.append("\(end.kind.rawValue), smallest eigenvalue of the Hessian \(least)")
    }
    return (table, rest.joined(separator: "; "))
  }
}

/// "gd, step 0.1"
func methodText(_ settings: ImitationSettings) -> String {
  switch settings.method {
  case .descent(let step): "gd, step \(short(step))"
  case .backtracking(let initial): "backtracking, first step \(short(initial))"
  case .flow(let tolerance): "flow, tolerance \(short(tolerance))"
  case .freshSamples(let step, let batch): "sgd, step \(short(step)), \(counted(batch, "sample")) a step"
  }
}

/// "1 unit", "2 units"
func counted(_ n: Int, _ noun: String) -> String { "\(n) \(noun)\(n == 1 ? "" : "s")" }

extension Series {
  fileprivate var hasPoints: Bool {
    switch mark {
    case .line(let points, _): points.count > 1
    case .trajectories(let paths): paths.contains { $0.count > 1 }
    default: false
    }
  }
}
