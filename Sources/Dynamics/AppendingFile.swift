#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file that grows at its end: a log, a series of measurements.
///
/// Each ``append(_:)`` hands its bytes to the system at once, so that they outlive this process however it dies. Closed
/// when the value goes.
public struct AppendingFile: ~Copyable, Sendable {
  private let file: Int32
  private let path: String

  /// Opens the file at `path`, made if there is none.
  ///
  /// - Throws: `AtomicFile.Failure`.
  public init(_ path: String) throws(AtomicFile.Failure) {
    file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    self.path = path
    guard file >= 0 else { throw AtomicFile.Failure(path: path, operation: "open the file", code: errno) }
  }

  deinit { close(file) }

  /// Adds text at the end.
  ///
  /// - Throws: `AtomicFile.Failure`; part of the text may then be in the file.
  public func append(_ text: String) throws(AtomicFile.Failure) {
    try AtomicFile.writeAll(Array(text.utf8), to: file, path)
  }

  /// Cuts the file off after `count` bytes.
  ///
  /// - Throws: `AtomicFile.Failure`.
  public func truncate(to count: Int) throws(AtomicFile.Failure) {
    guard ftruncate(file, off_t(count)) == 0 else {
      throw AtomicFile.Failure(path: path, operation: "shorten the file", code: errno)
    }
  }
}
