import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Tells the user how far a long piece of work has come: a bar on a terminal, a plain line now and then elsewhere.
///
///     let progress = ProgressReporter("fit", total: 200)
///     for i in 1...200 { ...; progress.update(i, figures: [("loss", loss)]) }
///     progress.finish()
///
///     fit ━━━━━━━━━╌╌╌╌╌╌╌╌╌  97/200  loss 3.70e-04  52.1/s  0:02 left
///
/// May be called from any thread, as often as wanted: what is written is limited to ten times a second on a terminal
/// and to once in `interval` seconds otherwise. Time comes from a clock that never jumps.
public final class ProgressReporter: Sendable {
  public enum Style: Hashable, Sendable {
    /// A line that is rewritten in place, and removed at the end.
    case bar(width: Int, encoding: TerminalEncoding)
    /// A line of its own every few seconds.
    case lines
    case quiet

    /// A bar if standard error is a terminal that can rewrite a line, otherwise lines.
    public static func automatic(quiet: Bool = false) -> Style {
      if quiet { return .quiet }
      guard Terminal.isTerminal(2), environmentVariable("TERM") != "dumb" else { return .lines }
      return .bar(width: Terminal.width(2), encoding: .detect())
    }
  }

  private struct State {
    var started: Double
    var lastWrite = -Double.infinity
    var isShown = false
    var isFinished = false
    var completed = 0
  }

  public let label: String
  /// The number of units of work; `nil` when it is not known beforehand.
  public let total: Int?
  public let style: Style
  private let interval: Double
  private let now: @Sendable () -> Double
  private let output: @Sendable (String) -> Void
  private let state: Mutex<State>

  /// - Parameters:
  ///   - interval: seconds between plain lines.
  ///   - now: seconds on a monotonic clock.
  ///   - output: takes the text; standard error by default.
  public init(_ label: String, total: Int? = nil, style: Style = .automatic(), interval: Double = 5,
    now: @escaping @Sendable () -> Double = monotonicSeconds,
    output: @escaping @Sendable (String) -> Void = writeToStandardError) {
    self.label = Terminal.printable(label)
    self.total = total
    self.style = style
    self.interval = interval
    self.now = now
    self.output = output
    let start = now()
    // The first plain line waits for a whole interval: short work stays silent.
    state = Mutex(State(started: start, lastWrite: style == .lines ? start : -.infinity))
  }

  /// Reports that `completed` units are done. A count below an earlier one, from a slower thread, is ignored.
  public func update(_ completed: Int, figures: [(name: String, value: Double)] = []) {
    if style == .quiet { return }
    state.withLock { state in
      guard completed >= state.completed else { return }
      report(completed, figures, &state)
    }
  }

  /// Counts one more unit as done.
  public func advance(figures: [(name: String, value: Double)] = []) {
    if style == .quiet { return }
    state.withLock { state in report(state.completed + 1, figures, &state) }
  }

  private func report(_ completed: Int, _ figures: [(name: String, value: Double)], _ state: inout State) {
    guard !state.isFinished else { return }
    state.completed = completed
    let time = now()
    guard time - state.lastWrite >= (style == .lines ? interval : 0.1) else { return }
    state.lastWrite = time
    let line = self.line(completed, figures, elapsed: time - state.started)
    if style == .lines {
      output(line + "\n")
    } else {
      output("\r" + line + "\u{1B}[K")
      state.isShown = true
    }
  }

  /// Writes a message above the bar, so that neither spoils the other; nothing in quiet mode.
  public func message(_ text: String) {
    if style == .quiet { return }
    state.withLock { state in
      output((state.isShown ? "\r\u{1B}[K" : "") + text + "\n")
      state.isShown = false
      state.lastWrite = style == .lines ? state.lastWrite : -.infinity
    }
  }

