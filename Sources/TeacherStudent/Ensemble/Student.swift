import Dynamics
import LinearAlgebra
import Randomness

/// One student of an ensemble: where it stands, and what was written down on its way.
public struct Student: Sendable, Codable {
  /// The seed that its start and its samples come from.
  public let seed: UInt64
  var packed: Packed<Double>
  public internal(set) var iteration = 0
  /// The sum of its step lengths.
  public internal(set) var time = 0.0
  /// The next step length to try, for methods that choose it.
  var step: Double
  /// L at the weights, once the student has ended.
  public internal(set) var loss = Double.nan
  /// max |dL/dw|, as of the last look.
  public internal(set) var largestGradient = Double.nan
  public internal(set) var termination: Termination?
  public internal(set) var curve: [CurvePoint] = []
  /// The weights at the points of the curve, one after the other, if asked for.
  var path = Packed<Double>(wrappedValue: [])
  /// When to record next.
  var nextRecord: Double
  var random: RandomStream

  init(seed: UInt64, start: Matrix<Double>, step: Double, isRecorded: Bool, random: RandomStream) {
    self.seed = seed
    nextRecord = isRecorded ? 0 : .infinity
    packed = Packed(wrappedValue: start.elements)
    self.step = step
    self.random = random
  }

  /// m x d, row by row.
  public var weights: [Double] { packed.wrappedValue }

  /// The weights at each point of the curve, where they were recorded.
  public var trajectory: [[Double]] {
    let count = packed.wrappedValue.count
    return (0..<path.wrappedValue.count / max(count, 1)).map {
      Array(path.wrappedValue[$0 * count..<($0 + 1) * count])
    }
  }
}

/// All students of an ensemble.
public struct StudentEnsembleState: MethodState {
  /// Rounds so far: batches of steps, between which finished students leave.
  public internal(set) var iteration = 0
  public internal(set) var students: [Student]
  public internal(set) var evaluations = Evaluations()

  /// Students that have not ended.
  public var running: Int { students.count { $0.termination == nil } }

  /// The largest gradient of those that run; the value is the share of them, which falls to zero.
  public var measurements: Measurements {
    let waiting = students.lazy.filter { $0.termination == nil }
    let largest = waiting.map(\.largestGradient).filter(\.isFinite).max()
    return Measurements(value: Double(running) / Double(max(students.count, 1)), stationarity: largest)
  }
}
