import CAllocationCounter
import Datasets
import LinearAlgebra
@testable import MomentRecovery
import Testing

@Suite(.serialized) struct DetectorMatrixTests {
  /// Sizes on both sides of a group of 8, a tile of 256 and a piece of 272 rows (d = 25 has 325 pairs).
  @Test(arguments: [(1, 1, 1, 5), (3, 2, 4, 257), (5, 5, 5, 300), (25, 3, 3, 700), (6, 4, 5, 8200)])
  func agreesWithSumsOneByOne(size: (d: Int, k: Int, l: Int, n: Int)) throws {
    let (d, k, l, n) = size
    let samples = MatrixSamples(x: MomentFixtures.normal(n, d, seed: 1), y: MomentFixtures.normal(n, l, seed: 2))
    let coordinates = Coordinates(
      inputMap: MomentFixtures.normal(d, d, seed: 3), outputMap: MomentFixtures.normal(k, l, seed: 4),
      prediction: MomentFixtures.normal(d, k, seed: 5))
    for slope in [0, 0.25] {
      let detector = try DetectorMatrix(of: samples, coordinates: coordinates, slope: slope)
      let naive = naive(samples, coordinates, slope: slope)
      // Rounding of sums of n terms, against the largest entry.
      func agree(_ a: [Double], _ b: [Double]) -> Bool {
        largest(a, minus: b) < 1e-13 * Double(n).squareRoot() * (b.map(abs).max() ?? 0)
      }
      #expect(agree(detector.matrix.elements, naive.matrix))
      #expect(agree(detector.inputMean, naive.inputs))
      #expect(agree(detector.productMean, naive.products))
      #expect(detector.count == n && detector.matrix.rows == d * (d + 1) / 2 && detector.slope == slope)
    }
  }

  /// The definition, sample by sample, entry by entry.
  private func naive(
    _ samples: MatrixSamples, _ c: Coordinates, slope: Double
  ) -> (matrix: [Double], inputs: [Double], products: [Double]) {
    let x = Matrix.product(samples.x, .no, c.inputMap, .yes), y = Matrix.product(samples.y, .no, c.outputMap, .yes)
    let p = Matrix.product(x, .no, c.prediction, .no)
    let lambda = 2 * (1 + slope * slope) / ((1 + slope) * (1 + slope)), n = samples.count
    var rows: [(i: Int, j: Int)] = [], columns: [(a: Int, b: Int)] = []
    for i in 0..<c.inputs { for j in i..<c.inputs { rows.append((i, j)) } }
    for a in 0..<c.neurons { for b in a..<c.neurons { columns.append((a, b)) } }
    func weight(_ i: Int, _ j: Int) -> Double { i == j ? 1 : 2.0.squareRoot() }
    let xx = rows.map { r in (0..<n).map { weight(r.i, r.j) * x[$0, r.i] * x[$0, r.j] } }
    let q = columns.map { c in
      (0..<n).map { s in
        let fitted = lambda / 2 * (p[s, c.a] * y[s, c.b] + p[s, c.b] * y[s, c.a])
        return weight(c.a, c.b) * (fitted - y[s, c.a] * y[s, c.b])
      }
    }
    func mean(_ v: [Double]) -> Double { v.reduce(0, +) / Double(n) }
    let inputs = xx.map(mean), products = q.map(mean)
    var matrix: [Double] = []
    for r in xx.indices {
      for c in q.indices {
        matrix.append(zip(xx[r], q[c]).reduce(0) { $0 + $1.0 * $1.1 } / Double(n) - inputs[r] * products[c])
      }
    }
    return (matrix, inputs, products)
  }

  /// On a law of x that is symmetric exactly, pure neurons annihilate T exactly, and nothing else does.
  @Test(arguments: [0, 0.3, -0.4], [true, false])
  func vanishesAtPureNeuronsOfSymmetricInputs(slope: Double, whitened: Bool) throws {
    let network = MomentFixtures.network(d: 5, k: 4, l: whitened ? 6 : 4, slope: slope)
    let samples = MomentFixtures.symmetric(network, n: 120)
    let moments = try FirstMoments(of: samples)
    let coordinates = try whitened ? Coordinates.whitening(moments, neurons: 4) : .plain(moments)
    let detector = try DetectorMatrix(of: samples, coordinates: coordinates, slope: slope)
    let scale = length(detector.matrix.elements)
    for z in try MomentFixtures.pureNeurons(network, coordinates) {
      // Rounding, with the condition of the maps (at most some hundreds here).
      #expect(length(detector.value(at: z)) < 1e-12 * scale)
    }
    let spectrum = try SVD<Double>.values(detector.matrix).map { $0 / scale }
    #expect(spectrum[5] > 1e-4 && spectrum[6] < 1e-12, "\(spectrum)")
  }

