import Dynamics
import Foundation
import LinearAlgebra

/// What the theorem of moment recovery says of a run, check by check, and the verdict that follows.
///
/// Hypotheses: symmetric inputs, no more neurons than inputs and outputs, C, A, W and the distinguishing matrix of full
/// rank. Conclusions: T has a null space as large as the number of neurons, set apart by a gap; the signs are certain;
/// nothing of x is left in the residuals; the errors of the weights are small; held-out samples are predicted.
struct RecoveryGuarantee {
  let result: RecoveryResult
  var spectral: SpectralResult { result.spectral }
  var diagnostics: RecoveryDiagnostics { result.diagnostics }

  static let paper = "Ge, Kuditipudi, Li, Wang 2019"

  /// Above this a matrix that the samples gave says as much about their noise as about itself.
  static let worstCondition = 1e3
  /// From so many times its noise level on a singular value counts as a neuron's [measured].
  static let clearlyThere = 1.1
  /// Below this gap a null space is not believable [measured].
  static let noGap = 1.3
  /// A test of the fit that would notice so much of what there is to explain leaves no room for another network.
  static let sharpFit = 0.005
  /// Shares of complete failure: at most so much is reliable, at most so much doubtful. What is called reliable is to
  /// be right to 0.1, and without refinement the estimates fall short of true errors by up to a factor of 2.3 in good
  /// settings (`shallows reproduce recover-verdicts --seeds 1000`) [measured].
  static let smallError = 0.05, largeError = 0.2

  init(_ result: RecoveryResult) { self.result = result }

  var checks: Guarantee {
    Guarantee(title: "Moment recovery: (A, W) from symmetric inputs", checks: findings.map(\.check))
  }

  var judgement: RecoveryJudgement {
    let share = diagnostics.error.share
    return RecoveryJudgement(
      findings.compactMap(\.objection),
      inFavour: "The inputs look symmetric, the residuals do not depend on them, and the weights' estimated errors are "
        + "\(percent(share)) of complete failure.")
  }

  struct Finding {
    let check: Check
    var objection: RecoveryJudgement.Objection?
  }

  var findings: [Finding] {
    [
      meanFinding, symmetryFinding, inputsFinding, neuronsFinding, furtherFinding,
      conditionFinding("condition-hidden", "W", result.network.hidden),
      conditionFinding("condition-output", "A", result.network.output),
      outputsFinding, distinguishingFinding, gapFinding, signFinding, convergenceFinding, fitFinding, errorFinding,
      heldOutFinding,
    ]
  }

  var asymmetryHint: String {
    let worst = diagnostics.symmetry.worstInput, input = "input \(worst + 1)"
    let moments = spectral.moments, square = moments.inputs[worst, worst]
    if square - moments.inputMean[worst] * moments.inputMean[worst] <= 1e-12 * square {
      return "Leave out \(input), which is constant."
    }
    return "Where labels for negated inputs can be had, add the samples -x; otherwise subtract the means or transform "
      + "lopsided inputs (most of all \(input)) before measuring y, or believe --refine where its fit is good."
  }

  var meanFinding: Finding {
    let deviate = diagnostics.symmetry.meanDeviate, holds = deviate <= 4
    return finding(
      "symmetric-mean", "E x = 0: the mean of the inputs, in standard deviations of what chance makes of it.",
      deviate, 4, holds, source: Self.paper,
      objection: .doubtful,
      "The inputs' mean is not 0 as symmetry would have it, but \(short(deviate)) standard deviations off.",
      hint: asymmetryHint)
  }

  var symmetryFinding: Finding {
    let probability = diagnostics.symmetry.probability, holds = probability > 0.01
    return finding(
      "symmetric-inputs", "x and -x are equally likely: the probability of odd moments as large as these, by chance.",
      probability, 0.01, holds, source: Self.paper, objection: .doubtful,
      "The inputs are not symmetric: odd functions of them have means that chance gives with probability "
        + "\(short(probability)) at most.", hint: asymmetryHint)
  }

  var inputsFinding: Finding {
    let condition = spectral.inputCondition ?? .infinity, holds = condition < 1e8
    return finding(
      "full-rank-inputs", "C = E xx^T has full rank: its condition number.", condition, 1e8, holds, source: Self.paper,
      objection: .failed, "Some inputs are combinations of others: the condition of E xx^T is \(short(condition)).",
      hint: "Leave out inputs that are constant or follow from others.")
  }

