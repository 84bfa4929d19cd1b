import Foundation
import Shallows

/// Students that imitate one teacher for a long time, and how their losses fall.
///
/// A task is a pack of students of one size.
struct RatedStudents: ExperimentTask {
  let unit: CommitteeUnit
  /// d.
  let dimension: Int
  /// r: the first axis if one, else drawn as ``RatedStudents/teacher`` says.
  let teachers: Int
  /// m.
  let width: Int
  /// As ``StudentStart/init(text:)`` reads it.
  let start: String
  let step: Double
  let iterations: Int
  /// Also ends where L is at most this.
  let loss: Double
  let students: Int
  /// Of the first student.
  let seed: UInt64

  /// Students share vectors of eight lanes.
  static let pack = 8
  /// The smallest angle between two teachers, and their lengths: one fixed teacher for each (r, d).
  static let degrees = 60.0
  static let norms = 0.5...1.5

  func teacher() throws -> Teacher {
    guard teachers > 1 else {
      return Teacher(unit: unit, weights: Matrix(rows: 1, columns: dimension) { _, l in l == 0 ? 1 : 0 })
    }
    return try .separated(
      count: teachers, dimension: dimension, minimumAngle: Self.degrees * .pi / 180, norms: Self.norms, unit: unit,
      random: RandomStream(seed: 1).split(UInt64(dimension)))
  }

  /// How one student fared. Of the curve some points are kept, all students' at the same iterations.
  struct Course: Codable, Sendable {
    let finalLoss: Double
    let steps: Int
    /// The exponent of L ~ t^-p with its interval, where the tail is a power.
    let exponent: Double?
    let interval: [Double]?
    /// The rate of L ~ e^{-rate t}, where it is exponential, per iteration.
    let rate: Double?
    /// (eta T)^3 L(T) at the last iteration.
    let constant: Double
    /// max over the run of T L(T) eta/(r w_max).
    let horizon: Double
    /// The smallest |grad|/L and |grad|/sqrt L of the run, and both at its end.
    let ratios: [Double]
    let endRatios: [Double]
    /// The slope of log |grad| against log L.
    let gradientExponent: Double?
    let iterations: [Int]
    let losses: [Double]
    let gradients: [Double]
  }

  func run() throws -> [Course] {
    let teacher = try teacher()
    var settings = ImitationSettings(unit: unit, dimension: dimension)
    settings.teacher = .given(teacher.weights)
    settings.teachers = teachers
    settings.width = width
    settings.start = try StudentStart(text: start)
    settings.method = .descent(step: step)
    settings.stopping = StudentStopping(loss: loss, iterations: iterations)
    // Where the loss falls exponentially, all of its fall lies in the last decade.
    settings.recording = StudentRecording(pointsPerDecade: width == teachers ? 200 : 12)
    settings.seeds = students
    settings.seed = seed
    return try settings.train().map { course($0, scale: Double(teachers) * teacher.normRange.upperBound) }
  }

  private func course(_ student: Student, scale: Double) -> Course {
    let curve = student.curve
    let ratios = LojasiewiczRatios(curve)
    let last = curve.last { $0.loss > CurvePoint.lossFloor } ?? curve[0]
    var (exponent, rate): (Double?, Double?) = (nil, nil)
    var interval: [Double]?
    switch TailExponent(curve: curve).kind {
    case .power(let p, let range): (exponent, interval) = (p, [range.lowerBound, range.upperBound])
    case .exponential(let r): rate = r
    case .undetermined: break
    }
    let time = Double(last.iteration) * step
    // Curves are for pictures: a pack of students and a few points a decade are enough, more where runs are short.
    let ratio = student.iteration > 10_000 ? 1.4 : 1.15
    var kept: [CurvePoint] = []
    for point in curve where seed < UInt64(Self.pack) && point.iteration > 0 {
      if Double(point.iteration) >= ratio * Double(kept.last?.iteration ?? 0) { kept.append(point) }
    }
    return Course(
      finalLoss: student.loss, steps: student.iteration, exponent: exponent, interval: interval, rate: rate,
      constant: time * time * time * last.loss,
      horizon: curve.map { Double($0.iteration) * $0.loss * step / scale }.max() ?? 0,
      ratios: [ratios.linear?.ratio ?? 0, ratios.squareRoot?.ratio ?? 0],
      endRatios: [last.gradientNorm / last.loss, last.gradientNorm / last.loss.squareRoot()],
      gradientExponent: ratios.gradientExponent, iterations: kept.map(\.iteration), losses: kept.map(\.loss),
      gradients: kept.map(\.gradientNorm))
  }

  /// Packs up to `count` students.
  static func packs(_ count: Int, _ make: (_ first: Int, _ students: Int) -> RatedStudents) -> [RatedStudents] {
    stride(from: 0, to: count, by: pack).map { make($0, min(pack, count - $0)) }
  }

  /// The panel of a task's rows: what is held fixed while m varies.
  var panel: String { "r = \(teachers), d = \(dimension)" }

  /// All rows of tasks and what came of them: figures at x = m, curves at x = iteration.
  static func rows(_ tasks: [RatedStudents], _ results: [[Course]]) -> [ExperimentRow] {
    var rows: [ExperimentRow] = []
    let groups = grouped(zip(tasks, results).map { (["\($0.panel)", "\($0.width)"], $1) })
    for group in groups {
      let (panel, width) = (group.key[0], Double(group.key[1])!)
      let courses = group.values.flatMap { $0 }
      func add(_ metric: String, _ value: (Course) -> Double) {
        rows.append(
          ExperimentRow(
            panel: panel, series: "m = \(Int(width))", metric: metric, x: width, values: courses.map(value)))
      }
      add("exponent") { $0.exponent ?? .nan }
      add("exponent from") { $0.interval?[0] ?? .nan }
      add("exponent to") { $0.interval?[1] ?? .nan }
      add("rate") { $0.rate ?? .nan }
      add("final loss") { $0.finalLoss }
      add("steps") { Double($0.steps) }
      add("constant") { $0.constant }
      add("horizon") { $0.horizon }
      add("least |grad|/L") { $0.ratios[0] }
      add("last |grad|/L") { $0.endRatios[0] }
      add("least |grad|/sqrt L") { $0.ratios[1] }
      add("last |grad|/sqrt L") { $0.endRatios[1] }
      add("gradient exponent") { $0.gradientExponent ?? .nan }
      let points = grouped(courses.flatMap { course in
        course.iterations.indices.map { (course.iterations[$0], (course.losses[$0], course.gradients[$0])) }
      })
      for point in points.sorted(by: { $0.key < $1.key }) {
        func curve(_ metric: String, _ values: [Double]) {
          rows.append(
            ExperimentRow(
              panel: panel, series: "m = \(Int(width))", metric: metric, x: Double(point.key), values: values))
        }
        curve("loss", point.values.map { $0.0 })
        curve("gradient", point.values.map { $0.1 })
      }
    }
    return rows
  }
}