  @Test func vanishesAtPureNeuronsLikeTheSamplingError() throws {
    let network = MomentFixtures.network(d: 4, k: 3, l: 3)
    var sizes: [Double] = []
    for n in [1 << 10, 1 << 16] {
      let samples = MomentFixtures.samples(network, n: n)
      let coordinates = try Coordinates.whitening(FirstMoments(of: samples), neurons: 3)
      let detector = try DetectorMatrix(of: samples, coordinates: coordinates)
      let pure = try MomentFixtures.pureNeurons(network, coordinates)
      sizes.append(pure.map { length(detector.value(at: $0)) }.max() ?? 0)
      #expect(length(detector.value(at: [1, 0, 0])) > 0.05)
    }
    // sqrt(2^16 / 2^10) = 8 on average; the largest of three lengths of six numbers strays by less than a factor 3.
    #expect(sizes[0] / sizes[1] > 8 / 3 && sizes[0] / sizes[1] < 8 * 3, "\(sizes)")
  }

  /// y = relu(x) in three dimensions, B = 1/2: q_ab = (x_a x_b - |x_a x_b|) / 4 has known covariances with x_i x_j.
  @Test func agreesWithTheGaussianLaw() throws {
    let d = 3, batches = 40, size = 10_000
    let network = ReLUNetwork(hidden: .identity(d), output: .identity(d))
    let half = Matrix<Double>.identity(d).map { $0 / 2 }
    let coordinates = Coordinates(inputMap: .identity(d), outputMap: .identity(d), prediction: half)
    let estimates = try (0..<batches).map { batch in
      try DetectorMatrix(
        of: MomentFixtures.samples(network, n: size, seed: UInt64(100 + batch)), coordinates: coordinates
      ).matrix.elements
    }
    let pairs = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
    for (row, (i, j)) in pairs.enumerated() {
      for (column, (a, b)) in pairs.enumerated() {
        var exact = 0.0
        if a != b {
          // E[x_a^2 x_b^2] = 1, Cov(|x_a x_b|, x_a^2) = 2/pi.
          if i == a && j == b { exact = 2.0 / 4 }
          if i == j && (i == a || i == b) { exact = -2.0.squareRoot() / 4 * 2 / .pi }
        }
        let values = estimates.map { $0[row * 6 + column] }
        let mean = values.reduce(0, +) / Double(batches)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(batches - 1)
        let error = (variance / Double(batches)).squareRoot()
        // Student's t with 39 degrees of freedom passes 5 once in 80,000 times; 1e-15 for entries that are 0 exactly.
        #expect(abs(mean - exact) <= 5 * error + 1e-15, "\(i)\(j), \(a)\(b): \(mean) for \(exact)")
      }
    }
  }

  @Test func threadsAndSourcesDoNotShow() throws {
    let network = MomentFixtures.network(d: 26, k: 6, l: 7)
    let samples = MomentFixtures.samples(network, n: 9001)
    let coordinates = try Coordinates.whitening(FirstMoments(of: samples), neurons: 6)
    let before = Parallel.threads
    defer { Parallel.threads = before }
    Parallel.threads = 1
    let alone = try DetectorMatrix(of: samples, coordinates: coordinates)
    for threads in 1...3 {
      Parallel.threads = threads
      #expect(try DetectorMatrix(of: samples, coordinates: coordinates) == alone)
      #expect(try DetectorMatrix(of: StreamedSamples(samples: samples), coordinates: coordinates) == alone)
    }
  }

