#if MPI
  import CMessagePassing
  import Foundation
  import Synchronization

  /// The processes of an MPI job, as `mpirun` or `srun` started them.
  ///
  /// Waits nowhere within MPI: messages are short enough to be handed over at once, and arrivals are asked for. So a
  /// rank at rest costs no processor time, and no progress of one-sided operations is relied on. Calls are made one at a
  /// time (`MPI_THREAD_SERIALIZED`). An error of MPI itself ends the whole job, as is its default.
  public final class MPIMessenger: RankMessenger {
    /// The longest message: below what every transport of Open MPI sends without the receiver's consent (4 KiB).
    static let mostBytes = 3500

    public let rank: Int
    public let count: Int
    /// The processes on this machine.
    public let countHere: Int
    private let turn = Mutex(())

    /// Joins the job; once in a process, by its main thread.
    ///
    /// - Throws: ``RunStoreError`` where the library lets one thread alone call it.
    public init() throws {
      guard shallows_mpi_start() == 0 else {
        throw RunStoreError("MPI: this library was built without support of threads (MPI_THREAD_SERIALIZED is needed)")
      }
      rank = Int(shallows_mpi_rank())
      count = Int(shallows_mpi_count())
      countHere = Int(shallows_mpi_count_here())
    }

    /// Leaves the job; by the main thread, when no other calls any more.
    public func finish() { turn.withLock { _ in shallows_mpi_finish() } }

    public func send(_ message: RankMessage, to rank: Int) {
      guard let data = try? JSONEncoder().encode(message) else { fatalError("a message is always encoded") }
      precondition(data.count <= Self.mostBytes, "a message of \(data.count) bytes")
      turn.withLock { _ in
        data.withUnsafeBytes { shallows_mpi_send($0.baseAddress, Int32($0.count), Int32(rank)) }
      }
    }

    public func receive() -> (message: RankMessage, from: Int)? {
      let arrived: (data: Data, rank: Int)? = turn.withLock { _ in
        var rank: Int32 = 0
        let count = shallows_mpi_probe(&rank)
        guard count >= 0 else { return nil }
        var data = Data(count: Int(count))
        data.withUnsafeMutableBytes { shallows_mpi_receive($0.baseAddress, count, rank) }
        return (data, Int(rank))
      }
      guard let arrived else { return nil }
      guard let message = try? JSONDecoder().decode(RankMessage.self, from: arrived.data) else {
        fatalError("rank \(arrived.rank) runs another version of this program")
      }
      return (message, arrived.rank)
    }
  }
#endif
