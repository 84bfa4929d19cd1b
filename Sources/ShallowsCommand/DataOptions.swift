import ArgumentParser
import Shallows

/// How a data set is named and read, for every verb that takes one.
struct DataOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The data: \"digits\" (built in), a CSV, NPZ, NPY or IDX file, or a folder of IDX files.", valueName: "DATA"))
  var path: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The target: a column's name or number, an array's name, or \"parity\" (odd or even labels).", valueName: "T"))
  var target: String?

  @Option(help: ArgumentHelp("What the target is: automatic, classification or regression.", valueName: "kind"))
  var task: ReadingOptions.Task = .automatic

  @Option(parsing: .unconditional, help: ArgumentHelp("Use only the first N samples.", valueName: "N"))
  var samples: Int?

  mutating func validate() throws {
    if let samples, samples < 1 { throw ValidationError("--samples \(samples): at least 1 is needed.") }
  }

  /// Reads the data, takes the first samples and the parity where these are asked for.
  func open(purpose: ReadingOptions.Purpose = .training) throws -> OpenedDataset {
    if path.isEmpty { throw CommandError("the name of the data is empty; give \"digits\", a file or a folder") }
    let parity = target == "parity"
    var options = ReadingOptions(target: parity ? nil : target, task: task)
    options.purpose = purpose
    var opened = try Dataset.open(path, options: options)
    if parity {
      guard let training = opened.training.parity() else {
        throw CommandError("\(path): --target parity needs labels that are whole numbers")
      }
      opened = OpenedDataset(training: training, test: opened.test?.parity())
    }
    if let samples {
      guard samples <= opened.training.count else {
        throw CommandError("\(path): --samples \(samples), but there are only \(opened.training.count)")
      }
      opened.training = opened.training.prefix(samples)
      if purpose == .training { try opened.training.checkForTraining(file: "\(path), the first \(samples)") }
    }
    return opened
  }
}

extension ReadingOptions.Task: ExpressibleByArgument {}

/// An error of the command line itself, in a sentence.
struct CommandError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
