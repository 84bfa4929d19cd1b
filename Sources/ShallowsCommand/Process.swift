import Dispatch
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
final class Interruption: @unchecked Sendable {
  let cancellation = Cancellation()
  private var sources: [any DispatchSourceSignal] = []
  private let lock = NSLock()
  private var received: Int32?

  init() {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [weak self] in self?.receive(number) }
      source.resume()
      sources.append(source)
    }
  }

  private func receive(_ number: Int32) {
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
