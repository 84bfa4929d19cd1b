#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Files that are either the old or the new version, whatever happens in between.
///
/// The bytes go to a temporary name in the same folder, reach the disk, and are renamed over the destination; then the
/// folder itself is synchronised, so that the new name survives a power failure too. A failed write leaves the old file
/// as it was and no temporary one behind; only a process that is killed in the middle leaves a `.tmp` file.
///
/// A symbolic link is followed and stays a link. An existing file keeps its permission bits. A destination that is not
/// a regular file (a terminal, a pipe, `/dev/null`) is written to directly, since renaming would replace it.
public enum AtomicFile {
  /// A file that could not be written: which one, at which step, and the system's reason.
  public struct Failure: Error, Hashable, CustomStringConvertible {
    public var path: String
    public var operation: String
    /// The value of `errno`.
    public var code: Int32

    public var reason: String { String(cString: strerror(code)) }
    public var description: String { "\(path): cannot \(operation): \(reason)" }

    public init(path: String, operation: String, code: Int32) {
      self.path = path
      self.operation = operation
      self.code = code
    }

    /// Whether the disk, or this user's share of it, is full.
    public var isFullDisk: Bool { code == ENOSPC || code == EDQUOT }
  }

  /// Replaces the file at `path` by `text` in UTF-8.
  ///
  /// - Throws: `Failure`; the destination is then unchanged.
  public static func write(_ text: String, to path: String, durable: Bool = true) throws(Failure) {
    try write(Array(text.utf8), to: path, durable: durable)
  }

  /// Replaces the file at `path` by `bytes`.
  ///
  /// - Parameter durable: whether to wait until the bytes are on the disk. Without, they outlive this process, but
  ///   perhaps not the machine.
  /// - Throws: `Failure`; the destination is then unchanged.
  public static func write(_ bytes: [UInt8], to path: String, durable: Bool = true) throws(Failure) {
    try replace(path, durable) { (file, _) throws(Failure) in
      try writeAll(bytes, to: file, path)
      return true
    }
  }

  /// A file that is being written, at any place and in any order; see ``write(to:durable:_:)``.
  public struct Output {
    fileprivate let file: Int32
    fileprivate let path: String

