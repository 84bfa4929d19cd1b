import Foundation

/// Writing a file so that others see either the old content or all of the new.
public enum AtomicFile {
  /// Writes to a temporary name in the same folder, flushes it to the disk and renames it over `path`.
  ///
  /// Nothing is left behind if it fails.
  /// - Throws: ``DatasetError`` of kind `notWritable` with the system's reason.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    let temporary = path + ".\(ProcessInfo.processInfo.processIdentifier).tmp"
    func fail() -> DatasetError {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      return DatasetError(.notWritable, file: path, found: "a place that cannot be written (\(reason))",
        accepted: "a writable folder with enough space")
    }
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw fail() }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        let error = fail()
        close(descriptor)
        throw error
      }
      written += count
    }
    guard fsync(descriptor) == 0, close(descriptor) == 0, rename(temporary, path) == 0 else { throw fail() }
  }
}
