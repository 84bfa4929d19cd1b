import Dynamics
import Foundation
import LinearAlgebra
import Networks
import Optimization

/// What the theory of narrow training says of a run, check by check.
///
/// Hypotheses: width, activation, full rank of the Jacobian at the start and over the ball, an interpolating point
/// within reach. Conclusions: the iterates stayed in the region, the end is a KKT point, and its loss is bounded.
struct NarrowGuarantee {
  let bound: WidthBound
  /// The squared loss with the hidden weights alone free: the Jacobian that the theory is about.
  let objective: NetworkObjective<Double>
  let start: [Double]
  let end: [Double]
  let region: FeasibleRegion?
  /// Of the loss and set that were minimised, at the end.
  let stationarity: Double
  let stationarityGoal: Double
  let active: [ActiveConstraint]
  /// The largest |W - W0|_F seen.
  let farthest: Double
  let zeta: Double?
  /// Whether the squared loss is the one that was minimised.
  let isSquaredLoss: Bool

  private var paper: String { "Zhang et al. 2021" }

  func checks() throws -> Guarantee {
    var checks = [activationCheck] + widthChecks
    if !objective.activation.isSmooth {
      return Guarantee(title: title, checks: checks + [kktCheck, regionCheck])
    }
    let atStart = try JacobianAnalysis(objective, at: start)
    let lipschitz = try jacobianLipschitzConstant(objective, outputWeights: outputWeights)
    checks += [rankCheck("jacobian-start", "at the start", atStart)]
    let reach = atStart?.distanceToInterpolation()
    let lower = atStart.map { $0.smallest - lipschitz * (region?.radius ?? farthest) }
    // The Gram matrix of the start is let go before that of the end is made.
    let atEnd = try JacobianAnalysis(objective, at: end)
    checks += [
      rankCheck("jacobian-end", "at the end", atEnd), ballCheck(lower),
      atStart == nil
        ? notMeasured("expressivity", "To first order an interpolating W lies within the ball.", source: "derived")
        : expressivityCheck(reach),
      regionCheck, kktCheck,
      try nearGlobalCheck(atEnd), interiorCheck(reach),
    ]
    return Guarantee(title: title, checks: checks)
  }

  private var title: String { "Narrow training: fewer than n neurons can fit n samples" }

  private var outputWeights: Matrix<Double> {
    TwoLayerNetwork(shape: objective.shape, activation: objective.activation, parameters: end).outputWeights
  }

  private var activationCheck: Check {
    let smooth = objective.activation.isSmooth
    let name = objective.activation.rawValue
    return Check(
      name: "smooth-activation",
      statement: smooth
        ? "The activation, \(name), is smooth, as the theorem asks."
        : "The theorem asks for a smooth activation; \(name) has a kink, so its statements about the Jacobian are refused.",
      measured: nil, bound: nil, verdict: smooth ? .holds : .fails, source: paper)
  }

  private var widthChecks: [Check] {
    let width = Double(objective.shape.hidden)
    let equations = bound.outputs == 1 ? "2n/d" : "2nk/d"
    let ranked = bound.outputs == 1 ? "2n/rank(X)" : "2nk/rank(X)"
    return [
      Check(
        name: "width-dimension", statement: "The width m is at least \(equations): as many freedoms as equations.",
        measured: width, bound: bound.twoNOverD, verdict: width >= bound.twoNOverD ? .holds : .fails,
        source: bound.outputs == 1 ? paper : "derived"),
      Check(
        name: "width-rank",
        statement: "The width m is at least \(ranked), which is what counts when columns depend on each other.",
        measured: width, bound: bound.twoNOverRank, verdict: width >= bound.twoNOverRank ? .holds : .fails,
        source: "derived"),
    ]
  }

  private var residuals: Int { objective.residualCount }

  private func notMeasured(_ name: String, _ what: String, source: String) -> Check {
    Check(
      name: name,
      statement: "\(what) Not measured: \(residuals) residuals exceed the limit of \(JacobianAnalysis.limit).",
      measured: nil, bound: nil, verdict: .vacuous, source: source)
  }

  private func rankCheck(_ name: String, _ place: String, _ analysis: JacobianAnalysis?) -> Check {
    let statement = "The Jacobian J(W) \(place) has full row rank: its smallest singular value is positive."
    guard let analysis else { return notMeasured(name, statement, source: paper) }
    let rank = analysis.rank.map { " Rank \($0) of \(residuals)." } ?? ""
    return Check(
      name: name, statement: statement + rank, measured: analysis.smallest, bound: 0,
      verdict: analysis.smallest > 0 ? .holds : .fails, source: paper)
  }

  private func ballCheck(_ lower: Double?) -> Check {
    let where_ = region == nil ? "within the distance travelled" : "over the whole ball"
    let statement = "J(W) keeps full rank \(where_): sigma_min(J(W0)) - C |W - W0| is positive."
    guard let lower else { return notMeasured("jacobian-ball", statement, source: "derived") }
    return Check(
      name: "jacobian-ball",
      statement: lower > 0 ? statement : statement + " The bound is not positive, so it says nothing here.",
      measured: lower, bound: 0, verdict: lower > 0 ? .holds : .vacuous, source: "derived")
  }

