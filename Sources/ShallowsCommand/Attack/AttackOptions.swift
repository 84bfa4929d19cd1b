import ArgumentParser
import Foundation
import Shallows

/// What an attack may do to an input, and how it is made.
struct AttackOptions: ParsableArguments {
  @Option(help: "What measures a perturbation: l2, linf or l1.")
  var norm: PerturbationNorm = .l2

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How far an input may be moved (default: by norm and units).", valueName: "E"))
  var epsilon: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The same as a share of each input's own length.", valueName: "R"))
  var ratio: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Attack with several eps, or ratios beside --ratio: \"auto\" (up to the one given) or E1,E2,...",
      valueName: "auto|LIST"))
  var curve: String?

  @Option(help: "What is made large (default: cross-entropy for classes, squared for numbers).")
  var loss: AttackLossName?

  @Option(
    help: "What inputs are measured in: range (of the data), standard (deviations), raw, or auto: by their shape.")
  var units: AttackUnits = .automatic

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Values that attacked inputs may take, in these units: LOW..HIGH, \"none\", or \"auto\": 0..1 with range.",
      valueName: "LOW..HIGH"))
  var box = "auto"

  @Option(help: "pga, apgd or fgm (a single step).")
  var method: AttackSettings.Method = .pga

  @Option(help: ArgumentHelp("Steps of pga: backtracking, fixed=ETA, or normalised=SHARE (of eps).", valueName: "RULE"))
  var step = "backtracking"

  @Option(parsing: .unconditional, help: ArgumentHelp("Momentum of fixed and normalised steps.", valueName: "B"))
  var momentum = 0.0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Random starts, besides zero and the branches.", valueName: "N"))
  var starts = 4

  @Flag(name: .customLong("no-branches"), help: "Do not start towards the nearest rival classes, or up and down.")
  var noBranches = false

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Most gradients for a start (default: 1000).", valueName: "N"))
  var steps: Int?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The residual of first order at which a start ends.", valueName: "T"))
  var tolerance = 1e-6

  @Flag(help: "Bound from above what any attack could do, and tell radii within which none succeeds.")
  var certify = false

  @Flag(help: "Find the exact maximum by branch and bound too: for few neurons.")
  var exact = false

  @Option(parsing: .unconditional, help: ArgumentHelp("Most nodes of an input's branch and bound.", valueName: "N"))
  var nodes: Int?

  @Option(
    help: "Which samples: test, training or all (default: test where the data or the model's fit set a part aside).")
  var part: AttackPart?

  @Option(parsing: .unconditional, help: "The seed of random starts: a whole number from 0.")
  var seed: UInt64 = 0

  mutating func validate() throws {
    if let epsilon { try Self.check(epsilon, "--epsilon") }
    if let ratio { try Self.check(ratio, "--ratio") }
    if epsilon != nil, ratio != nil {
      throw ValidationError("--epsilon and --ratio: two ways to say how far; give one of them.")
    }
    if let steps {
      if method == .fastGradient { throw ValidationError("--steps: goes with --method pga or apgd.") }
      if steps < 1 { throw ValidationError("--steps \(steps): at least 1 is needed.") }
    }
    if starts < 0 { throw ValidationError("--starts \(starts): 0 or more is needed.") }
    guard tolerance > 0 && tolerance < 1 else {
      throw ValidationError("--tolerance \(tolerance): a number between 0 and 1 is needed.")
    }
    guard momentum >= 0 && momentum < 1 else {
      throw ValidationError("--momentum \(momentum): a number from 0 up to but not including 1 is needed.")
    }
    if method != .pga, step != "backtracking" || momentum != 0 {
      throw ValidationError("--step and --momentum: go with --method pga.")
    }
    if step == "backtracking", momentum != 0 {
      throw ValidationError("--momentum \(momentum): goes with --step fixed=ETA or normalised=SHARE.")
    }
    if let nodes {
      if !exact { throw ValidationError("--nodes: goes with --exact.") }
      if nodes < 1 { throw ValidationError("--nodes \(nodes): at least 1 is needed.") }
    }
    do {
      _ = try AttackCurve(curve)
      _ = try AttackBox(box)
      _ = try AttackStep.rule(step)
    } catch {
      throw ValidationError("\(error).")
    }
  }

  private static func check(_ value: Double, _ option: String) throws {
    guard value >= 0 && value.isFinite else {
      throw ValidationError("\(option) \(value): a finite number, at least 0, is needed.")
    }
  }

  var settings: AttackSettings {
    var settings = AttackSettings()
    settings.method = method
    // Read without complaint before.
    settings.step = (try? AttackStep.rule(step)) ?? .backtracking
    settings.momentum = momentum
    settings.randomStarts = starts
    settings.branches = !noBranches
    if let steps { settings.evaluations = steps }
    settings.tolerance = tolerance
    settings.certificate = exact ? .exact : certify ? .bounds : .none
    if let nodes { settings.nodes = nodes }
    settings.seed = seed
    return settings
  }
}

