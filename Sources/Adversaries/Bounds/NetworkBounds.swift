import LinearAlgebra
import Networks
import RealModule

/// Upper bounds of an adversary's loss, input by input, that hold whatever the attack.
///
/// For pre-activations z_j = w_j.(x + delta) + b_j the perturbation set gives intervals, |w_j| eps in the dual norm
/// around z_j(x) and less where the box cuts. On them each activation lies between two lines, so that the outputs lie
/// between two functions that are linear in delta, whose maxima over the set are known in closed form (CROWN, Zhang et
/// al. 2018; here for every smooth activation of the library, with the lines that touch its envelopes). Losses:
///
/// - margin: the largest bound of f_c - f_y, each difference relaxed as one functional;
/// - squared of one output: the larger of the two extremes of f - y;
/// - cross-entropy of two classes: log(1 + exp) of the margin's bound; of more: exp(f_c - f_y) replaced by its chord
///   between a lower and an upper bound, so that the sum is one functional again; squared of several outputs likewise
///   with the chords of (f_c - y_c)^2.
///
/// Bounds hold in exact arithmetic: the slack for rounding is 2^-52 (d + m + 64) of the sizes of all terms, about
/// 1e-13 of them at the size of MNIST.
///
/// ```swift
/// let bounds = NetworkBounds(problem)
/// let bound = bounds.loss(of: 0)          // attack value <= true maximum <= bound.best
/// let radius = bounds.certifiedRadius(of: 0)
/// ```
///
/// Holds the memory of one thread: one object a thread.
/// - Complexity: for each input 2 m d operations for the intervals, with a box two supports for every neuron, and
///   2 (1 + 2 refinements) q m d for q functionals, k - 1 of a margin.
public final class NetworkBounds {
  let functionals: FunctionalBounds
  let problem: AttackProblem
  let refinements: Int
  /// Functionals, q x m, and their bounds.
  let rows, intervals, relaxations: Buffer<Double>
  /// One more functional, m weights.
  let chordRow: Buffer<Double>

  /// - Parameter refinements: how often the lines are moved towards the maximiser; 0 gives the plain relaxation.
  public init(_ problem: AttackProblem, refinements: Int = 2) {
    precondition(refinements >= 0, "\(refinements) refinements")
    self.problem = problem
    self.refinements = refinements
    functionals = FunctionalBounds(problem.network, norm: problem.norm, box: problem.box)
    let shape = problem.network.shape
    rows = Buffer(count: functionals.capacity * shape.hidden)
    chordRow = Buffer(count: shape.hidden)
    intervals = Buffer(count: functionals.capacity)
    relaxations = Buffer(count: functionals.capacity)
  }

  /// The bound of input `index`'s loss within its radius, or another.
  public func loss(of index: Int, radius: Double? = nil) -> UpperBound {
    load(index, radius)
    return bound(index, problem.loss)
  }

  /// The bound of max_(c != y) f_c - f_y (of one output: -y f): negative only if no perturbation changes the class.
  ///
  /// - Precondition: targets are classes.
  public func margin(of index: Int, radius: Double? = nil) -> UpperBound {
    precondition(problem.hasClasses, "a margin of targets that are no classes")
    load(index, radius)
    return bound(index, .margin)
  }

  /// [l_j, u_j], which hold every pre-activation of neuron j on the perturbation set.
  public func preActivations(of index: Int, radius: Double? = nil) -> [ClosedRange<Double>] {
    load(index, radius)
    return (0..<functionals.hidden).map { functionals.lower[$0]...functionals.upper[$0] }
  }

  func load(_ index: Int, _ radius: Double?) {
    let radius = radius ?? problem.radii[index]
    precondition(radius >= 0 && radius.isFinite, "a radius of \(radius)")
    problem.inputs.withView { functionals.load($0.row(index), radius: radius) }
  }

  /// The bound for the input and the radius that are loaded.
  func bound(_ index: Int, _ loss: AttackLoss) -> UpperBound {
    problem.targets.withView { bound($0.row(index), loss) }
  }

  private func bound(_ y: UnsafePointer<Double>, _ loss: AttackLoss) -> UpperBound {
    switch loss {
    case .margin: return marginBound(y)
    case .crossEntropy:
      if functionals.outputs > 2 { return partitionBound(y) }
      let t = marginBound(y)
      return UpperBound(
        interval: logAbove(t.interval), relaxation: logAbove(t.relaxation), best: logAbove(t.best))
    case .squared: return squaredBound(y)
    }
  }
}
