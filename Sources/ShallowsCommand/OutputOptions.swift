import ArgumentParser
import Foundation
import Shallows

/// The output options that all verbs share.
struct OutputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Keep the run in the store, among the runs of this experiment.", valueName: "NAME"))
  var record: String?

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  @Flag(help: "No progress.")
  var quiet = false

  @Flag(help: "Print the settings as JSON and stop.")
  var showConfig = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Threads (default: all processors). Results do not depend on it.", valueName: "N"))
  var jobs: Int?

  mutating func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs \(jobs): at least 1 is needed.") }
  }

  /// Applies the thread count.
  func prepareOutput() {
    if let jobs { Parallel.threads = jobs }
  }
}

/// Where verbs that can be continued keep what they need for it.
struct CheckpointOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Keep checkpoints in this folder (default: .shallows here).", valueName: "DIR"))
  var checkpoints: String = ".shallows"

  /// Refuses a place that cannot be written to before any work is done.
  func check() throws { try OutputPlace.checkFolder(checkpoints, option: "--checkpoints") }

  /// Where the checkpoint of a verb with these settings and data lies.
  func path(verb: String, key: String) -> String {
    checkpoints + "/\(verb)-" + Fingerprint(key).hexadecimal
  }
}

/// Where `shallows fit` writes.
struct FitFiles: ParsableArguments {
  @Option(help: ArgumentHelp("Write model, report and loss curve into this folder.", valueName: "DIR"))
  var save: String?

  @Option(help: ArgumentHelp("Write the loss curve as SVG, its data beside it as CSV.", valueName: "FILE.svg"))
  var plot: String?
}

/// Refuses places that cannot be written to before any work is done.
enum OutputPlace {
  /// Refuses a path that is no folder and cannot become one. Nothing is made yet, so that a failed run leaves nothing.
  static func checkFolder(_ path: String, option: String) throws {
    if path.isEmpty { throw CommandError("\(option): the name of the folder is empty") }
    var place = URL(fileURLWithPath: path).standardizedFileURL
    while !FileManager.default.fileExists(atPath: place.path), place.path != "/" {
      if let end = try? FileManager.default.destinationOfSymbolicLink(atPath: place.path) {
        throw CommandError(
          "\(option) \(path): \(place.path) is a link to \(end), which is not there; a folder is needed")
      }
      place.deleteLastPathComponent()
    }
    var isDirectory: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: place.path, isDirectory: &isDirectory)
    guard isDirectory.boolValue else {
      throw CommandError("\(option) \(path): \(place.path) is a file; a folder is needed")
    }
    guard isWritable(place.path) else {
      throw CommandError("\(option) \(path): the folder \(place.path) cannot be written to")
    }
  }

  /// Whether a file can be made in a folder. Permissions do not tell: nothing can be made in /proc, whoever asks.
  private static func isWritable(_ folder: String) -> Bool {
    guard FileManager.default.isWritableFile(atPath: folder) else { return false }
    let probe = folder + "/.\(UUID().uuidString).tmp"
    let file = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { return false }
    close(file)
    unlink(probe)
    return true
  }

  /// Refuses a file whose folder is not there or cannot be written to, and a folder of its name.
  static func checkFile(_ path: String, option: String) throws {
    if path.isEmpty { throw CommandError("\(option): the name of the file is empty") }
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
      throw CommandError("\(option) \(path): this is a folder; a file is needed")
    }
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard FileManager.default.fileExists(atPath: parent, isDirectory: &isDirectory), isDirectory.boolValue else {
      throw CommandError("\(option) \(path): there is no folder \(parent)")
    }
    guard isWritable(parent) else {
      throw CommandError("\(option) \(path): the folder \(parent) cannot be written to")
    }
  }
}
