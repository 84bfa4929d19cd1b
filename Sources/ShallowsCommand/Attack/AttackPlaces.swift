import Foundation
import Shallows

/// The files that an attack writes and those that it reads, as they are on the disk.
///
/// What is written replaces what is there: so no output may fall on an input, nor on another output.
struct AttackPlaces {
  /// A file to be written, or a folder for some.
  private struct Output {
    /// "--images worst.svg"
    let option: String
    /// As the command line has it, and as the disk has it.
    let name: String
    let path: String
  }

  private var outputs: [Output] = []
  private let saved: String?

  init(_ files: AttackFiles, modelOut: String?) {
    saved = files.save
    func add(_ option: String, _ value: String?, _ names: (String) -> [String]) {
      guard let value else { return }
      outputs += names(value).map { Output(option: "\(option) \(value)", name: $0, path: Self.resolved($0)) }
    }
    func within(_ names: [String]) -> (String) -> [String] {
      { folder in names.map { (folder.hasSuffix("/") ? folder : folder + "/") + $0 } }
    }
    add("--save", files.save, within(AttackFiles.saved))
    add("--model-out", modelOut, within(["config.json", "model.safetensors", "report.json"]))
    add("--table", files.table) { [$0] }
    add("--images", files.images, Self.figure)
    add("--plot", files.plot, Self.figure)
  }

  /// The files of a figure: its name has the ending .svg, whether given or not.
  static func figure(_ path: String) -> [String] {
    let base = path.hasSuffix(".svg") ? String(path.dropLast(4)) : path
    return [base + ".svg", base + ".csv"]
  }

  /// - Throws: ``CommandError`` where an output falls on the data, lies in the model's folder, falls on another output,
  ///   or would replace the report of a saved model.
  func check(model: String, data: String) throws {
    let (modelPath, dataPath) = (Self.resolved(model), Self.resolved(data))
    for output in outputs {
      if !model.isEmpty, Self.holds(modelPath, output.path) {
        throw CommandError(
          "\(output.option): \(output.name) would be written into the folder of the model \(model); another place is "
            + "needed")
      }
      if Self.holds(dataPath, output.path), Self.isFile(dataPath) {
        throw CommandError("\(output.option): \(output.name) would replace the data \(data); another name is needed")
      }
    }
    for (i, output) in outputs.enumerated() {
      for other in outputs[..<i] where Self.holds(other.path, output.path) || Self.holds(output.path, other.path) {
        throw CommandError(
          "\(other.option) and \(output.option): both would write \(output.name); different names are needed")
      }
    }
    let model = ["config.json", "model.safetensors"]
    if let saved, model.allSatisfy({ FileManager.default.fileExists(atPath: saved + "/" + $0) }) {
      throw CommandError(
        "--save \(saved): this folder holds a model, whose report.json would be replaced; another folder is needed")
    }
  }

  /// Whether the second path is the first or lies within it.
  private static func holds(_ outer: String, _ inner: String) -> Bool {
    inner == outer || inner.hasPrefix(outer == "/" ? outer : outer + "/")
  }

  private static func isFile(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
  }

  /// The absolute path without symbolic links; what is not there yet keeps its name.
  private static func resolved(_ path: String) -> String {
    var head = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    var tail: [Substring] = []
    while true {
      if let real = realpath(head, nil) {
        defer { free(real) }
        var parts = String(cString: real).split(separator: "/")
        for part in tail.reversed() where part != "." {
          if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
      }
      let parts = head.split(separator: "/")
      guard let last = parts.last else { return path }
      tail.append(last)
      head = "/" + parts.dropLast().joined(separator: "/")
    }
  }
}
