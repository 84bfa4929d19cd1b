import Foundation
import Synchronization
import Testing

@testable import Dynamics

@Suite struct DriverTests {
  @Test func runsToTheGoal() throws {
    let solution = try Driver(iterations: 100).run(Decay(goal: 0.1), on: 1)
    #expect(solution.termination == .converged(.valueReached))
    #expect(solution.iterations == 4)  // 1/16 is the first power of 1/2 below 0.1
    #expect(solution.value == 0.0625)
    #expect(solution.evaluations.values == 4)
    #expect(solution.trace.points.map(\.measurements.value) == [1, 0.5, 0.25, 0.125, 0.0625])
  }

  @Test func aGoalMetAtTheStartTakesNoStep() throws {
    let solution = try Driver(iterations: 100).run(Decay(goal: 2), on: 1)
    #expect(solution.iterations == 0)
    #expect(solution.trace.points.count == 1)
  }

  @Test func stopsAtTheIterationLimit() throws {
    let solution = try Driver(iterations: 7).run(Decay(), on: 1)
    #expect(solution.termination == .stopped(.iterationLimit))
    #expect(solution.iterations == 7)
    #expect(try solution.get() == 1 / 128)
  }

  @Test func stopsAtTheTimeLimit() throws {
    let solution = try Driver(iterations: .max, seconds: 0.02).run(Decay(factor: 1), on: 1)
    #expect(solution.termination == .stopped(.timeLimit))
    #expect(solution.seconds >= 0.02 && solution.trace.points.count <= 2050)
  }

  @Test func seesNonFiniteNumbers() throws {
    let solution = try Driver(iterations: 10_000).run(Decay(factor: 1e10), on: 1)
    #expect(solution.termination == .failed(.nonFinite))
    #expect(solution.iterations == 31)  // 1e310 overflows
    #expect(throws: TerminationError.self) { try solution.get() }
  }

  @Test func cancelsFromTheProgressHandler() throws {
    let cancellation = Cancellation()
    var driver = Driver(iterations: 100, cancellation: cancellation)
    driver.progress = { if $0.iteration == 3 { cancellation.cancel() } }
    let solution = try driver.run(Decay(), on: 1)
    #expect(solution.termination == .stopped(.cancelled))
    #expect(solution.iterations == 3)
  }

  @Test func resumingEqualsNeverInterrupted() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let whole = try Driver(iterations: 20).run(Decay(factor: 0.9), on: 1)

    var driver = Driver(iterations: 8)
    driver.checkpointing = .init(path: path, fingerprint: "decay", everyIterations: 3)
    #expect(try driver.run(Decay(factor: 0.9), on: 1).termination == .stopped(.iterationLimit))
    driver.iterations = 20
    let resumed = try driver.run(Decay(factor: 0.9), on: 1)
    #expect(resumed.state == whole.state)
    #expect(resumed.trace.points.map(\.iteration) == whole.trace.points.map(\.iteration))
    #expect(resumed.trace.points.map(\.measurements) == whole.trace.points.map(\.measurements))

    driver.checkpointing?.fingerprint = "another"
    #expect(throws: CheckpointError.self) { try driver.run(Decay(factor: 0.9), on: 1) }
    try Data("{\"version\": 1, \"fin".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: CheckpointError.self) { try driver.run(Decay(factor: 0.9), on: 1) }
  }
}

@Suite struct TraceTests {
  @Test func staysWithinItsCapacityAndKeepsBothEnds() {
    var trace = Trace(capacity: 16)
    var state = Decay.State(x: 1)
    for t in 0...1001 {
      state.iteration = t
      trace.record(state, seconds: 0)
    }
    trace.close(with: state, seconds: 0)
    #expect(trace.points.count <= 17)
    #expect(trace.points.first?.iteration == 0 && trace.points.last?.iteration == 1001)
    #expect(trace.points.dropLast().allSatisfy { $0.iteration % trace.stride == 0 })
  }
}

@Suite struct PackedTests {
  private struct Holder: Codable {
    @Packed var numbers: [Double]
  }

  @Test func keepsEveryBit() throws {
    let numbers = [0, -0.0, .pi, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1 / 3]
    let back = try JSONDecoder().decode(Holder.self, from: JSONEncoder().encode(Holder(numbers: numbers)))
    #expect(back.numbers.map(\.bitPattern) == numbers.map(\.bitPattern))
  }

  @Test func refusesBrokenText() {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Holder.self, from: Data(#"{"numbers":"AAAA"}"#.utf8))
    }
  }
}

@Suite struct TerminationTests {
  @Test func everyEndHasASentence() {
    let ends =
      Termination.Convergence.allCases.map(Termination.converged) + Termination.Stop.allCases.map(Termination.stopped)
      + Termination.Failure.allCases.map(Termination.failed)
    #expect(Set(ends.map(\.message)).count == ends.count)
    #expect(ends.allSatisfy { $0.message.hasSuffix(".") })
  }

  @Test func checksWriteAbsentNumbersAsNull() throws {
    let check = Check(
      name: "a", statement: "b", measured: .infinity, bound: nil, verdict: .vacuous, source: "derived")
    let json = String(decoding: try JSONEncoder().encode(check), as: UTF8.self)
    #expect(json.contains("\"measured\":null") && json.contains("\"bound\":null"))
    #expect(try JSONDecoder().decode(Check.self, from: Data(json.utf8)) == check)
  }
}