  private func expressivityCheck(_ reach: Double?) -> Check {
    let scale = zeta.map { " (c0/zeta with c0 = \(format((reach ?? .nan) * $0)))" } ?? ""
    guard let reach else {
      return Check(
        name: "expressivity",
        statement:
          "To first order an interpolating W lies within the ball. Without full rank at the start there is no such point to measure.",
        measured: nil, bound: region?.radius, verdict: .vacuous, source: "derived")
    }
    guard let region else {
      return Check(
        name: "expressivity",
        statement:
          "To first order an interpolating W lies at this distance\(scale); there is no ball to hold it against.",
        measured: reach, bound: nil, verdict: .holds, source: "derived")
    }
    return Check(
      name: "expressivity",
      statement: "To first order an interpolating W lies at this distance\(scale), within the radius of the ball.",
      measured: reach, bound: region.radius, verdict: reach <= region.radius ? .holds : .fails, source: "derived")
  }

  private var regionCheck: Check {
    guard let region else {
      return Check(
        name: "region", statement: "The run was not constrained; this is how far W went from its start.",
        measured: farthest, bound: nil, verdict: .vacuous, source: paper)
    }
    let holds = farthest <= region.radius * (1 + 1e-9)
    return Check(
      name: "region",
      statement: "Every recorded iterate stayed in the ball: the largest |W - W0| is at most the radius.",
      measured: farthest, bound: region.radius, verdict: region.perNeuron ? .holds : holds ? .holds : .fails,
      source: paper)
  }

  private var kktCheck: Check {
    let multipliers = active.map(\.multiplier)
    let which =
      active.isEmpty
      ? "no constraint is active"
      : "\(active.count) active constraints, multipliers from \(format(multipliers.min()!)) to \(format(multipliers.max()!))"
    return Check(
      name: "kkt",
      statement: "The end is a KKT point of the problem: |P(x - g) - x| / (1 + |x|) is within tolerance; \(which).",
      measured: stationarity, bound: stationarityGoal, verdict: stationarity <= stationarityGoal ? .holds : .fails,
      source: paper)
  }

  /// |r| <= |J^T r|_free / sigma_min(J_free) bounds the loss |r|^2 / (2n).
  private func nearGlobalCheck(_ analysis: JacobianAnalysis?) throws -> Check {
    let statement =
      "The end is nearly global: the loss is at most (|J^T r| / sigma_min(J))^2 / 2n over the free directions."
    guard isSquaredLoss else {
      return Check(
        name: "near-global", statement: statement + " For the squared loss only.", measured: nil, bound: nil,
        verdict: .vacuous, source: "derived")
    }
    guard let analysis else { return notMeasured("near-global", statement, source: "derived") }
    let free = try analysis.free(against: region?.outwardNormal(at: end, from: start))
    let loss = NetworkEvaluation(objective).loss(end)
    guard free.smallest > 0 else {
      // At a KKT point on the boundary the free part of J^T r vanishes while r does not: sigma_min(J_free) is zero.
      let why =
        active.contains { $0.name.contains("ball") && $0.multiplier > 0 }
        ? "On the boundary of the ball a residual may be left that no free direction sees: sigma_min is zero there."
        : "sigma_min is not resolved from zero, so it says nothing here."
      return Check(
        name: "near-global", statement: statement + " \(why)",
        measured: loss, bound: nil, verdict: .vacuous, source: "derived")
    }
    let r = free.gradient / free.smallest
    let bound = r * r / Double(2 * objective.sampleCount)
    // Both sides carry rounding of relative size 1e-8 or so once the loss is near its last digits.
    return Check(
      name: "near-global", statement: statement, measured: loss, bound: bound,
      verdict: loss <= bound * (1 + 1e-6) ? .holds : .fails, source: "derived")
  }

  /// zeta eps against c0 foretells where the KKT point lies.
  private func interiorCheck(_ reach: Double?) -> Check {
    guard let region, let reach, reach > 0, !region.perNeuron else {
      return Check(
        name: "interior",
        statement:
          "Whether the KKT point lies inside the ball or on its boundary follows from eps zeta / c0; there is no ball, or no c0, here.",
        measured: nil, bound: 1, verdict: .vacuous, source: "derived")
    }
    let ratio = region.radius / reach
    let onBoundary = active.contains { $0.name == "ball" && $0.multiplier > 0 }
    return Check(
      name: "interior",
      statement:
        "eps zeta / c0 foretells the place of the KKT point, inside above 1 and on the boundary below; it was \(onBoundary ? "on the boundary" : "inside").",
      measured: ratio, bound: 1, verdict: (ratio >= 1) != onBoundary ? .holds : .fails, source: "derived")
  }
}

/// Three significant digits.
func format(_ x: Double) -> String {
  if !x.isFinite { return "\(x)" }
  if x == 0 { return "0" }
  let digits = String(format: "%.3g", x)
  return digits
}
