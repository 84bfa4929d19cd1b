public import Dynamics
import LinearAlgebra
import Networks

/// The exact maximum of an adversary's loss, for networks of few neurons, by branch and bound.
///
/// The perturbation set is cut into parts, by the pre-activation of one neuron or, where there are no kinks and one or
/// two inputs or at most half as many as neurons, by one input. For each part the dual function of ``NetworkBounds`` is
/// made small over all slopes, multipliers of the cuts included; the part with the largest bound is cut next, where the
/// relaxation was furthest from the function at its own maximiser. Gaps shrink with the square of a part's size, and
/// parts around a local maximum are closed by a bound of the curvature there: see ``GlobalCertificate``. The maximiser
/// of each relaxation, and projected gradient ascent from it, give the lower bound.
///
/// ```swift
/// let search = ExactSearch(problem)
/// let maximum = search.maximum(of: 0, from: [attack])      // attack loss <= lower <= true maximum <= upper
/// ```
///
/// Every upper bound carries slack for rounding, as there. Losses of several outputs that do not split into single
/// functionals (squared; cross-entropy of three classes and more) take a chord for each output in each part, and cut
/// the interval of an output where its chord is what leaves the largest gap.
///
/// Holds the memory of one thread: one object a thread.
/// - Complexity: exponential in the smaller of m and d at worst; some tens of nodes for perturbations so small that the
///   loss has one maximum.
public final class ExactSearch {
  public let settings: ExactMaximum.Settings
  let problem: AttackProblem
  let functionals: FunctionalBounds
  let work: SearchWorkspace

  public init(_ problem: AttackProblem, settings: ExactMaximum.Settings = ExactMaximum.Settings()) {
    self.problem = problem
    self.settings = settings
    functionals = FunctionalBounds(problem.network, norm: problem.norm, box: problem.box)
    work = SearchWorkspace(problem, functionals)
  }

  /// The maximum over the set of input `index`, within its radius or another.
  ///
  /// - Parameter starts: perturbations of the set to begin from, such as the results of attacks; each has d elements.
  public func maximum(
    of index: Int, radius: Double? = nil, from starts: [[Double]] = [], cancellation: Cancellation? = nil
  ) -> ExactMaximum {
    let radius = radius ?? problem.radii[index]
    precondition(radius >= 0 && radius.isFinite, "a radius of \(radius)")
    problem.inputs.withView { functionals.load($0.row(index), radius: radius) }
    work.begin(target: Array(problem.targets.row(index)), starts: starts)

    var queue = NodeQueue()
    var nodes = 0
    func tolerance() -> Double {
      max(settings.relativeTolerance * abs(work.best), settings.absoluteTolerance)
    }
    /// The largest bound among parts that were closed because it was near enough to the best loss.
    var closed = -Double.infinity
    func settle(_ node: SearchNode) {
      nodes += 1
      if node.bound <= work.best + tolerance() { closed = max(closed, node.bound) } else { queue.push(node) }
    }
    for node in work.roots() { settle(work.bounded(node, tolerance: tolerance())) }
    while let node = queue.pop() {
      if node.bound <= work.best + tolerance() {
        closed = max(closed, node.bound)
        break  // no other is larger
      }
      guard nodes < settings.nodes, cancellation?.isCancelled != true else {
        closed = max(closed, node.bound)
        break
      }
      guard let parts = work.split(node) else {  // as narrow as numbers get
        closed = max(closed, node.bound)
        continue
      }
      for part in [parts.0, parts.1] { settle(work.bounded(part, tolerance: tolerance())) }
    }
    let upper = max(closed, queue.largestBound ?? -.infinity, work.best)
    return ExactMaximum(
      lower: work.best, upper: upper, maximizer: work.maximizer, nodes: nodes,
      isExact: upper <= work.best + tolerance())
  }
}
