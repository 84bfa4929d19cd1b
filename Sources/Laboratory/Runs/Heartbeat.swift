import Dispatch
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A sign of life: sets the time of change of a file to now every ten seconds, until stopped.
///
/// Between machines whose file system has no locks it is what tells a run in flight from one whose process died.
final class Heartbeat: Sendable {
  static let seconds = 10

  private nonisolated(unsafe) let timer: any DispatchSourceTimer

  init(_ path: String) {
    timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    timer.schedule(deadline: .now() + .seconds(Self.seconds), repeating: .seconds(Self.seconds))
    timer.setEventHandler { utimes(path, nil) }
    timer.resume()
  }

  func stop() { timer.cancel() }
}
