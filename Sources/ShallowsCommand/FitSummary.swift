import Foundation
import Shallows

/// What `shallows fit` prints for people: a few figures, the loss curve, the guarantee.
struct FitSummary {
  let result: FitResult
  let name: String
  /// The model's folder where the fit started at one.
  let start: String?
  let totalSeconds: Double
  let saved: String?

  func print() {
    let bound = result.widthBound
    let shape = result.network.shape
    let k = bound.outputs == 1 ? "" : "k"
    var lines: [(String, String)] = [
      (
        "data",
        "\(name): \(bound.samples) samples, \(shape.inputs) inputs (rank \(bound.rank) with the constant), \(outputs)"
      ),
      (
        "width",
        "\(shape.hidden) neurons; 2n\(k)/d = \(short(bound.twoNOverD)), 2n\(k)/rank = \(short(bound.twoNOverRank))"
      ),
      (
        "method",
        "\(result.settings.method.rawValue), \(result.settings.activation.rawValue), "
          + (start.map { "from \($0), " } ?? "") + "seed \(result.seed)"
      ),
      (
        "end",
        "\(result.termination.message) (\(result.iterations) \(result.settings.method.isStochastic ? "epochs" : "iterations"), \(short(result.seconds)) s)"
      ),
      ("loss", "\(short(result.loss.initial)) -> \(short(result.loss.final))"),
    ]
    if let accuracy = result.trainAccuracy { lines.append(("train", percent(accuracy) + " correct")) }
    if let accuracy = result.testAccuracy { lines.append(("test", percent(accuracy) + " correct")) }
    if let error = result.testError { lines.append(("test", "root mean square error \(short(error))")) }
    if let hint = result.termination.hint { lines.append(("hint", hint)) }
    if let saved {
      lines.append(("saved", "\(saved): model.safetensors, config.json, report.json, loss.svg, loss.csv"))
    }
    for (label, text) in lines { Swift.print(label.padding(toLength: 8, withPad: " ", startingAt: 0) + text) }
    Swift.print()
    if result.trace.points.count > 1 {
      Swift.print(
        TerminalPlot(
          lossPlot(result), width: min(Terminal.width(1), 76), height: 14, encoding: .detect(),
          usesColor: Terminal.usesColor(1)
        ).text())
    }
    Swift.print(result.guarantee.title)
    guard !result.guarantee.checks.isEmpty else { return }
    Swift.print(
      guaranteeTable(result.guarantee).text(
        width: proseWidth, encoding: .detect()))
  }

  private var outputs: String {
    if let classes = result.coding.classes { return "\(classes.count) classes" }
    return result.coding.outputs == 1 ? "1 number to predict" : "\(result.coding.outputs) numbers to predict"
  }
}

/// The guarantee as a table for the terminal.
func guaranteeTable(_ guarantee: Guarantee) -> TextTable {
  let isUTF8 = TerminalEncoding.detect() == .utf8
  var table = TextTable([
    .init("check"), .init("verdict"), .init("measured"), .init("bound"), .init("statement", wraps: true),
  ])
  for check in guarantee.checks {
    let mark =
      switch check.verdict {
      case .holds: isUTF8 ? "✓ " : "+ "
      case .fails: isUTF8 ? "✗ " : "x "
      case .vacuous: isUTF8 ? "– " : "- "
      }
    table.append([
      check.name, mark + check.verdict.rawValue, check.measured.map(short) ?? "", check.bound.map(short) ?? "",
      "\(check.statement) [\(check.source)]",
    ])
  }
  return table
}

/// How wide a table with sentences may be: as the terminal, within what is readable.
var proseWidth: Int { min(max(Terminal.width(1, fallback: 110), 60), 130) }

/// Four significant digits, as short as they come.
func short(_ x: Double) -> String { String(format: "%.4g", x) }

/// A share as percents with two decimals.
func percent(_ share: Double) -> String { String(format: "%.2f %%", 100 * share) }

/// A label and a text whose further lines stand below its first one.
func hangingLine(_ label: String, _ text: String) -> String {
  let indent = 10
  var lines: [String] = [], line = ""
  for word in text.split(separator: " ") {
    if !line.isEmpty, indent + line.count + 1 + word.count > proseWidth {
      lines.append(line)
      line = ""
    }
    line += (line.isEmpty ? "" : " ") + word
  }
  lines.append(line)
  return label.padding(toLength: indent, withPad: " ", startingAt: 0)
    + lines.joined(separator: "\n" + String(repeating: " ", count: indent))
}
