import Dynamics

extension Guarantee {
  /// The theory of projected gradient ascent, held against every input of an attack.
  ///
  /// Sources: Deng, He, Huang, Su, ICML 2020 (arXiv 2010.10650) for ascent to local maxima on the sphere; the conditions
  /// of second order and the bounds are derived, see docs/adversaries.md.
  init(_ outcomes: [AttackOutcome], settings: AttackSettings, norm: PerturbationNorm) {
    self.init(title: "Attack by projected gradient ascent")
    guard !outcomes.isEmpty else { return }
    let paper = "Deng et al. 2020"
    let n = Double(outcomes.count)
    let moved = outcomes.filter { $0.radius > 0 }

    let reach = moved.map { $0.length / $0.radius }.max()
    checks.append(
      Check(
        name: "feasible", statement: "every perturbation lies in its ball and box: largest |delta| / eps, to rounding",
        measured: reach, bound: 1, verdict: reach.map { $0 <= 1 + 1e-13 ? .holds : .fails } ?? .vacuous, source: "by construction"))

    let fallen = outcomes.map { $0.loss - $0.cleanLoss }.min()!
    checks.append(
      Check(
        name: "ascent", statement: "no input's loss is below its clean loss: smallest gain", measured: fallen, bound: 0,
        verdict: fallen >= 0 ? .holds : .fails, source: "by construction"))

    let converged = Double(outcomes.count { $0.ending == .converged || $0.ending == .flat }) / n
    let asks = settings.method != .fastGradient
    checks.append(
      Check(
        name: "stationary",
        statement: "share of inputs whose KKT residual is at most \(settings.tolerance), or whose gradient vanishes",
        measured: converged, bound: 1,
        verdict: !asks ? .vacuous : converged == 1 ? .holds : .fails, source: paper))

    // Where the gradient vanishes there is nothing to follow.
    let driven = moved.filter { $0.ending != .flat }
    let onSphere = Double(driven.count(where: \.isOnBoundary)) / Double(max(driven.count, 1))
    checks.append(
      Check(
        name: "boundary", statement: "share of inputs with a gradient that end on the sphere |delta| = eps",
        measured: onSphere, bound: 1, verdict: driven.isEmpty ? .vacuous : onSphere == 1 ? .holds : .fails, source: paper
      ))

    if settings.secondOrder, outcomes.contains(where: { $0.order != nil }) {
      let maxima = outcomes.filter { $0.order == .maximum }
      let kappa = maxima.compactMap(\.kappa).max()
      checks.append(
        Check(
          name: "second-order", statement: "strict local maxima: largest kappa of the inputs taken as such",
          measured: kappa, bound: 1, verdict: kappa.map { $0 < 1 ? .holds : .fails } ?? .vacuous, source: "derived"))
      let share = Double(maxima.count) / n
      checks.append(
        Check(
          name: "maxima", statement: "share of inputs at strict local maxima", measured: share, bound: 1,
          verdict: share == 1 ? .holds : .fails, source: "derived"))
    }

    let gaps = outcomes.compactMap { outcome in outcome.bound.map { outcome.loss - $0 } }
    if let worst = gaps.max() {
      checks.append(
        Check(
          name: "bounded", statement: "no loss exceeds its upper bound: largest excess", measured: worst, bound: 0,
          verdict: worst <= 0 ? .holds : .fails, source: "derived"))
    }
    let proven = outcomes.compactMap(\.isGlobal)
    if !proven.isEmpty {
      let share = Double(proven.count { $0 }) / n
      checks.append(
        Check(
          name: "global", statement: "share of inputs whose global maximum is proven", measured: share, bound: 1,
          verdict: share == 1 ? .holds : .fails, source: "derived"))
    }
  }
}
