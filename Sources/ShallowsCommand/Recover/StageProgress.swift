import Shallows
import Synchronization

/// Progress of work in several parts, each with a bar or a line of its own.
final class StageProgress: Sendable {
  private let style: ProgressReporter.Style
  private let current = Mutex<(name: String, total: Int, reporter: ProgressReporter)?>(nil)

  init(style: ProgressReporter.Style) { self.style = style }

  /// - Parameter share: how much of the part is done, 0 to 1.
  func update(_ name: String, _ share: Double) {
    update(name, Int((100 * min(max(share, 0), 1)).rounded()), of: 100)
  }

  /// - Parameter done: how many of `total` things of the part are done.
  func update(_ name: String, _ done: Int, of total: Int) {
    current.withLock { current in
      if current?.name != name || current?.total != total {
        current?.reporter.finish()
        current = (name, total, ProgressReporter(name, total: total, style: style))
      }
      current?.reporter.update(done)
    }
  }

  func finish() { current.withLock { $0?.reporter.finish() } }
}
