import Foundation
import Shallows

extension Experiment {
  static let geFigure2 = Experiment(
    name: "ge-figure-2", title: "Recovery against the number of samples",
    summary: "Errors of W and A, 10 x 10 and 32 x 32, Gaussian and mixture, 500 to 10,000 samples without noise.",
    seeds: (quick: 2, full: 10), run: runFigure2,
    draw: { rows in
      [
        (
          "",
          RecoveryCurves.picture(
            rows, title: "Recovery against the number of samples, no noise", x: Axis("samples n", scale: .log10),
            published: figure2)
        )
      ]
    },
    claims: { RecoveryCurves.claims($0, figure: "figure 2", published: figure2, practicalAlone: true) })

  static let geFigure3 = Experiment(
    name: "ge-figure-3", title: "Recovery against the variance of the noise",
    summary: "Errors of W and A, 10 x 10, n = 10,000, Gaussian and mixture, noise variance 0 to 1.",
    seeds: (quick: 2, full: 10), run: runFigure3,
    draw: { rows in
      [
        (
          "",
          RecoveryCurves.picture(
            rows, title: "Recovery against the variance of the noise, n = 10,000", x: Axis("noise variance"),
            published: figure3)
        )
      ]
    },
    claims: { RecoveryCurves.claims($0, figure: "figure 3", published: figure3, practicalAlone: false) })

  static let geFigure4 = Experiment(
    name: "ge-figure-4", title: "Recovery against the condition of W and A",
    summary: "Errors of W and A, 10 x 10, n = 10,000, conditions 1 to 20, with and without whitening; no noise.",
    seeds: (quick: 2, full: 10), run: runFigure4, draw: drawFigure4, claims: claimFigure4)

  // MARK: Figure 2

  private static let ten = "10 x 10, Gaussian", thirtyTwo = "32 x 32, Gaussian", tenMixture = "10 x 10, mixture"
  private static let figure2: [RecoveryCurves.Published] = [
    .init(panel: ten, x: 500, metric: "A error", value: 0.2),
    .init(panel: ten, x: 4_000, metric: "A error", value: 0.01),
    .init(panel: ten, x: 10_000, metric: "A error", value: 0.01),
    .init(panel: thirtyTwo, x: 1_000, metric: "A error", value: 1.55),
    .init(panel: thirtyTwo, x: 1_000, metric: "W error", value: 0.40),
    .init(panel: thirtyTwo, x: 10_000, metric: "A error", value: 0.30),
    .init(panel: thirtyTwo, x: 10_000, metric: "W error", value: 0.15),
  ]

  private static func runFigure2(_ context: ExperimentContext) throws -> Outcome {
    let counts = context.quick ? [500, 4_000] : [500, 1_000, 2_000, 4_000, 10_000]
    func places(_ panel: String, _ d: Int, _ distribution: InputDistribution, _ counts: [Int], most: Int = .max)
      -> [RecoveryCurves.Place] {
      counts.map { n in
        .init(panel: panel, x: Double(n), most: most) { .square(d, distribution, samples: n, seed: $0) }
      }
    }
    let rows = try RecoveryCurves.run(
      places(ten, 10, .gaussian, counts) + places(tenMixture, 10, .mixture(shift: 1), counts)
        // Five seeds, as the paper has them: each takes some seconds.
        + (context.quick ? [] : places(thirtyTwo, 32, .gaussian, counts.filter { $0 >= 1_000 }, most: 5)), context)
    return Outcome(
      rows: rows, settings: ["network": "d = k = l, W and A random orthonormal", "noise": "none"],
      findings: RecoveryCurves.findings(rows, unit: "n"))
  }

  // MARK: Figure 3

  private static let gaussianNoise = "Gaussian", mixtureNoise = "mixture"
  private static let figure3: [RecoveryCurves.Published] = [
    .init(panel: gaussianNoise, x: 1, metric: "A error", value: 0.24),
    .init(panel: gaussianNoise, x: 1, metric: "W error", value: 0.08),
    .init(panel: mixtureNoise, x: 1, metric: "A error", value: 0.67),
    .init(panel: mixtureNoise, x: 1, metric: "W error", value: 0.38),
  ]

