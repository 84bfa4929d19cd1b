import Foundation
import LinearAlgebra

extension Dataset {
  /// Names under which inputs and targets are looked for, the earlier first, whatever their case.
  static let inputArrayNames = ["x", "data", "images", "inputs", "features", "x_train", "train_images", "train_x"]
  static let targetArrayNames = ["y", "target", "targets", "labels", "label", "class", "classes", "y_train",
    "train_labels", "train_y"]
  static let testInputNames = ["x_test", "test_images", "test_x"]
  static let testTargetNames = ["y_test", "test_labels", "test_y"]

  /// The array of the explicit name; without one, the first of the customary ones that is there, in any case.
  /// - Throws: ``DatasetError`` if there is no array of the explicit name.
  static func findArray(_ explicit: String?, customary: [String], among names: [String], file: String) throws
    -> String? {
    guard let explicit else {
      return customary.lazy.compactMap { name in names.first { $0.lowercased() == name } }.first
    }
    guard names.contains(explicit) else {
      throw DatasetError(.missingArray, file: file, found: "no array \"\(excerpt(explicit))\"",
        accepted: "one of " + listed(names))
    }
    return explicit
  }

  /// The first names, for messages.
  static func listed(_ names: [String]) -> String {
    names.prefix(20).map(excerpt).joined(separator: ", ") + (names.count > 20 ? ", ..." : "")
  }

  /// Reads an NPZ file: an array of inputs (n x anything), and one of targets (n, or n x k).
  ///
  /// Without explicit names the arrays are found by the customary ones. Test arrays (`x_test`, `y_test` and their kin)
  /// are used if the training arrays were not named explicitly.
  public static func readNPZ(_ path: String, _ options: ReadingOptions = ReadingOptions()) throws -> OpenedDataset {
    let archive = try NPZArchive(path: path)
    func find(_ explicit: String?, _ names: [String]) throws -> String? {
      try findArray(explicit, customary: names, among: archive.names, file: path)
    }
    guard let inputs = try find(options.inputs, inputArrayNames) else {
      throw DatasetError(.missingArray, file: path, found: "the arrays " + archive.listedNames,
        accepted: "inputs under one of the names \(inputArrayNames.joined(separator: ", ")), or named explicitly")
    }
    let none = options.target?.lowercased() == "none" && !archive.names.contains(options.target!)
    let target = none ? nil : try find(options.target, targetArrayNames)
    var parts = [(inputs, target)]
    if options.inputs == nil, options.target == nil || none, let test = try find(nil, testInputNames) {
      let testTarget = none || target == nil ? nil : try find(nil, testTargetNames)
      if target == nil || testTarget != nil { parts.append((test, testTarget)) }
    }
    let arrays = try parts.map { (try archive.array($0.0), try $0.1.map(archive.array)) }
    let targets = try makeTargets(arrays.map(\.1), names: parts.map(\.1), file: path, options)
    let datasets = try arrays.indices.map { k in
      try dataset(arrays[k].0, parts[k].0, targets[k], arrays[k].1?.shape.first, parts[k].1, path, options)
    }
    if datasets.count == 2, datasets[0].dimension != datasets[1].dimension {
      throw DatasetError(.countMismatch, file: path, at: .array(parts[1].0),
        found: "\(datasets[1].dimension) inputs per sample", accepted: "\(datasets[0].dimension), as in \(parts[0].0)")
    }
    return OpenedDataset(training: datasets[0], test: datasets.count == 2 ? datasets[1] : nil)
  }

  /// Reads an NPY file of samples in rows. The target is a column's number (1 the first, -1 the last), the path of a
  /// second `.npy` file, or nothing.
  public static func readNPY(_ path: String, _ options: ReadingOptions = ReadingOptions()) throws -> Dataset {
    let array = try NPYArray(path: path)
    let name = fileName(path)
    guard let target = options.target, target.lowercased() != "none" else {
      return try dataset(array, name, .none, nil, nil, path, options)
    }
    if target.lowercased().hasSuffix(".npy") {
      let values = try NPYArray(path: target)
      let targets = try makeTargets([values], names: [fileName(target)], file: target, options)
      return try dataset(array, name, targets[0], values.shape.first ?? 1, fileName(target), path, options)
    }
    let all = try dataset(array, name, .none, nil, nil, path, options)
    guard all.dimension > 1 else {
      throw DatasetError(.missingTarget, file: path, found: "one column", accepted: "at least one input and a target")
    }
    guard let number = Int(target), number != 0, abs(number) <= all.dimension else {
      throw DatasetError(.missingTarget, file: path, found: "the target \"\(excerpt(target))\"",
        accepted: "a column from 1 to \(all.dimension) (or -1 for the last), the path of an .npy file, or none")
    }
    let column = number > 0 ? number - 1 : all.dimension + number
    let kept = (0..<all.dimension).filter { $0 != column }
    let values = NPYArray(all.inputs.column(column), type: array.type)
    return Dataset(name: all.name,
      inputs: Matrix(rows: all.count, columns: kept.count) { all.inputs[$0, kept[$1]] },
      inputNames: kept.map { all.inputNames[$0] },
      target: try makeTargets([values], names: [all.inputNames[column]], file: path, options)[0], source: all.source)
  }

