import Foundation
import Plotting
import Testing

/// Pictures made of numbers.
@Suite struct ImageGalleryTests {
  static let gray = ImageGallery.Tile(width: 2, height: 2, values: [0, 1, 0.5, 2], color: .gray(0...1))
  static let signs = ImageGallery.Tile(width: 2, height: 2, values: [-1, 0, 0.5, .nan], color: .diverging)

  static func gallery(_ rows: [ImageGallery.Row]) -> ImageGallery {
    ImageGallery(title: "A & B", subtitle: "two", headings: ["before", "change"], rows: rows, label: "change")
  }

  @Test func everyPixelIsDrawnOnce() throws {
    let svg = Self.gallery([.init(tiles: [Self.gray], caption: ["3 -> 5", "sample <1>"])]).svg()
    let reader = try #require(SVGTests.Reader.read(svg))
    #expect(reader.texts.contains("A & B") && reader.texts.contains("sample <1>"))
    // Black, middle grey, and white of the 1 and of the 2, which lies beyond the range.
    for color in ["#000000", "#808080", "#ffffff"] { #expect(svg.contains("fill=\"\(color)\""), "\(color)") }
    let paths = svg.split(separator: "\n").filter { $0.hasPrefix("<path") }
    #expect(paths.count == 3)
    let boxes = paths.flatMap { $0.split(separator: "\"")[1].split(separator: "M") }
    #expect(boxes.count == 4, "no two neighbours are alike")
    // Pixels are squares of 56, the whole number nearest to 112 / 2.
    #expect(boxes.allSatisfy { $0.contains("h56v56h-56z") })
  }

  /// Neighbours of one colour are one box.
  @Test func runsAreJoined() {
    let tile = ImageGallery.Tile(width: 4, height: 1, values: [1, 1, 1, 0], color: .gray(0...1))
    let svg = Self.gallery([.init(tiles: [tile])]).svg()
    #expect(svg.contains("h84v28h-84z") && svg.contains("h28v28h-28z"))
  }

  @Test func changesShareOneScale() throws {
    let weak = ImageGallery.Tile(width: 1, height: 1, values: [0.5], color: .diverging)
    let together = Self.gallery([.init(tiles: [Self.signs]), .init(tiles: [weak])]).svg()
    let alone = Self.gallery([.init(tiles: [weak])]).svg()
    func fill(_ svg: String) -> [Substring] {
      svg.split(separator: "\n").filter { $0.hasPrefix("<path") }
        .compactMap { $0.split(separator: "\"").first { $0.hasPrefix("#") } }
    }
    // By itself 0.5 is the largest there is; beside -1 it is half of it.
    #expect(fill(alone).count == 1 && fill(together).last != fill(alone).last)
    // NaN leaves a hole: three pixels of the first picture.
    #expect(together.split(separator: "M").count > 3)
    #expect(together.contains("<text") && together.contains("change"))
  }

  @Test func filesHoldThePixels() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let gallery = Self.gallery([.init(tiles: [Self.gray, Self.signs])])
    try gallery.write(to: folder.path + "/images.svg")
    let csv = try String(contentsOfFile: folder.path + "/images.csv", encoding: .utf8).split(separator: "\n")
    #expect(csv.count == 9 && csv[0] == "row,column,y,x,value" && csv[3] == "0,0,1,0,0.5" && csv[5] == "0,1,0,0,-1.0")
    #expect(gallery.svg() == (try String(contentsOfFile: folder.path + "/images.svg", encoding: .utf8)))
  }

  @Test func nothingIsAFigureToo() {
    let svg = ImageGallery(title: "", rows: []).svg()
    #expect(SVGTests.Reader.read(svg) != nil)
  }
}
