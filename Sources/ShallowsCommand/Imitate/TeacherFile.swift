import Foundation
import Shallows

/// A teacher's weights from a file, a row for each unit.
enum TeacherFile {
  /// Reads a CSV file of numbers, with or without names on its first line; an NPY matrix; or of an NPZ file the array
  /// `teacher`, as `shallows imitate --save` writes it, or the only one.
  ///
  /// - Throws: `DatasetError` or ``CommandError``, which name the file, the place and the value.
  static func weights(_ path: String) throws -> Matrix<Double> {
    guard FileManager.default.fileExists(atPath: path) else {
      throw CommandError("--teacher \"\(path)\": there is no such file; \(TeacherArgument.forms)")
    }
    let name = path.lowercased()
    let weights: Matrix<Double>
    if name.hasSuffix(".npy") {
      weights = try matrix(NPYArray(path: path), path)
    } else if name.hasSuffix(".npz") {
      let archive = try NPZArchive(path: path)
      guard archive.names.contains("teacher") || archive.names.count == 1 else {
        throw CommandError(
          "\(path): found the arrays \(archive.names.joined(separator: ", ")); accepted: one named \"teacher\", or one "
            + "array alone")
      }
      weights = try matrix(archive.array(archive.names.contains("teacher") ? "teacher" : archive.names[0]), path)
    } else if [".csv", ".tsv", ".txt", ".data"].contains(where: { name.hasSuffix($0) || name.hasSuffix($0 + ".gz") }) {
      weights = try Dataset.readCSV(path, ReadingOptions(target: "none")).inputs
    } else {
      throw CommandError("--teacher \"\(path)\": a file ending in .csv, .tsv, .npy or .npz is accepted")
    }
    guard weights.rows > 0, weights.columns > 0 else {
      throw CommandError("\(path): found \(weights.rows) x \(weights.columns) weights; accepted: a row for each unit")
    }
    if let bad = weights.elements.firstIndex(where: { !$0.isFinite }) {
      throw CommandError(
        "\(path), unit \(bad / weights.columns + 1), weight \(bad % weights.columns + 1): found "
          + "\(weights.elements[bad]); accepted: a finite number")
    }
    return weights
  }

  private static func matrix(_ array: NPYArray, _ path: String) throws -> Matrix<Double> {
    guard !array.type.isText, array.shape.count == 2 else {
      throw CommandError(
        "\(path): found \(array.type.isText ? "text" : "numbers") of shape \(array.shape); accepted: a matrix of "
          + "numbers, units x inputs")
    }
    return Matrix(rows: array.shape[0], columns: array.shape[1], elements: array.values)
  }
}
