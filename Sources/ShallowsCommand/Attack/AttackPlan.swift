import Shallows

/// What is asked of an attack once model and data are known: every default is settled here.
struct AttackPlan: Sendable {
  let loss: AttackLoss
  let norm: PerturbationNorm
  /// Whether radii are shares of each input's length.
  let isRatio: Bool
  let radius: Double
  /// The radius was not given.
  let isDefault: Bool
  /// Increasing, from 0 up; the one above is among them. Empty without a curve.
  let curve: [Double]
  let settings: AttackSettings

  init(_ options: AttackOptions, for task: AttackTask, needsCurve: Bool) throws {
    loss = options.loss?.loss ?? (task.classes == nil ? .squared : .crossEntropy)
    norm = options.norm
    settings = options.settings
    var curve = try AttackCurve(options.curve)
    if needsCurve, curve == .none { curve = .automatic }
    let given = options.ratio ?? options.epsilon
    isRatio = options.ratio != nil || (given == nil && Self.hasNoScale(task))
    if case .list(let radii) = curve {
      let largest = radii.max() ?? 0
      radius = given ?? largest
      isDefault = false
      self.curve = Set(radii + [0, radius]).sorted()
    } else {
      isDefault = given == nil
      radius = given ?? (isRatio ? 0.1 : Self.radius(norm, task))
      let radius = radius
      self.curve =
        curve == .automatic && radius > 0 ? [0, 0.125, 0.25, 0.375, 0.5, 0.75, 1].map { $0 * radius } : []
    }
  }

  /// Raw columns of a table may be of any size: only a share of the input's own length makes sense then.
  private static func hasNoScale(_ task: AttackTask) -> Bool { !task.isImage && task.coordinates.units == .raw }

  /// Images: for 28 x 28 pixels 1 in l2, 0.1 in linf and 10 in l1, where they range from 0 to 1, and as much a pixel
  /// for others. Tables: 0.1 a column.
  private static func radius(_ norm: PerturbationNorm, _ task: AttackTask) -> Double {
    let d = Double(task.inputs.columns)
    guard task.isImage else {
      return switch norm {
      case .l2: 0.1 * d.squareRoot()
      case .linf: 0.1
      case .l1: 0.1 * d
      }
    }
    let unit = task.grayRange / task.coordinates.scale.max()!
    return switch norm {
    case .l2: (d / 784).squareRoot() * unit
    case .linf: 0.1 * unit
    case .l1: 10 * d / 784 * unit
    }
  }

  func rule(_ radius: Double) -> RadiusRule { isRatio ? .ratio(radius) : .absolute(radius) }

  /// "eps 0.5", "ratio 0.1"
  func name(_ radius: Double) -> String { (isRatio ? "ratio " : "eps ") + short(radius) }
}
