import Shallows

extension Experiment {
  /// The claims of teachers and students.
  static let teacherStudent = [saadSolla]
}
