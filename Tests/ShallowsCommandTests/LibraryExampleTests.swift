import Foundation
import Shallows
import Testing

/// The examples of README and docs, as they stand there.
@Suite struct LibraryExampleTests {
  /// docs/teacher-student.md
  @Test func imitationExample() throws {
    var settings = ImitationSettings(unit: .relu, dimension: 6)
    settings.width = 7
    settings.seeds = 20
    settings.stopping = StudentStopping(gradient: 1e-7)
    let result = try Imitation(settings).run()

    // With one unit more than the teacher none of Safran and Shamir's students of this size was spurious.
    #expect(result.spuriousShare == 0)
    #expect(result.classes.reduce(0) { $0 + $1.count } == 20)
    #expect(result.classes.allSatisfy { $0.representative.kind != .saddle })
    // At a gradient of 1e-7 the loss, which falls with its square or its power 3/2, is 1e-10 or so.
    #expect(result.outcomes.allSatisfy { $0.loss < 1e-8 && $0.matching.largestAngle != nil })
  }

  @Test func readmeExample() throws {
    let digits = try Dataset.digits().parity()!
    let parts = digits.split(testFraction: 0.2, stream: RandomStream(seed: 1))
    let data = try PreparedData(parts.training, test: parts.test)

    var settings = FitSettings(method: .gaussNewton)
    settings.activation = .gelu
    let result = try Fit(settings).run(on: data)

    #expect(result.loss.final < 1e-15)
    #expect(result.trainAccuracy == 1)
    // Odd against even by 48 neurons is right on about 95 of 100 test images; far below that something is wrong.
    #expect(result.testAccuracy! > 0.9)
    #expect(result.guarantee.checks.contains { $0.name == "width-rank" && $0.verdict == .holds })

    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FittedModel(result, inputNames: parts.training.inputNames).save(to: folder)
    let outputs = try FittedModel(from: folder).outputs(parts.test)
    #expect(outputs.elements == result.network.predict(data.test!.inputs).elements)
  }
}