  /// x -> Q x with Q orthogonal, y -> M y: f(u) as a matrix becomes Q f(M^T u) Q^T.
  @Test func transformsWithInputsAndOutputs() throws {
    let (d, k) = (5, 3)
    let samples = MomentFixtures.samples(MomentFixtures.network(d: d, k: k, l: k), n: 400)
    let q = try QR(MomentFixtures.normal(d, d, seed: 21)).q, m = MomentFixtures.normal(k, k, seed: 22)
    let moved = MatrixSamples(
      x: Matrix.product(samples.x, .no, q, .yes), y: Matrix.product(samples.y, .no, m, .yes))
    func detector(_ samples: MatrixSamples) throws -> DetectorMatrix {
      try DetectorMatrix(of: samples, coordinates: .plain(FirstMoments(of: samples)))
    }
    let (before, after) = try (detector(samples), detector(moved))
    let u = [0.3, -1.2, 0.7]
    let back = (0..<k).map { j in (0..<k).reduce(0) { $0 + m[$1, j] * u[$1] } }
    let value = SymmetricVector.matrix(before.value(at: back), order: d)
    let expected = SymmetricVector.of(Matrix.product(Matrix.product(q, .no, value, .no), .no, q, .yes))
    #expect(length(expected) > 0.1)
    #expect(largest(after.value(at: u), minus: expected) < 1e-11 * length(expected))
  }

  /// Whitened, the singular values of T do not depend on any invertible maps of x and y.
  @Test func whitenedSpectrumIsInvariant() throws {
    let samples = MomentFixtures.samples(MomentFixtures.network(d: 5, k: 3, l: 3), n: 500)
    let moved = MatrixSamples(
      x: Matrix.product(samples.x, .no, MomentFixtures.normal(5, 5, seed: 31), .yes),
      y: Matrix.product(samples.y, .no, MomentFixtures.normal(3, 3, seed: 32), .yes))
    let spectra = try [samples, moved].map { samples in
      let coordinates = try Coordinates.whitening(FirstMoments(of: samples), neurons: 3)
      return try SVD.values(DetectorMatrix(of: samples, coordinates: coordinates).matrix)
    }
    // Rounding times the squared condition of the maps, some 1e3.
    #expect(largest(spectra[0], minus: spectra[1]) < 1e-11 * spectra[0][0])
  }

  @Test func repeatingSamplesIsWeighing() throws {
    let samples = MomentFixtures.samples(MomentFixtures.network(d: 4, k: 2, l: 2), n: 300)
    let twice = (0..<600).map { $0 / 2 }
    let repeated = MatrixSamples(x: samples.x.selectingRows(twice), y: samples.y.selectingRows(twice))
    let coordinates = try Coordinates.plain(FirstMoments(of: samples))
    let a = try DetectorMatrix(of: samples, coordinates: coordinates)
    let b = try DetectorMatrix(of: repeated, coordinates: coordinates)
    #expect(b.count == 600)
    #expect(largest(a.matrix.elements, minus: b.matrix.elements) < 1e-13 * length(a.matrix.elements))
  }

  @Test func allocatesNothingWhileSamplesAreRead() throws {
    let before = Parallel.threads
    defer { Parallel.threads = before }
    // Allocations are counted on the calling thread, which does all the work here.
    Parallel.threads = 1
    let network = MomentFixtures.network(d: 25, k: 4, l: 5)
    let samples = MomentFixtures.samples(network, n: 5000)
    let coordinates = try Coordinates.whitening(FirstMoments(of: samples), neurons: 4)
    let pass = DetectorPass(coordinates, slope: 0, samples: 5000, tile: 256)
    var sum = Matrix<Double>(rows: pass.inputPairs, columns: pass.outputPairs)
    var counts: [Int64] = []
    counts.reserveCapacity(100)
    try sum.withMutableView { sum in
      try samples.forEachBlock(of: pass.tiling.block) { block in
        pass.add(block, to: sum)
        counts.append(allocation_count())
      }
    }
    #expect(counts.count == 2 && counts[0] == counts[1], "\(counts)")
  }

  @Test func namesTheSampleThatIsNotFinite() throws {
    var samples = MomentFixtures.samples(MomentFixtures.network(d: 3, k: 2, l: 2), n: 400)
    let coordinates = try Coordinates.plain(FirstMoments(of: samples))
    var x = samples.x
    x[399, 0] = .infinity
    samples = MatrixSamples(x: x, y: samples.y)
    #expect(throws: MomentError.notFinite(variable: "x", sample: 399, column: 0, value: "inf")) {
      try DetectorMatrix(of: samples, coordinates: coordinates)
    }
  }
}
