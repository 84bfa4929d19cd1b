import Datasets
import Dynamics
import LinearAlgebra
import Randomness

/// Standard errors of all weights by the bootstrap: the recovery repeated on samples drawn anew from the samples.
///
/// Each replicate takes every sample a Poisson(1) number of times and recovers again, starting at what was recovered.
/// Rows of W have length 1. The interval of a weight w at 95 % is w +- 1.96 times its standard error.
///
/// ```swift
/// let result = try Recovery(RecoverySettings(bootstrap: 100)).run(on: samples)
/// result.weightErrors?.hidden[0, 0]      // the standard error of W[0, 0]
/// ```
public struct WeightErrors: Codable, Equatable, Sendable {
  /// Replicates that gave a network, and those that gave none.
  public let replicates: Int
  public let failures: Int
  /// k x d.
  public let hidden: Matrix<Double>
  /// l x k.
  public let output: Matrix<Double>

  /// - Precondition: rows of the network's W have length 1.
  /// - Throws: what reading the samples throws. A replicate that cannot be recovered is counted, not thrown.
  /// - Complexity: `replicates` times one recovery.
  init(
    of network: ReLUNetwork, replicates: Int, of source: any SampleSource, random: RandomStream,
    cancellation: Cancellation?, progress: (Int) -> Void, recover: (any SampleSource) throws -> ReLUNetwork?
  ) throws {
    var (count, failures) = (0, 0)
    var hidden = Matrix<Double>(rows: network.neurons, columns: network.inputs)
    var output = Matrix<Double>(rows: network.outputs, columns: network.neurons)
    for b in 0..<replicates {
      if cancellation?.isCancelled ?? false { break }
      progress(b)
      guard let found = try recover(source.bootstrap(random: random.split(b)))?.normalized(),
        let error = try? RecoveryError(of: found, from: network)
      else {
        failures += 1
        continue
      }
      count += 1
      for (i, partner) in error.matching.enumerated() {
        guard let j = partner else { continue }
        for p in 0..<network.inputs { hidden[i, p] += (found.hidden[j, p] - network.hidden[i, p]).squared }
        for m in 0..<network.outputs { output[m, i] += (found.output[m, j] - network.output[m, i]).squared }
      }
    }
    let scale = 1 / Double(max(count, 1))
    (self.replicates, self.failures) = (count, failures)
    self.hidden = hidden.map { ($0 * scale).squareRoot() }
    self.output = output.map { ($0 * scale).squareRoot() }
  }

  /// Half the width of a 95 % interval, in standard errors.
  public static let halfWidth = 1.959963984540054
}

extension Double {
  fileprivate var squared: Double { self * self }
}
