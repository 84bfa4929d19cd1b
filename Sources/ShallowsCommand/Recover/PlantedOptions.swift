import ArgumentParser
import Shallows

/// The network that samples are generated from when DATA is the word "planted".
struct PlantedOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Inputs: gaussian, mixture=SHIFT, laplace, uniform, rademacher, student=DEGREES, correlated=CONDITION; not "
        + "symmetric: shifted=MEAN, exponential, skew=SHAPE, and any of these after symmetrized: (default: gaussian).",
      valueName: "D"))
  var distribution: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Inputs (default 10).", valueName: "d"))
  var dimension: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Neurons of the planted network (default: d).", valueName: "k"))
  var planted: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Outputs (default: as many as neurons).", valueName: "l"))
  var responses: Int?

  @Option(
    help: ArgumentHelp(
      "W: orthonormal, condition=C, rank=R or gaussian (default: orthonormal). Its rows have length 1.",
      valueName: "kind"))
  var hiddenWeights: RandomNetworks.Spectrum?

  @Option(help: ArgumentHelp("A: of the same kinds (default: orthonormal).", valueName: "kind"))
  var outputWeights: RandomNetworks.Spectrum?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Variance of the normal noise on each output (default 0).", valueName: "v"))
  var noise: Double?

  @Option(
    help: ArgumentHelp("Write the generated samples: arrays x and y, of any size.", valueName: "FILE.npz"))
  var write: String?

  /// The options that were given, by name.
  var given: [String] {
    let all: [(String, Bool)] = [
      ("--distribution", distribution != nil), ("--dimension", dimension != nil), ("--planted", planted != nil),
      ("--responses", responses != nil), ("--hidden-weights", hiddenWeights != nil),
      ("--output-weights", outputWeights != nil), ("--noise", noise != nil), ("--write", write != nil),
    ]
    return all.filter(\.1).map(\.0)
  }

  mutating func validate() throws {
    do {
      _ = try networks(slope: 0)
      _ = try inputDistribution
    } catch { throw ValidationError("\(error).") }
    if let noise, !(noise >= 0 && noise.isFinite) {
      throw ValidationError("--noise \(noise): a variance of 0 or more is needed.")
    }
    if let write, !write.lowercased().hasSuffix(".npz") {
      throw ValidationError("--write \"\(write)\": a name that ends in .npz is needed.")
    }
  }

  var inputDistribution: InputDistribution {
    get throws {
      do { return try InputDistribution(distribution ?? "gaussian") } catch {
        throw CommandError("--distribution: \(error)")
      }
    }
  }

  /// - Throws: ``CommandError`` for sizes and weights that cannot be.
  func networks(slope: Double) throws -> RandomNetworks {
    let d = dimension ?? 10, k = planted ?? d, l = responses ?? k
    for (option, size) in [("--dimension", d), ("--planted", k), ("--responses", l)] where size < 1 {
      throw CommandError("\(option) \(size): at least 1 is needed")
    }
    let (w, a) = (hiddenWeights ?? .orthonormal, outputWeights ?? .orthonormal)
    for (option, spectrum, size) in [("--hidden-weights", w, min(d, k)), ("--output-weights", a, min(l, k))] {
      if case .rank(let rank) = spectrum, rank > size {
        throw CommandError("\(option) rank=\(rank): at most \(size) is possible, the lesser size of the matrix")
      }
    }
    return RandomNetworks(inputs: d, neurons: k, outputs: l, hidden: w, output: a, slope: slope)
  }
}

extension RandomNetworks.Spectrum: ExpressibleByArgument {}
