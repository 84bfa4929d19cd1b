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
/// Works between machines where the file system has locks (NFS with its lock service, Lustre with `flock`). Where it has
/// none, every lock is granted: give a sweep to one command at a time there.
final class RunLocks: Sendable {
  private let file: Int32
  private let held = Mutex<Set<Int64>>([])

  /// Opens the file of locks in `folder`, which must exist. One object for a folder in a process: closing the file lets
  /// go of all locks.
  init(folder: String) throws {
    file = open(folder + "/.locks", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw RunStoreError("\(folder)/.locks: cannot be opened: \(String(cString: strerror(errno)))") }
  }

  deinit { close(file) }

  static func place(of path: String) -> Int64 { Int64(Fingerprint(path).value & 0x3fff_ffff_ffff_ffff) }

  /// Takes the lock of a run, unless somebody has it.
  func take(_ path: String) -> Bool {
    let place = Self.place(of: path)
    return held.withLock { held in
      guard !held.contains(place) else { return false }
      var request = Self.request(F_WRLCK, place)
      while fcntl(file, F_SETLK, &request) != 0 {
        if errno == EINTR { continue }
        if errno == EACCES || errno == EAGAIN { return false }
        break
      }
      held.insert(place)
      return true
    }
  }

  func release(_ path: String) {
    let place = Self.place(of: path)
    held.withLock { held in
      held.remove(place)
      var request = Self.request(F_UNLCK, place)
      _ = fcntl(file, F_SETLK, &request)
    }
  }

  /// Whether somebody is working on a run.
  func isTaken(_ path: String) -> Bool {
    let place = Self.place(of: path)
    if held.withLock({ $0.contains(place) }) { return true }
    var request = Self.request(F_WRLCK, place)
    return fcntl(file, F_GETLK, &request) == 0 && Int32(request.l_type) != Int32(F_UNLCK)
  }

  private static func request(_ type: Int32, _ place: Int64) -> flock {
    var request = flock()
    request.l_type = Int16(type)
    request.l_whence = Int16(SEEK_SET)
    request.l_start = off_t(place)
    request.l_len = 1
    return request
  }
}
