import Testing

@testable import Plotting

@Suite("Colours of heat maps")
struct ColorTests {
  @Test("known colours", arguments: [
    (Lab(0, 0, 0), "#000000"), (Lab(1, 0, 0), "#ffffff"), (Lab(0.627955, 0.224863, 0.125846), "#ff0000"),
    (Lab(0.866440, -0.233888, 0.179498), "#00ff00"), (Lab(0.452014, -0.032457, -0.311528), "#0000ff"),
  ])
  func conversion(lab: Lab, hex: String) {
    #expect(lab.rgb.hex == hex)
  }

  @Test("steps look equal and every colour can be shown", arguments: ColorMap.allCases)
  func evenness(map: ColorMap) {
    let table = map.table
    #expect(table.count == ColorMap.levels)
    for color in table {
      let c = color.linearRGB
      for part in [c.red, c.green, c.blue] { #expect(part > -0.01 && part < 1.01) }
    }
    let steps = zip(table, table.dropFirst()).map { $0.distance(to: $1) }
    // The two halves of a diverging map meet in the neutral colour: that one step is zero.
    let even = map == .sequential ? steps : steps.enumerated().filter { $0.offset != 31 }.map(\.element)
    let mean = even.reduce(0, +) / Double(even.count)
    // Walking a finely sampled curve leaves the steps equal but for its curvature; a quarter covers the two halves of
    // the diverging map, whose lengths differ.
    #expect(even.allSatisfy { abs($0 - mean) < 0.25 * mean })
  }

  @Test("lightness alone tells the order, also for readers without red or green cones")
  func lightness() {
    let sequential = ColorMap.sequential.table.map(\.l)
    #expect(zip(sequential, sequential.dropFirst()).allSatisfy { $0 < $1 })
    let diverging = ColorMap.diverging.table.map(\.l)
    #expect(zip(diverging[..<32], diverging[1..<32]).allSatisfy { $0 < $1 })
    #expect(zip(diverging[32...], diverging[33...]).allSatisfy { $0 > $1 })
    // Simulated dichromacy (Viénot, Brettel and Mollon, 1999): linear light seen with red and green mixed.
    for mix in [(0.11238, 0.88762), (0.29275, 0.70725)] {
      let seen = ColorMap.sequential.table.map { color in
        let c = color.linearRGB
        return 0.93 * (mix.0 * c.red + mix.1 * c.green) + 0.07 * c.blue
      }
      #expect(zip(seen, seen.dropFirst()).allSatisfy { $0 < $1 })
      // The ends of the diverging map stay apart: one is bluer than it is yellow, the other the reverse.
      let ends = [ColorMap.diverging.table[0], ColorMap.diverging.table[63]].map { color in
        let c = color.linearRGB
        return c.blue - (mix.0 * c.red + mix.1 * c.green)
      }
      #expect(ends[0] > 0.15 && ends[1] < -0.02)
    }
  }

  @Test("values become levels")
  func levels() throws {
    func range(_ values: [Double], _ color: ColorScale) throws -> ColorRange {
      try #require(ColorRange([Plot(series: [
        .heatMap(HeatMap(x: .categories(values.count), y: .categories(1), values: values, color: color)),
      ])]))
    }
    let linear = try range([0, 1, 2, .nan], .sequential)
    #expect(linear.domain == 0...2 && linear.level(0) == 0 && linear.level(2) == 63 && linear.level(1) == 32)
    #expect(linear.level(.nan) == nil)
    let log = try range([1e-4, 0, 1, -3], ColorScale(scale: .log10))
    #expect(log.domain == 1e-4...1 && log.level(0) == nil && log.level(1e-2) == 32)
    let centered = try range([-1, 3], .diverging)
    #expect(centered.domain == -3...3 && centered.level(0) == 32)
    let fixed = try range([-5, 0.5, 7], ColorScale(range: 0...1))
    #expect(fixed.domain == 0...1 && fixed.exceedsBelow && fixed.exceedsAbove && fixed.level(7) == 63)
    let constant = try range([4, 4], .sequential)
    #expect(constant.domain.lowerBound < 4 && constant.domain.upperBound > 4)
  }

  @Test("terminal colours are the nearest of the cube")
  func terminal() {
    #expect(RGB(red: 0, green: 0, blue: 0).terminal == 16)
    #expect(RGB(red: 255, green: 255, blue: 255).terminal == 231)
    #expect(RGB(red: 250, green: 100, blue: 10).terminal == 16 + 36 * 5 + 6 * 1)
  }
}
