import Dynamics
import LinearAlgebra
import Networks
import Optimization
import Randomness

/// Many independent students of one size against one teacher, from a seed each.
public struct StudentEnsemble: Sendable {
  public let teacher: Teacher
  /// m.
  public let width: Int
  public let seeds: [UInt64]
  /// The student that a seed starts from, m x d.
  public let start: @Sendable (UInt64) throws -> Matrix<Double>
  let population: PopulationEnsemble

  /// - Parameter start: must depend on the seed alone; it is called on several threads.
  /// - Precondition: `width` is positive.
  public init(
    teacher: Teacher, width: Int, seeds: some Sequence<UInt64>,
    start: @escaping @Sendable (UInt64) throws -> Matrix<Double>
  ) {
    precondition(width > 0, "a student of \(width) units")
    self.teacher = teacher
    self.width = width
    self.seeds = Array(seeds)
    self.start = start
    population = PopulationEnsemble(unit: teacher.unit, teacher: teacher.weights, width: width)
  }
}

/// Moves all students of an ensemble to their ends.
///
/// One iteration of the driver is a round: every student that still runs takes so many steps, eight students in a
/// pack, packs shared out over the threads; then those that have ended leave, and the rest close ranks. A student's
/// numbers depend on its seed alone: an ensemble of a thousand gives the same bits as a thousand ensembles of one,
/// whatever the threads, and as one that was interrupted in between.
///
/// ```swift
/// let ensemble = StudentEnsemble(teacher: .basis(10, unit: .relu), width: 10, seeds: 0..<1000) { seed in
///   var random = RandomStream(seed: seed)
///   return random.normalMatrix(rows: 10, columns: 10, scale: (1 / 10.0).squareRoot())
/// }
/// let method = StudentTraining(.descent(step: 0.1), until: StudentStopping(gradient: 1e-9))
/// let students = try Driver(iterations: .max).run(method, on: ensemble).value
/// let spurious = students.count { $0.loss > 1e-3 }
/// ```
///
/// - Complexity: see ``PopulationEnsemble/gradient(of:into:losses:workspace:)`` for a step; rounds allocate, steps do
///   not but for recorded points.
public struct StudentTraining: Method {
  public let method: StudentMethod
  public let stopping: StudentStopping
  public let recording: StudentRecording

  public init(
    _ method: StudentMethod, until stopping: StudentStopping = StudentStopping(),
    recording: StudentRecording = .none
  ) {
    self.method = method
    self.stopping = stopping
    self.recording = recording
  }

  public func makeWorkspace(for ensemble: StudentEnsemble) {}

  /// - Throws: what a start throws.
  public func initialState(for ensemble: StudentEnsemble, workspace: Void) throws -> StudentEnsembleState {
    let seeds = ensemble.seeds
    var starts = [Result<Matrix<Double>, any Error>?](repeating: nil, count: seeds.count)
    starts.withUnsafeMutableBufferPointer { starts in
      nonisolated(unsafe) let starts = starts
      Parallel.forEach(seeds.count) { i in starts[i] = Result { try ensemble.start(seeds[i]) } }
    }
    let students = try zip(seeds, starts).map { seed, start in
      let start = try start!.get()
      precondition(
        start.rows == ensemble.width && start.columns == ensemble.teacher.dimension,
        "a start of \(start.rows) x \(start.columns) for a student of \(ensemble.width) x \(ensemble.teacher.dimension)")
      return Student(seed: seed, start: start, step: firstStep, isRecorded: recording.pointsPerDecade > 0,
        random: Self.samples(of: seed))
    }
    return StudentEnsembleState(students: students)
  }

  /// Where a student's fresh samples come from: not the stream that its start is drawn from.
  private static func samples(of seed: UInt64) -> RandomStream {
    RandomStream(seed: seed).split(UInt64(0x7361_6d70))
  }

  private var firstStep: Double {
    switch method {
    case .descent(let step), .freshSamples(let step, _): step
    case .backtracking(let initial): initial
    // The controller corrects a first step that is too long or too short.
    case .flow(let tolerance): 0.01 * tolerance.squareRoot().squareRoot()
    }
  }

  public func step(_ state: inout StudentEnsembleState, on ensemble: StudentEnsemble, workspace: Void) {
    let lanes = PopulationEnsemble.lanes
    let running = state.students.indices.filter { state.students[$0].termination == nil }
    let packs = Parallel.pieces(of: running.count, size: lanes)
    let ticks = ticks(in: ensemble)
    state.students.withUnsafeMutableBufferPointer { students in
      nonisolated(unsafe) let students = students
      Parallel.forEach(packs) { p in
        let members = running[Parallel.piece(p, of: running.count, size: lanes)]
        if case .freshSamples(_, let batch) = method {
          for i in members { sample(&students[i], batch: batch, of: ensemble, steps: ticks) }
        } else {
          let pack = StudentPack(self, ensemble, Array(members), of: students)
          pack.run(ticks)
          pack.store()
        }
      }
    }
    state.iteration += 1
    state.evaluations.gradients += Double(running.count * ticks)
  }

  /// Steps in a round: long enough to be worth the packing, short enough that few lanes idle in its midst.
  private func ticks(in ensemble: StudentEnsemble) -> Int {
    let pairs = ensemble.width * (ensemble.width + ensemble.teacher.count)
    return min(max(40_000 / pairs, 128), 4096)
  }

  public func termination(of state: StudentEnsembleState, on ensemble: StudentEnsemble) -> Termination? {
    state.running == 0 ? .converged(.settled) : nil
  }

  public func finish(_ state: StudentEnsembleState, on ensemble: StudentEnsemble, workspace: Void) -> [Student] {
    state.students
  }
}
