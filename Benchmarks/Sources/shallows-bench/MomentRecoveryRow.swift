import ArgumentParser
import Shallows

/// A network of 32 inputs, 32 neurons and 32 outputs from 1e5 of its samples in memory: the whole recovery, and its
/// stages one by one.
///
/// "recovery" does what the peer does: moments, coordinates, detector, null space, joint diagonalisation, signs, W and
/// A. "recovery, polished" moves each direction to the detector's nearest minimum besides, as the library does unless
/// told otherwise.
struct MomentRecoveryRow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "moment-recovery", abstract: "The weights of a network with 32 neurons from 100,000 samples.")

  @OptionGroup var options: BenchmarkOptions
  @Option(help: "Inputs, neurons and outputs.") var size = 32
  @Option(help: "How many samples.") var samples = 100_000
  @Option(help: "Variance of the noise.") var noise = 0.25

  func run() throws {
    options.limitThreads()
    let network = RandomNetworks(inputs: size, neurons: size, outputs: size).network(random: RandomStream(seed: 1))
    let data = RandomSamples(
      network, .gaussian, noise: noise, count: samples, random: RandomStream(seed: 2)
    ).matrixSamples()
    if let path = options.export {
      try NPZArchive.write(
        [
          ("x", NPYArray(data.x)), ("y", NPYArray(data.y)), ("W", NPYArray(network.hidden)),
          ("A", NPYArray(network.output)),
        ], to: path)
    }
    let settings = SpectralSettings(neurons: .count(size), polishes: false)
    var polished = settings
    polished.polishes = true
    try options.run(
      [
        recovery("recovery", settings, of: data, truth: network),
        recovery("recovery, polished", polished, of: data, truth: network),
      ] + stages(of: data))
  }

  private func recovery(
    _ name: String, _ settings: SpectralSettings, of data: MatrixSamples, truth: ReLUNetwork
  ) -> BenchmarkCase {
    let outcome = Outcome()
    return BenchmarkCase(name: name) {
      // The samples are finite and more than there are unknowns: nothing to throw about.
      outcome.network = try! SpectralRecovery(settings).recover(data).network
    } figures: {
      guard let found = outcome.network, let error = try? RecoveryError(of: found, from: truth) else { return [:] }
      return ["error_W": error.hidden, "error_A": error.output]
    }
  }

  /// What one recovery does, each stage on the results of those before it.
  private func stages(of data: MatrixSamples) throws -> [BenchmarkCase] {
    let moments = try FirstMoments(of: data)
    let coordinates = try Whitening(moments).coordinates(neurons: size).coordinates
    let detector = try DetectorMatrix(of: data, coordinates: coordinates)
    let space = try NullSpace(of: detector.matrix, dimension: size)
    let random = RandomStream(seed: 0).split(3)
    let joint = try JointDiagonalization(of: space.basis, starts: 8, random: random)
    return [
      BenchmarkCase(name: "first moments") { _ = try! FirstMoments(of: data) },
      BenchmarkCase(name: "coordinates") { _ = try! Whitening(moments).coordinates(neurons: self.size) },
      BenchmarkCase(name: "detector") { _ = try! DetectorMatrix(of: data, coordinates: coordinates) },
      BenchmarkCase(name: "null space") { _ = try! NullSpace(of: detector.matrix, dimension: self.size) },
      BenchmarkCase(name: "joint diagonalisation") {
        _ = try! JointDiagonalization(of: space.basis, starts: 8, random: random)
      },
      BenchmarkCase(name: "polish") { _ = try! NeuronPolish(detector.matrix, from: joint.directions) },
    ]
  }

  private final class Outcome {
    var network: ReLUNetwork?
  }
}
