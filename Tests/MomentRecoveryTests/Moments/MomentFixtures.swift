import Datasets
import LinearAlgebra
import MomentRecovery
import Randomness

/// Samples that exist only while they are read, each block in memory of its own with wider rows.
struct StreamedSamples: SampleSource {
  let samples: MatrixSamples
  var count: Int { samples.count }
  var inputs: Int { samples.inputs }
  var outputs: Int { samples.outputs }

  func forEachBlock(of size: Int, _ body: (SampleBlock) throws -> Void) throws {
    try samples.forEachBlock(of: size) { block in
      let x = Buffer<Double>(count: block.count * (inputs + 3)), y = Buffer<Double>(count: block.count * (outputs + 5))
      for i in 0..<block.count {
        (x.pointer + i * (inputs + 3)).update(from: block.x.row(i), count: inputs)
        (y.pointer + i * (outputs + 5)).update(from: block.y.row(i), count: outputs)
      }
      try body(
        SampleBlock(
          start: block.start, x: MatrixView(x.pointer, rows: block.count, columns: inputs, stride: inputs + 3),
          y: MatrixView(y.pointer, rows: block.count, columns: outputs, stride: outputs + 5)))
    }
  }
}

enum MomentFixtures {
  static func normal(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Double> {
    var random = RandomStream(seed: seed)
    return Matrix(rows: rows, columns: columns) { _, _ in random.normal() }
  }

  static func network(d: Int, k: Int, l: Int, slope: Double = 0, seed: UInt64 = 1) -> ReLUNetwork {
    ReLUNetwork(hidden: normal(k, d, seed: seed), output: normal(l, k, seed: seed + 1), slope: slope)
  }

  /// Normal inputs and the outputs of `network`.
  static func samples(_ network: ReLUNetwork, n: Int, seed: UInt64 = 9) -> MatrixSamples {
    let x = normal(n, network.inputs, seed: seed)
    return MatrixSamples(x: x, y: network.predict(x))
  }

  /// n points of no particular distribution and their negatives: an exactly symmetric law of x.
  static func symmetric(_ network: ReLUNetwork, n: Int, seed: UInt64 = 5) -> MatrixSamples {
    let half = normal(n, network.inputs, seed: seed)
    let x = Matrix(rows: 2 * n, columns: network.inputs) { i, j in i % 2 == 0 ? half[i / 2, j] : -half[i / 2, j] }
    return MatrixSamples(x: x, y: network.predict(x))
  }

  /// Rows z_i of (L_y A)^{-1}, of length 1: the pure neurons.
  static func pureNeurons(_ network: ReLUNetwork, _ coordinates: Coordinates) throws -> [[Double]] {
    let inverse = try LU(Matrix.product(coordinates.outputMap, .no, network.output, .no)).inverse()
    return (0..<inverse.rows).map { i in
      let norm = Double.norm2(inverse.columns, Array(inverse.row(i)))
      return inverse.row(i).map { $0 / norm }
    }
  }
}

func largest(_ a: [Double], minus b: [Double]) -> Double {
  zip(a, b).map { abs($0 - $1) }.max() ?? 0
}

func length(_ a: [Double]) -> Double { Double.norm2(a.count, a) }

extension Coordinates {
  static func whitening(_ moments: FirstMoments, neurons k: Int) throws -> Coordinates {
    try Whitening(moments).coordinates(neurons: k).coordinates
  }

  /// x and y themselves, for k = l.
  static func plain(_ moments: FirstMoments) throws -> Coordinates {
    try Whitening(moments).plain(moments, neurons: moments.outputMean.count).coordinates
  }
}
