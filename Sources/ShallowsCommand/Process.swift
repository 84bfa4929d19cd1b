import Foundation
import Shallows

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The largest resident size of this process so far, in bytes.
func peakMemory() -> Int {
  var usage = rusage()
  #if canImport(Glibc)
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) * 1024
  #else
    getrusage(RUSAGE_SELF, &usage)
    return Int(usage.ru_maxrss)
  #endif
}

/// Writes a line to standard error.
func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

/// Turns SIGINT and SIGTERM into a cancellation; a second SIGINT ends the program at once.
///
/// A handler in the old manner, which writes the signal's number into a pipe: a Dispatch source for signals loses them
/// where a library has threads of its own that do not block them, as Open MPI has.
final class Interruption: @unchecked Sendable {
  let cancellation = Cancellation()
  private let lock = NSLock()
  private var received: Int32?

  init() { Signals.shared.add(self) }

  fileprivate func receive(_ number: Int32) {
    let second = lock.withLock {
      defer { received = number }
      return received != nil
    }
    if second { exit(128 + number) }
    cancellation.cancel()
  }

  var wasReceived: Bool { lock.withLock { received != nil } }

  /// The exit code of an interrupted, resumable run: 130 after SIGINT, 75 otherwise.
  var exitCode: Int32 { lock.withLock { received } == SIGINT ? 130 : 75 }
}

/// The end of the pipe that the handler writes to.
private nonisolated(unsafe) var signalPipe: Int32 = -1

/// Passes the signals of this process on to every ``Interruption`` there is.
private final class Signals: @unchecked Sendable {
  static let shared = Signals()

  private struct Listener { weak var interruption: Interruption? }
  private let lock = NSLock()
  private var listeners: [Listener] = []

  private init() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    signalPipe = ends[1]
    let input = ends[0]
    Thread.detachNewThread {
      var number: UInt8 = 0
      while true {
        let count = read(input, &number, 1)
        if count == 1 { Signals.shared.tell(Int32(number)) } else if count == 0 || errno != EINTR { return }
      }
    }
    var action = sigaction()
    let handler: @convention(c) (Int32) -> Void = { number in
      let code = errno
      var byte = UInt8(truncatingIfNeeded: number)
      _ = write(signalPipe, &byte, 1)
      errno = code
    }
    #if canImport(Glibc)
      action.__sigaction_handler.sa_handler = handler
    #else
      action.__sigaction_u.__sa_handler = handler
    #endif
    action.sa_flags = Int32(SA_RESTART)
    var mask = sigset_t()
    sigemptyset(&mask)
    for number in [SIGINT, SIGTERM] {
      sigaction(number, &action, nil)
      sigaddset(&mask, number)
    }
    // A launcher may have blocked them.
    pthread_sigmask(SIG_UNBLOCK, &mask, nil)
  }

  func add(_ interruption: Interruption) {
    lock.withLock {
      listeners.removeAll { $0.interruption == nil }
      listeners.append(Listener(interruption: interruption))
    }
  }

  private func tell(_ number: Int32) {
    for listener in lock.withLock({ listeners }) { listener.interruption?.receive(number) }
  }
}
