import ArgumentParser
import Foundation
import Shallows

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Apply a saved model to data.",
    discussion: "Prints CSV, a line for each sample: the class or the numbers predicted. With a target, accuracy goes to standard error.")

  @Argument(help: ArgumentHelp("A folder written by \"fit --save\".", valueName: "MODEL")) var model: String
  @OptionGroup(title: "Data") var data: DataOptions
  @Option(help: ArgumentHelp("Write the predictions to this file instead.", valueName: "FILE.csv")) var out: String?
  @Flag(help: "Print one JSON object instead.") var json = false

  private struct Report: Encodable {
    let samples: Int
    let accuracy: Double?
    let predictions: [String]
  }

  func run() throws {
    let model = try FittedModel(from: model)
    var data = data
    // Data without a target column are recognised by their width.
    if data.target == nil, let bare = try? openWithoutTarget(), bare.dimension == model.network.shape.inputs {
      data.target = "none"
    }
    let dataset = try data.open().training
    let outputs = try model.outputs(dataset)
    let classes = model.coding.classes
    let names: [String]
    let rows: [String]
    if let classes, let found = model.coding.classIndices(outputs) {
      names = ["class"]
      rows = found.map { quoted(classes[$0]) }
    } else if case .values(let targets, _, _) = model.coding {
      names = targets.map(quoted)
      rows = (0..<outputs.rows).map { outputs.row($0).map { "\($0)" }.joined(separator: ",") }
    } else {
      return
    }
    let hasTarget = dataset.target != .none
    let accuracy = hasTarget ? try model.coding.accuracy(
      model.network.predict(model.standardization.apply(dataset.inputs)), model.coding.encode(dataset)) : nil
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      let report = Report(samples: dataset.count, accuracy: accuracy, predictions: rows)
      print(String(decoding: try encoder.encode(report), as: UTF8.self))
      return
    }
    let text = ([names.joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
    if let out { try AtomicFile.write(text, to: out) } else { print(text, terminator: "") }
    if let accuracy { note(String(format: "%.2f %% of %d correct", 100 * accuracy, dataset.count)) }
  }

  private func openWithoutTarget() throws -> Dataset {
    var bare = data
    bare.target = "none"
    return try bare.open(purpose: .inspection).training
  }

  private func quoted(_ text: String) -> String {
    text.contains { ",\"\n\r".contains($0) } ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
  }
}
