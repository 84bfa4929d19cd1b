import ArgumentParser
import Foundation
import Shallows

/// Where `shallows attack` writes.
struct AttackFiles: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write report.json, outcomes.csv and attacked.npz (the inputs as moved, in the data's units) into this folder.",
      valueName: "DIR"))
  var save: String?

  @Option(
    help: ArgumentHelp("Write a row for each sample.", valueName: "FILE.csv|.jsonl"))
  var table: String?

  @Option(
    help: ArgumentHelp(
      "Of images: write the worst, with what was added and the result, as SVG; the pixels beside it as CSV.",
      valueName: "FILE.svg"))
  var images: String?

  @Option(help: ArgumentHelp("Write the curve as SVG, its data beside it as CSV.", valueName: "FILE.svg"))
  var plot: String?

  @Flag(help: "With --json: a row for each sample too.")
  var perSample = false

  mutating func validate() throws {
    if let table, ![".csv", ".jsonl"].contains(where: { table.lowercased().hasSuffix($0) }) {
      throw ValidationError("--table \"\(table)\": a name that ends in .csv or .jsonl is needed.")
    }
  }

  /// The files of `--save`.
  static let saved = ["report.json", "outcomes.csv", "attacked.npz"]

  /// Refuses, before any work is done, places that cannot be written to, and those where something would be lost.
  func check(model: String, data: String, modelOut: String?) throws {
    for (path, option) in [(save, "--save"), (modelOut, "--model-out")] {
      if let path { try OutputPlace.checkFolder(path, option: option) }
    }
    for (path, option) in [(table, "--table"), (images, "--images"), (plot, "--plot")] {
      if let path { try OutputPlace.checkFile(path, option: option) }
    }
    for (path, option) in [(images, "--images"), (plot, "--plot")] {
      for file in path.map(AttackPlaces.figure) ?? [] { try OutputPlace.checkFile(file, option: option) }
    }
    try AttackPlaces(self, modelOut: modelOut).check(model: model, data: data)
  }

  /// Writes what was asked for.
  ///
  /// - Returns: a line on each thing written.
  func write(_ measurement: AttackMeasurement, totalSeconds: Double) throws -> [(label: String, text: String)] {
    var lines: [(label: String, text: String)] = []
    let rows = AttackRows(measurement: measurement)
    if let save {
      try AtomicFile.makeFolder(save)
      try measurement.saveInputs(to: save + "/attacked.npz")
      try AtomicFile.write(rows.csv, to: save + "/outcomes.csv")
      let report = AttackReport(measurement: measurement, totalSeconds: totalSeconds)
      try AtomicFile.write(report.json.prettyText, to: save + "/report.json")
      lines.append(("saved", "\(save): " + Self.saved.joined(separator: ", ")))
    }
    if let table {
      try rows.write(to: table)
      lines.append(("table", table))
    }
    if let images {
      try attackImages(measurement).write(to: images)
      lines.append(("images", images))
    }
    if let plot {
      try attackPlot(measurement).write(to: plot)
      lines.append(("plot", plot))
    }
    return lines
  }
}

extension AttackMeasurement {
  /// Writes `x`, the inputs as they were moved, and `clean`, as they were, in the data's own units and shape; `y`, the
  /// targets, and of classes `before` and `after`.
  func saveInputs(to path: String) throws {
    let shape = [task.inputs.rows] + task.dataset.inputShape
    func pictures(_ matrix: Matrix<Double>) -> NPYArray { NPYArray(matrix.elements, shape: shape) }
    var arrays = [
      ("x", pictures(task.coordinates.inverse(result.attacked))), ("clean", pictures(task.dataset.inputs)),
    ]
    if task.classes != nil {
      let rows = AttackRows(measurement: self)
      func names(_ name: (Int) -> String?) -> NPYArray {
        let names = outcomes.indices.map { name($0) ?? "" }
        let numbers = names.compactMap { Int($0) }
        return numbers.count == names.count ? NPYArray(exactly: numbers) ?? NPYArray(names) : NPYArray(names)
      }
      arrays += [
        ("y", names { rows.target($0) }), ("before", names { rows.name(self.outcomes[$0].cleanClass) }),
        ("after", names { rows.name(self.outcomes[$0].attackedClass) }),
      ]
    } else {
      arrays.append(("y", NPYArray(task.model.coding.decode(task.targets))))
    }
    try NPZArchive.write(arrays, to: path)
  }
}
