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

  /// Whether a path within an experiment's folder is that of a run: `8f3a09c1d2e4/seed-0007`.
  ///
  /// Anything else is no run: a copy put aside as `seed-0007.old` must not count twice.
  static func isRunPath(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && isHash(parts[0]) && isSeedName(parts[1])
  }

  static func isHash(_ name: some StringProtocol) -> Bool {
    name.utf8.count == 12 && name.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }

  static func isSeedName(_ name: some StringProtocol) -> Bool {
    guard name.hasPrefix("seed-"), let seed = UInt64(name.dropFirst(5)) else { return false }
    return RunFolder.name(ofSeed: seed) == name
  }

  /// Every folder of a run that has a status, in alphabetical order.
  func scan() -> [Place] { experiments().flatMap(scan) }

  /// Those of one experiment.
  func scan(_ experiment: String) -> [Place] {
    var places: [Place] = []
    for hash in Self.folders(in: "\(path)/\(experiment)") where Self.isHash(hash) {
      for seed in Self.folders(in: "\(path)/\(experiment)/\(hash)") where Self.isSeedName(seed) {
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
  static func folders(in path: String) -> [String] {
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
  public func experiments() -> [String] { Self.folders(in: path).filter(Self.isName) }

  /// The state of a run whose status says that it is in flight: so it is while its lock is held, or, on another machine
  /// whose locks may not be seen here, while its heart beats.
  func liveState(path run: String, in experiment: String) -> RunStatus.State {
    if locks(of: experiment).isTaken(run) { return .running }
    let folder = RunFolder(path: "\(path)/\(experiment)/\(run)")
    guard let status = folder.status() else { return .planned }
    if status.state != .running { return status.state }
    return beatsElsewhere(folder, status) ? .running : .interrupted
  }

  /// Whether another machine, whose locks may not be seen here, works on a run.
  func beatsElsewhere(_ folder: RunFolder, _ status: RunStatus) -> Bool {
    var file = stat()
    guard status.state == .running, status.host != Machine.host, stat(folder.statusPath, &file) == 0 else {
      return false
    }
    return time(nil) - Int(modification(of: file) / 1_000_000_000) < 3 * Heartbeat.seconds
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
