import CKernels
import LinearAlgebra

/// The population loss of many students of one size against one teacher, eight at a time: the engine of ensembles.
///
///     L(W) = 1/2 sum_jk K(u_j, u_k) - sum_ji K(u_j, v_i) + 1/2 sum_ik K(v_i, v_k)
///
/// A pack is a buffer of `packCount` doubles, 64-byte aligned, that holds ``lanes`` students with their elements
/// interleaved: element p of the student in lane s stands at `p * lanes + s`. The numbers of a lane depend on the student
/// in it alone, to the last bit, and are the same on every machine; so an ensemble gives the bits of its members one by
/// one. Lanes without a student hold zeros.
///
/// ```swift
/// let ensemble = PopulationEnsemble(unit: .relu, teacher: .identity(10), width: 10)
/// let workspace = ensemble.makeWorkspace()
/// ensemble.load(student, lane: 3, into: pack)
/// ensemble.gradient(of: pack, into: gradient, losses: nil, workspace: workspace)
/// ```
///
/// Source: closed forms as at ``CommitteeUnit``; see CKernels/committee_gradient.h for their numerics.
public struct PopulationEnsemble: Sendable {
  /// Students in a pack.
  public static var lanes: Int { Int(SHALLOWS_LANES) }

  public let unit: CommitteeUnit
  /// r x d.
  public let teacher: Matrix<Double>
  /// m.
  public let width: Int
  /// The part of L that has only the teacher in it, as a sum of two doubles.
  private let constant: (high: Double, low: Double)
  private let prepared: PreparedTeacher

  /// - Precondition: the teacher and the student have units, and the teacher is finite.
  public init(unit: CommitteeUnit, teacher: Matrix<Double>, width: Int) {
    precondition(teacher.rows > 0 && teacher.columns > 0 && width > 0, "a committee without units")
    precondition(teacher.elements.allSatisfy(\.isFinite), "the teacher has weights that are not finite")
    self.unit = unit
    self.teacher = teacher
    self.width = width
    constant = Self.constant(of: teacher, unit: unit)
    prepared = PreparedTeacher(teacher, unit: unit, constant: constant.high)
  }

  /// E f*^2 / 2, the loss of a student that is zero: what there is to learn.
  public var teacherPower: Double { constant.high }

  public var dimension: Int { teacher.columns }
  /// m d, the weights of one student.
  public var parameterCount: Int { width * dimension }
  /// Doubles in a pack.
  public var packCount: Int { parameterCount * Self.lanes }

  public func makeWorkspace() -> PopulationWorkspace {
    PopulationWorkspace(units: width, teachers: teacher.rows, dimension: dimension)
  }

  /// The gradients of a pack, and with `losses` (8 elements) the losses with them.
  ///
  /// The losses are sums of (m + r)^2 kernels in plain arithmetic: right to some 1e-16 (m + r)^2 times the largest of
  /// them, which is nothing near L = 0. ``losses(of:into:workspace:)`` is.
  ///
  /// - Parameters:
  ///   - gradient: a pack, not the same as `pack`.
  ///   - losses: 64-byte aligned, or `nil`.
  /// - Complexity: for a student m (m/2 + r) pairs with two roots and some twenty multiplications each, and
  ///   m d (3 m/2 + 2 r) multiplications for the products, of which those with a standard basis come for free; allocates
  ///   nothing.
  public func gradient(
    of pack: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>,
    losses: UnsafeMutablePointer<Double>?, workspace: PopulationWorkspace
  ) {
    withUnsafePointer(to: prepared.description) {
      shallows_committee_gradient(
        kernel, Int64(width), Int64(teacher.rows), Int64(dimension), pack, $0, gradient, losses,
        workspace.scratch.pointer)
    }
  }