  /// Removes the bar and ends the reports. Later calls do nothing.
  public func finish() {
    state.withLock { state in
      if state.isShown { output("\r\u{1B}[K") }
      state.isShown = false
      state.isFinished = true
    }
  }

  // MARK: Text

  private func line(_ completed: Int, _ figures: [(name: String, value: Double)], elapsed: Double) -> String {
    var parts: [String] = []
    if let total { parts.append("\(completed)/\(total)") } else { parts.append("\(completed)") }
    parts += figures.map { "\(Terminal.printable($0.name)) \(figureText($0.value))" }
    if elapsed > 0, completed > 0 {
      let rate = Double(completed) / elapsed
      parts.append(rate >= 1 ? "\(rateText(rate))/s" : "\(rateText(1 / rate)) s each")
      if let total, completed < total { parts.append(Self.duration(Double(total - completed) / rate) + " left") }
    }
    if style == .lines {
      let share = total.map { $0 > 0 ? " (\(fixed(100 * Double(completed) / Double($0), 0)) %)" : "" } ?? ""
      parts[0] += share
      return label + ": " + parts.joined(separator: ", ")
    }
    guard case .bar(let width, let encoding) = style else { return "" }
    let text = parts.joined(separator: "  ")
    // One column stays free: writing into the last one makes some terminals wrap.
    let room = width - 1 - displayWidth(label) - displayWidth(text) - 3
    guard let total, total > 0, room >= 6 else { return clipped(label + "  " + text, width - 1) }
    let cells = min(room, 30)
    let done = Int(Double(cells) * min(max(Double(completed) / Double(total), 0), 1))
    let full = encoding == .utf8 ? "━" : "=", empty = encoding == .utf8 ? "╌" : "."
    let bar = String(repeating: full, count: done) + String(repeating: empty, count: cells - done)
    return label + " " + bar + "  " + text
  }

  private func clipped(_ text: String, _ width: Int) -> String {
    var kept = "", used = 0
    for character in text {
      used += displayWidth(character)
      if used > width { break }
      kept.append(character)
    }
    return kept
  }

  /// Hours, minutes and seconds: `0:07`, `12:40`, `3:05:00`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 3.6e8 else { return "?" }
    let s = Int(seconds.rounded(.up))
    let two = { (n: Int) in n < 10 ? "0\(n)" : "\(n)" }
    return s < 3600 ? "\(s / 60):\(two(s % 60))" : "\(s / 3600):\(two(s / 60 % 60)):\(two(s % 60))"
  }
}

/// A figure in about three significant digits: `0.973`, `12.0`, `1042`, `3.70e-04`.
func figureText(_ x: Double) -> String {
  guard x.isFinite else { return x.isNaN ? "nan" : x < 0 ? "-inf" : "inf" }
  let size = abs(x)
  if size == 0 { return "0" }
  if size >= 0.01 && size < 99_999.5 { return fixed(x, size < 0.9995 ? 3 : size < 9.995 ? 2 : size < 99.95 ? 1 : 0) }
  var exponent = Int(log10(size).rounded(.down))
  // Two factors, since 10^324 would overflow for the smallest numbers.
  var mantissa = exponent < -300 ? x * 1e300 * pow(10, Double(-exponent - 300)) : x / pow(10, Double(exponent))
  if abs(mantissa) >= 9.995 {
    mantissa /= 10
    exponent += 1
  } else if abs(mantissa) < 0.9995 {
    mantissa *= 10
    exponent -= 1
  }
  let digits = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
  return fixed(mantissa, 2) + (exponent < 0 ? "e-" : "e+") + digits
}

private func rateText(_ x: Double) -> String { x < 100 ? fixed(x, 1) : figureText(x.rounded()) }

/// Seconds since an arbitrary moment, on a clock that is never set back.
public func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Writes to standard error at once; a closed or full stream is not an error for a progress report.
public func writeToStandardError(_ text: String) {
  let bytes = Array(text.utf8)
  _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}
