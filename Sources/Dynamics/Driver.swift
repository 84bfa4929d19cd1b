/// Runs a method on a problem: owns limits, trace, checkpoints, progress, cancellation and the watch for non-finite
/// numbers, so that no method has to.
///
/// ```swift
/// let solution = try Driver(iterations: 500).run(method, on: problem)
/// print(solution.termination.message, solution.measurements.value)
/// ```
public struct Driver: Sendable {
  /// Where and how often to write checkpoints.
  public struct Checkpointing: Sendable {
    public var path: String
    public var fingerprint: String
    /// At least so long between two checkpoints; one is also written when the run is cancelled or meets a limit.
    public var everySeconds: Double
    public var everyIterations: Int?

    public init(path: String, fingerprint: String, everySeconds: Double = 10, everyIterations: Int? = nil) {
      self.path = path
      self.fingerprint = fingerprint
      self.everySeconds = everySeconds
      self.everyIterations = everyIterations
    }
  }

  /// A glimpse of a run under way: at its start, or where it is taken up, and after every step.
  public struct Progress: Sendable {
    public let iteration: Int
    public let iterationLimit: Int
    public let seconds: Double
    public let measurements: Measurements

    /// The same as part of a longer run, after so many iterations and seconds.
    public func following(iterations: Int, seconds before: Double) -> Progress {
      Progress(
        iteration: iterations + iteration, iterationLimit: iterations + iterationLimit, seconds: before + seconds,
        measurements: measurements)
    }
  }

  public var iterations: Int
  public var seconds: Double?
  public var traceEvery: Int
  public var checkpointing: Checkpointing?
  public var cancellation: Cancellation?
  public var progress: (@Sendable (Progress) -> Void)?

  public init(
    iterations: Int, seconds: Double? = nil, traceEvery: Int = 1, checkpointing: Checkpointing? = nil,
    cancellation: Cancellation? = nil, progress: (@Sendable (Progress) -> Void)? = nil
  ) {
    self.iterations = iterations
    self.seconds = seconds
    self.traceEvery = traceEvery
    self.checkpointing = checkpointing
    self.cancellation = cancellation
    self.progress = progress
  }

  /// Runs until the method is done or a limit is met, taking up the checkpoint if there is one.
  ///
  /// - Throws: what the method's `initialState` throws, ``CheckpointError``, ``FileError`` on writing.
  public func run<M: Method>(_ method: M, on problem: M.Problem) throws -> Solution<M.Value, M.State> {
    let workspace = method.makeWorkspace(for: problem)
    if let checkpointing,
      let found = try Checkpoint<M.State>.read(from: checkpointing.path, fingerprint: checkpointing.fingerprint)
    {
      return try run(
        method, on: problem, from: found.state, trace: found.trace, secondsBefore: found.seconds, workspace: workspace)
    }
    let state = try method.initialState(for: problem, workspace: workspace)
    return try run(
      method, on: problem, from: state, trace: Trace(every: traceEvery), secondsBefore: 0, workspace: workspace)
  }

  private func run<M: Method>(
    _ method: M, on problem: M.Problem, from start: M.State, trace started: Trace, secondsBefore: Double,
    workspace: M.Workspace
  ) throws -> Solution<M.Value, M.State> {
    var state = start
    var trace = started
    let clock = ContinuousClock()
    let begin = clock.now
    func elapsed() -> Double { secondsBefore + (clock.now - begin) / .seconds(1) }
    var checkpointed = (seconds: elapsed(), iteration: state.iteration)

    func save(_ state: M.State, _ trace: Trace) throws {
      guard let checkpointing, state.measurements.areFinite else { return }
      let now = elapsed()
      try Checkpoint(fingerprint: checkpointing.fingerprint, state: state, trace: trace, seconds: now)
        .write(to: checkpointing.path)
      // After the writing: however long that takes, the run goes on for its time in between.
      checkpointed = (elapsed(), state.iteration)
    }

    trace.record(state, seconds: elapsed())
    report(state, seconds: elapsed())
    var termination = end(of: state, seconds: elapsed()) { method.termination(of: $0, on: problem) }
    while termination == nil {
      method.step(&state, on: problem, workspace: workspace)
      let now = elapsed()
      trace.record(state, seconds: now)
      report(state, seconds: now)
      termination = end(of: state, seconds: now) { method.termination(of: $0, on: problem) }
      if let checkpointing, termination == nil,
        now - checkpointed.seconds >= checkpointing.everySeconds
          || checkpointing.everyIterations.map({ state.iteration - checkpointed.iteration >= $0 }) ?? false
      {
        try save(state, trace)
      }
    }
    if case .stopped = termination! { try save(state, trace) }
    let seconds = elapsed()
    trace.close(with: state, seconds: seconds)
    let value = method.finish(state, on: problem, workspace: workspace)
    return Solution(value: value, termination: termination!, trace: trace, seconds: seconds, state: state)
  }

  private func report(_ state: some MethodState, seconds: Double) {
    progress?(
      Progress(
        iteration: state.iteration, iterationLimit: iterations, seconds: seconds, measurements: state.measurements))
  }

  private func end<State: MethodState>(
    of state: State, seconds now: Double, method: (State) -> Termination?
  ) -> Termination? {
    if !state.measurements.areFinite { return .failed(.nonFinite) }
    if let termination = method(state) { return termination }
    if cancellation?.isCancelled ?? false { return .stopped(.cancelled) }
    if state.iteration >= iterations { return .stopped(.iterationLimit) }
    if let seconds, now >= seconds { return .stopped(.timeLimit) }
    return nil
  }
}
