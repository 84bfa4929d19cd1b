import Dynamics
import Foundation
import Synchronization

/// The numbers of a run along its iterations: `metrics.jsonl`, one object a line, which only grows.
///
///     {"iteration":12,"loss":0.0123,"seconds":0.51}
///
/// A last line that was cut off by the death of its process is dropped. A run that goes on from a checkpoint comes to
/// iterations again that were recorded after it. Where their figures agree, those on file stay, and with them all that
/// follow: a run of several stages may take up a later one without going through it from its start. At the first that
/// disagrees the file is cut off and written anew. Either way it ends as that of a run never interrupted, but for the
/// seconds. An iteration that is recorded twice in a row, as the end of one stage and the start of the next, keeps its
/// first line.
///
/// Every iteration up to 1000 is recorded, every second up to 2000, every fourth up to 4000, and so on: a million
/// iterations take 6,000 lines. Which ones depends on the iteration alone.
///
/// May be called from several threads.
public final class MetricsLog: Sendable {
  private struct State: ~Copyable {
    var file: AppendingFile?
    /// The lines of earlier attempts that have not been come to again, without their seconds, in the file's order.
    var earlier: [Line] = []
    var next = 0
    /// The last iteration recorded here, and the end of its line within the file.
    var last = Int.min
    var end = 0
    var failure: AtomicFile.Failure?
  }

  private struct Line {
    let iteration: Int64
    let figures: String
    let end: Int
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
  ///
  /// - Parameter thinned: whether iterations beyond 1000 may be left out; not where the caller has chosen few.
  public func record(_ iteration: Int, _ figures: [(name: String, value: Double)], thinned: Bool = true) {
    guard !thinned || Self.records(iteration) else { return }
    var members: [String: JSONValue] = ["iteration": .integer(Int64(iteration))]
    for figure in figures { members[figure.name] = JSONValue(figure.value) }
    let text = JSONValue.object(members).text
    state.withLock { state in
      guard state.failure == nil, iteration != state.last else { return }
      do throws(AtomicFile.Failure) {
        if state.file == nil || iteration < state.last { try Self.open(path, at: iteration, &state) }
        state.last = iteration
        while state.next < state.earlier.count {
          let line = state.earlier[state.next]
          let isKnown = line.figures == Self.lasting(text)
          guard isKnown || line.iteration < Int64(iteration) else { break }
          state.next += 1
          state.end = line.end
          if isKnown { return }
        }
        try Self.cut(&state)
        try state.file!.append(text + "\n")
        state.end += text.utf8.count + 1
      } catch {
        state.failure = error
      }
    }
  }

  /// Ends the recording of a run that came to its end: what an earlier attempt recorded beyond it goes.
  public func close() {
    state.withLock { state in
      if state.file != nil, state.failure == nil {
        do throws(AtomicFile.Failure) { try Self.cut(&state) } catch { state.failure = error }
      }
      state.file = nil
    }
  }

  /// Opens the file at the first line of `iteration` or a later one.
  private static func open(_ path: String, at iteration: Int, _ state: inout State) throws(AtomicFile.Failure) {
    state.file = nil
    state.file = try AppendingFile(path)
    let data = FileManager.default.contents(atPath: path) ?? Data()
    (state.earlier, state.next, state.end) = ([], 0, 0)
    var whole = 0
    for line in lines(data) {
      guard let found = line.value["iteration"]?.integerValue else { break }
      whole = line.end
      if found < Int64(iteration) && state.earlier.isEmpty {
        state.end = line.end
      } else {
        state.earlier.append(Line(iteration: found, figures: lasting(line.text), end: line.end))
      }
    }
    if whole < data.count { try state.file!.truncate(to: whole) }
  }

  /// Drops the lines of earlier attempts from here on.
  private static func cut(_ state: inout State) throws(AtomicFile.Failure) {
    guard state.next < state.earlier.count else { return }
    try state.file!.truncate(to: state.end)
    (state.earlier, state.next) = ([], 0)
  }

  /// A line without what the clock had to say. Texts are compared, whose digits do not depend on how they are read.
  private static func lasting(_ line: some StringProtocol) -> String {
    guard let key = line.range(of: "\"seconds\":") else { return String(line) }
    let end = line[key.upperBound...].firstIndex { $0 == "," || $0 == "}" } ?? line.endIndex
    return String(line[..<key.lowerBound]) + String(line[end...])
  }

  /// The whole lines of a file, each with the place of its end; the first that is not one ends them.
  private static func lines(_ data: Data) -> [(value: JSONValue, text: String, end: Int)] {
    var lines: [(value: JSONValue, text: String, end: Int)] = []
    var start = data.startIndex
    while let feed = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
      guard let value = try? JSONValue(json: data[start..<feed]) else { break }
      let text = String(decoding: data[start..<feed], as: UTF8.self)
      start = data.index(after: feed)
      lines.append((value, text, start - data.startIndex))
    }
    return lines
  }

  /// The recorded lines; none where there is no file.
  public static func read(_ path: String) -> [JSONValue] {
    lines(FileManager.default.contents(atPath: path) ?? Data()).map(\.value)
  }
}
