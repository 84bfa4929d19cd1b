import Foundation

/// What a launcher of parallel jobs says, by environment variables, to each process that it starts.
public struct LaunchedRanks: Sendable, Hashable {
  /// "mpirun" or "srun".
  public let launcher: String
  /// How many processes were started, two or more, and which of them this is.
  public let count: Int
  public let rank: Int
  /// How many of them on this machine.
  public let countHere: Int

  /// - Returns: `nil` where this process was started alone.
  public init?(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
    func number(_ name: String) -> Int? {
      // Slurm writes "2(x3),1": the first machine's number stands for all.
      environment[name].flatMap { Int($0.prefix { $0.isNumber }) }
    }
    let known = [
      ("mpirun", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"),
      ("srun", "SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "SLURM_STEP_TASKS_PER_NODE"),
    ]
    for (launcher, size, rank, here) in known {
      guard let count = number(size), count > 1 else { continue }
      self.launcher = launcher
      self.count = count
      self.rank = number(rank) ?? 0
      countHere = max(number(here) ?? 1, 1)
      return
    }
    return nil
  }

  /// How many runs at a time a rank makes: its share of the machine, within what it may use.
  ///
  /// - Parameter allowed: the processors that the launcher has bound this process to.
  public static func jobs(countHere: Int, processors: Int, allowed: Int) -> Int {
    max(1, min(allowed, processors / max(countHere, 1)))
  }

  /// ``jobs(countHere:processors:allowed:)`` of this process.
  public static func jobs(countHere: Int) -> Int {
    jobs(
      countHere: countHere, processors: ProcessInfo.processInfo.processorCount,
      allowed: ProcessInfo.processInfo.activeProcessorCount)
  }
}
