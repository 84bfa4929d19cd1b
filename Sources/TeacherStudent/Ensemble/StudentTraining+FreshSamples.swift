import Dynamics
import LinearAlgebra
import Networks

extension StudentTraining {
  /// Steps of one student on fresh samples.
  ///
  /// The samples say little of where the student stands, so it is held against the population loss: at the points of
  /// its curve, and every 64 iterations where a goal is set.
  func sample(_ student: inout Student, batch: Int, of ensemble: StudentEnsemble, steps: Int) {
    guard case .freshSamples(let eta, _) = method else { return }
    let samples = FreshSampleLoss(
      unit: ensemble.teacher.unit, teacher: ensemble.teacher.weights, width: ensemble.width, batch: batch)
    let population = PopulationLoss(ensemble.population)
    let (workspace, exact) = (samples.makeWorkspace(), population.makeWorkspace())
    let count = student.weights.count
    let gradient = Buffer<Double>(count: count)
    var weights = student.weights
    weights.withUnsafeMutableBufferPointer { w in
      let w = w.baseAddress!
      for _ in 0..<steps {
        look(&student, at: w, population, exact, gradient)
        if student.termination != nil { break }
        _ = samples.valueAndGradient(
          at: w, random: &student.random, gradient: gradient.pointer, workspace: workspace)
        Double.axpy(count, -eta, gradient.pointer, w)
        student.iteration += 1
        student.time += eta
      }
    }
    student.packed.wrappedValue = weights
  }

  /// Records the student and ends it, where it is time for either.
  private func look(
    _ student: inout Student, at w: UnsafePointer<Double>, _ population: PopulationLoss,
    _ workspace: PopulationLoss.Workspace, _ gradient: borrowing Buffer<Double>
  ) {
    let isMoment = Double(student.iteration) >= student.nextRecord
    let isCheck = student.iteration % 64 == 0
    let isLimit =
      student.iteration >= stopping.iterations || isPast(student.time)
    guard isMoment || isCheck || isLimit else { return }
    let count = student.weights.count
    let loss = population.valueAndGradient(at: w, gradient: gradient.pointer, workspace: workspace)
    let norm = Double.norm2(count, gradient.pointer)
    student.loss = loss
    student.largestGradient = (0..<count).reduce(0) { max($0, gradient[$1].magnitude) }
    if !(loss.isFinite && norm.isFinite) {
      student.termination = .failed(.nonFinite)
    } else if let goal = stopping.gradient, student.largestGradient <= goal {
      student.termination = .converged(.stationary)
    } else if let goal = stopping.loss, loss <= goal {
      student.termination = .converged(.valueReached)
    } else if isLimit {
      student.termination = .stopped(student.iteration >= stopping.iterations ? .iterationLimit : .timeLimit)
    }
    guard isMoment || (student.termination != nil && recording.pointsPerDecade > 0) else { return }
    student.curve.append(
      CurvePoint(iteration: student.iteration, time: student.time, loss: loss, gradientNorm: norm))
    student.nextRecord = recording.next(after: Double(student.iteration), isWhole: true)
    if recording.trajectory {
      student.path.wrappedValue.append(contentsOf: UnsafeBufferPointer(start: w, count: count))
    }
  }

  /// Whether the step lengths add up to the limit, but for rounding.
  func isPast(_ time: Double) -> Bool {
    stopping.time.map { time >= $0 * (1 - 1e-12) } ?? false
  }
}