  var neuronsFinding: Finding {
    let count = diagnostics.neurons, k = spectral.neuronsAsked
    let value = count.prominence(of: k) ?? 0
    // The last of them may stand out, but not by much.
    let clear = value > 1 ? k - 1 : count.neurons
    return finding(
      "neurons", "All \(k) neurons show in E[y x^T], so that A and W have rank \(k): the last of its first \(k) "
        + "singular values over what chance makes of it.", value, Self.clearlyThere, value >= Self.clearlyThere,
      source: Self.paper,
      // Where the rank of E[x y^T] left no room for more, fewer were recovered than asked for.
      objection: value > 1 || result.network.neurons == count.neurons ? .doubtful : .failed,
      "Only \(clear) of \(k) neurons show clearly in E[y x^T]: more were asked for than there are, or A or W has not "
        + "full rank, or the noise hides them.",
      hint: clear > 0 ? "Try --neurons \(clear), or more samples." : "Try more samples.")
  }

  var furtherFinding: Finding {
    let count = diagnostics.neurons, k = spectral.neuronsAsked
    guard k < count.singularValues.count else {
      return vacuous("no-further-neurons", "There are as many neurons as inputs or outputs; E[y x^T] has no more.")
    }
    let value = count.prominence(of: k + 1) ?? 0
    return finding(
      "no-further-neurons", "No neuron is left over in E[y x^T]: its next singular value over what chance makes of it.",
      value, 1, value <= 1, source: "derived", objection: .doubtful,
      "E[y x^T] shows \(count.neurons) neurons, more than the \(k) that were asked for.",
      hint: "Try --neurons auto or --neurons \(count.neurons).")
  }

  func conditionFinding(_ name: String, _ symbol: String, _ matrix: Matrix<Double>) -> Finding {
    let values = (try? SVD.values(matrix)) ?? []
    let least = values.last ?? 0
    let condition = least > 0 ? values[0] / least : .infinity
    return finding(
      name, "\(symbol) has full rank: the condition number of the recovered \(symbol).", condition, Self.worstCondition,
      condition < Self.worstCondition, source: Self.paper, objection: .doubtful,
      "The recovered \(symbol) is all but singular (condition \(short(condition))).",
      hint: "Neurons that nearly repeat each other need many more samples, or cannot be told apart.")
  }

  var outputsFinding: Finding {
    let moments = spectral.moments
    let spread = moments.outputMean.enumerated().map { j, mean in
      moments.outputs[j, j] > 0 ? 1 - mean * mean / moments.outputs[j, j] : 0
    }
    let worst = spread.indices.min { spread[$0] < spread[$1] } ?? 0, value = spread.isEmpty ? 0 : spread[worst]
    return finding(
      "outputs-vary", "Every output varies: the least variance as a share of the mean square.", value, 1e-12,
      value > 1e-12, source: "derived", objection: .failed, "Output \(worst + 1) is constant.",
      hint: "Leave out output \(worst + 1).")
  }

  /// Whether all outputs have mean 0 to rounding, which sums of ReLU outputs do not have.
  var areOutputsCentred: Bool {
    let moments = spectral.moments
    return moments.outputMean.enumerated().allSatisfy { j, mean in
      mean * mean <= 1e-16 * moments.outputs[j, j] / Double(max(result.samples, 1)) + 1e-28 * moments.outputs[j, j]
    }
  }

  var distinguishingFinding: Finding {
    guard let value = spectral.relativeRange else {
      return vacuous("distinguishing", "With one neuron there is nothing to tell apart.")
    }
    return finding(
      "distinguishing", "The distinguishing matrix has full column rank: the least singular value of T that is not of "
        + "its null space, over the largest.", value, 1e-4, value >= 1e-4, source: Self.paper, objection: .doubtful,
      "Pairs of neurons are hardly told apart by these inputs (s/s_1 = \(short(value))).", hint: nil)
  }

  /// Whether a refined network stands on the evidence of its fit alone, which is sharp enough to tell it from others.
  var isProven: Bool {
    result.refinement != nil && diagnostics.fit.deviate < 2 && diagnostics.fit.resolution < Self.sharpFit
  }

  func finding(
    _ name: String, _ statement: String, _ measured: Double, _ bound: Double, _ holds: Bool, source: String,
    objection verdict: RecoveryVerdict?, _ reason: String, hint: String?
  ) -> Finding {
    Finding(
      check: Check(
        name: name, statement: statement, measured: measured, bound: bound, verdict: holds ? .holds : .fails,
        source: source),
      objection: holds ? nil : verdict.map { .init(verdict: $0, reason: reason, hint: hint) })
  }

  func vacuous(_ name: String, _ statement: String) -> Finding {
    Finding(
      check: Check(name: name, statement: statement, measured: nil, bound: nil, verdict: .vacuous, source: "derived"))
  }
}

/// A number to three digits.
func short(_ value: Double) -> String { value.isFinite ? String(format: "%.3g", value) : "\(value)" }

/// A share as percent, to two digits.
func percent(_ share: Double) -> String {
  share.isFinite ? String(format: share < 0.1 ? "%.2g" : "%.0f", 100 * share) + " %" : "an unbounded multiple"
}
