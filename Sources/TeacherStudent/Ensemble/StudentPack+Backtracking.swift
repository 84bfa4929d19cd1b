import CKernels
import Dynamics
import LinearAlgebra
import Networks

extension StudentPack {
  /// Steps of sought length: every tick is one trial of each lane that runs.
  ///
  /// From w the lane tries w - eta g. It moves there if L falls by 1e-4 eta |g|^2. Where the two losses are so close
  /// that rounding may hide which is lower, it moves if the trial is not past the lowest point of the way, g'.g >= 0: were L
  /// convex in between, it would have fallen all along. Then eta doubles, else it halves; below 1e-12 the student has
  /// settled.
  ///
  /// Source: Armijo's rule; gradients in place of values near a minimum as in Hager and Zhang (SIAM J. Optim. 2005).
  func backtrack(_ ticks: Int) {
    let lanes = PopulationEnsemble.lanes
    let trial = Buffer<Double>(count: population.packCount)
    let slope = Buffer<Double>(count: population.packCount)
    let move = Buffer<Double>(count: lanes)
    let taken = Buffer<Double>(count: lanes)
    let trialLosses = Buffer<Double>(count: lanes)
    let along = Buffer<Double>(count: lanes)
    let decrease = 1e-4
    evaluate()
    guard look() else { return }
    for _ in 0..<ticks {
      shallows_lanes_dot(vectors, gradient.pointer, gradient.pointer, squares.pointer)
      trial.pointer.update(from: weights.pointer, count: population.packCount)
      for (lane, i) in members.enumerated() { move[lane] = running[lane] == 0 ? 0 : -students[i].step }
      shallows_lanes_axpy(vectors, move.pointer, gradient.pointer, trial.pointer)
      population.gradient(
        of: trial.pointer, into: slope.pointer, losses: trialLosses.pointer, workspace: workspace)
      shallows_lanes_dot(vectors, slope.pointer, gradient.pointer, along.pointer)
      var someMoved = false
      for (lane, i) in members.enumerated() {
        taken[lane] = 0
        guard running[lane] != 0 else { continue }
        let eta = students[i].step
        let falls = trialLosses[lane] <= losses[lane] - decrease * eta * squares[lane]
        let isHidden = (trialLosses[lane] - losses[lane]).magnitude <= resolution
        if isHidden ? along[lane] >= 0 : falls {
          taken[lane] = 1
          losses[lane] = trialLosses[lane]
          students[i].step = 2 * eta
          students[i].iteration += 1
          students[i].time += eta
          someMoved = true
        } else {
          students[i].step = eta / 2
          if students[i].step < 1e-12 { settle(lane, i) }
        }
      }
      guard someMoved else {
        if members.indices.allSatisfy({ running[$0] == 0 }) { return }
        continue
      }
      shallows_lanes_copy(vectors, taken.pointer, trial.pointer, weights.pointer)
      shallows_lanes_copy(vectors, taken.pointer, slope.pointer, gradient.pointer)
      guard look() else { return }
    }
  }

  /// Ends a lane whose loss no step lowers.
  private func settle(_ lane: Int, _ i: Int) {
    // Values are known to about 1e-15 of the teacher's power P, so a search on them sees no closer to a minimum than
    // the root of that. Slopes of L go with P^(1/2) where units are of first degree in the weights, with P^(3/4) where
    // they are of second.
    let root = population.teacherPower.squareRoot()
    let slope = population.unit.isScaledByNorm ? root * root.squareRoot() : root
    end(lane, i, largest[lane] < 1e-7 * max(slope, 1) ? .converged(.settled) : .failed(.noDescent))
  }
}
