import Foundation
import Networks
import Randomness
import TeacherStudent
import Testing

@Suite struct StudentStartTextTests {
  @Test(arguments: [
    StudentStart.gaussian(scale: 0.5), .random, .subspace(samples: 12345), .ntk(scale: 10), .small(scale: 1e-3),
    .near(noise: 0.1), .near(noise: 0), .gaussian(scale: 0.1 + 0.2),
  ])
  func roundTrips(start: StudentStart) throws {
    #expect(try StudentStart(text: start.description) == start)
    #expect(try JSONDecoder().decode(StudentStart.self, from: JSONEncoder().encode(start)) == start)
  }

  @Test func namesAloneHaveTheirNumbers() throws {
    #expect(try StudentStart(text: "gaussian") == .gaussian(scale: 1))
    #expect(try StudentStart(text: "subspace") == .subspace(samples: 20000))
    #expect(try StudentStart(text: "ntk") == .ntk(scale: 1))
    #expect(try StudentStart(text: "small") == .small(scale: 1e-3))
    #expect(try StudentStart(text: "near") == .near(noise: 0.1))
    #expect(try StudentStart(text: "small=1e-5") == .small(scale: 1e-5))
  }

  @Test(arguments: [
    ("uniform", "unknown start \"uniform\"; accepted: gaussian[=scale], random,"),
    ("", "unknown start \"\""), ("Gaussian", "unknown start"),
    ("gaussian=", "start \"gaussian=\": \"\" is not a number; give one, as in gaussian=1.0"),
    ("gaussian=big", "\"big\" is not a number"), ("gaussian=-1", "start gaussian=-1.0: the scale must be positive"),
    ("ntk=inf", "must be positive and finite"), ("small=0", "must be positive"), ("near=-0.1", "must be 0 or more"),
    ("near=nan", "must be 0 or more"), ("random=3", "random takes no number"),
    ("subspace=1e4", "\"1e4\" is not a whole number of samples; give one, as in subspace=20000"),
    ("subspace=0", "at least 1 sample"),
  ])
  func refusesOtherTexts(text: String, says: String) {
    do {
      let start = try StudentStart(text: text)
      Issue.record("\(text) was read as \(start)")
    } catch { #expect("\(error)".contains(says), "\(error)") }
  }

  @Test func refusesWhatDoesNotFitTheTeacher() throws {
    func text(_ start: StudentStart, _ teacher: Teacher, width: Int) -> String {
      do {
        return "made \(try start.student(for: teacher, width: width, random: RandomStream(seed: 1)))"
      } catch { return "\(error)" }
    }
    #expect(text(.random, .basis(3, unit: .erf), width: 3).contains("fitted to homogeneous units, abs or relu"))
    #expect(text(.subspace(samples: 9), .basis(3, unit: .erf), width: 3).contains("fitted to homogeneous units"))
    #expect(text(.near(noise: 0.1), .basis(3, unit: .abs), width: 2).contains("give 3 or more"))
    let empty = text(.random, .basis(3, unit: .abs), width: 0)
    #expect(empty == "width 0: a student has at least one unit; give 1 or more")
    #expect(text(.ntk(scale: 0), .basis(3, unit: .abs), width: 2).contains("ntk=0.0: the scale must be positive"))
  }
}
