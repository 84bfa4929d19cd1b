import Foundation
import LinearAlgebra

extension Dataset {
  /// The 1,797 handwritten digits of 8 x 8 pixels, valued 0 to 16, that ship with the library; ten classes.
  ///
  /// Source: E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits" (1998), UCI Machine Learning
  /// Repository, doi 10.24432/C50P49, CC BY 4.0.
  /// - Throws: ``DatasetError`` if the resource has been separated from the executable.
  public static func digits() throws -> Dataset {
    let path = try resource("digits.npz")
    var digits = try readNPZ(path, ReadingOptions(task: .classification)).training
    guard digits.count == 1797, digits.dimension == 64 else {
      throw DatasetError(.badHeader, file: path, found: "\(digits.count) samples of \(digits.dimension) inputs",
        accepted: "the digits that ship with the library, 1797 of 64")
    }
    digits = Dataset(name: "digits", inputs: digits.inputs,
      inputNames: (0..<64).map { "pixel \($0 / 8),\($0 % 8)" }, inputShape: [8, 8], target: digits.target,
      source: "Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, "
        + "doi 10.24432/C50P49, CC BY 4.0")
    return digits
  }

  /// The path of a resource of this library.
  ///
  /// `Bundle.module` ends the process where it finds nothing, for one when an executable was moved to another machine
  /// without its resources. So the places are searched here: the environment's SHALLOWS_RESOURCES, beside the
  /// executable (links followed), ../share/shallows, the bundle of this code, and last the source tree.
  static func resource(_ name: String, environment: [String: String] = ProcessInfo.processInfo.environment)
    throws -> String {
    var folders: [URL] = []
    if let folder = environment["SHALLOWS_RESOURCES"] { folders.append(URL(fileURLWithPath: folder)) }
    let executable = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
    let own = Bundle(for: Token.self)
    for place in [Bundle.main.bundleURL, Bundle.main.resourceURL, executable, own.resourceURL, own.bundleURL,
      own.bundleURL.deletingLastPathComponent()] {
      guard let place else { continue }
      for bundle in ["resources", "bundle", "bundle/Contents/Resources"] {
        folders.append(place.appendingPathComponent("shallows_Datasets.\(bundle)/Resources"))
      }
    }
    if let executable { folders.append(executable.appendingPathComponent("../share/shallows")) }
    folders.append(URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Resources"))
    for folder in folders {
      let path = folder.appendingPathComponent(name).standardizedFileURL.path
      if FileManager.default.fileExists(atPath: path) { return path }
    }
    throw DatasetError(.missingFile, file: name, found: "no such resource of the library",
      accepted: "the folder shallows_Datasets.resources beside the executable, or its path in SHALLOWS_RESOURCES")
  }

  private final class Token {}
}
