/// The measurements of a run, thinned as it grows so that a run of any length keeps a bounded record.
///
/// Holds iteration 0 and every `stride`-th one after; when `capacity` is passed, every second point is dropped and
/// the stride doubles. The last iteration is always present after ``close(with:)``. Which points are kept depends on the
/// iterations alone, so a resumed run keeps the same ones.
public struct Trace: Codable, Sendable, Equatable {
  public struct Point: Codable, Sendable, Equatable {
    public let iteration: Int
    /// Wall time since the start of the run; the one number here that differs between equal runs.
    public let seconds: Double
    public let measurements: Measurements
  }

  public private(set) var points: [Point] = []
  public private(set) var stride: Int
  public let capacity: Int

  public init(every stride: Int = 1, capacity: Int = 2048) {
    precondition(stride >= 1 && capacity >= 2)
    self.stride = stride
    self.capacity = capacity
    points.reserveCapacity(capacity + 1)
  }

  public mutating func record(_ state: some MethodState, seconds: Double) {
    guard state.iteration % stride == 0, state.iteration > (points.last?.iteration ?? -1) else { return }
    points.append(Point(iteration: state.iteration, seconds: seconds, measurements: state.measurements))
    if points.count > capacity {
      stride *= 2
      points.removeAll { $0.iteration % stride != 0 }
    }
  }

  /// Adds the final state, if its iteration was thinned away.
  public mutating func close(with state: some MethodState, seconds: Double) {
    guard state.iteration > (points.last?.iteration ?? -1) else { return }
    points.append(Point(iteration: state.iteration, seconds: seconds, measurements: state.measurements))
  }
}

extension Trace {
  /// This trace and then another, of a run that started where this one ended; iterations and seconds go on counting.
  public func followed(by next: Trace) -> Trace {
    var joined = self
    let (iteration, seconds) = (points.last?.iteration ?? 0, points.last?.seconds ?? 0)
    joined.points += next.points.dropFirst(points.isEmpty ? 0 : 1).map {
      Point(iteration: iteration + $0.iteration, seconds: seconds + $0.seconds, measurements: $0.measurements)
    }
    return joined
  }
}
