#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A mark on an axis; minor ticks carry no label.
public struct Tick: Hashable, Sendable {
  public var value: Double
  public var label: TickLabel?
}

/// Where an axis puts its ticks.
///
/// Linear axes step by 1, 2 or 5 times a power of ten. Logarithmic axes mark powers of the base, every second, third,
/// ... power when there are many, with the numbers 2...9 (or the powers left out) as minor ticks; spans below two
/// powers are marked at 1, 2, 5 or linearly. Tick values are the closest doubles to their decimal labels.
public enum Ticks {
  /// Ticks inside `domain`, at most `limit` of them labelled, in increasing order.
  ///
  /// - Parameters:
  ///   - whole: the data are whole numbers, so that a linear axis puts no tick between them.
  /// - Complexity: O(number of ticks).
  public static func place(_ domain: ClosedRange<Double>, scale: Scale, limit: Int, whole: Bool = false) -> [Tick] {
    let limit = max(limit, 2)
    switch scale {
    case .linear: return linear(domain, limit, whole)
    case .log10: return decades(domain, limit)
    case .log2: return octaves(domain, limit)
    case .symlog(let c): return symmetric(domain, limit, c)
    }
  }

  // MARK: Linear

  private static func linear(_ domain: ClosedRange<Double>, _ limit: Int, _ whole: Bool) -> [Tick] {
    let low = domain.lowerBound, high = domain.upperBound
    guard high > low else { return [Tick(value: low, label: .decimal(low, decimals: 0))] }
    var exponent = Int(floor(log10((high - low) / Double(limit))))
    if whole { exponent = max(exponent, 0) }
    // The first candidate may be too fine; steps only grow, by a factor of at most 2.5, so a few tries suffice.
    search: while true {
      for mantissa in [1, 2, 5] {
        let step = decimal(mantissa, exponent)
        // A millionth of a step of slack keeps a tick that rounding has pushed just outside.
        let first = (low / step - 1e-6).rounded(.up), last = (high / step + 1e-6).rounded(.down)
        guard last - first + 1 <= Double(limit) else { continue }
        guard abs(first) < 1e15, abs(last) < 1e15, first <= last else { break search }
        let factors = stride(from: Int(first), through: Int(last), by: 1).map { $0 * mantissa }
        return label(factors, exponent)
      }
      exponent += 1
    }
    return [Tick(value: low, label: .power(fixed(low, 0), exponent: 0))]
  }

  /// Labels for the values factor x 10^exponent, all in the same unit.
  private static func label(_ factors: [Int], _ exponent: Int) -> [Tick] {
    let values = factors.map { decimal($0, exponent) }
    let largest = values.map(abs).max() ?? 0
    let magnitude = largest > 0 ? Int(floor(log10(largest) + 1e-12)) : 0
    func ticks(_ unit: Int, _ make: (Double, Int) -> TickLabel) -> [Tick] {
      let decimals = min(max(0, unit - exponent), 15)
      return zip(factors, values).map { factor, value in
        let label = factor == 0 ? .decimal(0, decimals: 0) : make(decimal(factor, exponent - unit), decimals)
        return Tick(value: value, label: label)
      }
    }
    if magnitude >= 15 || (magnitude < -3) {
      return ticks(magnitude) { .power(fixed($0, $1), exponent: magnitude) }
    }
    if magnitude >= 5 {
      let unit = magnitude / 3 * 3
      let prefix = [3: "k", 6: "M", 9: "G", 12: "T"][unit] ?? ""
      return ticks(unit) { .decimal($0, decimals: $1, suffix: prefix) }
    }
    return zip(factors, values).map {
      Tick(value: $1, label: .decimal($1, decimals: $0 == 0 && exponent >= 0 ? 0 : min(max(0, -exponent), 15)))
    }
  }

  // MARK: Logarithmic

