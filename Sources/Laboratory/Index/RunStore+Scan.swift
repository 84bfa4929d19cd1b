import Foundation

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension RunStore {
  /// The folder of a run, and a stamp that changes whenever its status is written.
  struct Place {
    let experiment: String
    let path: String
    let stamp: String
  }

  /// Every folder that has a status, in alphabetical order.
  func scan() -> [Place] { experiments().flatMap(scan) }

  /// Those of one experiment.
  func scan(_ experiment: String) -> [Place] {
    var places: [Place] = []
    for hash in Self.folders(in: "\(path)/\(experiment)") {
      for seed in Self.folders(in: "\(path)/\(experiment)/\(hash)") {
        var status = stat()
        guard stat("\(path)/\(experiment)/\(hash)/\(seed)/status.json", &status) == 0 else { continue }
        places.append(
          Place(
            experiment: experiment, path: "\(hash)/\(seed)",
            stamp: "\(status.st_ino) \(status.st_size) \(modification(of: status))"))
      }
    }
    return places
  }

  /// The names of the folders in a folder; hidden ones are left out.
  private static func folders(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let kind = Int32(entry.pointee.d_type)
      guard kind == Int32(DT_DIR) || kind == Int32(DT_UNKNOWN) || kind == Int32(DT_LNK) else { continue }
      let name = withUnsafePointer(to: entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// The names of the experiments in the store, in alphabetical order.
  public func experiments() -> [String] { Self.folders(in: path) }

  /// The state of a run whose status says that it is in flight: so it is while its lock is held, or, on another machine
  /// whose locks may not be seen here, while its heart beats.
  func liveState(path run: String, in experiment: String) throws -> RunStatus.State {
    if try locks(of: experiment).isTaken(run) { return .running }
    let folder = RunFolder(path: "\(path)/\(experiment)/\(run)")
    var status = stat()
    guard stat(folder.statusPath, &status) == 0 else { return .planned }
    let age = time(nil) - Int(modification(of: status) / 1_000_000_000)
    if age < 3 * Heartbeat.seconds, let host = folder.status()?.host, host != Machine.host { return .running }
    return .interrupted
  }
}

/// The time of the last change, in nanoseconds since 1970.
private func modification(of status: stat) -> Int64 {
  #if canImport(Darwin)
    let time = status.st_mtimespec
  #else
    let time = status.st_mtim
  #endif
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
