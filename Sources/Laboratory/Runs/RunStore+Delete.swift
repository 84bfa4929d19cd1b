import Dynamics
import Foundation

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension RunStore {
  /// How an attempt at deleting a run ended.
  public enum Deletion: Sendable, Hashable {
    case deleted
    /// Somebody is working on it; nothing was touched.
    case inFlight
    /// There is no such run.
    case absent
  }

  /// Deletes a run's folder, and that of its configuration if it was the last one there.
  ///
  /// It happens under the run's lock, so that nobody begins it meanwhile; and at once: the folder is renamed before its
  /// files go, so that a deletion cut short leaves no half of a run. Only folders within the store are touched; a
  /// symbolic link on the way to one is refused, and one inside is removed without what it leads to.
  ///
  /// - Parameter run: the folder within the experiment's, such as `8f3a09c1d2e4/seed-0007`.
  /// - Throws: ``RunStoreError`` for what is no run of this store; `AtomicFile.Failure` where it cannot be removed.
  public func delete(_ run: String, of experiment: String) throws -> Deletion {
    guard Self.isName(experiment), Self.isRunPath(run) else {
      throw RunStoreError(
        "\"\(experiment)/\(run)\": not the path of a run, such as widths/8f3a09c1d2e4/seed-0007; nothing was deleted")
    }
    let hash = run.prefix { $0 != "/" }
    for folder in ["\(experiment)", "\(experiment)/\(hash)", "\(experiment)/\(run)"] {
      guard try isFolder(folder) else { return .absent }
    }
    let locks = locks(of: experiment)
    guard try locks.take(run) else { return .inFlight }
    defer { locks.release(run) }
    let folder = RunFolder(path: "\(path)/\(experiment)/\(run)")
    if let status = folder.status(), beatsElsewhere(folder, status) { return .inFlight }
    guard try isFolder("\(experiment)/\(run)") else { return .absent }

    let removed = "\(path)/\(experiment)/.deleted-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
    guard rename(folder.path, removed) == 0 else {
      throw AtomicFile.Failure(path: folder.path, operation: "delete the folder", code: errno)
    }
    try Self.remove(removed)
    rmdir("\(path)/\(experiment)/\(hash)")
    return .deleted
  }

  /// Deletes what the store wrote into the folder of an experiment without runs, and the folder unless somebody has put
  /// other files there.
  ///
  /// - Returns: the names of the files that are not the store's, for whose sake the folder stays; empty where it is gone;
  ///   `nil` where there are runs, or somebody works on them, and nothing was touched.
  public func deleteFolder(of experiment: String) throws -> [String]? {
    guard Self.isName(experiment), try isFolder(experiment) else { return nil }
    let locks = locks(of: experiment)
    guard try locks.takeAll() else { return nil }
    defer { locks.releaseAll() }
    guard scan(experiment).isEmpty else { return nil }
    let folder = folder(of: experiment)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let isOwn = [SweepPlan.recordName, "table.csv", "summary.csv"].contains(name)
      let isRemnant = name.hasPrefix(".deleted-") || name.hasPrefix(".") && name.hasSuffix(".tmp")
      // A process that died at the very beginning leaves a run's folder without a status.
      let isUnbegun =
        try Self.isHash(name) && isFolder("\(experiment)/\(name)")
        && FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)").allSatisfy(Self.isSeedName)
      if isOwn || isRemnant || isUnbegun { try Self.remove("\(folder)/\(name)") }
    }
    let others = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != ".locks" }
    guard others.isEmpty else { return others.sorted() }
    unlink(folder + "/.locks")
    guard rmdir(folder) == 0 || errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST else {
      throw AtomicFile.Failure(path: folder, operation: "delete the folder", code: errno)
    }
    return []
  }

  /// Whether there is a folder, and no link to one.
  private func isFolder(_ place: String) throws -> Bool {
    var status = stat()
    guard lstat("\(path)/\(place)", &status) == 0 else { return false }
    if status.st_mode & S_IFMT == S_IFLNK {
      throw RunStoreError("\(path)/\(place): a symbolic link; what it leads to is not deleted from here")
    }
    return status.st_mode & S_IFMT == S_IFDIR
  }

  /// Removes a file or a folder with all that is in it; links are removed, not followed.
  private static func remove(_ path: String) throws {
    do { try FileManager.default.removeItem(atPath: path) } catch {
      let code = (error as NSError).userInfo[NSUnderlyingErrorKey].flatMap { ($0 as? NSError)?.code }
      throw AtomicFile.Failure(path: path, operation: "delete the folder", code: Int32(code ?? Int(EIO)))
    }
  }
}
