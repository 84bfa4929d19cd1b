import Foundation
import Shallows

/// This process's part in a parallel job, if a launcher such as `mpirun` or `srun` started several at once.
final class SweepJob {
  /// The processes that share the work by messages; `nil` where this one is alone, or knows of no others.
  let team: RankTeam?
  /// Runs at a time in this process.
  let jobs: Int
  /// Whether this process writes results and messages: the first of a job does.
  let speaks: Bool
  /// What stands before a command that is to be typed again.
  let prefix: String
  private var finish: () -> Void = {}

  /// Joins the other processes.
  init(_ interruption: Interruption) throws {
    guard let launched = LaunchedRanks() else {
      (team, jobs, speaks, prefix) = (nil, Parallel.threads, true, "")
      return
    }
    prefix = launched.launcher == "srun" ? "srun " : "mpirun -n \(launched.count) "
    speaks = launched.rank == 0
    #if MPI
      let messenger = try MPIMessenger()
      if messenger.count > 1 {
        jobs = LaunchedRanks.jobs(countHere: messenger.countHere)
        team = RankTeam(messenger, cancellation: interruption.cancellation) { interruption.wasReceived }
      } else {
        team = nil
        jobs = LaunchedRanks.jobs(countHere: launched.countHere)
        if speaks {
          note(
            "\(launched.launcher) started \(launched.count) processes that MPI does not bring together (with Slurm, "
              + "\"srun --mpi=pmix\" does): each works on the sweep by itself, and locks keep them apart.")
        }
      }
      finish = messenger.finish
    #else
      team = nil
      jobs = LaunchedRanks.jobs(countHere: launched.countHere)
      if speaks {
        note(
          "\(launched.launcher) started \(launched.count) processes, but this program was built without MPI: each "
            + "works on the sweep by itself, and locks keep them apart. With MPI, one shares out the runs and speaks "
            + "for all: start \"./shallows --mpi sweep ...\", or build with \"--traits MPI\". See docs/mpi.md.")
      }
    #endif
  }

  /// Lets the other processes go, and leaves the job.
  func leave() {
    team?.leave()
    finish()
    finish = {}
  }
}
