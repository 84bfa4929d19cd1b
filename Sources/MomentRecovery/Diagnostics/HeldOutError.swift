import Datasets
import LinearAlgebra

/// How well a network recovered from some of the samples predicts the others.
public struct HeldOutError: Codable, Equatable, Sendable {
  /// Samples that were predicted.
  public let samples: Int
  /// The mean of |y - A sigma(W x)|^2 / l over them.
  public let meanSquare: Double
  /// The noise's share of that: the residual variance of the least-squares fit, per output, corrected for its
  /// parameters; what a perfect recovery would come to.
  public let noiseFloor: Double
  /// The variance of y around its mean, per output: what predicting nothing comes to.
  public let outputVariance: Double

  /// What the errors of the weights add, as a share of the variance that there is to predict; not negative.
  public var excess: Double {
    let signal = outputVariance - noiseFloor
    return signal > 0 ? max(0, (meanSquare - noiseFloor) / signal) : 0
  }

  /// - Throws: what reading throws.
  /// - Complexity: a pass over the held-out samples.
  init(of network: ReLUNetwork, on heldOut: any SampleSource, noiseFloor: Double, outputVariance: Double) throws {
    var (count, sum) = (0, 0.0)
    try heldOut.forEachBlock(of: 1024) { block in
      let x = Matrix(rows: block.count, columns: block.x.columns) { block.x[$0, $1] }
      let y = Matrix(rows: block.count, columns: block.y.columns) { block.y[$0, $1] }
      count += block.count
      sum += network.residuals(x, y).elements.reduce(0) { $0 + $1 * $1 }
    }
    samples = count
    meanSquare = count > 0 ? sum / Double(count * network.outputs) : 0
    self.noiseFloor = noiseFloor
    self.outputVariance = outputVariance
  }
}
