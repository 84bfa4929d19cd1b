import ArgumentParser
import Foundation
import Shallows

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Apply a saved model to data.",
    discussion: """
      Prints CSV, a line for each sample: the class or the numbers predicted. With a target, the accuracy or the \
      root mean square error goes to standard error.
      """)

  @Argument(help: ArgumentHelp("A folder written by \"fit --save\" or \"recover --save\".", valueName: "MODEL")) var model: String
  @OptionGroup(title: "Data") var data: DataOptions
  @Option(help: ArgumentHelp("Write the predictions to this file instead.", valueName: "FILE.csv")) var out: String?
  @Flag(help: "Print one JSON object instead.") var json = false

  private struct Report: Encodable {
    let samples: Int
    let accuracy: Double?
    let rootMeanSquareError: Double?
    let columns: [String]
    let predictions: Predictions
  }

  /// Names of classes, or a row of numbers for each sample.
  private enum Predictions: Encodable {
    case classes([String])
    case values([[Double]])

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .classes(let names): try names.encode(to: encoder)
      case .values(let rows): try rows.encode(to: encoder)
      }
    }
  }

  func run() throws {
    let model = try FittedModel(from: model)
    let dataset = try open(for: model)
    let outputs = try model.outputs(dataset)
    let columns: [String]
    let predictions: Predictions
    let rows: [String]
    if let classes = model.coding.classes, let found = model.coding.classIndices(outputs) {
      columns = ["class"]
      predictions = .classes(found.map { classes[$0] })
      rows = found.map { csvField(classes[$0]) }
    } else {
      if case .values(let names, _, _) = model.coding { columns = names } else { columns = [] }
      let values = (0..<outputs.rows).map { Array(outputs.row($0)) }
      predictions = .values(values)
      rows = values.map { $0.map { "\($0)" }.joined(separator: ",") }
    }
    var (accuracy, error): (Double?, Double?) = (nil, nil)
    if dataset.target != .none {
      let targets = try model.coding.encode(dataset)
      accuracy = model.coding.accuracy(model.network.predict(model.standardization.apply(dataset.inputs)), targets)
      if accuracy == nil {
        let wanted = model.coding.decode(targets).elements
        let squares = zip(outputs.elements, wanted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let root = (squares / Double(wanted.count)).squareRoot()
        error = root.isFinite ? root : nil
      }
    }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      let report = Report(
        samples: dataset.count, accuracy: accuracy, rootMeanSquareError: error, columns: columns,
        predictions: predictions)
      print(String(decoding: try encoder.encode(report), as: UTF8.self))
      return
    }
    let text = ([columns.map(csvField).joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
    if let out { try AtomicFile.write(text, to: out) } else { print(text, terminator: "") }
    if let accuracy { note(String(format: "%.2f %% of %d correct", 100 * accuracy, dataset.count)) }
    if let error { note("root mean square error \(short(error)) over \(dataset.count)") }
  }

  /// Opens the data so that their inputs are the model's, in its order.
  ///
  /// Without --target the columns are told by the names that the model was fitted to: all others are the target. Names
  /// that are none of the model's leave the position to decide.
  private func open(for model: FittedModel) throws -> Dataset {
    var data = data
    // A few samples cannot tell classes from numbers; the model can.
    if data.task == .automatic { data.task = model.coding.classes == nil ? .regression : .classification }
    if data.target == nil {
      if let bare = try? openWithoutTarget(), bare.dimension == model.network.shape.inputs {
        // A target of its own, such as the array y beside x, is no input that is missing then.
        let whole = try? data.open(purpose: .inspection).training
        let hasTarget = whole.map { $0.dimension == bare.dimension && (try? model.coding.encode($0)) != nil } ?? false
        if !hasTarget { data.target = "none" }
      } else {
        data = data.following(model)
      }
    }
    // Predicting asks less of data than training: one sample, or a constant target, will do.
    var dataset = try data.open(purpose: .inspection).training
    let names = model.inputNames
    if data.target == nil, dataset.inputNames != names, dataset.dimension == names.count, names.count <= 200 {
      // The usual place of the target is not where it was when the model was fitted.
      for column in 1...(names.count + 1) {
        var other = data
        other.target = "\(column)"
        if let found = try? other.open(purpose: .inspection).training, found.inputNames == names {
          dataset = found
          break
        }
      }
    }
    dataset = dataset.inOrder(names)
    if let bad = dataset.inputs.elements.firstIndex(where: { !$0.isFinite }) {
      let (i, j) = (bad / dataset.dimension, bad % dataset.dimension)
      throw CommandError(
        "\(data.path), input \"\(dataset.inputNames[j])\" of sample \(i + 1): found \(dataset.inputs.elements[bad]); "
          + "accepted: a finite number")
    }
    return dataset
  }

  private func openWithoutTarget() throws -> Dataset {
    var bare = data
    bare.target = "none"
    return try bare.open(purpose: .inspection).training
  }
}
