import ArgumentParser
import Shallows

/// How `shallows attack --train` trains.
struct AttackTrainingOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Train the model on attacked inputs first, from its weights; then attack both and compare."))
  var train = false

  @Option(help: ArgumentHelp("Write the trained model into this folder.", valueName: "DIR"))
  var modelOut: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Passes over the training samples (default: 20).", valueName: "N"))
  var epochs: Int?

  @Option(help: "adam, momentum, sgd or pgd (the full gradient with Armijo steps) (default: adam).")
  var optimizer: AdversarialTraining.Method?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The step length, which falls to zero along a cosine (default: 0.002).", valueName: "S"))
  var rate: Double?

  @Option(parsing: .unconditional, help: ArgumentHelp("Samples of a step (default: 64).", valueName: "N"))
  var batch: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Most gradients of the adversary for a sample and step (default: 7).", valueName: "N"))
  var innerSteps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Train with this eps instead of the attack's.", valueName: "E"))
  var trainEpsilon: Double?

  mutating func validate() throws {
    let given: [(String, Bool)] = [
      ("--model-out", modelOut != nil), ("--epochs", epochs != nil), ("--optimizer", optimizer != nil),
      ("--rate", rate != nil), ("--batch", batch != nil), ("--inner-steps", innerSteps != nil),
      ("--train-epsilon", trainEpsilon != nil),
    ]
    if !train, let (name, _) = given.first(where: \.1) { throw ValidationError("\(name): goes with --train.") }
    for (name, value) in [("--epochs", epochs), ("--batch", batch), ("--inner-steps", innerSteps)] {
      if let value, value < 1 { throw ValidationError("\(name) \(value): at least 1 is needed.") }
    }
    if let rate, !(rate > 0 && rate.isFinite) { throw ValidationError("--rate \(rate): a positive number is needed.") }
    if let trainEpsilon, !(trainEpsilon >= 0 && trainEpsilon.isFinite) {
      throw ValidationError("--train-epsilon \(trainEpsilon): a finite number, at least 0, is needed.")
    }
  }

  /// - Parameter seed: of the order of the samples.
  func training(seed: UInt64) -> AdversarialTraining {
    var training = AdversarialTraining()
    if let epochs { training.epochs = epochs }
    if let optimizer { training.method = optimizer }
    if let rate { training.step = rate }
    if let batch { training.batch = batch }
    if let innerSteps { training.ascentSteps = innerSteps }
    training.seed = seed
    return training
  }
}

extension AdversarialTraining.Method: ExpressibleByArgument {}
