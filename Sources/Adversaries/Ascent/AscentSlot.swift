import LinearAlgebra

/// One ascent under way in a block: an input, a start, and the point reached.
///
/// The pointers are rows of the block's memory, d elements each, and change places when a step is accepted.
struct AscentSlot<Element: Scalar>: BitwiseCopyable {
  /// What the next evaluation is for.
  enum Phase: UInt8, BitwiseCopyable {
    /// Loss and gradient at the start.
    case start
    /// A step.
    case step
    /// The end point of a single step.
    case end
  }

  var input: Int32 = 0
  /// The number of the start; -1 for a given one.
  var start: Int32 = 0
  var towards: Int32 = -1
  var phase = Phase.start
  /// Whether it waits until the other starts of its input have come as far, and whether it was the best of them.
  var isWaiting = false
  var isChosen = false
  var iterations: Int32 = 0
  var evaluations: Int32 = 0
  var gradients: Int32 = 0

  /// L and |g|_2 at delta.
  var loss: Element = 0
  var slope: Element = 0
  var noise: Element = 0
  /// The Euclidean circumradius R of the ball.
  var reach: Element = 0
  /// Backtracking: the share of the way to the farthest point. AutoPGD: eta.
  var omega: Element = 1
  /// <g, trial - delta> and |trial - delta|^2.
  var gain: Element = 0
  var squaredStep: Element = 0
  /// mu, and whether omega may exceed 1.
  var multiplier: Element = 0
  var mayOvershoot = false
  /// Whether rounding hides what the trial's loss says.
  var isDoubtful = false
  /// Whether the gain itself is lost in the rounding of projections.
  var isRounded = false
  /// How much of the last step is tried next, where it went too far on a straight way.
  var share: Element = 1
  var trialLoss: Element = 0
  var trialNoise: Element = 0
  /// Whether the point is the best so far.
  var isAtBest = false
  var bestLoss: Element = -.infinity
  var bestResidual: Element = .infinity

  /// AutoPGD: the next checkpoint and the length of the window before it; what the window has seen.
  var checkpoint: Int32 = 0
  var window: Int32 = 0
  var rises: Int32 = 0
  var hasHalved = false
  var windowLoss: Element = -.infinity

  var delta: UnsafeMutablePointer<Element>
  var trial: UnsafeMutablePointer<Element>
  /// trial - delta.
  var step: UnsafeMutablePointer<Element>
  var gradient: UnsafeMutablePointer<Element>
  /// The velocity, or the point before.
  var memory: UnsafeMutablePointer<Element>
  var best: UnsafeMutablePointer<Element>
  var bestGradient: UnsafeMutablePointer<Element>
  /// W x + b.
  var z0: UnsafeMutablePointer<Element>
}