  private static func runFigure3(_ context: ExperimentContext) throws -> Outcome {
    let variances = context.quick ? [0, 1] : [0, 0.1, 0.25, 0.5, 0.75, 1]
    let rows = try RecoveryCurves.run(
      [(gaussianNoise, InputDistribution.gaussian), (mixtureNoise, .mixture(shift: 1))].flatMap { panel, distribution in
        variances.map { variance in
          .init(panel: panel, x: variance) {
            .square(10, distribution, samples: 10_000, noise: variance, seed: $0)
          }
        }
      }, context)
    return Outcome(
      rows: rows, settings: ["network": "d = k = l = 10, W and A random orthonormal", "samples": "10,000"],
      findings: RecoveryCurves.findings(rows, unit: "the noise variance"))
  }

  // MARK: Figure 4

  private static let ofHidden = "condition of W", ofOutput = "condition of A", ofBoth = "condition of both"
  private static let figure4: [RecoveryCurves.Published] = [
    .init(panel: ofBoth, x: 20, metric: "A error", value: 2.8),
    .init(panel: ofBoth, x: 20, metric: "W error", value: 6.4),
  ]
  /// n and the condition of W of the prototype's comparison with and without whitening.
  private static let whitening = (panel: "n = 20,000", samples: 20_000, condition: 20.7)

  private static func runFigure4(_ context: ExperimentContext) throws -> Outcome {
    let conditions: [Double] = context.quick ? [1, 20] : [1, 2, 5, 10, 20]
    typealias Spectra = @Sendable (Double) -> (RandomNetworks.Spectrum, RandomNetworks.Spectrum)
    let panels: [(String, Spectra)] = [
      (ofHidden, { (.condition($0), .orthonormal) }), (ofOutput, { (.orthonormal, .condition($0)) }),
      (ofBoth, { (.condition($0), .condition($0)) }),
    ]
    var rows = try RecoveryCurves.run(
      panels.flatMap { panel, spectra in
        conditions.map { condition in
          let (hidden, output) = spectra(condition)
          return .init(panel: panel, x: condition) {
            .square(10, hidden: hidden, output: output, samples: 10_000, seed: $0)
          }
        }
      }, context)
    let place = RecoveryCurves.Place(panel: whitening.panel, x: whitening.condition) {
      var task = PlantedRecovery.square(
        10, hidden: .condition(whitening.condition), samples: whitening.samples, seed: $0)
      task.forms = [.practical, .unwhitened]
      return task
    }
    rows += try RecoveryCurves.run([place], context)
    return Outcome(
      rows: rows,
      settings: [
        "network": "d = k = l = 10, singular values spaced evenly in their logarithms, rows of W of length 1",
        "samples": "10,000 Gaussian ones without noise; 20,000 with and without whitening",
      ], findings: RecoveryCurves.findings(rows, unit: "the condition"))
  }

  private static func drawFigure4(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    [
      (
        "",
        RecoveryCurves.picture(
          rows.filter { $0.panel != whitening.panel }, title: "Recovery against conditions, n = 10,000, no noise",
          x: Axis("condition", scale: .log10), published: figure4)
      )
    ]
  }

  private static func claimFigure4(_ rows: [ExperimentRow]) -> [Claim] {
    let claims = RecoveryCurves.claims(rows, figure: "figure 4", published: figure4, practicalAlone: true)
    return claims
      + [(RecoveryForm.practical, [0.011, 0.085], true), (.unwhitened, [1.4, 3.3], false)].map { form, theirs, isBest in
        let found = RecoveryCurves.metrics.map {
          rows.row($0, panel: whitening.panel, series: form.name, x: whitening.condition)!
        }
        return Claim(
          "Condition 20.7 of W, n = 20,000, \(isBest ? "with" : "without") whitening: errors of W / A",
          source: prototype, theirs: theirs.map(short).joined(separator: " / "),
          ours: found.map(\.medianText).joined(separator: " / "),
          criterion: isBest
            ? "the 95 % interval of each median reaches theirs or lies below it" : "medians above those with whitening",
          isMet: isBest
            ? zip(found, theirs).allSatisfy { medianInterval($0.values).lowerBound <= $1 }
            : found.allSatisfy { row in
              row.median
                > rows.row(row.metric, panel: row.panel, series: RecoveryForm.practical.name, x: row.x)!.median
            })
      }
  }
}
