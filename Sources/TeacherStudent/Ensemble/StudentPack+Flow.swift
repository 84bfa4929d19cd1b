import CKernels
import Dynamics
import LinearAlgebra
import Networks
import Optimization
import RealModule

extension StudentPack {
  /// The gradient flow dW/dt = -grad L by the Dormand-Prince 5(4) pair: every tick is one try of a step by each lane
  /// that runs, with its own length.
  ///
  /// The estimated error, in units of tolerance (1 + |w|), is the largest over the weights; up to 1 the step counts. It
  /// must also be below a hundredth of the move h max |g|: near its end a flow moves by less than any tolerance, and
  /// steps as long as that allows would not come to rest. The next length is 0.9 error^(-1/5) times the last, between a
  /// fifth of it and five times. The gradient at the end of a step is the first of the next.
  ///
  /// - Complexity: six gradients a try.
  func flow(tolerance: Double, _ ticks: Int) {
    let lanes = PopulationEnsemble.lanes
    let tableau = DormandPrince.tableau
    let stages = (1...6).map { _ in Pack(population.packCount) }
    let (trial, error) = (Pack(population.packCount), Pack(population.packCount))
    let (move, taken, errors, sizes) = (Pack(lanes), Pack(lanes), Pack(lanes), Pack(lanes))
    func stage(_ s: Int) -> UnsafeMutablePointer<Double> { s == 0 ? gradient.pointer : stages[s - 1].pointer }
    /// trial <- trial - h coefficient k_s, lane by lane.
    func add(_ coefficient: Double, _ s: Int, to target: Pack) {
      guard coefficient != 0 else { return }
      for (lane, i) in members.enumerated() {
        move.pointer[lane] = running[lane] == 0 ? 0 : -students[i].step * coefficient
      }
      shallows_lanes_axpy(vectors, move.pointer, stage(s), target.pointer)
    }

    evaluate()
    guard look() else { return }
    // Six evaluations a try: as much work in a round as the other methods do.
    for _ in 0..<max(ticks / 6, 1) {
      limitSteps()
      for s in 1...6 {
        trial.pointer.update(from: weights.pointer, count: population.packCount)
        for (q, a) in tableau.a[s].enumerated() { add(a, q, to: trial) }
        // The last stage is taken at the result itself.
        population.gradient(
          of: trial.pointer, into: stage(s), losses: s == 6 && needsLosses ? losses.pointer : nil,
          workspace: workspace)
      }
      error.pointer.update(repeating: 0, count: population.packCount)
      for (s, e) in tableau.e.enumerated() { add(e, s, to: error) }
      shallows_lanes_error(
        vectors, tolerance, tolerance, error.pointer, weights.pointer, trial.pointer, errors.pointer)
      shallows_lanes_maximum(vectors, error.pointer, sizes.pointer)
      for (lane, i) in members.enumerated() {
        taken.pointer[lane] = 0
        guard running[lane] != 0 else { continue }
        let h = students[i].step
        let move = 0.01 * h * largest[lane]
        let error = max(errors.pointer[lane], move > 0 ? sizes.pointer[lane] / move : 0)
        if error <= 1 {
          taken.pointer[lane] = 1
          students[i].iteration += 1
          students[i].time += h
        }
        let factor = error.isFinite ? 0.9 * Double.pow(max(error, 1e-10), -0.2) : 0.2
        students[i].step = h * min(max(factor, 0.2), 5)
        if taken.pointer[lane] == 0, students[i].step < 1e-14 { end(lane, i, .failed(.noDescent)) }
      }
      shallows_lanes_copy(vectors, taken.pointer, trial.pointer, weights.pointer)
      shallows_lanes_copy(vectors, taken.pointer, stage(6), gradient.pointer)
      guard look() else { return }
    }
  }

  /// No step beyond the end of time.
  private func limitSteps() {
    guard let end = training.stopping.time else { return }
    for (lane, i) in members.enumerated() where running[lane] != 0 {
      students[i].step = min(students[i].step, max(end - students[i].time, 1e-13))
    }
  }
}

/// A buffer that arrays can hold.
private final class Pack {
  private let buffer: Buffer<Double>
  var pointer: UnsafeMutablePointer<Double> { buffer.pointer }
  init(_ count: Int) { buffer = Buffer(count: count) }
}
