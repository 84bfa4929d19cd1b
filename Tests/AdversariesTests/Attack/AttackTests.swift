import Dynamics
import LinearAlgebra
import Networks
import Randomness
import Testing

@testable import Adversaries

/// The attack as a whole: exact answers where they are known, and what every outcome must satisfy.
@Suite struct AttackTests {
  static func network(
    d: Int, m: Int, k: Int, _ activation: Activation = .tanh, bias: Bool = true, seed: UInt64
  ) -> TwoLayerNetwork<Double> {
    var random = RandomStream(seed: seed)
    let shape = TwoLayerShape(inputs: d, hidden: m, outputs: k, bias: bias)
    var parameters: [Double] = random.normals(shape.parameterCount)
    for i in shape.outputRange { parameters[i] /= Double(m).squareRoot() }
    return TwoLayerNetwork(shape: shape, activation: activation, parameters: parameters)
  }

  static func problem(
    n: Int = 20, d: Int = 6, m: Int = 9, k: Int = 1, _ activation: Activation = .tanh, loss: AttackLoss,
    norm: PerturbationNorm = .l2, radius: Double = 0.5, box: ClosedRange<Double>? = nil, seed: UInt64 = 1
  ) throws -> AttackProblem {
    var random = RandomStream(seed: seed).split(9)
    var x: Matrix<Double> = random.normalMatrix(rows: n, columns: d)
    if let box { x = x.map { min(max($0, box.lowerBound), box.upperBound) } }
    let y: Matrix<Double> =
      loss == .squared
      ? random.normalMatrix(rows: n, columns: k)
      : Matrix(rows: n, columns: k) { i, c in k == 1 ? (i % 2 == 0 ? 1 : -1) : i % k == c ? 1 : 0 }
    return try AttackProblem(
      network: network(d: d, m: m, k: k, activation, seed: seed), inputs: x, targets: y, loss: loss, norm: norm,
      radii: Array(repeating: radius, count: n), box: box)
  }

