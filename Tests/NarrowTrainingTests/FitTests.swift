import Datasets
import Dynamics
import Foundation
import LinearAlgebra
import NarrowTraining
import Networks
import Testing

/// Serialised: the number of threads is the process's.
@Suite(.serialized) struct FitTests {
  private func digits(_ n: Int) throws -> PreparedData {
    try PreparedData(try Dataset.digits().prefix(n).parity()!)
  }

  @Test func automaticWidthFitsTheDigitsParityToRounding() throws {
    let result = try Fit(FitSettings(method: .gaussNewton)).run(on: digits(400))
    #expect(result.network.shape.hidden == result.widthBound.automaticWidth)
    #expect(result.loss.final <= 1e-12 && result.trainAccuracy == 1)
    #expect(result.guarantee["width-rank"]!.verdict == .holds)
  }

  @Test func severalOutputsFitWithConjugateGradientsAsWell() throws {
    var settings = FitSettings(method: .gaussNewton)
    settings.goal = 1e-10
    let data = try PreparedData(try Dataset.digits().prefix(100))
    let result = try Fit(settings).run(on: data)
    #expect(result.network.shape.outputs == 10)
    #expect(result.loss.final <= 1e-10 && result.trainAccuracy == 1)
  }

  @Test(arguments: FitSettings.Method.allCases) func lowersTheLoss(method: FitSettings.Method) throws {
    var settings = FitSettings(method: method)
    settings.width = 8
    settings.iterations = 20
    let result = try Fit(settings).run(on: digits(200))
    #expect(result.loss.final < 0.5 * result.loss.initial, "\(method): \(result.loss)")
    if settings.region != nil {
      #expect(result.guarantee["region"]!.verdict == .holds)
      let v = result.network.outputWeights.elements.map(abs)
      #expect(v.allSatisfy { $0 >= 1 && $0 <= 2 })
    }
  }

  @Test(arguments: [FitSettings.Method.gaussNewton, .pgd, .psgd, .adam]) func threadsDoNotChangeABit(
    method: FitSettings.Method
  ) throws {
    var settings = FitSettings(method: method)
    settings.width = 8
    settings.iterations = 6
    let data = try digits(600)
    let before = Parallel.threads
    defer { Parallel.threads = before }
    Parallel.threads = 1
    let one = try Fit(settings).run(on: data)
    Parallel.threads = 2
    let two = try Fit(settings).run(on: data)
    #expect(one.network == two.network && one.guarantee == two.guarantee)
  }

  @Test(arguments: [FitSettings.Method.gaussNewton, .psgd]) func resumingEqualsNeverInterrupted(
    method: FitSettings.Method
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var settings = FitSettings(method: method)
    settings.width = 8
    settings.iterations = 12
    let data = try digits(300)
    let whole = try Fit(settings).run(on: data)

    let cancellation = Cancellation()
    var interrupted = Fit(settings)
    interrupted.checkpointPath = folder + "/run"
    interrupted.cancellation = cancellation
    interrupted.progress = { if $0.iteration == 5 { cancellation.cancel() } }
    let part = try interrupted.run(on: data)
    #expect(part.termination == .stopped(.cancelled) && part.iterations == 5)

    var resumed = Fit(settings)
    resumed.checkpointPath = folder + "/run"
    let result = try resumed.run(on: data)
    #expect(result.network == whole.network)
    #expect(result.loss == whole.loss && result.iterations == whole.iterations)
    #expect(result.trace.points.map(\.measurements) == whole.trace.points.map(\.measurements))
    resumed.removeCheckpoints()
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  @Test func aSavedModelPredictsTheSame() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let dataset = try Dataset.digits().prefix(150)
    var settings = FitSettings(method: .psgd)
    settings.width = 10
    settings.iterations = 3
    let model = FittedModel(try Fit(settings).run(on: PreparedData(dataset)), inputNames: dataset.inputNames)
    try model.save(to: folder)
    let back = try FittedModel(from: folder)
    #expect(try back.outputs(dataset) == model.outputs(dataset))
    #expect(back.coding == model.coding)
    let narrower = Dataset(name: "other", inputs: Matrix(rows: 2, columns: 3))
    #expect(throws: FitError.self) { try back.outputs(narrower) }
  }

  @Test func singlePrecisionComesNearDouble() throws {
    var settings = FitSettings(method: .psgd)
    settings.width = 8
    settings.iterations = 5
    let data = try digits(200)
    let double = try Fit(settings).run(on: data)
    settings.precision = .single
    let single = try Fit(settings).run(on: data)
    // Rounding of 2^-24 over some 30 steps of a contraction.
    #expect(abs(single.loss.final - double.loss.final) < 1e-4 * double.loss.final)
  }

  @Test func contradictionsAreRefusedInWords() {
    func message(_ change: (inout FitSettings) -> Void, _ method: FitSettings.Method = .gaussNewton) -> String {
      var settings = FitSettings(method: method)
      change(&settings)
      do { try settings.validate() } catch { return "\(error)" }
      return ""
    }
    #expect(message { $0.width = 0 }.contains("width 0"))
    #expect(message { $0.width = 7 }.contains("give 8"))
    #expect(message { $0.loss = .softmaxCrossEntropy }.contains("squared"))
    #expect(message({ $0.initialization = .leCun }, .psgd).contains("mirrored"))
    #expect(message { $0.initialization = .mirroredLeCun(zeta: -1) }.contains("zeta -1"))
    #expect(message { $0.batch = 0 }.contains("batch 0"))
    #expect(message { $0.step = .nan }.contains("step nan"))
    #expect(message { _ in } == "")
  }
}

@Suite struct TargetCodingTests {
  @Test func classesKeepTheirNamesAcrossParts() throws {
    let x = Matrix<Double>(rows: 3, columns: 1)
    let training = Dataset(name: "a", inputs: x, target: .labels([0, 1, 2], classes: ["x", "y", "z"]))
    let coding = try TargetCoding(for: training, softmax: false)
    let test = Dataset(name: "b", inputs: x, target: .labels([0, 1, 0], classes: ["z", "x"]))
    #expect(coding.classIndices(try coding.encode(test)) == [2, 0, 2])
    let stranger = Dataset(name: "c", inputs: x, target: .labels([0, 0, 0], classes: ["w"]))
    #expect(throws: FitError.self) { try coding.encode(stranger) }
  }

  @Test func numbersComeBackInTheirUnits() throws {
    let y = Matrix<Double>([[10, 1], [20, 1], [60, 1]])
    let set = Dataset(name: "a", inputs: Matrix(rows: 3, columns: 1), target: .values(y, names: ["u", "v"]))
    let coding = try TargetCoding(for: set, softmax: false)
    let coded = try coding.encode(set)
    #expect(abs(coded.column(0).reduce(0, +)) < 1e-14)
    #expect(coding.decode(coded) == y)
    #expect(throws: FitError.self) { try TargetCoding(for: set, softmax: true) }
  }
}
