import Foundation
import Shallows
import Testing

/// The example of the README, as it stands there.
@Suite struct LibraryExampleTests {
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
