import LinearAlgebra
import Optimization
import Randomness

/// Simulations of online learning over seeds, held against the equations for N -> infinity.
///
/// Compared at each time are eps_g, every Q_ik with i <= k, and every R_im. All seeds and the equations start from the
/// same overlaps (``OrderParameters/realization(dimension:stream:)``), so what differs is
///
/// - the fluctuation of a seed, of order 1/sqrt N, which the standard error over S seeds measures, and
/// - the bias of the mean, of order 1/N, which no number of seeds removes.
///
/// z = (mean - equations) / (standard error) is of Student's distribution with S - 1 degrees of freedom as long as the
/// bias is the smaller of the two. The z of one simulation at several times depend on one another.
public struct OnlineComparison: Sendable, Equatable, Codable {
  /// One quantity at one time.
  public struct Entry: Sendable, Equatable, Codable {
    /// "eps_g", "Q 1 2", "R 1 1": units count from one.
    public let name: String
    /// alpha.
    public let time: Double
    /// Of the equations.
    public let expected: Double
    public let mean: Double
    /// Of the mean, over seeds.
    public let standardError: Double

    /// (mean - expected) / standardError.
    public var z: Double { (mean - expected) / standardError }
  }

  public let seeds: Int
  /// Time after time.
  public let entries: [Entry]

  public var largestZ: Double { entries.map { abs($0.z) }.max() ?? 0 }
  /// The share of entries with |z| <= 2: about 0.94 is expected of 20 seeds, 0.95 of many.
  public var shareWithinTwo: Double {
    Double(entries.count { abs($0.z) <= 2 }) / Double(max(entries.count, 1))
  }

  /// Holds measured overlaps, `simulated[seed][time]`, against expected ones.
  ///
  /// - Precondition: two seeds at least; as many overlaps for each as times.
  public init(
    _ learning: OnlineLearning, times: [Double], expected: [OrderParameters], simulated: [[OrderParameters]]
  ) {
    precondition(simulated.count >= 2, "a standard error needs two seeds at least")
    precondition(
      expected.count == times.count && simulated.allSatisfy { $0.count == times.count },
      "the overlaps are not those of \(times.count) times")
    seeds = simulated.count
    let count = Double(seeds)
    entries = times.indices.flatMap { t in
      let samples = simulated.map { learning.quantities($0[t]) }
      return learning.quantities(expected[t]).enumerated().map { q, expected in
        let values = samples.map { $0[q].value }
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        return Entry(
          name: expected.name, time: times[t], expected: expected.value, mean: mean,
          standardError: (variance / count).squareRoot())
      }
    }
  }

  public enum Failure: Error, CustomStringConvertible {
    case equations(DormandPrince.Ending, time: Double)

    public var description: String {
      switch self {
      case .equations(let ending, let time): "the equations stop after alpha = \(time): \(ending.message)"
      }
    }
  }
}

extension OnlineLearning {
  /// eps_g, Q and R, each with its name, in the order of a comparison.
  public func quantities(_ parameters: OrderParameters) -> [(name: String, value: Double)] {
    var result = [(name: "eps_g", value: generalizationError(parameters))]
    for i in 0..<students {
      for k in i..<students { result.append(("Q \(i + 1) \(k + 1)", parameters.q(i, k))) }
    }
    for i in 0..<students {
      for m in 0..<teachers { result.append(("R \(i + 1) \(m + 1)", parameters.r(i, m))) }
    }
    return result
  }

  /// One simulation: the overlaps at `times`, from weights in R^N with the overlaps `start`.
  ///
  /// - Precondition: `times` ascend.
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(minor:)`` if no independent weights have these overlaps.
  /// - Complexity: N times the last alpha steps, see ``OnlineSimulation/step()``.
  public func simulate(
    from start: OrderParameters, dimension: Int, at times: [Double], stream: RandomStream
  ) throws(LinearAlgebraError) -> [OrderParameters] {
    let units = try start.realization(dimension: dimension, stream: stream.split(0))
    var simulation = OnlineSimulation(self, units: units, stream: stream.split(1))
    var result: [OrderParameters] = []
    for time in times {
      simulation.advance(to: time)
      result.append(simulation.orderParameters)
    }
    return result
  }

  /// Simulates `seeds` times, several at once, and holds the means against the equations.
  ///
  /// Seed s takes the stream's child s, so the result does not depend on the number of threads.
  ///
  /// - Precondition: `times` ascend from above 0; two seeds at least.
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(minor:)``, or ``OnlineComparison/Failure`` if the equations
  ///   cannot be integrated to the last time.
  public func compare(
    from start: OrderParameters, dimension: Int, at times: [Double], seeds: Int, stream: RandomStream
  ) throws -> OnlineComparison {
    let path = solve(from: start, at: times)
    guard path.ending == .reached else {
      throw OnlineComparison.Failure.equations(path.ending, time: path.times.last ?? 0)
    }
    var results = [Result<[OrderParameters], LinearAlgebraError>?](repeating: nil, count: seeds)
    results.withUnsafeMutableBufferPointer { results in
      Parallel.forEach(seeds) { seed in
        results[seed] = Result { () throws(LinearAlgebraError) in
          try simulate(from: start, dimension: dimension, at: times, stream: stream.split(seed))
        }
      }
    }
    let simulated = try results.map { try $0!.get() }
    return OnlineComparison(self, times: times, expected: path.states, simulated: simulated)
  }
}
