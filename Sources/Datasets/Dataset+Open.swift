import Foundation
import LinearAlgebra

/// What a path gave: the data to train on and, where the source has one, its own test part.
public struct OpenedDataset: Equatable, Sendable {
  public var training: Dataset
  public var test: Dataset?

  public init(training: Dataset, test: Dataset? = nil) {
    self.training = training
    self.test = test
  }
}

extension Dataset {
  /// Opens whatever `path` names:
  ///
  /// - `digits`: the digits that ship with the library (unless a file of that name exists);
  /// - a folder with IDX files under MNIST's customary names, compressed or not, with a test part if it is there;
  /// - `.npz`: arrays of inputs and target, and `x_test` and its kin as test part; `.npy`: a matrix;
  /// - `.csv`, `.tsv`, `.txt`, `.data`, also with `.gz` added;
  /// - `.idx`, `...-ubyte`, also with `.gz` added: one IDX file, for images with the labels beside them.
  ///
  /// - Throws: ``DatasetError``, which names the file, the place, the value and what would be accepted.
  public static func open(_ path: String, target: String? = nil, options: ReadingOptions = ReadingOptions())
    throws -> OpenedDataset {
    var options = options
    if let target { options.target = target }
    var isDirectory: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    if path == "digits" && !exists { return OpenedDataset(training: try digits()) }
    guard exists else {
      throw DatasetError(.missingFile, file: path, found: "no such file or folder",
        accepted: "\"digits\", a folder of IDX files, or a file of type \(readableTypes)")
    }
    let opened: OpenedDataset
    let name = path.lowercased()
    if isDirectory.boolValue {
      opened = try readIDXFolder(path)
    } else if name.hasSuffix(".npz") {
      opened = try readNPZ(path, options)
    } else if name.hasSuffix(".npy") {
      opened = OpenedDataset(training: try readNPY(path, options))
    } else if isIDXName(name) {
      opened = OpenedDataset(training: try readIDXFile(path))
    } else if [".csv", ".tsv", ".txt", ".data"].contains(where: { name.hasSuffix($0) || name.hasSuffix($0 + ".gz") }) {
      opened = OpenedDataset(training: try readCSV(path, options))
    } else {
      throw DatasetError(.unknownFormat, file: path, found: "the file name \"\(fileName(path))\"",
        accepted: "a file of type \(readableTypes)")
    }
    if options.purpose == .training { try opened.training.checkForTraining(file: path) }
    return opened
  }

  private static let readableTypes = ".csv, .tsv, .npz, .npy, .idx or -ubyte (CSV and IDX also with .gz)"

  /// The last part of a path without the endings that tell its format.
  static func baseName(_ path: String) -> String {
    var name = fileName(path)
    for ending in [".gz", ".csv", ".tsv", ".txt", ".data", ".npz", ".npy", ".idx"]
    where name.lowercased().hasSuffix(ending) && name.count > ending.count {
      name.removeLast(ending.count)
    }
    return name
  }

  static func fileName(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }
}