  /// Of a linear network max 1/2 (f - y)^2 = 1/2 (|f(x) - y| + eps |w|_dual)^2, w = W^T v.
  @Test(arguments: PerturbationNorm.allCases) func linearNetworksGiveTheExactMaximum(_ norm: PerturbationNorm) throws {
    let problem = try Self.problem(.identity, loss: .squared, norm: norm)
    let network = problem.network
    let w = (network.outputWeights * network.hiddenWeights).elements.dropLast()
    let dual = Array(w).withUnsafeBufferPointer { norm.dual.length($0.baseAddress!, count: $0.count) }
    let result = try Attack().run(on: problem)
    let f = network.predict(problem.inputs)
    for (i, outcome) in result.outcomes.enumerated() {
      let reach = abs(f[i, 0] - problem.targets[i, 0]) + 0.5 * dual
      // Rounding of some tens of operations.
      #expect(abs(outcome.loss - reach * reach / 2) <= 1e-12 * max(1, outcome.loss))
      #expect(outcome.ending == .converged)
      // The Hessian along the sphere vanishes: nothing curves.
      if norm == .l2 { #expect(abs(outcome.kappa ?? 1) < 1e-9) }
    }
  }

  @Test(arguments: AttackLoss.allCases, PerturbationNorm.allCases)
  func outcomesAreWhatTheySay(_ loss: AttackLoss, _ norm: PerturbationNorm) throws {
    for (k, box) in [(1, nil), (3, -1.5...1.5)] as [(Int, ClosedRange<Double>?)] {
      let problem = try Self.problem(k: k, loss: loss, norm: norm, box: box)
      let result = try Attack().run(on: problem)
      #expect(result.outcomes.count == problem.count && result.attacked.rows == problem.count)
      #expect(result.termination == .converged(.settled))
      let clean = problem.network.predict(problem.inputs)
      let attacked = problem.network.predict(result.attacked)
      for (i, outcome) in result.outcomes.enumerated() {
        let y = Array(problem.targets.row(i))
        let before = loss.value(Array(clean.row(i)), y, outputs: k)
        let after = loss.value(Array(attacked.row(i)), y, outputs: k)
        // Sums in another order.
        #expect(abs(outcome.cleanLoss - before) < 1e-12 * max(1, before))
        #expect(abs(outcome.loss - after) < 1e-12 * max(1, after))
        #expect(outcome.loss >= outcome.cleanLoss)
        #expect(outcome.length <= outcome.radius * (1 + 1e-14))
        #expect(result.attacked.row(i).allSatisfy { box?.contains($0) ?? true })
        if outcome.order == .maximum, let kappa = outcome.kappa { #expect(kappa < 1) }
      }
      #expect(result.guarantee["feasible"]?.verdict == .holds)
      #expect(result.guarantee["ascent"]?.verdict == .holds)
    }
  }

  /// Points taken for maxima are: no point of the sphere near by has a higher loss.
  @Test func maximaAreMaxima() throws {
    let problem = try Self.problem(n: 30, d: 4, m: 12, loss: .squared, radius: 1.5)
    let result = try Attack().run(on: problem)
    var random = RandomStream(seed: 4)
    var maxima = 0
    for (i, outcome) in result.outcomes.enumerated() where outcome.order == .maximum {
      maxima += 1
      let delta = zip(result.attacked.row(i), problem.inputs.row(i)).map { $0 - $1 }
      for _ in 0..<200 {
        var near = zip(delta, random.normals(4) as [Double]).map { $0 + 1e-3 * $1 }
        let length = near.reduce(0) { $0 + $1 * $1 }.squareRoot()
        near = near.map { $0 * min(1, outcome.radius / length) }
        let input = Matrix(rows: 1, columns: 4, elements: zip(problem.inputs.row(i), near).map { $0 + $1 })
        let loss = AttackLoss.squared.value(
          problem.network.predict(input).elements, Array(problem.targets.row(i)), outputs: 1)
        #expect(loss <= outcome.loss * (1 + 1e-12))
      }
    }
    #expect(maxima >= 25)
  }

  /// A start at a saddle on purpose: the loss is even in one coordinate, and ascent from zero keeps it at zero.
  @Test func saddlesAreLeft() throws {
    // f = softplus-like bump: two neurons whose sum is even in u_2; ascent along u_1 alone stays on u_2 = 0.
    let shape = TwoLayerShape(inputs: 2, hidden: 3, outputs: 1, bias: false)
    let network = TwoLayerNetwork<Double>(
      shape: shape, activation: .softplus, parameters: [0, 3, 0, -3, 0.4, 0, 1, 1, 1])
    let problem = try AttackProblem(
      network: network, inputs: Matrix([[0, 0]]), targets: Matrix([[0]]), loss: .squared, radii: [1])
    var settings = AttackSettings()
    settings.branches = false
    settings.randomStarts = 0
    settings.escapes = 0
    let stuck = try Attack(settings).run(on: problem).outcomes[0]
    #expect(stuck.order == .saddle && stuck.kappa! > 1)
    settings.escapes = 3
    let free = try Attack(settings).run(on: problem).outcomes[0]
    #expect(free.escapes >= 1 && free.order == .maximum && free.kappa! < 1)
    #expect(free.loss > stuck.loss * 1.1)
  }

  @Test func threadsDoNotChangeBits() throws {
    let problem = try Self.problem(n: 100, k: 3, loss: .crossEntropy)
    var settings = AttackSettings()
    settings.randomStarts = 2
    let threads = Parallel.threads
    defer { Parallel.threads = threads }
    Parallel.threads = 1
    let one = try Attack(settings).run(on: problem)
    Parallel.threads = 2
    let two = try Attack(settings).run(on: problem)
    #expect(one.outcomes == two.outcomes && one.attacked == two.attacked)
  }

  @Test func cancelledRunsKeepWhatTheyHave() throws {
    let problem = try Self.problem(n: 1200, loss: .squared)
    var attack = Attack()
    let cancellation = Cancellation()
    attack.cancellation = cancellation
    attack.progress = { if $0.iteration == 1 { cancellation.cancel() } }
    let result = try attack.run(on: problem)
    #expect(result.termination == .stopped(.cancelled))
    #expect(result.outcomes.count == 256 && result.attacked.rows == 256)
    #expect(try Array(Attack().run(on: problem).outcomes.prefix(256)) == result.outcomes)
  }

  @Test func settingsAreChecked() throws {
    let problem = try Self.problem(loss: .squared)
    var settings = AttackSettings()
    settings.tolerance = 0
    #expect(throws: AttackError.self) { try Attack(settings).run(on: problem) }
    settings = AttackSettings()
    settings.step = .fixed(-1)
    #expect(throws: AttackError("the fixed step is -1.0; accepted: a positive number")) {
      try Attack(settings).run(on: problem)
    }
  }

  @Test func problemsAreChecked() {
    let network = Self.network(d: 2, m: 3, k: 1, seed: 1)
    func attempt(
      _ x: [[Double]], _ y: [[Double]] = [[1]], loss: AttackLoss = .margin, radii: [Double] = [1],
      box: ClosedRange<Double>? = nil
    ) throws {
      _ = try AttackProblem(
        network: network, inputs: Matrix(x), targets: Matrix(y), loss: loss, radii: radii, box: box)
    }
    #expect(throws: AttackError("1 inputs a sample, the network takes 2")) { try attempt([[1]]) }
    #expect(throws: AttackError("input 2 of sample 1 is nan; accepted: a finite number")) { try attempt([[1, .nan]]) }
    #expect(throws: AttackError("input 1 of sample 1 is 2.0, outside the box 0.0 to 1.0")) {
      try attempt([[2, 0]], box: 0...1)
    }
    #expect(throws: AttackError("the radius of sample 1 is -1.0; accepted: a finite number, at least 0")) {
      try attempt([[1, 1]], radii: [-1])
    }
    #expect(throws: AttackError("target 1 is [0.5]: the loss margin is for classes, one-hot rows or +-1")) {
      try attempt([[1, 1]], [[0.5]])
    }
  }
}

