import Foundation
import LinearAlgebra
import Randomness
import Testing

@testable import MomentRecovery

@Suite struct RandomNetworksTests {
  static func norms(_ m: Matrix<Double>) -> [Double] { (0..<m.rows).map { Double.norm2(m.columns, Array(m.row($0))) } }

  static func singularValues(_ m: Matrix<Double>) throws -> [Double] { try SVD(m).singularValues }

  @Test func orthonormal() {
    let network = RandomNetworks(inputs: 9, neurons: 6, outputs: 8).network(random: RandomStream(seed: 1))
    let (w, a) = (Matrix.product(network.hidden, .no, network.hidden, .yes), Matrix.product(network.output, .yes,
      network.output))
    for i in 0..<6 {
      for j in 0..<6 {
        // Rounding of sums of 9 terms.
        #expect(abs(w[i, j] - (i == j ? 1 : 0)) < 1e-14 && abs(a[i, j] - (i == j ? 1 : 0)) < 1e-14)
      }
    }
    #expect(RandomNetworks(inputs: 9, neurons: 6, outputs: 8).network(random: RandomStream(seed: 2)) != network)
  }

  @Test(arguments: [(6, 6, 6), (12, 7, 9), (3, 8, 5), (1, 1, 1), (20, 10, 10)])
  func conditionsAreExact(_ sizes: (d: Int, k: Int, l: Int)) throws {
    let (d, k, l) = sizes
    let network = RandomNetworks(inputs: d, neurons: k, outputs: l, hidden: .condition(20.7), output: .condition(3))
      .network(random: RandomStream(seed: 4))
    #expect(network.hidden.columns == d && network.neurons == k && network.outputs == l)
    for norm in Self.norms(network.hidden) { #expect(abs(norm - 1) < 1e-14) }
    let (w, a) = (try Self.singularValues(network.hidden), try Self.singularValues(network.output))
    // Rounding grows with the condition.
    #expect(abs(w.first! / w.last! / (min(d, k) > 1 ? 20.7 : 1) - 1) < 1e-11)
    #expect(abs(a.first! / a.last! / (min(k, l) > 1 ? 3 : 1) - 1) < 1e-12)
    #expect(abs(a.reduce(0) { $0 + $1 * $1 } - Double(k)) < 1e-12 * Double(k))
    for i in 1..<max(w.count - 1, 1) { #expect(abs(w[i] * w[i] / (w[i - 1] * w[i + 1]) - 1) < 1e-11) }
  }

  @Test func ranksAreExact() throws {
    let network = RandomNetworks(inputs: 8, neurons: 6, outputs: 7, hidden: .rank(4), output: .rank(5))
      .network(random: RandomStream(seed: 4))
    for norm in Self.norms(network.hidden) { #expect(abs(norm - 1) < 1e-14) }
    let (w, a) = (try Self.singularValues(network.hidden), try Self.singularValues(network.output))
    #expect(w[3] > 1 && w[4] < 1e-14 && a[4] > 1 && a[5] < 1e-14)
  }

  @Test func gaussianRowsHaveLengthOne() throws {
    let network = RandomNetworks(inputs: 8, neurons: 6, outputs: 7, hidden: .gaussian, output: .gaussian, slope: 0.1)
      .network(random: RandomStream(seed: 4))
    for norm in Self.norms(network.hidden) { #expect(abs(norm - 1) < 1e-14) }
    let w = try Self.singularValues(network.hidden)
    #expect(w.first! > 1.2 * w.last! && network.slope == 0.1)
  }
}

@Suite struct SpectrumTextTests {
  @Test(arguments: ["orthonormal", "condition=20", "condition=1.5", "rank=3", "gaussian"])
  func textAndBack(_ text: String) throws {
    let spectrum = try #require(RandomNetworks.Spectrum(text))
    #expect("\(spectrum)" == text)
    let encoded = try JSONEncoder().encode([spectrum])
    #expect(String(decoding: encoded, as: UTF8.self) == "[\"\(text)\"]")
    #expect(try JSONDecoder().decode([RandomNetworks.Spectrum].self, from: encoded) == [spectrum])
  }

  @Test(arguments: ["", "rank", "rank=0", "rank=1.5", "condition=0.5", "condition=nan", "gaussian=1"])
  func otherTextsAreNone(_ text: String) {
    #expect(RandomNetworks.Spectrum(text) == nil)
  }

  @Test func settingsReadAsWords() throws {
    let settings = SpectralSettings(neurons: .count(4), diagonalization: .pencil(draws: 3))
    let text = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
    #expect(text.contains("\"neurons\":4") && text.contains("\"pencil=3\""))
    #expect(try JSONDecoder().decode(SpectralSettings.self, from: Data(text.utf8)) == settings)
    #expect(String(decoding: try JSONEncoder().encode(SpectralSettings()), as: UTF8.self).contains("\"auto\""))
  }
}
