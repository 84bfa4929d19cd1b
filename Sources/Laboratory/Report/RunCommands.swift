/// The commands that made runs, one line for each configuration, as a shell takes them.
enum RunCommands {
  /// `for seed in {0..9}; do shallows fit digits --width 8 --seed $seed; done`
  static func line(_ runs: [RecordedRun]) -> String? {
    let runs = runs.filter { !$0.command.isEmpty }
    guard let first = runs.first else { return nil }
    let stem = withoutSeed(first)
    // One word for all seeds only where nothing else differs.
    guard runs.count > 1, let stem, runs.allSatisfy({ withoutSeed($0) == stem }) else {
      return distinct(runs.map { text($0.command) }).joined(separator: "\n")
    }
    return "for seed in \(list(runs.map(\.seed))); do \(text(stem)) --seed $seed; done"
  }

  /// A line for each group; one command that made several of them is named once.
  static func lines(_ groups: [[RecordedRun]]) -> String? {
    let lines = distinct(groups.compactMap(line))
    return lines.isEmpty ? nil : lines.joined(separator: "\n")
  }

  private static func distinct(_ lines: [String]) -> [String] {
    var seen: Set<String> = []
    return lines.filter { seen.insert($0).inserted }
  }

  private static func withoutSeed(_ run: RecordedRun) -> [String]? {
    run.command.suffix(2) == ["--seed", "\(run.seed)"] ? Array(run.command.dropLast(2)) : nil
  }

  private static func text(_ command: [String]) -> String {
    (["shallows"] + command).map(shellWord).joined(separator: " ")
  }

  /// Seeds as words of the shell, runs of neighbours as `{0..9}`.
  private static func list(_ seeds: [UInt64]) -> String {
    let seeds = seeds.sorted()
    var words: [String] = []
    var start = 0
    for i in seeds.indices where i + 1 == seeds.count || seeds[i + 1] != seeds[i] &+ 1 {
      words += i - start > 1 ? ["{\(seeds[start])..\(seeds[i])}"] : seeds[start...i].map { "\($0)" }
      start = i + 1
    }
    return words.joined(separator: " ")
  }
}