  private static func decades(_ domain: ClosedRange<Double>, _ limit: Int) -> [Tick] {
    let low = log10(domain.lowerBound) - 1e-9, high = log10(domain.upperBound) + 1e-9
    let first = Int(low.rounded(.up)), last = Int(high.rounded(.down))
    let inside = { (x: Double) in x > 0 && log10(x) >= low && log10(x) <= high }
    let bottom = Int(low.rounded(.down))
    let plain = domain.lowerBound >= 0.9e-3 && domain.upperBound < 2e4

    var ticks: [Tick] = []
    let fine = (bottom...max(bottom, last)).flatMap { k in [1, 2, 5].map { ($0, k) } }
      .filter { inside(decimal($0, $1)) }
    if last - first + 1 <= 2, fine.count <= limit {
      if fine.count < 2 { return linear(domain, limit, false) }
      ticks = fine.map { Tick(value: decimal($0, $1), label: plain ? number($0, $1) : .power("\($0)", exponent: $1)) }
    }
    let step = ticks.isEmpty ? spacing(covering: last - first + 1, limit) : 1
    if ticks.isEmpty {
      ticks = multiples(of: step, first, last).map {
        Tick(value: decimal(1, $0), label: plain ? number(1, $0) : .power(exponent: $0))
      }
    }
    let major = Set(ticks.map(\.value))
    let candidates = step == 1
      ? (bottom...max(bottom, last)).flatMap { k in (1...9).map { decimal($0, k) } }
      : multiples(of: minorSpacing(last - first + 1, within: step), first, last).map { decimal(1, $0) }
    ticks += candidates.filter { inside($0) && !major.contains($0) }.map { Tick(value: $0, label: nil) }
    return ticks.sorted { $0.value < $1.value }
  }

  private static func octaves(_ domain: ClosedRange<Double>, _ limit: Int) -> [Tick] {
    let low = log2(domain.lowerBound) - 1e-9, high = log2(domain.upperBound) + 1e-9
    let first = Int(low.rounded(.up)), last = Int(high.rounded(.down))
    guard last - first >= 1 else { return linear(domain, limit, false) }
    let step = spacing(covering: last - first + 1, limit)
    let minor = minorSpacing(last - first + 1, within: step)
    let plain = first >= -3 && last <= 16
    return (first...last).compactMap { k in
      let value = exp2(Double(k))
      guard value > 0 else { return nil }
      guard k % step == 0 else { return k % minor == 0 ? Tick(value: value, label: nil) : nil }
      return Tick(value: value, label: plain ? .decimal(value, decimals: max(0, -k)) : .power(base: 2, exponent: k))
    }
  }

  private static func symmetric(_ domain: ClosedRange<Double>, _ limit: Int, _ c: Double) -> [Tick] {
    let bottom = Int(floor(log10(c) + 1e-9))
    let reach = max(abs(domain.lowerBound), abs(domain.upperBound))
    let top = Int(floor(log10(max(reach, decimal(1, bottom))) + 1e-9))
    // Without a power of ten in sight the axis is linear for all that the reader can tell.
    guard reach >= decimal(1, bottom + 1) else { return linear(domain, limit, false) }
    let sides = domain.lowerBound < 0 && domain.upperBound > 0 ? 2 : 1
    let step = spacing(covering: top - bottom + 1, max(2, (limit - 1) / sides))
    let plain = bottom >= -3 && top <= 4
    var ticks = [Tick(value: 0, label: .decimal(0, decimals: 0))]
    for k in bottom...top {
      // Counted from the top, so that the outermost power is always labelled.
      let labelled = (top - k) % step == 0
      for sign in [-1, 1] {
        let text: TickLabel = plain ? number(sign, k) : .power("\(sign)", exponent: k)
        ticks.append(Tick(value: decimal(sign, k), label: labelled ? text : nil))
        // The numbers between few powers show where the axis is linear and where it is not.
        if step == 1, top - bottom <= 3 {
          ticks += (2...9).map { Tick(value: decimal(sign * $0, k), label: nil) }
        }
      }
    }
    return ticks.filter { domain.contains($0.value) }.sorted { $0.value < $1.value }
  }

  // MARK: Pieces

  /// The closest double to mantissa x 10^exponent.
  private static func decimal(_ mantissa: Int, _ exponent: Int) -> Double {
    Double("\(mantissa)e\(exponent)") ?? 0
  }

  private static func number(_ mantissa: Int, _ exponent: Int) -> TickLabel {
    .decimal(decimal(mantissa, exponent), decimals: max(0, -exponent))
  }

  private static func spacing(covering count: Int, _ limit: Int) -> Int {
    let choices = [1, 2, 3, 4, 5, 6, 8, 10, 20, 25, 50, 100, 200]
    return choices.first { (count + $0 - 1) / $0 <= limit } ?? 400
  }

  /// The finest divisor of `step` that marks at most 60 powers; more would run into a solid bar.
  private static func minorSpacing(_ count: Int, within step: Int) -> Int {
    (1...step).first { step % $0 == 0 && count / $0 <= 60 } ?? step
  }

  private static func multiples(of step: Int, _ first: Int, _ last: Int) -> [Int] {
    first > last ? [] : (first...last).filter { $0 % step == 0 }
  }
}
