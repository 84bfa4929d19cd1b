import LinearAlgebra

extension DormandPrince {
  /// What an integration arrived at.
  public struct Trajectory: Sendable {
    /// The times that were reached, a prefix of those asked for.
    public let times: [Double]
    /// One row for each time.
    public let states: Matrix<Double>
    public let ending: Ending
    /// Where it ended: the last time, or the last step before a failure.
    public let finalTime: Double
    /// Steps taken, steps taken back, evaluations of the vector field.
    public let accepted, rejected, evaluations: Int
  }

  /// Integrates dy/dt = f(t, y) from `initial` at `start` and keeps the states at `times`.
  ///
  /// Failure is a value: ``Trajectory/ending`` says how it ended, and the states before are kept.
  ///
  /// - Precondition: `times` ascend, none lies before `start`.
  public func solve(
    from start: Double = 0, _ initial: [Double], at times: [Double], _ field: Field
  ) -> Trajectory {
    var integration = Integration(self, from: start, initial)
    var states: [Double] = []
    states.reserveCapacity(times.count * initial.count)
    var (ending, reached) = (Ending.reached, 0)
    for time in times {
      ending = integration.advance(to: time, field)
      guard ending == .reached else { break }
      states.append(contentsOf: UnsafeBufferPointer(start: integration.state, count: initial.count))
      reached += 1
    }
    return Trajectory(
      times: Array(times.prefix(reached)),
      states: Matrix(rows: reached, columns: initial.count, elements: states), ending: ending,
      finalTime: integration.time, accepted: integration.accepted, rejected: integration.rejected,
      evaluations: integration.evaluations)
  }
}
