/// The data behind a figure.
extension Plot {
  /// One line for each point: `series,mark,x,y,lower,upper`, after a header; quoting as in RFC 4180.
  ///
  /// Numbers are the shortest decimals that read back to the same double; `nan` and `inf` are kept. Absent fields are
  /// empty. A rule has a value only for the coordinate that it fixes.
  public func csv() -> String {
    "series,mark,x,y,lower,upper\n" + csvRows(prefix: "")
  }

  func csvRows(prefix: String) -> String {
    var text = ""
    for series in self.series {
      let name = prefix + csvField(series.name ?? "")
      switch series.mark {
      case .line(let points, let band):
        for (i, p) in points.enumerated() {
          let ends = band.flatMap { i < $0.lower.count ? "\($0.lower[i]),\($0.upper[i])" : nil } ?? ","
          text += "\(name),line,\(p.x),\(p.y),\(ends)\n"
        }
      case .step(let points): for p in points { text += "\(name),step,\(p.x),\(p.y),,\n" }
      case .scatter(let points): for p in points { text += "\(name),scatter,\(p.x),\(p.y),,\n" }
      case .rule(.vertical, let at, _): text += "\(name),rule,\(at),,,\n"
      case .rule(.horizontal, let at, _): text += "\(name),rule,,\(at),,\n"
      }
    }
    return text
  }
}

/// A field quoted where a comma, a quote or a line break would otherwise end it.
func csvField(_ text: String) -> String {
  let special: (Unicode.Scalar) -> Bool = { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
  guard text.unicodeScalars.contains(where: special) else { return text }
  var quoted = "\""
  for scalar in text.unicodeScalars {
    if scalar == "\"" { quoted += "\"\"" } else { quoted.unicodeScalars.append(scalar) }
  }
  return quoted + "\""
}
