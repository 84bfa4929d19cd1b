import Dynamics
import LinearAlgebra
import NarrowTraining
import Testing

/// The reference numbers of specs/narrow-training [measured there with a NumPy prototype on other random data].
@Suite struct GoldenTests {
  static let data = try! gaussianData(samples: 24, inputs: 6)

  /// c0 = |J_{zeta=1}^+ y|: what the expressivity check reports at zeta = 1.
  static let scale: Double = {
    var settings = goldenSettings(width: 10, zeta: 1, radius: nil)
    settings.iterations = 0
    return try! Fit(settings).run(on: data).guarantee["expressivity"]!.measured!
  }()

  @Test(arguments: [0.3, 0.1, 0.03, 0.01]) func aRadiusBeyondTheScaleInterpolates(radius: Double) throws {
    let settings = goldenSettings(width: 10, zeta: 1.2 * Self.scale / radius, radius: radius)
    let result = try Fit(settings).run(on: Self.data)
    #expect(result.loss.final < 1e-21, "\(result.loss), \(result.termination.message)")
    #expect(result.distanceFromStart < radius)
    #expect(result.guarantee["interior"]!.verdict == .holds)
    #expect(result.guarantee["expressivity"]!.verdict == .holds)
  }

  /// At 0.3 these data are fitted after all, on the boundary: the net is not yet close enough to its linearisation.
  @Test(arguments: [0.1, 0.03, 0.01]) func aSmallerRadiusEndsOnTheBoundary(radius: Double) throws {
    let settings = goldenSettings(width: 10, zeta: 0.7 * Self.scale / radius, radius: radius)
    let result = try Fit(settings).run(on: Self.data)
    #expect(result.termination.kind == "converged", "\(result.termination.message) after \(result.iterations)")
    #expect(abs(result.distanceFromStart - radius) < 1e-9 * radius)
    // The targets have mean square 1, so |r| / |y| = sqrt(2 loss). The spec's data gave 0.08-0.10, these 0.067-0.085.
    let share = (2 * result.loss.final).squareRoot()
    #expect(share > 0.05 && share < 0.12, "\(share)")
    // On the boundary J^T r has no free part although r is not zero, so sigma_min(J_free) = 0 and the bound is silent.
    #expect(result.guarantee["near-global"]!.verdict == .vacuous)
    for name in ["kkt", "interior", "region"] {
      #expect(result.guarantee[name]!.verdict == .holds, "\(result.guarantee[name]!)")
    }
    #expect(result.guarantee["expressivity"]!.verdict == .fails)
  }

  /// An interpolating W lies at about c0 / zeta: zeta |W - W0| tends to a constant, which is c0.
  @Test func theDistanceTimesZetaTendsToTheScale() throws {
    let data = try gaussianData(samples: 60, inputs: 6)
    let distances = try [10.0, 100, 1000].map { zeta in
      let result = try Fit(goldenSettings(width: 24, zeta: zeta, radius: nil)).run(on: data)
      let scale = result.guarantee["expressivity"]!.measured! * zeta
      return result.distanceFromStart * zeta / scale
    }
    // The correction to the linearisation falls like 1/zeta.
    #expect(abs(distances[2] - 1) < 1e-2 && abs(distances[2] - 1) < abs(distances[0] - 1), "\(distances)")
  }
}
