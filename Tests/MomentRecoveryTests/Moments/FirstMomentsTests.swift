import Datasets
import LinearAlgebra
@testable import MomentRecovery
import Testing

@Suite(.serialized) struct FirstMomentsTests {
  /// Sample numbers on both sides of a tile (256) and of a block (32 tiles).
  @Test(arguments: [1, 7, 256, 300, 8193, 8500]) func agreesWithSumsOneByOne(n: Int) throws {
    let samples = MatrixSamples(x: MomentFixtures.normal(n, 4, seed: 1), y: MomentFixtures.normal(n, 3, seed: 2))
    let moments = try FirstMoments(of: samples)
    func mean(_ a: Matrix<Double>, _ i: Int, _ b: Matrix<Double>, _ j: Int) -> Double {
      (0..<n).reduce(0) { $0 + a[$1, i] * b[$1, j] } / Double(n)
    }
    let (x, y) = (samples.x, samples.y)
    let inputs = Matrix(rows: 4, columns: 4) { mean(x, $0, x, $1) }
    let cross = Matrix(rows: 4, columns: 3) { mean(x, $0, y, $1) }
    let outputs = Matrix(rows: 3, columns: 3) { mean(y, $0, y, $1) }
    // Means of numbers of size 1 over up to 8500 terms.
    #expect(largest(moments.inputs.elements, minus: inputs.elements) < 1e-13)
    #expect(largest(moments.cross.elements, minus: cross.elements) < 1e-13)
    #expect(largest(moments.outputs.elements, minus: outputs.elements) < 1e-13)
    #expect(largest(moments.inputMean, minus: (0..<4).map { x.column($0).reduce(0, +) / Double(n) }) < 1e-13)
    #expect(largest(moments.outputMean, minus: (0..<3).map { y.column($0).reduce(0, +) / Double(n) }) < 1e-13)
    #expect(moments.count == n)
  }

  @Test func threadsAndSourcesDoNotShow() throws {
    let samples = MatrixSamples(x: MomentFixtures.normal(9000, 9, seed: 3), y: MomentFixtures.normal(9000, 5, seed: 4))
    let before = Parallel.threads
    defer { Parallel.threads = before }
    Parallel.threads = 1
    let alone = try FirstMoments(of: samples)
    for threads in 1...3 {
      Parallel.threads = threads
      #expect(try FirstMoments(of: samples) == alone)
      #expect(try FirstMoments(of: StreamedSamples(samples: samples)) == alone)
    }
  }

  @Test func namesTheSampleThatIsNotFinite() throws {
    var y = MomentFixtures.normal(3000, 2, seed: 6)
    y[2345, 1] = .nan
    let x = MomentFixtures.normal(3000, 3, seed: 7)
    let blamed = MomentError.notFinite(variable: "y", sample: 2345, column: 1, value: "nan")
    #expect(throws: blamed) { try FirstMoments(of: MatrixSamples(x: x, y: y)) }
    #expect(blamed.description.contains("Sample 2345"))
    let huge = MatrixSamples(x: x.map { $0 * 1e200 }, y: x)
    #expect(throws: MomentError.overflow) { try FirstMoments(of: huge) }
    #expect(throws: MomentError.noSamples) { try FirstMoments(of: MatrixSamples(x: Matrix([]), y: Matrix([]))) }
  }

  @Test func sharesOutByTheSizesAlone() {
    // Few samples: no more shards than tiles. Large sums: no more copies than 256 MiB hold, but one at least.
    #expect(SampleTiling(samples: 1, matrix: 100).shards == 1)
    #expect(SampleTiling(samples: 1000, matrix: 100).shards == 4)
    #expect(SampleTiling(samples: 1_000_000, matrix: 100).shards == 32)
    #expect(SampleTiling(samples: 1_000_000, matrix: 100, pieces: 2).shards == 16)
    #expect(SampleTiling(samples: 1_000_000, matrix: 1 << 22).shards == 8)
    #expect(SampleTiling(samples: 1_000_000, matrix: 1 << 30).shards == 1)
  }
}
