import Dynamics
import Foundation
import Laboratory
import Synchronization
import Testing

/// Ranks as threads of one process, their messages in queues.
@Suite struct RankTeamTests {
  final class Post: Sendable {
    let queues: Mutex<[[(RankMessage, Int)]]>
    init(_ count: Int) { queues = Mutex(Array(repeating: [], count: count)) }
  }

  struct Messenger: RankMessenger {
    let rank: Int
    let count: Int
    let post: Post

    func send(_ message: RankMessage, to rank: Int) {
      // As between machines: through text.
      let copy = try! JSONDecoder().decode(RankMessage.self, from: JSONEncoder().encode(message))
      post.queues.withLock { $0[rank].append((copy, self.rank)) }
    }

    func receive() -> (message: RankMessage, from: Int)? {
      post.queues.withLock { $0[rank].isEmpty ? nil : $0[rank].removeFirst() }
    }
  }

  final class Record<Value: Sendable>: Sendable {
    let values = Mutex<[Value]>([])
    func add(_ value: Value) { values.withLock { $0.append(value) } }
    var all: [Value] { values.withLock { $0 } }
  }

  static let run = PlannedRun(configuration: RunConfiguration(verb: "fit", schema: 1, settings: [:]), seed: 1)

  /// Runs `body` as every rank at once, each on a thread of its own.
  static func launch(_ count: Int, _ body: @escaping @Sendable (Int, RankTeam, Cancellation) -> Void) {
    let post = Post(count)
    let done = DispatchSemaphore(value: 0)
    for rank in 0..<count {
      Thread.detachNewThread {
        let cancellation = Cancellation()
        let team = RankTeam(Messenger(rank: rank, count: count, post: post), cancellation: cancellation)
        body(rank, team, cancellation)
        team.leave()
        done.signal()
      }
    }
    for _ in 0..<count { done.wait() }
  }

  @Test(arguments: [1, 2, 5]) func everyRunIsHandedOutOnce(_ count: Int) {
    let handed = Record<Int>()
    let heard = Record<String>()
    let gathered = Record<[String]>()
    let open = Array(stride(from: 3, to: 600, by: 2))
    Self.launch(count) { rank, team, _ in
      func work() {
        // Three threads a rank share its team.
        let done = DispatchSemaphore(value: 0)
        for _ in 0..<3 {
          Thread.detachNewThread {
            while let i = team.next() {
              handed.add(i)
              if rank > 0 { team.report(Self.run, .completed) }
            }
            done.signal()
          }
        }
        for _ in 0..<3 { done.wait() }
      }
      if rank == 0 {
        try! team.assemble(plan: "p")
        team.begin(open: open) { path, _ in heard.add(path) }
        work()
        gathered.add(try! team.gather())
      } else {
        #expect(team.join(plan: "p", problem: nil))
        work()
        team.finish(nil)
      }
    }
    #expect(handed.all.sorted() == open)
    #expect(gathered.all.count == 1 && gathered.all[0].count == heard.all.count)
    #expect(count > 1 || heard.all.isEmpty)
  }

  @Test func aSweepThatCannotBeReadEndsAllRanks() {
    let errors = Record<String>()
    let worked = Record<Bool>()
    Self.launch(3) { rank, team, _ in
      if rank == 0 {
        do { try team.assemble(plan: "p") } catch { errors.add("\(error)") }
      } else {
        worked.add(team.join(plan: rank == 1 ? "p" : nil, problem: rank == 1 ? nil : "no file"))
      }
    }
    #expect(errors.all == ["rank 2: no file"])
    #expect(worked.all == [false, false])
  }

  @Test func anotherSweepIsRefused() {
    let errors = Record<String>()
    Self.launch(3) { rank, team, _ in
      if rank == 0 {
        do { try team.assemble(plan: "p") } catch { errors.add("\(error)") }
      } else {
        #expect(!team.join(plan: rank == 1 ? "q" : "p", problem: nil))
      }
    }
    #expect(errors.all.count == 1 && errors.all[0].hasPrefix("rank 1: has read another sweep"))
  }

  /// Whoever wants to stop, all stop; what went wrong elsewhere is heard by the first.
  @Test(arguments: [0, 1, 2]) func aFailureStopsEverybody(_ failing: Int) {
    let errors = Record<String>()
    let stopped = Record<Int>()
    Self.launch(3) { rank, team, cancellation in
      func work() {
        guard rank == failing else {
          while !cancellation.isCancelled { Thread.sleep(forTimeInterval: 1e-3) }
          #expect(rank == 0 || team.next() == nil)
          return stopped.add(rank)
        }
        Thread.sleep(forTimeInterval: 0.02)
        if rank == 0 { cancellation.cancel() }
      }
      if rank == 0 {
        try! team.assemble(plan: "p")
        team.begin(open: [0, 1, 2, 3]) { _, _ in }
        work()
        do { _ = try team.gather() } catch { errors.add("\(error)") }
      } else {
        _ = team.join(plan: "p", problem: nil)
        work()
        team.finish(rank == failing ? "disk full " + String(repeating: "x", count: 9000) : nil)
      }
    }
    #expect(stopped.all.sorted() == [0, 1, 2].filter { $0 != failing })
    #expect(errors.all.count == (failing == 0 ? 0 : 1))
    for error in errors.all { #expect(error.hasPrefix("rank \(failing): disk full") && error.utf8.count < 600) }
  }

  @Test func launchersAreRecognised() {
    #expect(LaunchedRanks([:]) == nil)
    #expect(LaunchedRanks(["OMPI_COMM_WORLD_SIZE": "1"]) == nil)
    let mpirun = LaunchedRanks([
      "OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
    ])
    #expect(mpirun?.launcher == "mpirun" && mpirun?.count == 4 && mpirun?.rank == 2 && mpirun?.countHere == 2)
    // A batch script's own environment speaks of the tasks that it may start, not of this process.
    #expect(LaunchedRanks(["SLURM_NTASKS": "4"]) == nil)
    let srun = LaunchedRanks([
      "SLURM_STEP_NUM_TASKS": "7", "SLURM_PROCID": "0", "SLURM_STEP_TASKS_PER_NODE": "2(x3),1",
    ])
    #expect(srun?.launcher == "srun" && srun?.count == 7 && srun?.rank == 0 && srun?.countHere == 2)
    #expect(LaunchedRanks.jobs(countHere: 4, processors: 16, allowed: 16) == 4)
    #expect(LaunchedRanks.jobs(countHere: 4, processors: 16, allowed: 1) == 1)
    #expect(LaunchedRanks.jobs(countHere: 8, processors: 2, allowed: 2) == 1)
  }
}
