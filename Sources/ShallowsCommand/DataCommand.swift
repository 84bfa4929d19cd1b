import ArgumentParser
import Foundation
import Shallows

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Tell what is in a data set: size, rank, constant columns, classes, missing values.")

  @OptionGroup(title: "Data") var data: DataOptions
  @Flag(help: "Print one JSON object instead of text.") var json = false

  private struct Report: Encodable {
    let summary: DatasetSummary
    let rank: Int?
    let constantColumns: Int
    let missing: Int
    let testSamples: Int?
    let source: String
  }

  func run() throws {
    let opened = try data.open(purpose: .inspection)
    let dataset = opened.training
    let summary = dataset.summary()
    let rank = summary.missing == 0 ? try inputRank(dataset.inputs) : nil
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let report = Report(
        summary: summary, rank: rank, constantColumns: summary.constantColumns.count, missing: summary.missing,
        testSamples: opened.test?.count, source: dataset.source)
      print(String(decoding: try encoder.encode(report), as: UTF8.self))
      return
    }
    var lines = [
      ("name", dataset.name),
      ("samples", "\(summary.samples)" + (opened.test.map { " and \($0.count) for testing" } ?? "")),
      (
        "inputs",
        "\(summary.inputs)"
          + (dataset.inputShape.count > 1 ? " (\(dataset.inputShape.map(String.init).joined(separator: " x ")))" : "")
      ),
      ("range", "\(summary.minimum.map(short) ?? "none") to \(summary.maximum.map(short) ?? "none")"),
      ("rank", rank.map { "\($0) of \(summary.inputs), columns centred" } ?? "unknown: values are missing"),
      ("constant", "\(summary.constantColumns.count) columns"),
      (
        "missing",
        summary.missing == 0 ? "none" : "\(summary.missing) values, first in sample \(summary.firstMissing! + 1)"
      ),
      ("target", target(dataset)),
    ]
    if !dataset.source.isEmpty { lines.append(("source", dataset.source)) }
    for (label, text) in lines { print(label.padding(toLength: 10, withPad: " ", startingAt: 0) + text) }
    for (label, count) in summary.classCounts.map({ ($0.name, $0.count) }).prefix(20) {
      print("          \(label): \(count)")
    }
    if summary.classCounts.count > 20 { print("          and \(summary.classCounts.count - 20) more") }
  }

  private func target(_ dataset: Dataset) -> String {
    switch dataset.target {
    case .none: "none"
    case .labels(_, let classes): "\(classes.count) classes"
    case .values(_, let names): "numbers: " + names.joined(separator: ", ")
    }
  }
}
