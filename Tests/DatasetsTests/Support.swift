import Foundation
import Testing

@testable import Datasets

/// The path of a file in Fixtures, which Scripts/make-dataset-fixtures.py writes with NumPy.
func fixture(_ name: String) -> String {
  (Bundle.module.resourceURL ?? Bundle.module.bundleURL).appendingPathComponent("Fixtures/" + name).path
}

/// The elements of the 4 x 3 arrays in Fixtures: base[i, j] = 10 i + j - 7.
let base: [Double] = [-7, -6, -5, 3, 4, 5, 13, 14, 15, 23, 24, 25]

/// The data folder that may lie beside the repository.
let sharedData = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("../../../shared/data").standardizedFileURL.path
let hasMNIST = FileManager.default.fileExists(atPath: sharedData + "/mnist")
let hasOmniglot = FileManager.default.fileExists(atPath: sharedData + "/omniglot")

/// The error that the body throws; a failed expectation if it throws none.
func datasetError(_ location: SourceLocation = #_sourceLocation, _ body: () throws -> Void) -> DatasetError? {
  do {
    try body()
    Issue.record("no error was thrown", sourceLocation: location)
    return nil
  } catch {
    guard let error = error as? DatasetError else {
      Issue.record("\(error) is no DatasetError", sourceLocation: location)
      return nil
    }
    return error
  }
}

/// A folder of its own for the body, removed afterwards.
func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shallows-" + UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}
