import CKernels
import Dynamics
import LinearAlgebra
import Networks

/// Up to eight students that take their steps together; each lane decides for itself.
///
/// `advance` is the method: it moves the lanes that run, and leaves the gradient at their new places. Before each step
/// every lane looks at its gradient: whether to write a point down, and whether it has arrived.
final class StudentPack {
  let training: StudentTraining
  let ensemble: StudentEnsemble
  let members: [Int]
  let students: UnsafeMutableBufferPointer<Student>
  let population: PopulationEnsemble
  let workspace: PopulationWorkspace
  /// Vectors of lanes in a pack: m d.
  let vectors: Int64
  let weights, gradient: Buffer<Double>
  /// Losses at the weights in plain arithmetic, largest gradients, squares of gradients: one of each a lane.
  let losses, largest, squares, scratch: Buffer<Double>
  /// 1 for the lanes that run.
  let running: Buffer<Double>
  private var hasExactLosses = false

  init(
    _ training: StudentTraining, _ ensemble: StudentEnsemble, _ members: [Int],
    of students: UnsafeMutableBufferPointer<Student>
  ) {
    self.training = training
    self.ensemble = ensemble
    self.members = members
    self.students = students
    population = ensemble.population
    workspace = population.makeWorkspace()
    vectors = Int64(population.parameterCount)
    weights = Buffer(count: population.packCount)
    gradient = Buffer(count: population.packCount)
    losses = Buffer(count: PopulationEnsemble.lanes)
    largest = Buffer(count: PopulationEnsemble.lanes)
    squares = Buffer(count: PopulationEnsemble.lanes)
    scratch = Buffer(count: PopulationEnsemble.lanes)
    running = Buffer(count: PopulationEnsemble.lanes)
    for (lane, i) in members.enumerated() {
      students[i].packed.wrappedValue.withUnsafeBufferPointer {
        population.load($0.baseAddress!, lane: lane, into: weights.pointer)
      }
      running[lane] = 1
    }
  }

  /// What plain sums of so many kernels leave uncertain of a loss: near the teacher they add up to a few times its power.
  var resolution: Double {
    1e-14 * Double(ensemble.width + ensemble.teacher.count) * population.teacherPower
  }

  /// Whether the method, or the stopping rule, wants losses at every step.
  var needsLosses: Bool {
    if case .backtracking = training.method { return true }
    return training.stopping.loss != nil
  }

  /// Up to `ticks` steps of each lane.
  func run(_ ticks: Int) {
    switch training.method {
    case .descent(let step): descend(step: step, ticks)
    case .backtracking: backtrack(ticks)
    case .flow(let tolerance): flow(tolerance: tolerance, ticks)
    case .freshSamples: preconditionFailure("fresh samples are not taken in packs")
    }
  }

  /// Puts the weights back into their students.
  func store() {
    for (lane, i) in members.enumerated() {
      students[i].packed.wrappedValue.withUnsafeMutableBufferPointer {
        population.store(weights.pointer, lane: lane, into: $0.baseAddress!)
      }
    }
  }

  /// Fixed steps.
  private func descend(step: Double, _ ticks: Int) {
    let move = Buffer<Double>(count: PopulationEnsemble.lanes)
    for _ in 0..<ticks {
      evaluate()
      guard look() else { return }
      for lane in members.indices { move[lane] = running[lane] == 0 ? 0 : -step }
      shallows_lanes_axpy(vectors, move.pointer, gradient.pointer, weights.pointer)
      for (lane, i) in members.enumerated() where running[lane] != 0 {
        students[i].iteration += 1
        students[i].time += step
      }
    }
  }

  /// The gradient at the weights, and the losses where they are needed.
  func evaluate() {
    population.gradient(
      of: weights.pointer, into: gradient.pointer, losses: needsLosses ? losses.pointer : nil, workspace: workspace)
  }

  /// Looks at the gradients: records, and ends the lanes that have arrived.
  ///
  /// - Returns: whether a lane still runs.
  func look() -> Bool {
    shallows_lanes_maximum(vectors, gradient.pointer, largest.pointer)
    hasExactLosses = false
    var someRuns = false
    for (lane, i) in members.enumerated() where running[lane] != 0 {
      students[i].largestGradient = largest[lane]
      if moment(i) >= students[i].nextRecord { record(lane, i) }
      if let end = ending(lane, i) { self.end(lane, i, end) } else { someRuns = true }
    }
    return someRuns
  }

  /// Ends a lane: its student has its last loss, and its curve the last point.
  func end(_ lane: Int, _ i: Int, _ termination: Termination) {
    students[i].termination = termination
    students[i].loss = loss(lane)
    if let last = students[i].curve.last, last.iteration < students[i].iteration { record(lane, i) }
    running[lane] = 0
  }

  // Students are looked at in place: a copy would count references at every step.
  private func ending(_ lane: Int, _ i: Int) -> Termination? {
    let (stopping, iteration) = (training.stopping, students[i].iteration)
    guard largest[lane].isFinite else { return .failed(.nonFinite) }
    if let gradient = stopping.gradient, largest[lane] <= gradient { return .converged(.stationary) }
    if let loss = stopping.loss, losses[lane] <= loss + resolution, iteration % 16 == 0 {
      if exactLosses[lane] <= loss { return .converged(.valueReached) }
    }
    if iteration >= stopping.iterations { return .stopped(.iterationLimit) }
    if training.isPast(students[i].time) { return .stopped(.timeLimit) }
    return nil
  }

  /// The losses of the pack without cancellation, computed once for all lanes that ask at the same place.
  private var exactLosses: UnsafeMutablePointer<Double> {
    if !hasExactLosses { population.losses(of: weights.pointer, into: scratch.pointer, workspace: workspace) }
    hasExactLosses = true
    return scratch.pointer
  }

  /// NaN where the gradient is not finite: kernels of lengths that overflow may come out as zero.
  private func loss(_ lane: Int) -> Double { largest[lane].isFinite ? exactLosses[lane] : .nan }

  private var isFlow: Bool { if case .flow = training.method { true } else { false } }

  /// What recording goes by.
  private func moment(_ i: Int) -> Double { isFlow ? students[i].time : Double(students[i].iteration) }

  /// Writes down a point of the curve.
  private func record(_ lane: Int, _ i: Int) {
    shallows_lanes_dot(vectors, gradient.pointer, gradient.pointer, squares.pointer)
    students[i].curve.append(
      CurvePoint(
        iteration: students[i].iteration, time: students[i].time, loss: loss(lane),
        gradientNorm: squares[lane].squareRoot()))
    students[i].nextRecord = training.recording.next(after: moment(i), isWhole: !isFlow)
    guard training.recording.trajectory else { return }
    for p in 0..<population.parameterCount {
      students[i].path.wrappedValue.append(weights[p * PopulationEnsemble.lanes + lane])
    }
  }
}
