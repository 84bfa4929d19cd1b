import Foundation

/// A run put down, to be taken up again: the method's state, the trace so far, the time spent, and the fingerprint of
/// the configuration that they belong to.
///
/// A file of JSON, written to a temporary name and renamed, so that there is always a whole one.
public struct Checkpoint<State: MethodState>: Codable, Sendable {
  public static var version: Int { 1 }

  public let version: Int
  /// Whatever identifies method, problem and hyper-parameters; resuming under another is refused.
  public let fingerprint: String
  public let state: State
  public let trace: Trace
  public let seconds: Double

  public init(fingerprint: String, state: State, trace: Trace, seconds: Double) {
    version = Self.version
    self.fingerprint = fingerprint
    self.state = state
    self.trace = trace
    self.seconds = seconds
  }

  /// Writes the checkpoint over `path`, whole or not at all.
  ///
  /// The folder is made if there is none: a run with nothing to save leaves nothing, and another run that ends in the
  /// same folder and clears it away does no harm.
  public func write(to path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    if !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    try AtomicFile.write(Array(encoder.encode(self)), to: path)
  }

  /// Reads a checkpoint back; `nil` where there is no file.
  ///
  /// - Throws: ``CheckpointError`` when the file is damaged, of another version, or of another configuration.
  public static func read(from path: String, fingerprint: String) throws -> Checkpoint? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let checkpoint: Checkpoint
    do {
      checkpoint = try decoder.decode(Checkpoint.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw CheckpointError.unreadable(path: path, reason: "\(error)")
    }
    guard checkpoint.version == version else {
      throw CheckpointError.version(path: path, found: checkpoint.version, expected: version)
    }
    guard checkpoint.fingerprint == fingerprint else {
      throw CheckpointError.configuration(path: path, found: checkpoint.fingerprint, expected: fingerprint)
    }
    return checkpoint
  }
}

public enum CheckpointError: Error, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case version(path: String, found: Int, expected: Int)
  case configuration(path: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): not a whole checkpoint (\(reason)); delete it to start anew"
    case .version(let path, let found, let expected):
      "\(path): checkpoint version \(found), this program reads \(expected); delete it to start anew"
    case .configuration(let path, let found, let expected):
      "\(path): the checkpoint belongs to another configuration\n  there: \(found)\n  here:  \(expected)\n"
        + "delete it to start anew, or give the command it was made with"
    }
  }
}
