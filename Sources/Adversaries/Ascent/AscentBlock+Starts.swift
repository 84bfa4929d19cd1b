import LinearAlgebra
import Networks
import Randomness

extension AscentBlock {
  /// Puts an ascent into a slot: its first evaluation is at its start, or at 0 where that start is yet to be found.
  @inline(__always) func begin(_ slot: inout Slot, input: Int, start: Int, _ task: AscentTask<Element>) {
    let isGiven = task.deltas != nil
    slot.input = Int32(input)
    slot.start = isGiven ? -1 : Int32(start)
    (slot.towards, slot.iterations, slot.evaluations, slot.gradients) = (-1, 0, 0, 0)
    slot.share = 1
    (slot.omega, slot.bestLoss, slot.bestResidual, slot.slope) = (1, -.infinity, .infinity, 0)
    let radius = task.radii[input]
    slot.reach = set.norm == .linf ? radius * Element(d).squareRoot() : radius
    slot.phase = .start
    function.preactivations(of: MatrixView(task.inputs.row(input), rows: 1, columns: d), into: slot.z0)
    if let deltas = task.deltas {
      slot.trial.update(from: deltas.row(input), count: d)
      project(slot.trial, slot, task)
      return
    }
    switch starts[start] {
    case .zero: slot.trial.update(repeating: 0, count: d)
    case .randomBall, .randomSphere:
      var random = RandomStream(seed: seed).split(input).split(start)
      set.randomPoint(
        around: task.inputs.row(input), radius: radius, onSphere: starts[start] == .randomSphere, random: &random,
        into: slot.trial, scratch: scratch.pointer)
    case .fastGradient, .branch:
      slot.trial.update(repeating: 0, count: d)
      slot.phase = .direction
    }
  }

  /// The slope by the outputs whose gradient a start follows, into the workspace's row i.
  @inline(__always) func takeDirection(_ slot: inout Slot, row i: Int, _ task: AscentTask<Element>) {
    guard case .branch(let rank) = starts[Int(slot.start)] else { return }
    let slope = workspace.slope.pointer + i * k
    let y = workspace.y.pointer + i * k
    for c in 0..<k { slope[c] = 0 }
    if loss.needsClasses && k > 1 {
      let label = AttackLoss.first(y, k)
      let rival = Int(rivals(of: Int(slot.input), row: i, label: label, task)[min(rank, k - 2)])
      (slope[rival], slope[label]) = (1, -1)
      slot.towards = Int32(rival)
    } else {
      let output = rank / 2 % k
      slope[output] = rank % 2 == 0 ? 1 : -1
      slot.towards = Int32(output)
    }
  }

  /// The other classes in the order of their linearised margins at 0, the largest first; at the workspace's row i.
  ///
  /// The order of an input is kept for its other starts, in place number `input` mod the number of places.
  @inline(__always) private func rivals(
    of input: Int, row i: Int, label: Int, _ task: AscentTask<Element>
  ) -> UnsafePointer<Int32> {
    let place = input % rows
    let order = rivalOrders.pointer + place * k
    if rivalInputs[place] == Int32(input) { return UnsafePointer(order) }
    rivalInputs[place] = Int32(input)
    let (m, row) = (function.shape.hidden, function.hidden)
    let (f, s, v) = (workspace.f.pointer + i * k, workspace.s.pointer + i * row, function.v.pointer)
    let radius = task.radii[input]
    // grad(f_c - f_y) = ((v_c - v_y) o sigma') W, in the memory that gradients come to later.
    for first in stride(from: 0, to: k, by: rows) {
      let count = min(rows, k - first)
      for c in first..<first + count {
        let z = workspace.z.pointer + (c - first) * row
        for j in 0..<m { z[j] = (v[c * row + j] - v[label * row + j]) * s[j] }
      }
      function.pullBack(count: count, list: nil, into: fresh.pointer, stride: d, workspace)
      for c in first..<first + count {
        let length = set.norm.dual.length(UnsafePointer(fresh.pointer + (c - first) * d), count: d)
        margins[c] = f[c] - f[label] + radius * length
      }
    }
    var filled = 0
    for c in 0..<k where c != label {
      var at = filled
      while at > 0 && margins[Int(order[at - 1])] < margins[c] {
        order[at] = order[at - 1]
        at -= 1
      }
      order[at] = Int32(c)
      filled += 1
    }
    return UnsafePointer(order)
  }
}
