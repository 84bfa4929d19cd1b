import Dynamics
import LinearAlgebra

// What the theorem promises, and whether this run kept it.
extension RecoveryGuarantee {
  var gapFinding: Finding {
    guard let gap = spectral.gap else { return vacuous("gap", "With one neuron the null space of T is everything.") }
    return finding(
      "gap", "The null space of T has the dimension k: the gap of singular values there. Above 3 it is reliable, below "
        + "1.3 it is not.", gap, Self.noGap, gap >= Self.noGap, source: "measured",
      // Where the weights are wrong for it, the estimated error says that they are.
      objection: isProven ? nil : .doubtful,
      "The null space of T is not set apart from the rest (gap \(short(gap)))"
        + (result.refinement != nil ? ": where the refinement started was a guess." : "."),
      hint: result.samples < 100_000
        ? "More samples make the gap wider; if they do not, the model is wrong (more neurons than outputs, say)."
        : "With so many samples a missing gap means that the model is wrong: more neurons than outputs, say.")
  }

  var signFinding: Finding {
    let margin = spectral.signMargins.min() ?? 0
    return finding(
      "signs", "The sign of each neuron is certain: the least mean output, in its standard errors.", margin, 3,
      margin >= 3, source: "derived", objection: areOutputsCentred ? .failed : isProven ? nil : .doubtful,
      "The sign of a neuron is not certain (\(short(margin)) standard errors).",
      hint: areOutputsCentred ? "The outputs have mean 0: were they centred? Give them as they were measured." : nil)
  }

  var convergenceFinding: Finding {
    let converged = result.refinement.map { $0.termination.kind == "converged" } ?? diagnostics.hasFitConverged ?? true
    return Finding(
      check: Check(
        name: "converged", statement: "The least-squares fit, by which errors are judged, came to rest.",
        measured: nil, bound: nil, verdict: converged ? .holds : .fails, source: "derived"),
      objection: converged
        ? nil
        : .init(
          verdict: .doubtful, reason: "The least-squares fit did not converge, so errors are larger than estimated.",
          hint: "Scale the inputs to similar sizes, or try fewer neurons."))
  }

  var fitFinding: Finding {
    let fit = diagnostics.fit
    return finding(
      "fit", "Nothing of x is left in the residuals of the least-squares fit: the share of the variance of y that "
        + "functions of x explain beyond it.", fit.explained, FitTest.negligible, !fit.isRejected, source: "derived",
      objection: fit.explained > 0.05 ? .failed : .doubtful,
      "The model does not fit: \(percent(fit.explained)) of the variance of y depends on x in a way that "
        + "\(result.network.neurons) units without biases do not explain.",
      hint: result.network.neurons >= result.network.outputs
        ? "There may be more neurons than outputs (measure more outputs), biases, or another activation (--slope)."
        : "There may be more neurons than that, biases, or another activation (--slope).")
  }

  var errorFinding: Finding {
    let error = diagnostics.error, share = error.share
    if error.isCovarianceLeftOut && result.refinement != nil {
      return Finding(
        check: vacuous("error", "So many weights that their covariance is left out: their errors are not known.").check,
        objection: .init(
          verdict: .doubtful, reason: "There are too many weights to estimate their errors after refinement.",
          hint: "Without --refine the distance from the fit tells them."))
    }
    let undetermined = error.uncertainty == nil && !error.isCovarianceLeftOut
    return finding(
      "error", "The weights' estimated squared errors are small: their share of complete failure, made of the "
        + "distance from the least-squares fit and that fit's own variance.", share, Self.smallError,
      share <= Self.smallError, source: "derived", objection: share <= Self.largeError ? .doubtful : .failed,
      undetermined
        ? "The samples do not determine all weights: a neuron adds nothing, or two are the same."
        : share.isFinite
          ? "The weights' estimated errors are \(percent(share)) of complete failure."
          : "The weights' errors cannot be estimated.",
      hint: undetermined ? "Try fewer neurons." : accuracyHint)
  }

  var heldOutFinding: Finding {
    guard let heldOut = diagnostics.heldOut else { return vacuous("held-out", "Too few samples to hold some out.") }
    return finding(
      "held-out", "Samples that were held out are predicted up to the noise: the share of the variance to be predicted "
        + "that is missed.", heldOut.excess, 0.1, heldOut.excess <= 0.1, source: "derived", objection: .doubtful,
      "Held-out samples are predicted badly: \(percent(heldOut.excess)) of what there is to predict is missed.",
      hint: accuracyHint)
  }

  var accuracyHint: String {
    if spectral.inputCondition ?? .infinity > 1e3 {
      return "Scale inputs of very different sizes alike, and of inputs that nearly repeat each other keep one: "
        + "weights of length 1 are hard to tell otherwise."
    }
    return result.refinement == nil ? "Try --refine, or more samples." : "Try more samples."
  }
}
