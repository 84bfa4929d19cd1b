import Testing

@testable import Plotting

@Suite("Text table")
struct TextTableTests {
  static func guarantee() -> TextTable {
    var table = TextTable([
      .init("name"), .init("verdict"), .init("measured", .decimal), .init("bound", .right),
      .init("statement", wraps: true),
    ])
    table.append(["width", "✓ holds", "8", "6.5", "the width m is at least 2n / rank(X), so that labels can be fitted"])
    table.append(["sigma_min", "✗ fails", "0.0123", "0.1", "σ ≥ bound over the ball"])
    table.append(["region", "– vacuous", "12.5"])
    table.append(["日本🙂", "–", "n/a"])
    return table
  }

  @Test("UTF-8, the last column wrapped")
  func utf8() {
    #expect(Self.guarantee().text(width: 72) == """
      name       verdict    measured  bound  statement
      ─────────  ─────────  ────────  ─────  ─────────────────────────────────
      width      ✓ holds     8          6.5  the width m is at least 2n /
                                             rank(X), so that labels can be
                                             fitted
      sigma_min  ✗ fails     0.0123     0.1  σ ≥ bound over the ball
      region     – vacuous  12.5
      日本🙂     –          n/a

      """)
  }

  @Test("ASCII")
  func ascii() {
    let text = Self.guarantee().text(width: 100, encoding: .ascii)
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
    #expect(text.contains("width      + holds     8          6.5  the width m"))
    #expect(text.contains("sigma_min  x fails     0.0123     0.1  sigma >= bound over the ball\n"))
  }

  @Test("no line is wider than asked, while the wrapping column has room", arguments: [60, 64, 80, 120])
  func width(columns: Int) {
    for line in Self.guarantee().text(width: columns).split(separator: "\n") {
      #expect(displayWidth(String(line)) <= columns)
    }
  }

  @Test("long words are broken, control characters are not passed on")
  func hostile() {
    #expect(TextTable.wrap("aaaaaaaaaa bb", 4) == ["aaaa", "aaaa", "aa", "bb"])
    #expect(TextTable.wrap("", 4) == [""])
    var table = TextTable([.init("a")])
    table.append(["x\u{1B}[31m\ny"])
    #expect(table.text() == "a\n────────\nx [31m y\n")
    #expect(TextTable([]).text() == "")
  }

  @Test("cells of wide, combining and joined characters")
  func widths() {
    #expect(displayWidth("日本") == 4 && displayWidth("e\u{301}") == 1 && displayWidth("👩‍🔬") == 2)
    #expect(displayWidth("−10⁻¹⁷") == 6 && displayWidth("✓✗–") == 3)
  }
}
