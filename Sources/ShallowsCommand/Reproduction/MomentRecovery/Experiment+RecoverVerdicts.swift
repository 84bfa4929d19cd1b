import Foundation
import Shallows

extension Experiment {
  /// Whether the verdict can be believed.
  static let recoverVerdicts = Experiment(
    name: "recover-verdicts", title: "Verdicts on recoveries in random settings, good and bad",
    summary: "240 settings: half meet the hypotheses, half break one of nine; the verdict held against the true error.",
    schema: 2, seeds: (quick: 20, full: 240), run: runVerdicts, draw: drawVerdicts, claims: claimVerdicts)

  private static let panels = ["moments alone", "refined"]

  private static func runVerdicts(_ context: ExperimentContext) throws -> Outcome {
    struct Judged: Codable {
      let text: String
      let kind: VerdictSetting.Kind
      let outcomes: [VerdictOutcome]
    }
    let tasks = (0..<context.seeds).map {
      VerdictSetting(samples: context.quick ? 4_000 : 31_623, seed: UInt64($0))
    }
    let results = try context.map(tasks) { task in
      let drawn = task.draw()
      return Judged(
        text: drawn.text, kind: drawn.kind,
        outcomes: [false, true].map { .run(drawn, refine: $0, seed: task.seed) })
    }
    var rows: [ExperimentRow] = []
    for (p, panel) in panels.enumerated() {
      for kind in VerdictSetting.Kind.allCases {
        let outcomes = results.filter { $0.kind == kind }.map { $0.outcomes[p] }
        guard !outcomes.isEmpty else { continue }
        func add(_ metric: String, _ value: (VerdictOutcome) -> Double) {
          rows.append(
            ExperimentRow(panel: panel, series: kind.rawValue, metric: metric, x: 0, values: outcomes.map(value)))
        }
        add("verdict") { Double($0.verdict) }
        add("true share") { $0.share }
        // -1 where nothing was measured.
        for name in Set(outcomes.flatMap { $0.measured.keys }).sorted() { add(name) { $0.measured[name] ?? -1 } }
        add("seconds") { $0.seconds }
      }
    }
    let names = RecoveryVerdict.allCases.sorted()
    var findings = panels.indices.flatMap { p in
      VerdictSetting.Kind.allCases.compactMap { kind -> String? in
        let outcomes = results.filter { $0.kind == kind }.map { $0.outcomes[p] }
        guard !outcomes.isEmpty else { return nil }
        let right = outcomes.count { $0.share <= VerdictOutcome.right }
        let counts = names.indices.reversed().map { v in "\(outcomes.count { $0.verdict == v }) \(names[v])" }
        return "\(panels[p]), \(kind.rawValue): \(right) of \(outcomes.count) recovered; verdicts "
          + counts.joined(separator: ", ") + "."
      }
    }
    for (p, panel) in panels.enumerated() {
      for result in results {
        let outcome = result.outcomes[p], isRight = outcome.share <= VerdictOutcome.right
        let wrong = outcome.verdict == 2 && !isRight ? "Wrongly reliable" : nil
        let alarm = result.kind == .good && isRight && outcome.verdict == 0 ? "False alarm" : nil
        guard let word = wrong ?? alarm else { continue }
        findings.append(
          "\(word), \(panel), \(result.text): true share \(threeDigits(outcome.share)). \(outcome.reason)")
      }
    }
    return Outcome(
      rows: rows,
      settings: [
        "sizes": "d 3..12, k 2..d, l k..k+3, n 1e3..10^4.5 (quick 4e3)", "noise": "0, 0.05, 0.25 or 1 of Var y",
        "inputs": "gaussian, mixture, laplace, uniform, student=5, correlated=1..10; asymmetric: shifted, exponential, "
          + "skew", "conditions": "of W and A 1..10",
        "true share": "the larger error of W's and A's unit vectors over complete failure, or the squared relative "
          + "error of A's lengths; neurons that are none of "
          + "the true ones count as complete failure",
        "right": "a share of at most \(VerdictOutcome.right)",
      ], findings: findings)
  }

  /// The settings of a panel: kind, verdict, true share, estimated share.
  private static func judged(_ rows: [ExperimentRow], _ panel: String)
    -> [(kind: String, verdict: Int, share: Double, estimate: Double)] {
    VerdictSetting.Kind.allCases.flatMap { kind -> [(kind: String, verdict: Int, share: Double, estimate: Double)] in
      func values(_ metric: String) -> [Double] {
        rows.row(metric, panel: panel, series: kind.rawValue, x: 0)?.values ?? []
      }
      let (verdicts, shares, estimates) = (values("verdict"), values("true share"), values("error"))
      return verdicts.indices.map { i in
        (kind.rawValue, Int(verdicts[i]), shares[i], i < estimates.count ? estimates[i] : -1)
      }
    }
  }

  private static func drawVerdicts(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    let floor = 1e-6
    let plots = panels.flatMap { panel in
      [true, false].map { good in
        let settings = judged(rows, panel).filter {
          ($0.kind == VerdictSetting.Kind.good.rawValue) == good && $0.estimate >= 0
        }
        let series = RecoveryVerdict.allCases.sorted().reversed().enumerated().map { i, verdict in
          Series.scatter(
            verdict.rawValue,
            settings.filter { $0.verdict == 2 - i }.map {
              Point(min(max($0.estimate, floor), VerdictOutcome.most), max($0.share, floor))
            })
        }
        return Plot(
          title: "\(panel), \(good ? "good" : "bad") settings",
          x: Axis("estimated share of complete failure", scale: .log10),
          y: Axis("true share", scale: .log10), series: series + [.rule(.horizontal, at: VerdictOutcome.right)])
      }
    }
    return [
      (
        "",
        .grid(
          PlotGrid(
            title: "Verdicts, true and estimated errors", subtitle: "each point a random setting; below the line the "
              + "recovery is right",
            panels: plots, columns: 2, sharesX: true))
      )
    ]
  }

  private static func claimVerdicts(_ rows: [ExperimentRow]) -> [Claim] {
    panels.flatMap { panel -> [Claim] in
      let all = judged(rows, panel)
      let reliable = all.filter { $0.verdict == 2 }
      let wrong = reliable.filter { $0.share > VerdictOutcome.right }
      let right = all.filter { $0.kind == VerdictSetting.Kind.good.rawValue && $0.share <= VerdictOutcome.right }
      let alarms = right.filter { $0.verdict == 0 }.count, doubts = right.filter { $0.verdict == 1 }.count
      let enough = all.count >= 200
      return [
        Claim(
          "No recovery called reliable has an error above 10 % of complete failure, \(panel)", source: "required",
          theirs: "none in 200 random settings or more",
          ours: "\(wrong.count) of \(reliable.count) called reliable, \(all.count) settings"
            + (reliable.isEmpty ? "" : "; the largest error \(threeDigits(100 * reliable.map(\.share).max()!)) %"),
          criterion: "none", verdict: !wrong.isEmpty ? .notConfirmed : enough ? .confirmed : .inconclusive),
        Claim(
          "At most 5 % false alarms: right recoveries in good settings called failed, \(panel)", source: "required",
          theirs: "5 %",
          ours: "\(Tally(hits: alarms, of: right.count).percent) of \(right.count); doubtful "
            + Tally(hits: doubts, of: right.count).percent,
          criterion: "at most 5 %",
          verdict: 20 * alarms > right.count ? .notConfirmed : enough ? .confirmed : .inconclusive),
      ]
    }
  }
}