  /// Checks an array of inputs and joins it with its target.
  private static func dataset(_ array: NPYArray, _ name: String, _ target: Target, _ targetCount: Int?,
    _ targetName: String?, _ path: String, _ options: ReadingOptions) throws -> Dataset {
    guard !array.type.isText else {
      throw DatasetError(.notANumber, file: path, at: .array(name), found: "text (\(array.type.descriptor))",
        accepted: "numbers: inputs must be numbers")
    }
    guard array.count > 0, let rows = array.shape.first else {
      throw DatasetError(.empty, file: path, at: .array(name), found: "the shape \(array.shape)",
        accepted: "samples x inputs, at least one of each")
    }
    try checkFinite(array, name, path, options)
    if let targetCount, targetCount != rows {
      throw DatasetError(.countMismatch, file: path, at: .array(targetName ?? "target"),
        found: "\(targetCount) targets", accepted: "\(rows), one for each sample of \(name)")
    }
    let shape = array.shape.count > 1 ? Array(array.shape.dropFirst()) : [1]
    let inputs = Matrix(rows: rows, columns: shape.reduce(1, *), elements: array.values)
    return Dataset(name: baseName(path), inputs: inputs, inputShape: shape, target: target, source: fileName(path))
  }

  /// Decides between classes and values by the first array (training); the others follow.
  private static func makeTargets(_ arrays: [NPYArray?], names: [String?], file: String, _ options: ReadingOptions)
    throws -> [Target] {
    let present = arrays.compactMap { $0 }
    guard let first = present.first, present.count == arrays.count else { return arrays.map { _ in .none } }
    for (array, name) in zip(present, names) {
      let name = name ?? "target"
      guard array.count > 0, array.shape.count <= 2, let rows = array.shape.first else {
        throw DatasetError(.badHeader, file: file, at: .array(name), found: "the shape \(array.shape)",
          accepted: "one target, or one row of targets, for each sample")
      }
      let sameKind = array.type.isText == first.type.isText && array.count / rows == first.count / first.shape[0]
      guard sameKind, !array.type.isText || array.count == rows, !array.type.isText || options.task != .regression
      else {
        throw DatasetError(.notANumber, file: file, at: .array(name),
          found: "\(array.type.descriptor) of shape \(array.shape)",
          accepted: options.task == .regression ? "numbers" : "text labels, one for each sample, or numbers throughout")
      }
      try checkFinite(array, name, file, options)
    }
    if first.type.isText { return TargetInference.labels(present.map(\.strings)) }
    let single = first.count == first.shape[0]
    let automatic = first.type.kind == .bool || TargetInference.areClasses(first.values)
    if single, options.task == .classification || (options.task == .automatic && automatic),
      present.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) {
      return TargetInference.labels(present.map(\.values))
    }
    return zip(present, names).map { array, name in
      let columns = array.count / array.shape[0]
      let name = name ?? "y"
      return .values(Matrix(rows: array.shape[0], columns: columns, elements: array.values),
        names: columns == 1 ? [name] : (1...columns).map { "\(name)\($0)" })
    }
  }

  private static func checkFinite(_ array: NPYArray, _ name: String, _ file: String, _ options: ReadingOptions) throws {
    guard let bad = array.values.firstIndex(where: {
      !$0.isFinite && !($0.isNaN && options.purpose == .inspection)
    }) else { return }
    var (rest, index) = (bad, [Int]())
    for size in array.shape.reversed() {
      index.insert(rest % size, at: 0)
      rest /= size
    }
    let value = array.values[bad]
    throw DatasetError(value.isNaN ? .missingValue : .notFinite, file: file, at: .entry(array: name, index: index),
      found: "\(value)", accepted: "finite numbers")
  }
}