  /// The losses of a pack, computed in double-double arithmetic and then rounded: right to 1e-29 (m + r)^2 times the
  /// largest kernel, so to all digits until L is as small as that.
  ///
  /// - Parameter losses: 8 elements, 64-byte aligned.
  /// - Complexity: some thirty times ``gradient(of:into:losses:workspace:)``; allocates nothing.
  public func losses(
    of pack: UnsafePointer<Double>, into losses: UnsafeMutablePointer<Double>, workspace: PopulationWorkspace
  ) {
    teacher.elements.withUnsafeBufferPointer { teachers in
      withUnsafePointer(to: constant) {
        $0.withMemoryRebound(to: Double.self, capacity: 2) {
          shallows_committee_loss(
            kernel, Int64(width), Int64(teacher.rows), Int64(dimension), pack, teachers.baseAddress!, 0, $0, losses,
            workspace.low.pointer, workspace.scratch.pointer)
        }
      }
    }
  }

  /// Puts a student (m d weights) into a lane.
  public func load(_ student: UnsafePointer<Double>, lane: Int, into pack: UnsafeMutablePointer<Double>) {
    for p in 0..<parameterCount { pack[p * Self.lanes + lane] = student[p] }
  }

  /// Takes a student out of a lane.
  public func store(_ pack: UnsafePointer<Double>, lane: Int, into student: UnsafeMutablePointer<Double>) {
    for p in 0..<parameterCount { student[p] = pack[p * Self.lanes + lane] }
  }

  private var kernel: Int32 { unit.kernel }

  private static func constant(of teacher: Matrix<Double>, unit: CommitteeUnit) -> (high: Double, low: Double) {
    let (r, d) = (teacher.rows, teacher.columns)
    let workspace = PopulationWorkspace(units: r, teachers: r, dimension: d)
    let pack = Buffer<Double>(count: r * d * lanes)
    for p in 0..<r * d { pack[p * lanes] = teacher.elements[p] }
    let high = Buffer<Double>(count: lanes)
    shallows_committee_loss(
      unit.kernel, Int64(r), 0, Int64(d), pack.pointer, pack.pointer, 1, pack.pointer, high.pointer,
      workspace.low.pointer, workspace.scratch.pointer)
    return (high[0], workspace.low[0])
  }
}

/// A teacher in the form that the kernel reads, alive as long as the ensembles that share it.
private final class PreparedTeacher: @unchecked Sendable {
  let description: ShallowsTeacher
  /// Weights, scaled weights, sizes.
  private let memory: Buffer<Double>

  init(_ teacher: Matrix<Double>, unit: CommitteeUnit, constant: Double) {
    let (r, d) = (teacher.rows, teacher.columns)
    memory = Buffer(count: 2 * r * d + r)
    for i in 0..<r {
      let square = teacher.row(i).reduce(0) { $0 + $1 * $1 }
      let size = (unit == .erf ? 1 + square : square).squareRoot()
      memory[2 * r * d + i] = size
      for l in 0..<d {
        memory[i * d + l] = teacher[i, l]
        memory[r * d + i * d + l] = size > 0 ? teacher[i, l] / size : 0
      }
    }
    // The products with the standard basis come for free.
    description = ShallowsTeacher(
      weights: memory.pointer, scaled: memory.pointer + r * d, sizes: memory.pointer + 2 * r * d, constant: constant,
      isBasis: teacher == .identity(r) ? 1 : 0)
  }
}

/// Scratch memory for one caller of a ``PopulationEnsemble``.
public final class PopulationWorkspace {
  let scratch: Buffer<Double>
  let low: Buffer<Double>

  init(units: Int, teachers: Int, dimension: Int) {
    scratch = Buffer(count: Int(shallows_committee_scratch(Int64(units), Int64(teachers), Int64(dimension))))
    low = Buffer(count: PopulationEnsemble.lanes)
  }
}

extension CommitteeUnit {
  /// The number that the kernels know the unit by.
  var kernel: Int32 {
    switch self {
    case .abs: Int32(SHCommitteeAbs.rawValue)
    case .relu: Int32(SHCommitteeReLU.rawValue)
    case .erf: Int32(SHCommitteeErf.rawValue)
    }
  }
}
