import LinearAlgebra
import RealModule

extension DormandPrince {
  /// An integration under way: time, state, step and counts.
  ///
  /// ```swift
  /// var integration = DormandPrince.Integration(DormandPrince(), from: 0, [1])
  /// integration.advance(to: 1) { _, y, dy in dy[0] = -y[0] }      // .reached
  /// integration.state[0]                                         // 0.367879...
  /// ```
  ///
  /// Memory is nine vectors of the state's length, taken once; advancing allocates nothing.
  public struct Integration: ~Copyable {
    public let method: DormandPrince
    /// The number of components.
    public let count: Int
    public private(set) var time: Double
    /// Steps taken.
    public private(set) var accepted = 0
    /// Steps tried and taken back.
    public private(set) var rejected = 0
    /// Evaluations of the vector field.
    public private(set) var evaluations = 0
    /// The step to try next; zero before the first.
    private var step = 0.0
    /// The error of the last accepted step, at least 1e-4: the controller's memory.
    private var errorBefore = 1e-4
    /// y, the y of the step being tried, k_1 to k_7.
    private let memory: Buffer<Double>
    private let tableau = DormandPrince.tableau

    /// - Precondition: the state is not empty.
    public init(_ method: DormandPrince, from time: Double, _ initial: [Double]) {
      precondition(!initial.isEmpty, "a state needs at least one component")
      self.method = method
      self.time = time
      count = initial.count
      memory = Buffer(count: 9 * initial.count)
      for i in 0..<count { memory[i] = initial[i] }
    }

    /// y at ``time``, to be read; another state needs another integration.
    public var state: UnsafePointer<Double> { UnsafePointer(memory.pointer) }
    /// dy/dt at ``time``, once advanced.
    public var derivative: UnsafePointer<Double> { UnsafePointer(stage(0)) }

    private var trial: UnsafeMutablePointer<Double> { memory.pointer + count }
    private func stage(_ s: Int) -> UnsafeMutablePointer<Double> { memory.pointer + (2 + s) * count }

    /// Goes on to `target` and stops there exactly.
    ///
    /// After a failure the state is that of the last accepted step, at ``time``, before the target.
    ///
    /// - Precondition: `target` is finite and not before ``time``.
    /// - Complexity: six evaluations of the field and O(n) a step.
    @discardableResult
    public mutating func advance(to target: Double, _ field: Field) -> Ending {
      precondition(target.isFinite && target >= time, "from time \(time) to \(target): only forward")
      if target == time { return .reached }
      if step == 0 {
        evaluate(field, time, state, into: stage(0))
        guard isFinite(state), isFinite(derivative) else { return .nonFinite }
        step = method.initialStep ?? firstStep(field, toward: target)
      }
      var largestGrowth = 10.0
      while accepted + rejected < method.stepLimit {
        // A little stretching spares a last step of almost no length.
        let isLast = time + 1.01 * step >= target
        let h = isLast ? target - time : step
        let error = tryStep(field, h)
        // 0.04 is the weight of the memory, 0.17 = 1/5 - 3/4 0.04 that of the present.
        let factor = Double.pow(error, 0.2 - 0.75 * 0.04)
        if error <= 1 {
          accepted += 1
          time = isLast ? target : time + h
          let growth = min(max(0.9 * Double.pow(errorBefore, 0.04) / factor, 0.2), largestGrowth)
          largestGrowth = 10
          errorBefore = max(error, 1e-4)
          // A step cut short by the target says little about the step that the problem would bear.
          step = isLast ? max(step, h * growth) : h * growth
          memory.pointer.update(from: trial, count: count)
          stage(0).update(from: stage(6), count: count)
          if isLast { return .reached }
        } else {
          rejected += 1
          largestGrowth = 1
          step = h * (error.isFinite ? max(0.2, 0.9 / factor) : 0.2)
          if step <= 4 * time.ulp { return error.isFinite ? .stepUnderflow : .nonFinite }
        }
      }
      return .stepLimit
    }

    private mutating func evaluate(
      _ field: Field, _ t: Double, _ y: UnsafePointer<Double>, into dy: UnsafeMutablePointer<Double>
    ) {
      field(t, y, dy)
      evaluations += 1
    }

    /// Computes the stages and the trial state; the scaled error, infinite where anything is not finite.
    private mutating func tryStep(_ field: Field, _ h: Double) -> Double {
      let (y, trial, n) = (memory.pointer, trial, count)
      for s in 1...6 {
        // The last stage's argument is the result itself: b5 is its row of the tableau.
        trial.update(from: y, count: n)
        for (r, a) in tableau.a[s].enumerated() where a != 0 {
          let (scale, k) = (h * a, stage(r))
          for i in 0..<n { trial[i] += scale * k[i] }
        }
        evaluate(field, time + tableau.c[s] * h, UnsafePointer(trial), into: stage(s))
      }
      var sum = 0.0
      for i in 0..<n {
        var error = 0.0
        for s in 0..<7 { error += tableau.e[s] * stage(s)[i] }
        let scaled = h * error / scale(y[i], trial[i])
        sum += scaled * scaled
      }
      let error = (sum / Double(n)).squareRoot()
      return error.isFinite && isFinite(UnsafePointer(trial)) && isFinite(UnsafePointer(stage(6))) ? error : .infinity
    }

    /// A step over which neither y nor f should change much, from |y|, |f| and |df/dt| in the tolerances' units.
    private mutating func firstStep(_ field: Field, toward target: Double) -> Double {
      let (y, trial, n, k, next) = (memory.pointer, trial, count, stage(0), stage(1))
      func size(_ component: (Int) -> Double) -> Double {
        var sum = 0.0
        for i in 0..<n {
          let scaled = component(i) / scale(y[i], y[i])
          sum += scaled * scaled
        }
        return (sum / Double(n)).squareRoot()
      }
      let (d0, d1) = (size { y[$0] }, size { k[$0] })
      let h0 = min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1, target - time)
      for i in 0..<n { trial[i] = y[i] + h0 * k[i] }
      evaluate(field, time + h0, UnsafePointer(trial), into: next)
      let d2 = size { next[$0] - k[$0] } / h0
      let largest = max(d1, d2)
      let h1 = largest <= 1e-15 ? max(1e-6, h0 * 1e-3) : Double.pow(0.01 / largest, 0.2)
      let first = min(100 * h0, h1)
      return first.isFinite && first > 0 ? first : h0
    }

    private func scale(_ a: Double, _ b: Double) -> Double {
      method.absoluteTolerance + method.relativeTolerance * max(abs(a), abs(b))
    }

    private func isFinite(_ x: UnsafePointer<Double>) -> Bool {
      for i in 0..<count where !x[i].isFinite { return false }
      return true
    }
  }
}
