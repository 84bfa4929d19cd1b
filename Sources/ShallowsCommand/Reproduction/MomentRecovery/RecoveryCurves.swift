import Foundation
import Shallows

/// A figure of the paper: errors of W and A against something, theirs beside ours.
struct RecoveryCurves: Sendable {
  /// A place on the axis of a panel and what is recovered there.
  struct Place: Sendable {
    let panel: String
    let x: Double
    /// At most so many seeds, where each takes long.
    var most = Int.max
    let task: @Sendable (_ seed: UInt64) -> PlantedRecovery
  }

  /// A point of theirs, read off the plot.
  struct Published {
    let panel: String
    let x: Double
    let metric: String
    let value: Double
  }

  static let metrics = ["W error", "A error"]

  /// Recovers at all places, as many seeds as the context says.
  static func run(_ places: [Place], _ context: ExperimentContext) throws -> [ExperimentRow] {
    let tasks = places.map { place in (0..<min(context.seeds, place.most)).map { place.task(UInt64($0)) } }
    let results = try context.map(tasks.flatMap { $0 }) { try $0.run() }
    var (rows, first): ([ExperimentRow], Int) = ([], 0)
    for (place, group) in zip(places, tasks) {
      rows += PlantedRecovery.rows(
        panel: place.panel, x: place.x, group[0].forms, Array(results[first..<first + group.count]))
      first += group.count
    }
    return rows
  }

  /// One row of panels for W, one for A.
  static func picture(
    _ rows: [ExperimentRow], title: String, x: Axis, published: [Published]
  ) -> Experiment.Picture {
    // Without noise refined errors are rounding, drawn at the foot of the axis.
    let floor = 1e-6
    let panels = metrics.flatMap { metric in
      rows.panels.map { panel in
        let theirs = published.filter { $0.panel == panel && $0.metric == metric }
        return Plot(
          title: "\(metric), \(panel)", x: x, y: Axis("summed squared error", scale: .log10),
          series: Experiment.lines(rows, panel: panel, metric: metric, byMedian: true, floor: floor)
            + [.scatter("Ge et al.", theirs.map { Point($0.x, $0.value) })])
      }
    }
    return .grid(
      PlotGrid(
        title: title, subtitle: "medians over seeds, bands between quartiles; errors below 1e-6 are drawn there",
        panels: panels, columns: rows.panels.count))
  }

  /// One claim for each of their points, and one for the practical form alone.
  static func claims(
    _ rows: [ExperimentRow], figure: String, published: [Published], practicalAlone: Bool
  ) -> [Claim] {
    let source = "\(Experiment.ge), \(figure)"
    func row(_ point: Published, _ form: RecoveryForm) -> ExperimentRow? {
      rows.row(point.metric, panel: point.panel, series: form.name, x: point.x)
    }
    func text(_ row: ExperimentRow) -> String { "\(row.medianText), mean \(threeDigits(row.mean))" }
    func name(_ point: Published) -> String { "\(point.metric), \(point.panel), at \(threeDigits(point.x))" }
    var claims = published.map { point -> Claim in
      let theirs = "\(short(point.value)), mean of 5"
      guard let refined = row(point, .refined), let practical = row(point, .practical) else {
        return .notMeasured(name(point), source: source, theirs: theirs, needs: "needs --full")
      }
      return Claim(
        name(point), source: source, theirs: theirs,
        ours: "refined \(text(refined)); practical \(text(practical)); \(refined.values.count) seeds",
        criterion: "the refined form's median at most theirs", isMet: refined.median <= point.value)
    }
    if practicalAlone {
      let measured = published.filter { row($0, .practical) != nil }
      let above = measured.filter { row($0, .practical)!.median > $0.value }
      claims.append(
        Claim(
          "The practical form alone beats the paper's points", source: source, theirs: "\(published.count) points",
          ours: "\(measured.count - above.count) of \(measured.count)"
            + (above.isEmpty ? "" : "; not " + above.map(name).joined(separator: "; ")),
          criterion: "the practical form's median at most theirs in each",
          verdict: measured.count < published.count ? .inconclusive : above.isEmpty ? .confirmed : .notConfirmed))
    }
    return claims
  }

  /// What each panel shows, form by form.
  static func findings(_ rows: [ExperimentRow], unit: String) -> [String] {
    rows.panels.flatMap { panel in
      metrics.map { metric in
        let chosen = rows.filter { $0.panel == panel && $0.metric == metric }
        let lines = grouped(chosen.map { ($0.series, $0) }).map { series, line in
          "\(series) " + line.sorted { $0.x < $1.x }.map { "\(threeDigits($0.median)) at \(threeDigits($0.x))" }
            .joined(separator: ", ")
        }
        return "\(metric), \(panel), against \(unit): " + lines.joined(separator: "; ") + "."
      }
    }
  }
}
