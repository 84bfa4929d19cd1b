import ArgumentParser
import Shallows

/// The samples, and how weights are recovered from them.
struct RecoverOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The inputs: an array's name (NPZ), or columns as in \"x*\", \"x1..x10\" or \"a,b,c\" (CSV).", valueName: "NAMES"))
  var inputs: String?

  @Option(help: ArgumentHelp("The outputs likewise, \"y*\" for example; with an NPY file another one.", valueName: "NAMES"))
  var outputs: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Use only the first N samples; of a planted network, generate N (default 10000).", valueName: "N"))
  var samples: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Neurons, at most as many as inputs and outputs, or \"auto\": those that show in E[y x^T].", valueName: "k"))
  var neurons: NeuronChoice = .automatic

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The units are max(z, s z): 0 for ReLU, else leaky.", valueName: "s"))
  var slope = 0.0

  @Flag(help: "Refine W and A by least squares on all samples.")
  var refine = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Recoveries from resampled data for standard errors, 0 for none (default: 40 if they take moderate time).",
      valueName: "N"))
  var bootstrap: Int?

  @Flag(help: "The paper's form: --no-whitening --split --no-polish, and a single X Y^-1 whatever comes of it.")
  var literal = false

  @Flag(name: .customLong("no-whitening"), help: "Neither inputs nor outputs are whitened.")
  var noWhitening = false

  @Flag(help: "Directions from one X Y^-1 (of at most 10 draws) instead of all of the null space together.")
  var pencil = false

  @Flag(help: "Find the directions with one half of the samples and W with the other, as the theorem asks.")
  var split = false

  @Flag(name: .customLong("no-polish"), help: "Do not move each direction to the nearest minimum of the detector.")
  var noPolish = false

  @Option(parsing: .unconditional, help: "The seed of everything random: a whole number from 0.")
  var seed: UInt64 = 0

  mutating func validate() throws {
    if let samples, samples < 1 { throw ValidationError("--samples \(samples): at least 1 is needed.") }
    if let k = neurons.value, k < 1 {
      throw ValidationError("--neurons \(k): 1 or more, or \"auto\", is accepted.")
    }
    guard slope > -1 && slope < 1 else {
      throw ValidationError(
        "--slope \(slope): a number between -1 and 1 is needed; there the units are lines or have no linear part.")
    }
    if let bootstrap, bootstrap < 0 || bootstrap == 1 {
      throw ValidationError("--bootstrap \(bootstrap): 2 or more are needed for an error, or 0 for none.")
    }
  }

  var settings: RecoverySettings {
    var spectral: SpectralSettings = literal ? .literal : SpectralSettings()
    spectral.neurons = neurons.value.map { .count($0) } ?? .automatic
    spectral.slope = slope
    if noWhitening { spectral.whitens = false }
    if pencil && !literal { spectral.diagonalization = .pencil(draws: 10) }
    if split { spectral.splits = true }
    if noPolish { spectral.polishes = false }
    spectral.seed = seed
    return RecoverySettings(spectral: spectral, refine: refine, bootstrap: bootstrap, seed: seed)
  }
}

/// "auto" or a number of neurons.
struct NeuronChoice: ExpressibleByArgument, CustomStringConvertible {
  let value: Int?

  static let automatic = NeuronChoice(value: nil)

  private init(value: Int?) { self.value = value }

  init?(argument: String) {
    guard argument == "auto" || Int(argument) != nil else { return nil }
    value = Int(argument)
  }

  var description: String { value.map { "\($0)" } ?? "auto" }
  var defaultValueDescription: String { description }
}