    /// Writes bytes from `offset` on; what is never written before the end of the file is zeros.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(Failure) {
      var done = 0
      while done < bytes.count {
        let count = min(bytes.count - done, 1 << 30)
        let written = pwrite(file, bytes.baseAddress! + done, count, off_t(offset + done))
        if written >= 0 {
          done += written
        } else if errno != EINTR {
          throw Failure(path: path, operation: "write the file", code: errno)
        }
      }
    }
  }

  /// Replaces the file at `path` by what `fill` writes piece by piece, for contents larger than memory.
  ///
  /// - Throws: `Failure`, or what `fill` throws; the destination is then unchanged. A destination that is no regular
  ///   file, such as a pipe, cannot be written to at any place.
  public static func write(to path: String, durable: Bool = true, _ fill: (Output) throws -> Void) throws {
    var thrown: (any Error)?
    try replace(path, durable) { (file, isTemporary) throws(Failure) in
      guard isTemporary else { throw Failure(path: path, operation: "write the file out of order", code: ESPIPE) }
      do {
        try fill(Output(file: file, path: path))
      } catch {
        thrown = error
      }
      return thrown == nil
    }
    if let thrown { throw thrown }
  }

  /// Calls `fill` with a temporary file that then takes the place of `path`, unless it returns false; or with the
  /// destination itself where that is no regular file.
  private static func replace(
    _ path: String, _ durable: Bool, _ fill: (_ file: Int32, _ isTemporary: Bool) throws(Failure) -> Bool
  ) throws(Failure) {
    let target = resolve(path)
    var status = stat()
    let exists = stat(target, &status) == 0
    let kind = status.st_mode & S_IFMT
    if exists && kind == S_IFDIR { throw Failure(path: path, operation: "write the file", code: EISDIR) }
    if exists && kind != S_IFREG {
      let file = open(target, O_WRONLY | O_CLOEXEC)
      guard file >= 0 else { throw Failure(path: path, operation: "open the file", code: errno) }
      defer { close(file) }
      _ = try fill(file, false)
      return
    }

    let folder = parent(of: target)
    let (file, temporary) = try createTemporary(in: folder, path)
    var isComplete = false
    do throws(Failure) {
      defer { close(file) }
      if exists { _ = fchmod(file, status.st_mode & 0o7777) }
      isComplete = try fill(file, true)
      guard !isComplete || !durable || fsync(file) == 0 else {
        throw Failure(path: path, operation: "flush the file to disk", code: errno)
      }
    } catch {
      unlink(temporary)
      throw error
    }
    guard isComplete else {
      unlink(temporary)
      return
    }
    guard rename(temporary, target) == 0 else {
      let code = errno
      unlink(temporary)
      throw Failure(path: path, operation: "replace the file", code: code)
    }
    if durable { synchronize(folder) }
  }

  /// Makes a folder and those above it; nothing happens where it exists.
  ///
  /// - Throws: `Failure`.
  public static func makeFolder(_ path: String) throws(Failure) {
    if mkdir(path, 0o777) == 0 { return }
    let code = errno
    switch code {
    case ENOENT where parent(of: path) != path && !path.isEmpty:
      try makeFolder(parent(of: path))
      guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
        throw Failure(path: path, operation: "make the folder", code: errno)
      }
    case EEXIST:
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        throw Failure(path: path, operation: "make the folder", code: ENOTDIR)
      }
    default: throw Failure(path: path, operation: "make the folder", code: code)
    }
  }

  /// Deletes the temporary files in a folder. Only for a caller who knows that nobody is writing there.
  public static func removeLeftovers(in folder: String) {
    guard let directory = opendir(folder) else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if isTemporary(name) { unlink("\(folder)/\(name)") }
    }
  }

  /// A dot, up to thirteen digits of base 36, and `.tmp`.
  private static func isTemporary(_ name: String) -> Bool {
    guard name.hasPrefix("."), name.hasSuffix(".tmp") else { return false }
    let suffix = name.dropFirst().dropLast(4)
    return (1...13).contains(suffix.count) && suffix.allSatisfy("0123456789abcdefghijklmnopqrstuvwxyz".contains)
  }

  // MARK: Steps

  private static func createTemporary(in folder: String, _ path: String) throws(Failure) -> (Int32, String) {
    while true {
      // Short, so that a destination whose name is near the limit of 255 bytes still works.
      let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 36)
      let temporary = "\(folder)/.\(suffix).tmp"
      let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if file >= 0 { return (file, temporary) }
      if errno != EEXIST && errno != EINTR {
        throw Failure(path: path, operation: "create a file in the folder \(folder)", code: errno)
      }
    }
  }

  static func writeAll(_ bytes: [UInt8], to file: Int32, _ path: String) throws(Failure) {
    var done = 0
    while done < bytes.count {
      let (written, code) = bytes.withUnsafeBytes { buffer in
        // At most 1 GiB at once: write(2) refuses counts above 2 GiB on some systems.
        let count = platformWrite(file, buffer.baseAddress! + done, min(bytes.count - done, 1 << 30))
        return (count, errno)
      }
      if written >= 0 {
        done += written
      } else if code != EINTR {
        throw Failure(path: path, operation: "write the file", code: code)
      }
    }
  }

  /// Makes the rename durable. Some file systems cannot synchronise a folder; the file is complete even so.
  private static func synchronize(_ folder: String) {
    let handle = open(folder, O_RDONLY | O_CLOEXEC)
    guard handle >= 0 else { return }
    fsync(handle)
    close(handle)
  }

  /// The file behind a symbolic link; the path itself if there is none or it leads nowhere.
  private static func resolve(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

private func platformWrite(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(file, bytes, count)
}
