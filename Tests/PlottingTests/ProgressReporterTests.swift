import Synchronization
import Testing

@testable import Plotting

@Suite("Progress")
struct ProgressReporterTests {
  /// A clock set by hand, and what was written.
  final class Stage: Sendable {
    let time = Mutex(0.0)
    let text = Mutex("")

    func reporter(_ style: ProgressReporter.Style, total: Int? = 200) -> ProgressReporter {
      ProgressReporter("fit", total: total, style: style, interval: 5, now: { self.time.withLock { $0 } },
        output: { new in self.text.withLock { $0 += new } })
    }

    func at(_ seconds: Double) { time.withLock { $0 = seconds } }

    func take() -> String {
      text.withLock { text in
        defer { text = "" }
        return text
      }
    }
  }

  @Test("a bar is rewritten in place, at most ten times a second, and removed")
  func bar() {
    let stage = Stage(), progress = stage.reporter(.bar(width: 80, encoding: .ascii))
    stage.at(2)
    progress.update(100, figures: [("loss", 3.7e-4)])
    #expect(stage.take() == "\rfit ===============...............  100/200  loss 3.70e-04  50.0/s  0:02 left\u{1B}[K")
    stage.at(2.05)
    progress.update(103)
    #expect(stage.take().isEmpty)
    progress.message("note")
    #expect(stage.take() == "\r\u{1B}[Knote\n")
    progress.update(104)
    #expect(stage.take().hasPrefix("\rfit ="))
    progress.finish()
    #expect(stage.take() == "\r\u{1B}[K")
    progress.update(200)
    progress.finish()
    #expect(stage.take().isEmpty)
  }

  @Test("a line fits its terminal", arguments: [10, 24, 40, 60, 200])
  func width(columns: Int) {
    let stage = Stage(), progress = stage.reporter(.bar(width: columns, encoding: .utf8))
    stage.at(1)
    progress.update(7, figures: [("training loss", -1.234567e-12)])
    let line = stage.take().dropFirst().replacing("\u{1B}[K", with: "")
    #expect(displayWidth(String(line)) < columns)
  }

  @Test("elsewhere a plain line every few seconds, none for short work")
  func lines() {
    let stage = Stage(), progress = stage.reporter(.lines)
    stage.at(4.9)
    progress.update(10)
    #expect(stage.take().isEmpty)
    stage.at(5)
    progress.update(20)
    #expect(stage.take() == "fit: 20/200 (10 %), 4.0/s, 0:45 left\n")
    stage.at(9)
    progress.update(30)
    progress.finish()
    #expect(stage.take().isEmpty)
  }

  @Test("quiet is silent; without a total there is no estimate")
  func quiet() {
    let stage = Stage(), silent = stage.reporter(.quiet)
    stage.at(9)
    silent.update(10)
    silent.message("note")
    silent.finish()
    #expect(stage.take().isEmpty)
    let open = Stage(), progress = open.reporter(.lines, total: nil)
    open.at(10)
    progress.update(2)
    #expect(open.take() == "fit: 2, 5.0 s each\n")
  }

  @Test("many threads count together")
  func threads() async {
    let stage = Stage(), progress = stage.reporter(.lines, total: 801)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { for _ in 0..<100 { progress.advance() } } }
    }
    stage.at(8.01)
    progress.advance()
    #expect(stage.take() == "fit: 801/801 (100 %), 100/s\n")
  }

  @Test("durations and figures")
  func formats() {
    #expect([0.2, 59.5, 61, 3599, 3600, 11_100].map(ProgressReporter.duration)
      == ["0:01", "1:00", "1:01", "59:59", "1:00:00", "3:05:00"])
    #expect([0, 3.7e-4, 0.97312, 12, 1042, 0.00999999, 1e300, -2.5, 9.9996e5, .nan, -.infinity].map(figureText)
      == ["0", "3.70e-04", "0.973", "12.0", "1042", "1.00e-02", "1.00e+300", "-2.50", "1.00e+06", "nan", "-inf"])
    #expect(figureText(.leastNonzeroMagnitude) == "4.94e-324")
  }

  @Test("the clock runs forwards")
  func clock() {
    let before = monotonicSeconds()
    #expect(monotonicSeconds() >= before && before > 0)
  }
}
