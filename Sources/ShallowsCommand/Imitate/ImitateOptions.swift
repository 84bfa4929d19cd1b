import ArgumentParser
import Shallows

/// Teacher, students, and how they learn.
struct ImitateOptions: ParsableArguments {
  enum MethodName: String, ExpressibleByArgument, CaseIterable { case gd, backtracking, flow, sgd }

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "basis, orthonormal, gaussian, separated=DEGREES (smallest angle), angles in the plane in degrees, or a CSV, NPY "
        + "or NPZ file with a row for each unit.", valueName: "T"))
  var teacher = "basis"

  @Option(parsing: .unconditional, help: ArgumentHelp("Units of the teacher (default: d).", valueName: "r"))
  var teachers: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Lengths of a separated teacher's units (default 1).", valueName: "LOW..HIGH"))
  var norms: String?

  @Option(help: "What a unit computes of its input: abs (scaled by the length of its weights), relu or erf.")
  var student: CommitteeUnit = .relu

  @Option(parsing: .unconditional, help: ArgumentHelp("Units of a student (default: r).", valueName: "m"))
  var width: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Inputs (default 10).", valueName: "d"))
  var dimension: Int?

  @Option(
    name: .customLong("init"),
    help: ArgumentHelp(
      "\(StudentStart.forms.joined(separator: ", ")).", valueName: "start"))
  var start = "gaussian"

  @Option(help: "Descent of fixed steps, with a step sought each time, the gradient flow, or steps on fresh samples.")
  var method: MethodName = .gd

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Step length (default 0.1; backtracking starts from it).", valueName: "eta"))
  var step: Double?

  @Option(parsing: .unconditional, help: ArgumentHelp("Samples a step of sgd (default 100).", valueName: "B"))
  var batch: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Error that a step of the flow may make (default 1e-8).", valueName: "T"))
  var tolerance: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Any of gradient=1e-10 (the largest entry), loss=1e-14, iterations=100000 and time=50, with commas between "
        + "(default: gradient=1e-10, with sgd iterations=10000; at most 1000000 iterations).", valueName: "goals"))
  var until: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Students, each from a seed of its own.", valueName: "N"))
  var seeds = 100

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The seed of the first one; the others count on from it.", valueName: "S"))
  var seed: UInt64 = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What a random teacher is drawn from: the same for all students.", valueName: "S"))
  var teacherSeed: UInt64 = 0

  @Flag(help: "Carry students at rest on to the critical point by Newton's method.")
  var polish = false

  @Flag(name: .customLong("no-spectrum"), help: "Do not take the Hessian's spectrum where students end.")
  var noSpectrum = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("At rest with a loss of at least this, a student counts as spurious.", valueName: "L"))
  var spurious = 1e-3

  @Option(parsing: .unconditional, help: ArgumentHelp("Points of a loss curve in each decade.", valueName: "P"))
  var points = 12

  mutating func validate() throws {
    do {
      switch try argument {
      case .file: try settings(.basis, teachers: 1, dimension: 1).validate()
      case .choice(let choice): try settings(choice).validate()
      }
    } catch {
      throw ValidationError("\(error).")
    }
  }

  private var argument: TeacherArgument {
    get throws { try TeacherArgument(teacher, norms: norms.map { try NormsArgument($0).range }) }
  }

  /// The settings, a teacher's file read.
  ///
  /// - Throws: ``CommandError`` or `DatasetError` about the file, or where sizes contradict each other.
  func settings() throws -> ImitationSettings {
    switch try argument {
    case .choice(let choice): try settings(choice)
    case .file(let path): try settings(.given(TeacherFile.weights(path)))
    }
  }

  private func settings(_ choice: TeacherChoice) throws -> ImitationSettings {
    switch choice {
    case .planar(let degrees):
      let has = "has \(degrees.count) angles in the plane"
      return try settings(
        choice, teachers: agreed(teachers, degrees.count, "--teachers", has),
        dimension: agreed(dimension, 2, "--dimension", has))
    case .given(let weights):
      let has = "has \(weights.rows) units of \(weights.columns) weights"
      return try settings(
        choice, teachers: agreed(teachers, weights.rows, "--teachers", has),
        dimension: agreed(dimension, weights.columns, "--dimension", has))
    case .basis:
      let size = dimension ?? teachers ?? 10
      return try settings(
        choice, teachers: agreed(teachers, size, "--teachers", "is the basis of \(size) dimensions"), dimension: size)
    case .orthonormal, .gaussian, .separated:
      if case .separated(let degrees, _) = choice, student.isEven, degrees > 90 {
        throw CommandError("--teacher \"\(teacher)\": angles between abs units are up to sign; from 0 to 90 is needed")
      }
      let size = dimension ?? 10
      return try settings(choice, teachers: teachers ?? size, dimension: size)
    }
  }

  private func agreed(_ given: Int?, _ size: Int, _ option: String, _ has: String) throws -> Int {
    if let given, given != size { throw CommandError("\(option) \(given): the teacher \"\(teacher)\" \(has)") }
    return size
  }

  private func settings(_ choice: TeacherChoice, teachers: Int, dimension: Int) throws -> ImitationSettings {
    var settings = ImitationSettings(unit: student, dimension: dimension)
    settings.teacher = choice
    settings.teachers = teachers
    settings.width = width ?? teachers
    settings.start = try StudentStart(text: start)
    settings.method = try studentMethod
    settings.stopping =
      try until.map { try StoppingArgument($0).stopping }
      ?? (method == .sgd ? StudentStopping(iterations: 10_000) : StudentStopping(gradient: 1e-10))
    settings.recording = StudentRecording(pointsPerDecade: points)
    settings.seeds = seeds
    settings.seed = seed
    settings.teacherSeed = teacherSeed
    settings.isPolished = polish
    settings.takesSpectrum = !noSpectrum
    settings.spuriousLoss = spurious
    return settings
  }

  private var studentMethod: StudentMethod {
    get throws {
      if step != nil, method == .flow { throw CommandError("--step: the flow chooses its steps; give --tolerance") }
      if tolerance != nil, method != .flow { throw CommandError("--tolerance goes with --method flow") }
      if batch != nil, method != .sgd { throw CommandError("--batch goes with --method sgd") }
      return switch method {
      case .gd: .descent(step: step ?? 0.1)
      case .backtracking: .backtracking(initial: step ?? 0.1)
      case .flow: .flow(tolerance: tolerance ?? 1e-8)
      case .sgd: .freshSamples(step: step ?? 0.1, batch: batch ?? 100)
      }
    }
  }
}

extension CommitteeUnit: ExpressibleByArgument {}
