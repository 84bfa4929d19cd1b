import Dynamics
import LinearAlgebra
import Networks
import Randomness

/// Trains an ensemble of students and says of each how it ended: the whole of `shallows imitate`.
///
/// ```swift
/// let result = try Imitation(ImitationSettings(unit: .abs, dimension: 5)).run()
/// for student in result.outcomes { print(student.loss, student.guarantee.checks.count) }
/// ```
///
/// The student of seed s is the same in every ensemble, alone or among thousands: its start is drawn from s.
public struct Imitation: Sendable {
  public let settings: ImitationSettings
  public let teacher: Teacher
  public let ensemble: StudentEnsemble
  public var cancellation: Cancellation?
  /// Called after each round: students that still run, and all.
  public var progress: (@Sendable (_ running: Int, _ all: Int, _ progress: Driver.Progress) -> Void)?
  /// Where an interrupted run is kept; nowhere unless given.
  public var checkpointPath: String?
  public var checkpointSeconds = 10.0

  /// - Throws: ``ImitationError`` for settings that make no sense, ``TeacherError`` where there is no such teacher,
  ///   ``StudentStartError`` where the start does not go with it.
  public init(_ settings: ImitationSettings) throws {
    try settings.validate()
    try settings.checkMemory()
    self.settings = settings
    teacher = try settings.teacher.teacher(
      unit: settings.unit, count: settings.teachers, dimension: settings.dimension,
      random: RandomStream(seed: settings.teacherSeed).split(UInt64(0x7465_6163)))
    // A start that is refused is refused before any work.
    let start = Self.start(settings, teacher)
    _ = try start(settings.seed)
    let seeds = (0..<settings.seeds).map { settings.seed &+ UInt64($0) }
    ensemble = StudentEnsemble(teacher: teacher, width: settings.width, seeds: seeds, start: start)
  }

  private static func start(
    _ settings: ImitationSettings, _ teacher: Teacher
  ) -> @Sendable (UInt64) throws -> Matrix<Double> {
    { seed in
      try settings.start.student(
        for: teacher, width: settings.width, random: RandomStream(seed: seed).split(UInt64(0x7374_6172)))
    }
  }

  /// The students' seeds.
  public var seeds: [UInt64] { ensemble.seeds }

  /// Trains, refines and judges all students.
  ///
  /// - Throws: ``CheckpointError`` where the checkpoint is another run's, ``FileError`` on writing it, and what a start
  ///   throws.
  public func run() throws -> ImitationResult {
    let training = StudentTraining(settings.method, until: settings.stopping, recording: settings.recording)
    let count = settings.seeds
    var driver = Driver(iterations: .max, traceEvery: 1, cancellation: cancellation)
    if let progress {
      driver.progress = { progress(Int(($0.measurements.value * Double(count)).rounded()), count, $0) }
    }
    driver.checkpointing = checkpointPath.map {
      .init(path: $0, fingerprint: settings.canonicalText, everySeconds: checkpointSeconds)
    }
    let solution = try driver.run(training, on: ensemble)
    let students = solution.value
    guard solution.termination != .stopped(.cancelled) else {
      return interrupted(after: solution.seconds)
    }
    let judgements = judged(students)
    let outcomes = judgements.compactMap { $0 }
    guard outcomes.count == students.count else {
      if let checkpoint = driver.checkpointing {
        try Checkpoint(
          fingerprint: checkpoint.fingerprint, state: solution.state, trace: solution.trace, seconds: solution.seconds
        ).write(to: checkpoint.path)
      }
      return interrupted(after: solution.seconds)
    }
    let ends = outcomes.indices.filter { i in
      outcomes[i].student.termination.isAtRest && outcomes[i].end.map { $0.kind != .moving } ?? false
    }
    let classes = EndPointClass.classes(of: ends.map { outcomes[$0].end! }, teacher: teacher).map {
      EndPointClass(representative: $0.representative, members: $0.members.map { ends[$0] })
    }
    return ImitationResult(
      settings: settings, teacher: teacher, spuriousLoss: spuriousLoss, outcomes: outcomes, classes: classes,
      seconds: solution.seconds, isInterrupted: false)
  }

  private func interrupted(after seconds: Double) -> ImitationResult {
    ImitationResult(
      settings: settings, teacher: teacher, spuriousLoss: spuriousLoss, outcomes: [], classes: [], seconds: seconds,
      isInterrupted: true)
  }

  /// The settings' threshold, for a teacher of E f*^2/2 < 1 as much smaller: nothing it has to teach is worth more.
  private var spuriousLoss: Double {
    settings.spuriousLoss * min(1, ensemble.population.teacherPower)
  }

  /// An outcome for each student, but for those that a cancellation came before: spectra can take longer than training.
  private func judged(_ students: [Student]) -> [StudentOutcome?] {
    var outcomes = [StudentOutcome?](repeating: nil, count: students.count)
    let loss = PopulationLoss(ensemble.population)
    outcomes.withUnsafeMutableBufferPointer { outcomes in
      nonisolated(unsafe) let outcomes = outcomes
      Parallel.forEach(students.count) { i in
        if cancellation?.isCancelled ?? false { return }
        outcomes[i] = StudentOutcome(students[i], settings: settings, teacher: teacher, loss: loss)
      }
    }
    return outcomes
  }
}

extension Termination? {
  /// Whether a student has come to rest, so that its place means something: one that met a goal of loss is on its way.
  var isAtRest: Bool { self == .converged(.stationary) || self == .converged(.settled) }
}