/// `auto`, or several radii.
enum AttackCurve: Equatable {
  case none, automatic
  case list([Double])

  /// - Throws: ``CommandError`` naming the part that cannot be read.
  init(_ text: String?) throws {
    guard let text else {
      self = .none
      return
    }
    if text == "auto" {
      self = .automatic
      return
    }
    self = .list(
      try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
        guard let value = Double(part), value >= 0, value.isFinite else {
          throw CommandError(
            "--curve \"\(text)\": found \"\(part)\"; accepted: \"auto\", or finite numbers from 0 with commas between")
        }
        return value
      })
  }
}

/// `auto`, `none` or `LOW..HIGH`.
enum AttackBox: Equatable {
  case automatic, none
  case range(ClosedRange<Double>)

  /// - Throws: ``CommandError`` naming the text.
  init(_ text: String) throws {
    switch text {
    case "auto": self = .automatic
    case "none": self = .none
    default:
      let parts = text.components(separatedBy: "..").map { Double($0) }
      guard parts.count == 2, let low = parts[0], let high = parts[1], low < high, low.isFinite, high.isFinite else {
        throw CommandError(
          "--box \"\(text)\": two finite numbers, the smaller first, are needed, as in 0..1; or \"none\" or \"auto\"")
      }
      self = .range(low...high)
    }
  }
}

/// Which samples are attacked.
enum AttackPart: String, ExpressibleByArgument, CaseIterable { case test, training, all }

extension PerturbationNorm: ExpressibleByArgument {}
extension AttackSettings.Method: ExpressibleByArgument {}

/// The losses as the command line has them.
enum AttackLossName: String, ExpressibleByArgument, CaseIterable {
  case squared
  case crossEntropy = "cross-entropy"
  case margin

  init(_ loss: AttackLoss) {
    self =
      switch loss {
      case .squared: .squared
      case .crossEntropy: .crossEntropy
      case .margin: .margin
      }
  }

  var loss: AttackLoss {
    switch self {
    case .squared: .squared
    case .crossEntropy: .crossEntropy
    case .margin: .margin
    }
  }
}

extension AttackLoss {
  var name: String { AttackLossName(self).rawValue }
}

/// `backtracking`, `fixed=ETA` or `normalised=SHARE`.
enum AttackStep {
  /// - Throws: ``CommandError`` naming the text.
  static func rule(_ text: String) throws -> ProjectedAscent.StepRule {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let number = parts.count == 2 ? Double(parts[1]).flatMap { $0 > 0 && $0.isFinite ? $0 : nil } : nil
    switch (parts[0], number) {
    case ("backtracking", _) where parts.count == 1: return .backtracking
    case ("fixed", let eta?): return .fixed(eta)
    case ("normalised", let share?): return .normalised(share)
    default:
      throw CommandError(
        "--step \"\(text)\": accepted: backtracking, fixed=ETA, or normalised=SHARE (of eps), positive numbers")
    }
  }
}
