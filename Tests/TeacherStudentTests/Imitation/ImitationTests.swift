import Dynamics
import Foundation
import LinearAlgebra
import Networks
import TeacherStudent
import Testing

@Suite struct ImitationTests {
  private func settings(_ unit: CommitteeUnit = .relu, dimension: Int = 6, seeds: Int = 8) -> ImitationSettings {
    var settings = ImitationSettings(unit: unit, dimension: dimension)
    settings.seeds = seeds
    return settings
  }

  @Test func studentsOfOneSeedAreTheSameInAnyCompany() throws {
    var few = settings(seeds: 2)
    few.seed = 5
    let (all, some) = (try Imitation(settings()).run(), try Imitation(few).run())
    #expect(some.outcomes[0].weights == all.outcomes[5].weights)
    #expect(some.outcomes[1].guarantee == all.outcomes[6].guarantee)
    #expect(some.outcomes[1].tail == all.outcomes[6].tail)
  }

  @Test func everythingIsReported() throws {
    let result = try Imitation(settings(dimension: 8, seeds: 40)).run()
    #expect(result.outcomes.count == 40 && result.outcomes.map(\.seed) == (0..<40).map { UInt64($0) })
    #expect(result.outcomes.allSatisfy { $0.termination == .converged(.stationary) && $0.end?.kind == .minimum })
    // [paper] 12.6 % of 1000; of 40, between 0 and 30 % at three standard errors.
    #expect(result.spuriousShare <= 0.3)
    #expect(result.classes.reduce(0) { $0 + $1.count } == 40)
    #expect(result.classes[0].representative.loss < 1e-15)
    #expect(result.classes.dropFirst().reduce(0) { $0 + $1.count } == result.spurious.count)
    for outcome in result.outcomes where outcome.loss < 1e-3 {
      // At a global minimum with as many units as the teacher, each unit has a teacher of its own.
      #expect(outcome.matching.groups.allSatisfy { $0.count == 1 })
      #expect(outcome.matching.largestAngle! < 1e-6)
      if case .power = outcome.tail.kind { Issue.record("seed \(outcome.seed): \(outcome.tail.kind)") }
    }
    // The rate is linear; some curves mix two modes to the end, and are left undecided.
    let global = result.outcomes.filter { $0.loss < 1e-3 }
    let linear = global.count { if case .exponential = $0.tail.kind { true } else { false } }
    #expect(Double(linear) >= 0.6 * Double(global.count))
  }

  @Test func polishingReachesRounding() throws {
    var settings = settings(seeds: 3)
    settings.stopping = StudentStopping(gradient: 1e-4)
    settings.isPolished = true
    let result = try Imitation(settings).run()
    #expect(result.outcomes.allSatisfy { $0.end!.largestGradient < 1e-14 && $0.end!.refinements > 0 })
    #expect(result.outcomes.allSatisfy { $0.loss < 1e-26 })
  }

  /// Scaled by c, the problem is the same with losses c^2 times as large; verdicts and searches must scale with it.
  @Test func verdictsScaleWithTheTeacher() throws {
    for size in [1e-3, 1e4] {
      var settings = settings(dimension: 4, seeds: 6)
      settings.teacher = .given(Matrix(rows: 4, columns: 4) { $0 == $1 ? size : 0 })
      settings.start = .gaussian(scale: size)
      settings.method = .backtracking(initial: 0.1)
      settings.stopping = StudentStopping(gradient: 1e-9 * size, iterations: 20_000)
      let found = try Imitation(settings).run()
      #expect(found.outcomes.allSatisfy { $0.loss < 1e-13 * size * size && found.fate(of: $0) == .global })
      // One unit cannot imitate four, however little they are worth.
      settings.width = 1
      let narrow = try Imitation(settings).run()
      #expect(narrow.spurious.count == narrow.outcomes.count)
    }
  }

  /// Students that only met a goal of loss are on their way: no place to sort.
  @Test func goalsOfLossAreNoPlaces() throws {
    var settings = settings()
    settings.stopping = StudentStopping(loss: 1e-3)
    let result = try Imitation(settings).run()
    #expect(result.outcomes.allSatisfy { $0.termination == .converged(.valueReached) })
    #expect(result.classes.isEmpty && result.spurious.isEmpty)
  }

  @Test func interruptedRunsAreTakenUpAgain() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let cancellation = Cancellation()
    var imitation = try Imitation(settings(seeds: 20))
    let whole = try imitation.run()
    imitation.checkpointPath = path
    imitation.cancellation = cancellation
    imitation.progress = { _, _, progress in if progress.iteration == 2 { cancellation.cancel() } }
    #expect(try imitation.run().isInterrupted)
    imitation.cancellation = nil
    let resumed = try imitation.run()
    #expect(resumed.outcomes.map(\.weights) == whole.outcomes.map(\.weights))
    // The checkpoint of other settings is refused.
    #expect(throws: CheckpointError.self) {
      var other = try Imitation(settings(seeds: 21))
      other.checkpointPath = path
      _ = try other.run()
    }
  }

  @Test(arguments: [
    { $0.width = 0 }, { $0.dimension = 0 }, { $0.seeds = 0 }, { $0.method = .descent(step: -1) },
    { $0.method = .flow(tolerance: .nan) }, { $0.method = .freshSamples(step: 0.1, batch: 0) },
    { $0.stopping.iterations = -1 }, { $0.stopping.gradient = -1 }, { $0.teachers = 3 },
    { $0.start = .gaussian(scale: -1) }, { $0.spuriousLoss = .infinity }, { $0.stopping.loss = .infinity },
    { $0.method = .freshSamples(step: 0.1, batch: .max) },
  ] as [@Sendable (inout ImitationSettings) -> Void])
  func nonsenseIsRefused(change: @Sendable (inout ImitationSettings) -> Void) {
    var settings = settings()
    change(&settings)
    #expect(throws: (any Error).self) { try Imitation(settings) }
  }
}
