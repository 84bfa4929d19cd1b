/// Why a teacher could not be made; the text names the value and what would be accepted.
public struct TeacherError: Error, CustomStringConvertible, Equatable {
  public let description: String
  init(_ description: String) { self.description = description }
}
