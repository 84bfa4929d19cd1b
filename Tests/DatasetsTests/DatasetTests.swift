import LinearAlgebra
import Randomness
import Testing

@testable import Datasets

@Suite struct DatasetTests {
  private let labelled = Dataset(name: "small", inputs: Matrix([[1, 5], [2, 5], [3, 5]]),
    target: .labels([2, 0, 2], classes: ["3", "4", "8"]))

  @Test func oneHotAndSigns() {
    #expect(labelled.oneHot() == Matrix([[0, 0, 1], [1, 0, 0], [0, 0, 1]]))
    #expect(labelled.signs() == nil)
    #expect(labelled.replacingTarget(.labels([1, 0, 0], classes: ["a", "b"])).signs()?.elements == [1, -1, -1])
    #expect(labelled.replacingTarget(.none).oneHot() == Matrix(rows: 3, columns: 0))
  }

  @Test func parity() throws {
    let parity = try #require(labelled.parity())
    #expect(parity.target == .labels([0, 1, 0], classes: ["even", "odd"]))
    #expect(parity.signs()?.elements == [-1, 1, -1])
    let negative = labelled.replacingTarget(.labels([0, 1, 1], classes: ["-3", "-2"]))
    #expect(negative.parity()?.labels == [1, 0, 0])
    #expect(labelled.replacingTarget(.labels([0, 1, 0], classes: ["a", "b"])).parity() == nil)
  }

  @Test func randomLabelsDependOnTheStream() throws {
    let data = Dataset(name: "many", inputs: Matrix(rows: 1000, columns: 1))
    let a = data.withRandomLabels(stream: RandomStream(seed: 1))
    #expect(a == data.withRandomLabels(stream: RandomStream(seed: 1)))
    #expect(a.labels != data.withRandomLabels(stream: RandomStream(seed: 2)).labels)
    // A fair coin 1000 times has standard deviation 15.8. Five of them.
    #expect(abs(try #require(a.labels).reduce(0, +) - 500) < 80)
  }

  @Test func selecting() {
    let chosen = labelled.selecting([2, 0, 2])
    #expect(chosen.inputs == Matrix([[3, 5], [1, 5], [3, 5]]))
    #expect(chosen.labels == [2, 2, 2] && chosen.classes == ["3", "4", "8"])
    #expect(labelled.prefix(2).count == 2 && labelled.prefix(9).count == 3)
  }

  @Test func summary() {
    var inputs = labelled.inputs
    inputs[1, 0] = .nan
    let summary = labelled.replacingInputs(inputs).summary()
    #expect(summary.constantColumns == [1])
    #expect(summary.missing == 1 && summary.firstMissing == 1)
    #expect(summary.minimum == 1 && summary.maximum == 5)
    #expect(summary.columns[0].mean == 2)
    #expect(summary.classCounts.map(\.count) == [1, 0, 2])
    #expect(summary.rankBound == 1)
  }

  @Test func trainingRefusesDegenerateData() {
    func kind(_ target: Dataset.Target) -> DatasetError.Kind? {
      datasetError { try labelled.replacingTarget(target).checkForTraining() }?.kind
    }
    #expect(kind(.labels([1, 1, 1], classes: ["a", "b"])) == .constantTarget)
    #expect(kind(.values(Matrix([[2], [2], [2]]), names: ["y"])) == .constantTarget)
    #expect(kind(.values(Matrix([[2, 1], [2, 1], [2, 2]]), names: ["y", "z"])) == .constantTarget)
    #expect(kind(.values(Matrix([[2], [.infinity], [2]]), names: ["y"])) == .notFinite)
    #expect(kind(.labels([0, 1, 2], classes: ["a", "b", "c", "d"])) == .tooManyOutputs)
    #expect(throws: Never.self) { try labelled.checkForTraining() }
  }

  @Test(arguments: [
    ([0, 1, 0, 1], true), ([-1, 1, 1, -1], true), ([0.5, 1, 0.5, 1], false), ([1, 2, 3, 4], false),
    ([5000, 5001, 5000, 5001], false),
  ] as [([Double], Bool)]) func ruleForClasses(_ values: [Double], _ expected: Bool) {
    #expect(TargetInference.areClasses(values) == expected)
  }

  @Test func twentyOneNumbersAreNoClasses() {
    #expect(TargetInference.areClasses((0..<200).map { Double($0 % 20) }))
    #expect(!TargetInference.areClasses((0..<210).map { Double($0 % 21) }))
  }
}
