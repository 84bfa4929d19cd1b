import Dynamics
import Foundation
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Which runs of an experiment are being worked on, and by whom.
///
/// One file, `.locks`; the byte whose place is the digest of a run's path is locked while a process works on the run.
/// The system lets go of a lock when its holder dies, however it dies, so there is nothing to clean up. Record locks of
/// POSIX belong to a process: several threads of it are told apart by a set.
///
/// The file may be deleted with its experiment, by who holds all of its locks. A lock on a file that is no longer the
/// one of that name protects from nobody; it is let go of, and taken on the new file.
///
/// Works between machines where the file system has locks (NFS with its lock service, Lustre with `flock`). Where it has
/// none, every lock is granted: give a sweep to one command at a time there.
final class RunLocks: Sendable {
  private struct State {
    var file: Int32 = -1
    var isWritable = false
    var held: Set<Int64> = []
  }

  private let folder: String
  private let state = Mutex(State())
  private var path: String { folder + "/.locks" }

  /// One object for a folder in a process: closing the file lets go of all locks.
  init(folder: String) { self.folder = folder }

  deinit {
    state.withLock { state in
      if state.file >= 0 { _ = close(state.file) }
    }
  }

  static func place(of path: String) -> Int64 { Int64(Fingerprint(path).value & 0x3fff_ffff_ffff_ffff) }

  /// Takes the lock of a run, unless somebody has it. The experiment's folder is made where it is missing.
  ///
  /// - Throws: `AtomicFile.Failure` where the file cannot be made.
  func take(_ run: String) throws(AtomicFile.Failure) -> Bool {
    try take(start: Self.place(of: run), length: 1)
  }

  /// Takes the locks of all runs, unless somebody has one.
  func takeAll() throws(AtomicFile.Failure) -> Bool { try take(start: 0, length: 0) }

  private func take(start: Int64, length: Int64) throws(AtomicFile.Failure) -> Bool {
    // Mutex.withLock would lose the type of the error.
    let result: Result<Bool, AtomicFile.Failure> = state.withLock { state in
      do throws(AtomicFile.Failure) { return .success(try take(&state, start, length)) } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func take(_ state: inout State, _ start: Int64, _ length: Int64) throws(AtomicFile.Failure) -> Bool {
    guard length == 0 ? state.held.isEmpty : !state.held.contains(start) && !state.held.contains(0) else {
      return false
    }
    while true {
      try openForTaking(&state)
      var request = Self.request(F_WRLCK, start, length)
      while fcntl(state.file, F_SETLK, &request) != 0 {
        if errno == EINTR { continue }
        if errno == EACCES || errno == EAGAIN { return false }
        break
      }
      // With other locks held on it the file is kept, even if somebody has removed its name.
      if isCurrent(state.file) || !state.held.isEmpty { break }
      close(state.file)
      state.file = -1
    }
    state.held.insert(start)
    return true
  }

  func release(_ run: String) { release(start: Self.place(of: run), length: 1) }
  func releaseAll() { release(start: 0, length: 0) }

  private func release(start: Int64, length: Int64) {
    state.withLock { state in
      state.held.remove(start)
      var request = Self.request(F_UNLCK, start, length)
      _ = fcntl(state.file, F_SETLK, &request)
    }
  }

  /// Whether somebody is working on a run. Makes no file.
  func isTaken(_ run: String) -> Bool {
    let place = Self.place(of: run)
    return state.withLock { state in
      if state.held.contains(place) || state.held.contains(0) { return true }
      if state.file >= 0, state.held.isEmpty, !isCurrent(state.file) {
        close(state.file)
        state.file = -1
      }
      if state.file < 0 {
        // Reading is enough to ask, and all that a store allows that cannot be written to.
        state.file = open(path, O_RDONLY | O_CLOEXEC)
        state.isWritable = false
      }
      guard state.file >= 0 else { return false }
      var request = Self.request(F_WRLCK, place, 1)
      return fcntl(state.file, F_GETLK, &request) == 0 && Int32(request.l_type) != Int32(F_UNLCK)
    }
  }

  private func openForTaking(_ state: inout State) throws(AtomicFile.Failure) {
    if state.file >= 0, state.isWritable { return }
    if state.file >= 0 { close(state.file) }
    state.file = -1
    while true {
      try AtomicFile.makeFolder(folder)
      state.file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      if state.file >= 0 { break }
      // The folder was deleted in the same moment.
      guard errno == ENOENT || errno == EINTR else {
        throw AtomicFile.Failure(path: path, operation: "open the file of locks", code: errno)
      }
    }
    state.isWritable = true
  }

  /// Whether the open file is the one that has the name.
  private func isCurrent(_ file: Int32) -> Bool {
    var (mine, named) = (stat(), stat())
    return fstat(file, &mine) == 0 && stat(path, &named) == 0 && mine.st_ino == named.st_ino
      && mine.st_dev == named.st_dev
  }

  private static func request(_ type: Int32, _ start: Int64, _ length: Int64) -> flock {
    var request = flock()
    request.l_type = Int16(type)
    request.l_whence = Int16(SEEK_SET)
    request.l_start = off_t(start)
    request.l_len = off_t(length)
    return request
  }
}
