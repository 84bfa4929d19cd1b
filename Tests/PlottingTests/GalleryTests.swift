import Dynamics
import Foundation
import Testing

@testable import Plotting

/// The page docs/plots.md and its pictures. SHALLOWS_RECORD=1 makes the pictures anew; with SHALLOWS_PREVIEW naming a
/// folder, each is also written there in both themes, at the width of a phone, and as text.
@Suite("Gallery", .serialized)
struct GalleryTests {
  private static let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("docs")
  private static let environment = ProcessInfo.processInfo.environment

  @Test("pictures are recorded", .enabled(if: environment["SHALLOWS_RECORD"] != nil
    || environment["SHALLOWS_PREVIEW"] != nil))
  func record() throws {
    for picture in try Gallery.pictures() {
      if Self.environment["SHALLOWS_RECORD"] != nil {
        let folder = Self.docs.appendingPathComponent("plots")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try AtomicFile.write(picture.svg(nil, .automatic), to: folder.path + "/\(picture.name).svg")
      }
      guard let preview = Self.environment["SHALLOWS_PREVIEW"] else { continue }
      for (suffix, width, theme) in [("light", nil, Theme.light), ("dark", nil, .dark), ("narrow", 400.0, .light)] {
        try AtomicFile.write(picture.svg(width, theme), to: "\(preview)/\(picture.name)-\(suffix).svg")
      }
      var text = ""
      for plot in picture.plots {
        text += TerminalPlot(plot).text() + "\n" + TerminalPlot(plot, usesColor: true).text() + "\n"
          + TerminalPlot(plot, width: 50, height: 16, encoding: .ascii).text() + "\n"
      }
      try AtomicFile.write(text, to: "\(preview)/\(picture.name).txt")
      try AtomicFile.write(picture.csv, to: "\(preview)/\(picture.name).csv")
    }
  }

  @Test("the page shows every picture, and each is small and well-formed")
  func page() throws {
    let text = try String(contentsOf: Self.docs.appendingPathComponent("plots.md"), encoding: .utf8)
    let folder = Self.docs.appendingPathComponent("plots")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".svg") }
    #expect(files.count == 9)
    for file in files {
      #expect(text.contains("(plots/\(file))"), "\(file)")
      let svg = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      #expect(svg.utf8.count < 60_000, "\(file)")
      #expect(SVGTests.Reader.read(svg) != nil, "\(file)")
    }
  }
}
