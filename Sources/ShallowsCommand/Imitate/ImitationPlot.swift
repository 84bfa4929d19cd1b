import Foundation
import Shallows

/// In the plane the paths of the units; otherwise the loss against iterations, or against the time of a flow.
func imitationPlot(_ result: ImitationResult) -> Plot { result.showsPlane ? planePlot(result) : lossPlot(result) }

extension ImitationResult {
  /// Whether the picture is the plane: there the paths were written down.
  var showsPlane: Bool { settings.dimension == 2 && settings.recording.trajectory }
}

/// The loss curves: a line for each of up to twenty students, otherwise medians and quartiles by fate.
private func lossPlot(_ result: ImitationResult) -> Plot {
  var isFlow = false
  if case .flow = result.settings.method { isFlow = true }
  let series = ImitationResult.Fate.allCases.flatMap { fate -> [Series] in
    let curves = result.outcomes(fate).map { LossCurve($0.student.curve, byTime: isFlow) }
    guard !curves.isEmpty else { return [] }
    let name = result.outcomes.count == 1 ? nil : "\(fate.label) (\(curves.count))"
    if result.outcomes.count <= LossCurve.fewCurves {
      return curves.map { curve in
        var line = Series.line(name, curve.points)
        line.isMarked = false
        return line
      }
    }
    let (median, lower, upper) = LossCurve.quartiles(of: curves)
    var line = Series.line(name, median, band: (lower, upper))
    line.isMarked = false
    return [line]
  }
  let bands = result.outcomes.count > LossCurve.fewCurves ? "; median and quartiles" : ""
  return Plot(
    title: result.outcomes.count == 1 ? "Loss of a student" : "Loss of \(result.outcomes.count) students",
    subtitle: subtitle(result) + bands, x: Axis(isFlow ? "time" : "iteration", scale: .log10),
    y: Axis("loss", scale: .log10), series: series)
}

/// The paths of the effective weights, |w| w for abs units, and the teacher's units as rays.
private func planePlot(_ result: ImitationResult) -> Plot {
  let shown = result.outcomes.prefix(4)
  let teacher = result.teacher
  let byTeacher = shown.count == 1 && teacher.count <= 6
  var series: [Series] = []
  if byTeacher {
    let units = shown[0].matching.students
    for i in 0..<teacher.count {
      let members = units.indices.filter { units[$0].teacher == i }
      guard !members.isEmpty else { continue }
      series.append(.trajectories("to teacher \(i + 1)", paths(of: members, shown[0], teacher)))
    }
  } else {
    for outcome in shown {
      let units = Array(0..<result.settings.width)
      series.append(.trajectories("seed \(outcome.seed)", paths(of: units, outcome, teacher)))
    }
  }
  for i in 0..<teacher.count {
    let tip = Point(teacher.weights[i, 0], teacher.weights[i, 1])
    let color = byTeacher ? "to teacher \(i + 1)" : nil
    // The legend has the teachers' names by colour where it can.
    series.append(.ray(byTeacher ? nil : "teacher \(i + 1)", to: tip, isExtended: true, colorOf: color))
    // Units that are even imitate the teacher in the opposite direction as well.
    if teacher.unit.isEven { series.append(.ray(nil, to: Point(-tip.x, -tip.y), isExtended: true, colorOf: color)) }
  }
  let label = teacher.unit.isScaledByNorm ? "|w| w" : "w"
  let (few, all) = (shown.count, result.outcomes.count)
  let rest = all > few ? "; the first \(few) of \(all) students" : ""
  return Plot(
    title: "Paths of the units", subtitle: subtitle(result) + rest, x: Axis("\(label), first coordinate"),
    y: Axis("\(label), second coordinate"), series: series, aspect: .equal)
}

private func paths(of units: [Int], _ outcome: StudentOutcome, _ teacher: Teacher) -> [[Point]] {
  let moments = outcome.student.trajectory.map { weights in
    teacher.unit.effectiveWeights(Matrix(rows: weights.count / 2, columns: 2, elements: weights))
  }
  return units.map { j in moments.map { Point($0[j, 0], $0[j, 1]) } }
}

private func subtitle(_ result: ImitationResult) -> String {
  let settings = result.settings
  return "\(settings.unit.rawValue), d = \(settings.dimension), r = \(settings.teachers), m = \(settings.width), "
    + "start \(settings.start), \(methodText(settings))"
}

extension ImitationResult.Fate {
  fileprivate var label: String {
    switch self {
    case .global: "to the teacher"
    case .spurious: "spurious"
    case .unfinished: "not at rest"
    case .failed: "failed"
    }
  }
}

/// A loss curve that can be read at any time.
private struct LossCurve {
  /// Up to so many students have a line each.
  static let fewCurves = 20

  let points: [Point]

  /// The points after the start, which a logarithmic axis has no place for. Losses that rounding has made zero or
  /// negative are shown at the floor where it begins.
  init(_ curve: [CurvePoint], byTime: Bool) {
    points = curve.compactMap { point in
      let x = byTime ? point.time : Double(point.iteration)
      return x > 0 && point.loss.isFinite ? Point(x, max(point.loss, 1e-30)) : nil
    }
  }

  /// The loss by then, along straight lines between the logarithms of what was recorded; the first before that, the
  /// last thereafter.
  func loss(at x: Double) -> Double {
    var (low, high) = (0, points.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if points[middle].x <= x { low = middle } else { high = middle }
    }
    guard !points.isEmpty else { return .nan }
    guard low + 1 < points.count, x > points[low].x else { return points[low].y }
    let (a, b) = (points[low], points[low + 1])
    return a.y * pow(b.y / a.y, log(x / a.x) / log(b.x / a.x))
  }

  /// Median and quartiles at moments evenly spaced in log x. A student that has ended keeps its last loss.
  static func quartiles(of curves: [LossCurve]) -> (median: [Point], lower: [Double], upper: [Double]) {
    let ends = curves.compactMap(\.points.last?.x)
    let starts = curves.compactMap(\.points.first?.x)
    guard let first = starts.min(), let last = ends.max(), last > first else { return ([], [], []) }
    let count = 120
    let moments = (0...count).map { first * pow(last / first, Double($0) / Double(count)) }
    let losses = moments.map { x in curves.map { $0.loss(at: x) }.filter(\.isFinite).sorted() }
    func quantile(_ p: Double) -> [Double] { losses.map { $0[Int((p * Double($0.count - 1)).rounded())] } }
    return (zip(moments, quantile(0.5)).map { Point($0, $1) }, quantile(0.25), quantile(0.75))
  }
}
