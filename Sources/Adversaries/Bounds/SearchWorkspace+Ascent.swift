import LinearAlgebra

extension SearchWorkspace {
  /// Projected gradient ascent of a functional (of the loss itself for nil) from `point`; what it finds is recorded.
  ///
  /// Steps double after a success and halve after a failure, from the radius over the gradient's length.
  func ascend(row: Int?, steps: Int = 300) {
    let d = dimension
    var value = valueAndGradient(row)
    var step = functionals.radius / max(Double.norm2(d, gradient.pointer), 1e-300)
    guard step.isFinite else { return }
    for _ in 0..<steps {
      for i in 0..<d { trial[i] = point[i] + step * gradient[i] }
      project(trial.pointer)
      let (moved, rise) = (distance(trial.pointer, point.pointer, count: d), slope(towards: trial.pointer))
      if moved <= 1e-13 * functionals.radius { break }
      let next = valueOnly(row, trial.pointer)
      // Sufficient increase for a projected step, and some rounding.
      if next >= value + 0.25 * rise - 1e-16 * abs(value), next >= value {
        point.pointer.update(from: trial.pointer, count: d)
        let gained = next - value
        value = valueAndGradient(row)
        if gained <= 1e-15 * abs(value), moved <= 1e-7 * functionals.radius { break }
        step *= 2
      } else {
        step /= 4
      }
    }
    record(point.pointer)
  }

  private func slope(towards end: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for i in 0..<dimension { sum += gradient[i] * (end[i] - point[i]) }
    return sum
  }

  private func valueOnly(_ row: Int?, _ delta: UnsafePointer<Double>) -> Double {
    evaluate(delta, slopes: false)
    return value(row)
  }

  private func value(_ row: Int?) -> Double {
    if let row { return functional(row) }
    for c in 0..<outputs {
      var sum = 0.0
      for j in 0..<hidden { sum += functionals.outputWeights[c * hidden + j] * activations[j] }
      outputValues[c] = sum
    }
    return target.withUnsafeBufferPointer {
      problem.loss.value(
        UnsafePointer(outputValues.pointer), $0.baseAddress!, outputs: outputs, slope: outputSlopes.pointer)
    }
  }

  /// The functional's value at `point`, its gradient in `gradient`.
  @discardableResult func valueAndGradient(_ row: Int?) -> Double {
    let m = hidden
    evaluate(point.pointer, slopes: true)
    let value = value(row)
    for j in 0..<m {
      var weight = 0.0
      if let row {
        weight = self.weight(row, j)
      } else {
        for c in 0..<outputs { weight += outputSlopes[c] * functionals.outputWeights[c * m + j] }
      }
      stretched[j] = weight * derivatives[j]
    }
    functionals.combination(stretched.pointer, into: gradient.pointer)
    return value
  }
}
