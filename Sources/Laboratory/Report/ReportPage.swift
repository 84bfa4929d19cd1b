import Dynamics
import Foundation
import Mustache

extension Report {
  /// The page.
  ///
  /// - Complexity: reads every run's metrics once; some milliseconds for each run of a thousand iterations.
  public func html() throws -> String {
    let page = ReportPage(report: self)
    let library = MustacheLibrary(templates: try ReportTemplate.all.mapValues { try MustacheTemplate(string: $0) })
    guard let text = library.render(ReportPage.cleaned(page.context), withTemplate: "page") else {
      fatalError("the page's template is missing")
    }
    return text
  }

  /// Writes the page.
  ///
  /// - Throws: `AtomicFile.Failure` where the file cannot be written; it is then unchanged.
  public func write(to path: String) throws { try AtomicFile.write(html(), to: path) }
}

/// What the template is given: names and values, sections as lists.
struct ReportPage {
  typealias Context = [String: Any]

  /// Markup made here, which must not be escaped or cleaned again.
  struct Markup: MustacheCustomRenderable {
    let renderText: String
    var isNull: Bool { false }
  }

  let report: Report

  /// About the points that all curves of a page may have together: each costs some 200 bytes, drawn twice and listed.
  static let pointBudget = 14_000

  var context: Context {
    let experiments = report.experiments
    let lines = experiments.reduce(0) { sum, experiment in
      sum + min(experiment.configurations.count, Facets.lineLimit * Facets.panelLimit)
    }
    var context: Context = [
      "title": report.title,
      "overview": experiments.enumerated().map { overview($1, anchor: "experiment-\($0 + 1)") },
      "experiments": experiments.enumerated().map { i, experiment in
        ExperimentSection(
          experiment: experiment, anchor: "experiment-\(i + 1)", showsTimes: report.showsTimes, lines: lines
        ).context
      },
      "style": Markup(renderText: ReportTemplate.style),
      "version": RunEnvironment.programVersion,
      "times": report.showsTimes,
    ]
    if let date = report.date, report.showsTimes { context["date"] = date }
    if !report.damaged.isEmpty { context["damaged"] = ["messages": report.damaged] }
    return context
  }

  private func overview(_ experiment: ReportedExperiment, anchor: String) -> Context {
    let runs = experiment.runs
    var row: Context = [
      "anchor": anchor, "name": experiment.name, "verb": experiment.verbs.joined(separator: ", "),
      "configurations": experiment.configurations.count, "seeds": Set(runs.map(\.seed)).count, "runs": runs.count,
      "states": Self.states(experiment), "axes": experiment.axes.joined(separator: ", "),
    ]
    if report.showsTimes {
      row["first"] = runs.map(\.status.firstStarted).min() ?? ""
      row["last"] = runs.compactMap(\.status.finished).max() ?? ""
      row["spent"] = Self.duration(runs.reduce(0) { $0 + ($1.status.seconds ?? 0) })
    }
    return row
  }

  // MARK: Texts

  static func states(_ experiment: ReportedExperiment) -> [Context] {
    experiment.states.map { ["state": $0.state.rawValue, "count": $0.count, "class": Self.css($0.state)] }
  }

  static func css(_ state: RunStatus.State) -> String {
    switch state {
    case .completed: "good"
    case .failed: "bad"
    default: "open"
    }
  }

  /// Four significant digits.
  static func number(_ x: Double) -> String {
    if x.isNaN { return "–" }
    if x.isInfinite { return x > 0 ? "∞" : "−∞" }
    if x == x.rounded(), abs(x) < 1e6 { return "\(Int(x))".replacing("-", with: "−") }
    return String(format: "%.4g", x).replacing("-", with: "−")
  }

  static func range(_ range: ClosedRange<Double>?) -> String {
    guard let range else { return "" }
    let (low, high) = (number(range.lowerBound), number(range.upperBound))
    return low == high ? low : "\(low) … \(high)"
  }

  /// `3 h 12 min`, `4 min 5 s`, `0.21 s`.
  static func duration(_ seconds: Double) -> String {
    if seconds < 60 { return String(format: seconds < 10 ? "%.2f s" : "%.0f s", seconds) }
    let whole = Int(seconds.rounded())
    return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  /// Replaces characters that HTML forbids, wherever they are: the messages of programs may hold any.
  static func cleaned(_ value: Any) -> Any {
    switch value {
    case let text as String: cleaned(text)
    case let items as [Any]: items.map(cleaned)
    case let members as Context: members.mapValues(cleaned)
    default: value
    }
  }

  static func cleaned(_ text: String) -> String {
    func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.value {
      case 0x09, 0x0a: false
      // Controls, and the marks that turn the direction of all the text that follows.
      case ..<0x20, 0x7f...0x9f, 0x202a...0x202e, 0x2066...0x2069: true
      default: scalar.value & 0xfffe == 0xfffe
      }
    }
    guard text.unicodeScalars.contains(where: isForbidden) else { return text }
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { clean.append(isForbidden(scalar) ? "\u{fffd}" : scalar) }
    return String(clean)
  }

  /// Text as part of markup.
  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
  }
}
