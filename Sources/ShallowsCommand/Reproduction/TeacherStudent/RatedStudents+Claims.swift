import Foundation
import Shallows

/// What rows of long imitations say.
extension [ExperimentRow] {
  /// The rows of a metric in a panel, by width.
  func figures(_ metric: String, panel: String? = nil) -> [ExperimentRow] {
    filter { $0.metric == metric && (panel == nil || $0.panel == panel) }.sorted { $0.x < $1.x }
  }

  /// Losses against iterations of a panel, with a line of slope -3 above those that fall so.
  func lossPlot(_ panel: String) -> Plot {
    var series = Experiment.lines(self, panel: panel, metric: "loss", byMedian: true, floor: 1e-26)
    let ends = figures("exponent", panel: panel).filter { $0.median.isFinite }.compactMap { slow in
      filter { $0.panel == panel && $0.series == slow.series && $0.metric == "loss" }.max { $0.x < $1.x }
    }
    if let last = ends.max(by: { $0.median < $1.median }) {
      series.append(
        .line(
          "slope -3",
          [2.5, 1.25, 0].map { Point(last.x * pow(10, -$0), last.median * 10 * pow(10, 3 * $0)) }))
    }
    for i in series.indices { series[i].isMarked = false }
    return Plot(
      title: panel, x: Axis("iterations", scale: .log10), y: Axis("L", scale: .log10), series: series)
  }

  /// What is said of a panel's tails, width by width.
  func tails(_ panel: String) -> [String] {
    figures("exponent", panel: panel).map { row in
      let powers = row.values.filter(\.isFinite)
      let rates = self.row("rate", panel: panel, series: row.series, x: row.x)!.values.filter(\.isFinite)
      let final = self.row("final loss", panel: panel, series: row.series, x: row.x)!
      var text = "\(panel), \(row.series):"
      if !powers.isEmpty {
        let summary = SampleSummary(powers)
        text += " \(powers.count) of \(row.values.count) fall like t^-p, p = \(String(format: "%.3f", summary.median)) "
          + "(\(String(format: "%.3f to %.3f", summary.minimum, summary.maximum)));"
      }
      if !rates.isEmpty {
        text += " \(rates.count) of \(row.values.count) exponentially, rate \(short(SampleSummary(rates).median)) an "
          + "iteration;"
      }
      return text + " final loss \(short(final.median)) (median)."
    }
  }

  /// That the tail of a size is a power with an exponent near theirs.
  func tailClaim(
    _ statement: String, panel: String, width: Double, theirs: Double, source: String, criterion: String
  ) -> Claim {
    let name = String(format: "%.2f", -theirs)
    guard let row = row("exponent", panel: panel, x: width) else {
      return .notMeasured(statement, source: source, theirs: "t^\(name)", needs: "needs --full")
    }
    let powers = row.values.filter(\.isFinite)
    let summary = SampleSummary(powers)
    let (low, high) = (
      self.row("exponent from", panel: panel, x: width)!.values, self.row("exponent to", panel: panel, x: width)!.values
    )
    let enclosing = zip(low, high).count { $0 <= 3 && 3 <= $1 }
    return Claim(
      statement, source: source, theirs: "t^\(name)",
      ours: powers.isEmpty
        ? "no tail is a power"
        : String(format: "median t^%.3f, %.3f to %.3f; ", -summary.median, -summary.maximum, -summary.minimum)
          + "\(powers.count) of \(row.values.count) are powers, \(enclosing) intervals contain 3",
      criterion: criterion, isMet: powers.count == row.values.count && abs(summary.median - theirs) <= 0.1)
  }

  /// That the tail of a size is exponential, down to a loss.
  func linearClaim(_ statement: String, panel: String, width: Double, source: String, to goal: Double) -> Claim {
    guard let row = row("rate", panel: panel, x: width) else {
      return .notMeasured(statement, source: source, theirs: "linear rate", needs: "needs --full")
    }
    let rates = row.values.filter(\.isFinite)
    let final = self.row("final loss", panel: panel, x: width)!
    return Claim(
      statement, source: source, theirs: "linear rate",
      ours: "\(rates.count) of \(row.values.count) exponential"
        + (rates.isEmpty ? "" : ", rate \(short(SampleSummary(rates).median)) an iteration (median)")
        + "; largest final loss \(short(final.values.max()!))",
      criterion: "every student's tail exponential, and its loss at most \(short(goal))",
      isMet: rates.count == row.values.count && final.values.allSatisfy { $0 <= goal })
  }
}

extension Experiment {
  static let powerCriterion =
    "every tail a power; the median within 0.1 of theirs: the fit is over a decade of time, with corrections of order "
    + "t^-1/2"
}
