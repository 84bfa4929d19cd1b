import LinearAlgebra
import RealModule

extension NetworkBounds {
  /// max over rivals of the bound of f_c - f_y.
  func marginBound(_ y: UnsafePointer<Double>) -> UpperBound {
    let q = marginRows(y, sign: 1, at: 0)
    evaluate(q)
    var (interval, relaxation, best) = (-Double.infinity, -Double.infinity, -Double.infinity)
    for r in 0..<q {
      interval = max(interval, intervals[r])
      relaxation = max(relaxation, relaxations[r])
      best = max(best, least(r))
    }
    return UpperBound(interval: interval, relaxation: relaxation, best: best)
  }

  /// log(1 + sum_c exp t_c), t_c = f_c - f_y: each t_c at its own bound, or the chords of exp as one functional.
  func partitionBound(_ y: UnsafePointer<Double>) -> UpperBound {
    let q = marginRows(y, sign: 1, at: 0)
    _ = marginRows(y, sign: -1, at: q)
    evaluate(2 * q)
    func apart(_ bound: (Int) -> Double) -> Double {
      var top = 0.0
      for r in 0..<q { top = max(top, bound(r)) }
      var sum = 0.0
      for r in 0..<q { sum += Double.exp(bound(r) - top) }
      return logAbove(top, sum: sum)
    }
    let (interval, relaxation, together) = (apart { intervals[$0] }, apart { relaxations[$0] }, apart(least))
    var top = 0.0
    for r in 0..<q { top = max(top, least(r)) }
    let sum = chordBound(q) { r in
      let up = least(r)
      return Chord.exponential(from: min(up, -least(q + r)), to: up, scale: top)
    }
    let chords = logAbove(top, sum: sum)
    return UpperBound(interval: interval, relaxation: min(relaxation, chords), best: min(together, chords))
  }

  /// 1/2 sum_c (f_c - y_c)^2: each output at its worse extreme, or the chords of the squares as one functional.
  func squaredBound(_ y: UnsafePointer<Double>) -> UpperBound {
    let (m, k) = (functionals.hidden, functionals.outputs)
    for i in 0..<k * m {
      rows[i] = functionals.outputWeights[i]
      rows[k * m + i] = -functionals.outputWeights[i]
    }
    evaluate(2 * k)
    func apart(_ bound: (Int) -> Double) -> Double {
      var sum = 0.0
      for c in 0..<k {
        let worst = max(bound(c) - y[c], bound(k + c) + y[c])
        sum += worst * worst / 2
      }
      return sum + functionals.unit * sum
    }
    let (interval, relaxation, together) = (apart { intervals[$0] }, apart { relaxations[$0] }, apart(least))
    guard k > 1 else { return UpperBound(interval: interval, relaxation: relaxation, best: together) }
    let chords = chordBound(k) { c in
      let up = least(c) - y[c]
      return Chord.halfSquare(from: min(up, -least(k + c) - y[c]), to: up, shift: y[c])
    }
    return UpperBound(interval: interval, relaxation: min(relaxation, chords), best: min(together, chords))
  }

  /// log(exp(0) + exp(top) sum), moved up by more than its rounding; log(1 + exp top) where no sum is given.
  func logAbove(_ top: Double, sum: Double = 1) -> Double {
    let value =
      top > 0
      ? top + Double.log(Double.exp(-top) + sum) : Double.log(onePlus: Double.exp(top) * sum)
    return value + functionals.unit * (abs(value) + max(top, 0))
  }

  /// Rows V_c - V_y for every rival, times `sign`, from row `start` on; how many. Of one output -y V.
  func marginRows(_ y: UnsafePointer<Double>, sign: Double, at start: Int) -> Int {
    let (m, k) = (functionals.hidden, functionals.outputs)
    let v = functionals.outputWeights.pointer
    if k == 1 {
      for j in 0..<m { rows[start * m + j] = -sign * y[0] * v[j] }
      return 1
    }
    let label = AttackLoss.first(y, k)
    var r = start
    for c in 0..<k where c != label {
      for j in 0..<m { rows[r * m + j] = sign * (v[c * m + j] - v[label * m + j]) }
      r += 1
    }
    return k - 1
  }

  private func least(_ r: Int) -> Double { min(intervals[r], relaxations[r]) }

  private func evaluate(_ q: Int) {
    functionals.bounds(
      of: rows.pointer, count: q, refinements: refinements, intervals: intervals.pointer,
      relaxations: relaxations.pointer)
  }

  /// The bound of sum_r (slope_r t_r + offset_r) with t_r the functional of row r, all as one.
  private func chordBound(_ q: Int, _ chord: (Int) -> Chord) -> Double {
    let m = functionals.hidden
    var (offset, terms) = (0.0, 0.0)
    for j in 0..<m { chordRow[j] = 0 }
    for r in 0..<q {
      let line = chord(r)
      offset += line.offset
      terms += abs(line.offset)
      for j in 0..<m {
        let weight = line.slope * rows[r * m + j]
        chordRow[j] += weight
        terms += abs(weight) * functionals.height(j)
      }
    }
    rows.pointer.update(from: chordRow.pointer, count: m)
    evaluate(1)
    return offset + least(0) + functionals.unit * terms
  }
}
