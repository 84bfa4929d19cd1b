import Networks

/// Everything that the numbers of an imitation depend on.
///
/// ```swift
/// var settings = ImitationSettings(unit: .relu, dimension: 10)
/// settings.seeds = 1000
/// let result = try Imitation(settings).run()
/// print(result.spuriousShare)
/// ```
public struct ImitationSettings: Sendable, Codable, Equatable {
  public var unit: CommitteeUnit
  public var teacher: TeacherChoice
  /// r.
  public var teachers: Int
  /// d.
  public var dimension: Int
  /// m; one unit for each of the teacher's unless given.
  public var width: Int
  public var start: StudentStart
  public var method: StudentMethod
  public var stopping: StudentStopping
  public var recording: StudentRecording
  /// How many students.
  public var seeds: Int
  /// The seed of the first student; the others count on from it.
  public var seed: UInt64
  /// What random teachers are drawn from: students of all seeds have the same.
  public var teacherSeed: UInt64
  /// Whether students at rest are carried on to the critical point by Newton's method.
  public var isPolished: Bool
  /// Whether the Hessian's spectrum is taken where students end.
  public var takesSpectrum: Bool
  /// A student at rest with a loss of at least this has found a spurious minimum: this much of E f*^2/2 where that is
  /// below 1.
  public var spuriousLoss: Double

  /// As many orthonormal units as dimensions, for teacher and student; gradient descent until |dL/dw| <= 1e-10.
  public init(unit: CommitteeUnit = .relu, dimension: Int = 10) {
    self.unit = unit
    teacher = .basis
    teachers = dimension
    self.dimension = dimension
    width = dimension
    start = .gaussian(scale: 1)
    method = .descent(step: 0.1)
    stopping = StudentStopping(gradient: 1e-10)
    recording = StudentRecording()
    seeds = 1
    seed = 0
    teacherSeed = 0
    isPolished = false
    takesSpectrum = true
    spuriousLoss = 1e-3
  }
}

/// Settings that contradict each other; the text names the value and what is accepted.
public struct ImitationError: Error, CustomStringConvertible, Equatable {
  public let description: String
  init(_ description: String) { self.description = description }
}

extension ImitationSettings {
  /// - Throws: ``ImitationError`` naming the value and what is accepted.
  public func validate() throws {
    func positive(_ value: Double, _ name: String) throws {
      guard value > 0, value.isFinite else { throw ImitationError("\(name) \(value): a positive number is needed") }
    }
    if dimension < 1 { throw ImitationError("dimension \(dimension): at least 1 is needed") }
    if teachers < 1 { throw ImitationError("teachers \(teachers): at least 1 is needed") }
    if width < 1 { throw ImitationError("width \(width): a student has at least one unit") }
    if seeds < 1 { throw ImitationError("seeds \(seeds): at least one student is needed") }
    if recording.pointsPerDecade < 0 {
      throw ImitationError("points \(recording.pointsPerDecade): 0 or more points a decade are needed")
    }
    switch method {
    case .descent(let step): try positive(step, "step")
    case .backtracking(let initial): try positive(initial, "step")
    case .flow(let tolerance): try positive(tolerance, "tolerance")
    case .freshSamples(let step, let batch):
      try positive(step, "step")
      if batch < 1 { throw ImitationError("batch \(batch): at least one sample is needed") }
      // A step cannot be interrupted.
      if batch > 10_000_000 { throw ImitationError("batch \(batch): at most 10,000,000 samples are accepted") }
    }
    if let gradient = stopping.gradient, !(gradient >= 0 && gradient.isFinite) {
      throw ImitationError("until gradient=\(gradient): 0 or more is needed")
    }
    if let loss = stopping.loss, !(loss >= 0 && loss.isFinite) {
      throw ImitationError("until loss=\(loss): 0 or more is needed")
    }
    if stopping.iterations < 0 {
      throw ImitationError("until iterations=\(stopping.iterations): 0 or more is needed")
    }
    if let time = stopping.time { try positive(time, "until time") }
    if !(spuriousLoss >= 0 && spuriousLoss.isFinite) {
      throw ImitationError("spurious \(spuriousLoss): a finite number of 0 or more is needed")
    }
  }
}