/// attacked <= exact maximum <= certified bound, on a thousand random small networks.
@Suite struct SandwichTests {
  struct Setting: Sendable {
    let norm: PerturbationNorm
    let loss: AttackLoss
  }

  static let settings = PerturbationNorm.allCases.flatMap { norm in
    AttackLoss.allCases.map { Setting(norm: norm, loss: $0) }
  }

  @Test(arguments: settings) func attackedExactCertified(_ setting: Setting) throws {
    var random = RandomStream(seed: 17)
    var (count, global) = (0, 0)
    let activations: [Activation] = [.tanh, .softplus, .relu, .gelu, .identity]
    for number in 0..<112 {
      let (d, m, k) = (1 + number % 3, 1 + number % 4, 1 + number % 2)
      let box: ClosedRange<Double>? = number % 3 == 0 ? -1...1 : nil
      let problem = try AttackTests.problem(
        n: 1, d: d, m: m, k: k, activations[number % 5], loss: setting.loss, norm: setting.norm,
        radius: 0.1 + random.uniform(), box: box, seed: UInt64(1000 + number))
      var settings = AttackSettings()
      settings.certificate = .exact
      settings.nodes = 3000
      let outcome = try Attack(settings).run(on: problem).outcomes[0]
      let (exact, upper, bound) = (outcome.exactLower!, outcome.exactUpper!, outcome.bound!)
      #expect(outcome.loss <= exact && exact <= upper && bound <= outcome.intervalBound!)
      #expect(exact <= bound, "network \(number): the bound \(bound) is below a loss that was found, \(exact)")
      // The maximum is known to 1e-6 of it unless the nodes ran out.
      if upper - exact <= 1e-5 * max(1, abs(exact)) { count += 1 }
      if outcome.isGlobal == true { global += 1 }
      if setting.loss == .margin, outcome.isCertified == true { #expect(outcome.isRobust == true) }
    }
    // Nearly all are small enough to be solved, and ascent with its branches finds nearly all maxima.
    #expect(count >= 108, "solved \(count)")
    #expect(global >= 100, "global \(global)")
  }
}

/// Outputs that are equal: the class is the first of them, as predictions have it, whatever the margin of zero says.
@Suite struct TieTests {
  @Test func equalOutputsAreTheFirstClass() throws {
    let network = TwoLayerNetwork<Double>(
      shape: TwoLayerShape(inputs: 1, hidden: 1, outputs: 2), activation: .tanh, parameters: [0, 0, 0, 0])
    let problem = try AttackProblem(
      network: network, inputs: Matrix([[1], [1]]), targets: Matrix([[1, 0], [0, 1]]), loss: .crossEntropy,
      radii: [1, 1])
    let result = try Attack().run(on: problem)
    #expect(result.outcomes.map(\.isCorrect) == [true, false])
    #expect(result.outcomes.map(\.isRobust) == [true, false])
    // A constant network has no gradient to follow.
    #expect(result.outcomes.allSatisfy { $0.ending == .flat && $0.residual == 0 && $0.cleanMargin == 0 })
  }
}
