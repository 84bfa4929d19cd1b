import ArgumentParser
import Shallows

/// The hyper-parameters of a fit; what is not given is the method's default.
struct FitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Start at this saved model: its weights, width, activation, bias and standardisation.", valueName: "MODEL"))
  var start: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Hidden neurons, or \"auto\": the smallest even number >= 2nk/rank(X) (default: auto).", valueName: "m"))
  var width: Width?

  @Option(help: "gauss-newton, pgd, psgd, adam, momentum or sgd.")
  var method: FitSettings.Method = .gaussNewton

  @Option(help: "tanh, sigmoid, softplus, silu, gelu, erf, relu, leakyReLU, abs or identity (default: tanh).")
  var activation: Activation?

  @Option(help: "squared or softmax (default: squared).")
  var loss: Loss?

  @Option(name: .customLong("init"), help: "mirrored, lecun, glorot, he or orthogonal.")
  var initialization: InitialWeights?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Size of the output weights at a mirrored start (default 1).", valueName: "zeta"))
  var zeta: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Keep W within this distance of its start: a number, \"auto\" or \"none\".", valueName: "eps"))
  var radius: RadiusChoice?

  @Flag(help: "One ball for each neuron instead of one for all.")
  var perNeuron = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Output weights may grow to kappa times their size (default 2).", valueName: "kappa"))
  var kappa: Double?

  @Flag(name: .customLong("no-bias"), help: "No constant input.")
  var noBias = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Step length (default: from the curvature at the start).", valueName: "eta"))
  var step: Double?

  @Flag(name: .customLong("constant-step"), help: "Do not let the step of a mini-batch method fall along a cosine.")
  var constantStep = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Samples in a mini-batch.", valueName: "b"))
  var batch: Int?

  @Option(
    name: [.customLong("iterations"), .customLong("epochs")], parsing: .unconditional,
    help: "Most iterations, or epochs of mini-batches.")
  var iterations: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Most seconds of training.", valueName: "s"))
  var time: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Stop at this loss.", valueName: "loss"))
  var goal: Double?

  @Option(parsing: .unconditional, help: "Further seeds to try when Gauss-Newton ends above its goal.")
  var restarts: Int?

  @Option(help: "single or double.")
  var precision: FitSettings.Precision = .double

  @Option(parsing: .unconditional, help: "The seed of everything random: a whole number from 0.")
  var seed: UInt64 = 0

  mutating func validate() throws {
    if start != nil {
      for (option, isGiven) in [("--init", initialization != nil), ("--zeta", zeta != nil)] where isGiven {
        throw ValidationError("\(option): the start is the model of --start; leave one of them out.")
      }
      if start == "" { throw ValidationError("--start: the name of the model's folder is empty.") }
    }
    do {
      try settings.validate()
    } catch {
      throw ValidationError("\(error).")
    }
  }

  /// The model that the fit starts at.
  ///
  /// - Throws: what reading it throws, and ``CommandError`` where options contradict it.
  func startModel() throws -> FittedModel? {
    guard let start else { return nil }
    let model = try FittedModel(from: start)
    let network = model.network
    if let width, width.value != network.shape.hidden {
      throw CommandError(
        "--width \(width): the model \(start) has \(counted(network.shape.hidden, "neuron")); leave out --width")
    }
    if let activation, activation != network.activation {
      throw CommandError(
        "--activation \(activation.rawValue): that of the model \(start) is \(network.activation.rawValue); leave out "
          + "--activation")
    }
    if noBias && network.shape.bias {
      throw CommandError("--no-bias: the model \(start) has biases; leave out --no-bias")
    }
    return model
  }

  /// The settings for a fit that starts at a model: its loss, unless another one is given.
  func settings(from model: FittedModel) -> FitSettings {
    var settings = settings
    settings.loss = loss ?? model.loss
    return settings.starting(at: model)
  }

  /// The settings as far as the options decide them; with --start the model decides the rest.
  var settings: FitSettings {
    var settings = FitSettings(method: method)
    settings.start = start.map { _ in "" }
    settings.width = width?.value
    settings.activation = activation ?? .tanh
    settings.loss = loss ?? .squared
    if let initialization { settings.initialization = initialization.initialization(zeta: zeta ?? 1) }
    if let zeta, settings.zeta != nil { settings.initialization = .mirroredLeCun(zeta: zeta) }
    switch radius {
    case nil: break
    case .none?: settings.region = nil
    case .automatic?: settings.region = settings.region ?? .init()
    case .value(let eps)?: settings.region = .init(radius: eps)
    }
    if perNeuron || kappa != nil { settings.region = settings.region ?? .init() }
    settings.region?.perNeuron = perNeuron
    if let kappa { settings.region?.kappa = kappa }
    settings.bias = !noBias
    settings.step = step
    settings.decay = !constantStep
    settings.batch = batch ?? settings.batch
    settings.iterations = iterations ?? settings.iterations
    settings.seconds = time
    settings.goal = goal ?? settings.goal
    settings.restarts = restarts ?? settings.restarts
    settings.precision = precision
    settings.seed = seed
    return settings
  }
}

/// "auto" or a number of neurons.
enum Width: ExpressibleByArgument, CustomStringConvertible {
  case automatic
  case neurons(Int)

  init?(argument: String) {
    if argument == "auto" {
      self = .automatic
    } else if let neurons = Int(argument) {
      self = .neurons(neurons)
    } else {
      return nil
    }
  }

  var value: Int? { if case .neurons(let m) = self { m } else { nil } }
  var description: String { value.map { "\($0)" } ?? "auto" }
}

/// "auto", "none" or a number.
enum RadiusChoice: ExpressibleByArgument {
  case automatic, none
  case value(Double)

  init?(argument: String) {
    switch argument {
    case "auto": self = .automatic
    case "none": self = .none
    default:
      guard let value = Double(argument) else { return nil }
      self = .value(value)
    }
  }
}

/// How the weights are drawn.
enum InitialWeights: String, ExpressibleByArgument, CaseIterable {
  case mirrored, lecun, glorot, he, orthogonal

  func initialization(zeta: Double) -> Initialization {
    switch self {
    case .mirrored: .mirroredLeCun(zeta: zeta)
    case .lecun: .leCun
    case .glorot: .glorot
    case .he: .he
    case .orthogonal: .orthogonal
    }
  }
}

extension FitSettings.Method: ExpressibleByArgument {}
extension FitSettings.Precision: ExpressibleByArgument {}

extension Activation: ExpressibleByArgument {
  public init?(argument: String) { try? self.init(named: argument) }
}

extension Loss: ExpressibleByArgument {
  public init?(argument: String) {
    if argument == "softmax" { self = .softmaxCrossEntropy } else { try? self.init(named: argument) }
  }

  public static var allValueStrings: [String] { ["squared", "softmax"] }
  public var defaultValueDescription: String { self == .squared ? "squared" : "softmax" }
}
