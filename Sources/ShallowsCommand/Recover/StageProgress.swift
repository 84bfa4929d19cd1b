import Shallows
import Synchronization

/// Progress of work in several parts, each with a bar or a line of its own.
final class StageProgress: Sendable {
  private let style: ProgressReporter.Style
  private let current = Mutex<(name: String, reporter: ProgressReporter)?>(nil)

  init(style: ProgressReporter.Style) { self.style = style }

  /// - Parameter share: how much of the part is done, 0 to 1.
  func update(_ name: String, _ share: Double) {
    current.withLock { current in
      if current?.name != name {
        current?.reporter.finish()
        current = (name, ProgressReporter(name, total: 100, style: style))
      }
      current?.reporter.update(Int((100 * min(max(share, 0), 1)).rounded()))
    }
  }

  func finish() { current.withLock { $0?.reporter.finish() } }
}
