import Dynamics
import Foundation
import Synchronization

/// The numbers of a run along its iterations: `metrics.jsonl`, one object a line, which only grows.
///
///     {"iteration":12,"loss":0.0123,"seconds":0.51}
///
/// A last line that was cut off by the death of its process is dropped. A run that goes on from a checkpoint records
/// iterations again that were recorded after it: the lines from there on are replaced, so that the file is that of a run
/// never interrupted. Every iteration up to 1000 is recorded, every second up to 2000, every fourth up to 4000, and so on:
/// a million iterations take 6,000 lines. Which ones depends on the iteration alone.
///
/// May be called from several threads.
public final class MetricsLog: Sendable {
  private struct State: ~Copyable {
    var file: AppendingFile?
    var last = Int.min
    var failure: AtomicFile.Failure?
  }

  private let path: String
  private let state = Mutex(State())

  public init(path: String) { self.path = path }

  /// The error that ended the recording, if one did: a full disk must not pass unseen.
  public var failure: AtomicFile.Failure? { state.withLock { $0.failure } }

  /// Whether the iteration is among those recorded.
  public static func records(_ iteration: Int) -> Bool {
    guard iteration >= 1000 else { return true }
    let octave = Int.bitWidth - 1 - (iteration / 500).leadingZeroBitCount
    return iteration % (1 << octave) == 0
  }

  /// Records one iteration. `figures` must not be named "iteration".
  public func record(_ iteration: Int, _ figures: [(name: String, value: Double)]) {
    guard Self.records(iteration) else { return }
    var members: [String: JSONValue] = ["iteration": .integer(Int64(iteration))]
    for figure in figures { members[figure.name] = JSONValue(figure.value) }
    let line = JSONValue.object(members).text + "\n"
    state.withLock { state in
      guard state.failure == nil else { return }
      do throws(AtomicFile.Failure) {
        if state.file == nil || iteration <= state.last {
          state.file = nil
          state.file = try Self.open(path, upTo: iteration)
        }
        try state.file!.append(line)
        state.last = iteration
      } catch {
        state.failure = error
      }
    }
  }

  public func close() { state.withLock { $0.file = nil } }

  /// Opens the file for adding `iteration`: cut off before the first line of that or a later iteration.
  private static func open(_ path: String, upTo iteration: Int) throws(AtomicFile.Failure) -> AppendingFile {
    let file = try AppendingFile(path)
    let data = FileManager.default.contents(atPath: path) ?? Data()
    var kept = 0
    for line in lines(data) {
      guard let found = line.value["iteration"]?.integerValue, found < Int64(iteration) else { break }
      kept = line.end
    }
    if kept < data.count { try file.truncate(to: kept) }
    return file
  }

  /// The whole lines of a file, each with the place of its end; the first that is not one ends them.
  private static func lines(_ data: Data) -> [(value: JSONValue, end: Int)] {
    var lines: [(value: JSONValue, end: Int)] = []
    var start = data.startIndex
    while let feed = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
      guard let value = try? JSONValue(json: data[start..<feed]) else { break }
      start = data.index(after: feed)
      lines.append((value, start - data.startIndex))
    }
    return lines
  }

  /// The recorded lines; none where there is no file.
  public static func read(_ path: String) -> [JSONValue] {
    lines(FileManager.default.contents(atPath: path) ?? Data()).map(\.value)
  }
}
