import LinearAlgebra
import Networks
import Randomness

extension AscentBlock {
  /// Puts the ascents of an input into slots, each at its start.
  @inline(__always) func begin(_ input: Int, of range: Range<Int>, _ task: AscentTask<Element>) {
    if batchCount == 0 || input >= batchStart + batchCount {
      (batchStart, batchCount) = (input, min(rows, range.upperBound - input))
      let inputs = MatrixView(
        task.inputs.row(input), rows: batchCount, columns: d, stride: task.inputs.stride)
      function.preactivations(of: inputs, into: batch.pointer)
    }
    let z0 = UnsafePointer(batch.pointer + (input - batchStart) * function.hidden)
    guard task.deltas == nil else {
      let i = open(input, start: -1, z0, task)
      slots.pointer[i].trial.update(from: task.deltas!.row(input), count: d)
      project(slots.pointer[i].trial, slots.pointer[i], task)
      return
    }
    if let directions {
      directions.prepare(
        z0, target: task.targets.row(input), radius: task.radii[input], norm: set.norm, branches: hasBranches,
        fastGradient: hasFastGradient)
      task.results.outcomes.pointer[input].evaluations += 1
      task.results.outcomes.pointer[input].gradients += Int32(directions.cost)
    }
    for start in starts.indices {
      let i = open(input, start: start, z0, task)
      moveToStart(&slots.pointer[i], task)
    }
  }

  /// Takes a slot for an ascent; its number.
  @inline(__always) private func open(
    _ input: Int, start: Int, _ z0: UnsafePointer<Element>, _ task: AscentTask<Element>
  ) -> Int {
    let slot = slots.pointer + active
    (slot.pointee.input, slot.pointee.start, slot.pointee.towards) = (Int32(input), Int32(start), -1)
    (slot.pointee.iterations, slot.pointee.evaluations, slot.pointee.gradients) = (0, 0, 0)
    (slot.pointee.isWaiting, slot.pointee.isChosen, slot.pointee.phase) = (false, false, .start)
    (slot.pointee.omega, slot.pointee.share, slot.pointee.slope) = (1, 1, 0)
    (slot.pointee.bestLoss, slot.pointee.bestResidual) = (-.infinity, .infinity)
    let radius = task.radii[input]
    slot.pointee.reach = set.norm == .linf ? radius * Element(d).squareRoot() : radius
    slot.pointee.z0.update(from: z0, count: function.hidden)
    active += 1
    return active - 1
  }

  @inline(__always) private func moveToStart(_ slot: inout Slot, _ task: AscentTask<Element>) {
    let start = starts[Int(slot.start)]
    switch start {
    case .zero: slot.trial.update(repeating: 0, count: d)
    case .randomBall, .randomSphere:
      let input = Int(slot.input)
      var random = RandomStream(seed: seed).split(input).split(Int(slot.start))
      set.randomPoint(
        around: task.inputs.row(input), radius: task.radii[input], onSphere: start == .randomSphere, random: &random,
        into: slot.trial, scratch: scratch.pointer)
    case .fastGradient:
      if let directions { moveToSupport(of: directions.lossGradient, into: slot.trial, slot, task) }
    case .branch(let rank):
      guard let branch = directions?.branch(rank) else { return }
      slot.towards = branch.towards
      if branch.sign < 0 {
        for i in 0..<d { probe.pointer[i] = -branch.direction[i] }
        moveToSupport(of: probe.pointer, into: slot.trial, slot, task)
      } else {
        moveToSupport(of: branch.direction, into: slot.trial, slot, task)
      }
    }
  }
}
