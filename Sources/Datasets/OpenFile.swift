import Foundation

/// A regular file that is kept open, to be read at any place from any thread.
///
/// A file that is replaced by another of the same name meanwhile stays readable; one that is written to in place is
/// found out by ``checkUnchanged()``.
final class OpenFile: Sendable {
  let path: String
  /// The size in bytes when it was opened.
  let count: Int
  private let descriptor: Int32
  private let state: State

  private struct State: Equatable {
    var size: Int
    var seconds: Int
    var nanoseconds: Int

    init(_ status: stat) {
      size = Int(status.st_size)
      #if canImport(Darwin)
      (seconds, nanoseconds) = (Int(status.st_mtimespec.tv_sec), Int(status.st_mtimespec.tv_nsec))
      #else
      (seconds, nanoseconds) = (Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec))
      #endif
    }
  }

  /// - Throws: ``DatasetError`` if it is missing, no regular file or not readable.
  init(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw DatasetError(.missingFile, file: path, found: "no such file", accepted: "the path of an existing file")
    }
    // Asked before opening: opening a pipe would wait for its writer.
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw DatasetError(.unreadable, file: path, found: "something other than a regular file",
        accepted: "a regular file")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.unreadable(path) }
    guard fstat(descriptor, &status) == 0 else {
      close(descriptor)
      throw Self.unreadable(path)
    }
    self.path = path
    self.descriptor = descriptor
    state = State(status)
    count = state.size
  }

  deinit { close(descriptor) }

  /// The bytes of a range within the file.
  /// - Throws: ``DatasetError`` if they cannot be read or are no longer there.
  func bytes(_ range: Range<Int>) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, have in
      try read(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<range.count]),
        at: range.lowerBound)
      have = range.count
    }
  }

  /// Fills the target with the bytes from `offset` on.
  /// - Throws: ``DatasetError`` if they cannot be read or are no longer there.
  func read(_ target: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var have = 0
    while have < target.count {
      // At most 1 GiB at once: some systems refuse counts above 2 GiB.
      let got = pread(descriptor, target.baseAddress! + have, min(target.count - have, 1 << 30), off_t(offset + have))
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw Self.unreadable(path) }
      guard got > 0 else {
        throw DatasetError(.truncated, file: path, at: .byte(offset + have),
          found: "the end of the file, which became shorter",
          accepted: "a file of \(count) bytes, as when it was opened")
      }
      have += got
    }
  }

  /// - Throws: ``DatasetError`` if the file has been written to since it was opened.
  func checkUnchanged() throws {
    var status = stat()
    guard fstat(descriptor, &status) == 0, State(status) == state else {
      throw DatasetError(.changed, file: path, found: "a file that was written to while it was in use",
        accepted: "a file that stays as it is until the last pass over it has ended")
    }
  }

  private static func unreadable(_ path: String) -> DatasetError {
    DatasetError(.unreadable, file: path, found: "a file that cannot be read (\(String(cString: strerror(errno))))",
      accepted: "a file that this user may read")
  }
}
