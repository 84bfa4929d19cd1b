import ArgumentParser
import Foundation
import Shallows

/// A network of 100 inputs, 10 neurons and 10 outputs from 1e6 samples that stay in a file (880 MB), beside the speed
/// of a plain matrix product.
///
/// "detector" is the second pass over the samples, at 2 n D K operations with D = d (d + 1) / 2, K = k (k + 1) / 2.
/// The products of pairs, the reading and the check sums come on top and are not counted.
struct MomentStream: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "moment-stream", abstract: "The weights of a network from a million samples read from a file.")

  @OptionGroup var options: BenchmarkOptions
  @Option(help: "NPZ file of the samples; written where there is none.") var file: String
  @Option(help: "Inputs.") var inputs = 100
  @Option(help: "Neurons and outputs.") var neurons = 10
  @Option(help: "How many samples.") var samples = 1_000_000
  @Option(help: "Order of the matrices of the plain product.") var order = 2048

  func run() throws {
    options.limitThreads()
    let network = RandomNetworks(inputs: inputs, neurons: neurons, outputs: neurons)
      .network(random: RandomStream(seed: 1))
    func generated(_ count: Int) -> RandomSamples {
      RandomSamples(network, .gaussian, noise: 0.25, count: count, random: RandomStream(seed: 2))
    }
    if !FileManager.default.fileExists(atPath: file) { try generated(samples).writeNPZ(to: file) }
    let source = try FileSamples(npz: file)
    // The second pass takes as long in any coordinates.
    let coordinates = try Whitening(FirstMoments(of: generated(min(samples, 10_000))))
      .coordinates(neurons: neurons).coordinates
    try options.run([
      recovery(of: source, truth: network), detector(of: source, in: coordinates), product(),
      BenchmarkCase(name: "first moments") { _ = try! FirstMoments(of: source) },
    ])
  }

  private func recovery(of source: FileSamples, truth: ReLUNetwork) -> BenchmarkCase {
    let outcome = Outcome()
    let settings = SpectralSettings(neurons: .count(neurons))
    return BenchmarkCase(name: "recovery") {
      // The file was written by us a moment ago.
      outcome.network = try! SpectralRecovery(settings).recover(source).network
    } figures: {
      guard let found = outcome.network, let error = try? RecoveryError(of: found, from: truth) else { return [:] }
      return ["error_W": error.hidden, "error_A": error.output, "peak_memory_MiB": peakMemory()]
    }
  }

  private func detector(of source: FileSamples, in coordinates: Coordinates) -> BenchmarkCase {
    let pairs = SymmetricVector.count(order: inputs) * SymmetricVector.count(order: neurons)
    return BenchmarkCase(name: "detector", units: 2e-9 * Double(source.count) * Double(pairs)) {
      _ = try! DetectorMatrix(of: source, coordinates: coordinates)
    }
  }

  /// C = A B; memory for it is taken only once it is asked for.
  private func product() -> BenchmarkCase {
    let operands = Operands()
    return BenchmarkCase(name: "product", units: 2e-9 * Double(order) * Double(order) * Double(order)) {
      if operands.matrices.isEmpty {
        var stream = RandomStream(seed: 3)
        operands.matrices = (0..<3).map { _ in stream.normalMatrix(rows: self.order, columns: self.order) }
      }
      operands.multiply()
    }
  }

  private final class Outcome {
    var network: ReLUNetwork?
  }

  private final class Operands {
    var matrices: [Matrix<Double>] = []

    func multiply() {
      let (a, b) = (matrices[0], matrices[1])
      a.withView { a in b.withView { b in matrices[2].withMutableView { $0.multiplyInParallel(a, .no, b) } } }
    }
  }
}

/// The most memory that the process has held so far, in MiB.
private func peakMemory() -> Double {
  var usage = rusage()
  #if canImport(Glibc)
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Double(usage.ru_maxrss) / 1024
  #else
  getrusage(RUSAGE_SELF, &usage)
  return Double(usage.ru_maxrss) / 1_048_576
  #endif
}
