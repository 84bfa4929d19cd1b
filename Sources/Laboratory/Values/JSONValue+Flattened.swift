extension JSONValue {
  /// The scalars within, each under its path: `loss.final`, `guarantee.width-rank.measured`.
  ///
  /// A member of a list is named by its "name", where all have one, otherwise by its number from zero. Null is left out:
  /// a table shows it as an empty cell.
  public func flattened() -> [(path: String, value: JSONValue)] {
    var scalars: [(path: String, value: JSONValue)] = []
    flatten(prefix: "", into: &scalars)
    return scalars
  }

  private func flatten(prefix: String, into scalars: inout [(path: String, value: JSONValue)]) {
    func path(_ name: String) -> String { prefix.isEmpty ? name : prefix + "." + name }
    switch self {
    case .null: break
    case .object(let members):
      for (name, value) in members.sorted(by: { $0.key < $1.key }) { value.flatten(prefix: path(name), into: &scalars) }
    case .array(let items):
      let names = items.compactMap { $0["name"]?.stringValue }
      let named = names.count == items.count && Set(names).count == names.count
      for (i, item) in items.enumerated() {
        guard named, case .object(var members) = item else {
          item.flatten(prefix: path("\(i)"), into: &scalars)
          continue
        }
        members["name"] = nil
        JSONValue.object(members).flatten(prefix: path(names[i]), into: &scalars)
      }
    default: scalars.append((prefix, self))
    }
  }

  /// The value at a path of ``flattened()``.
  public func value(at path: String) -> JSONValue? { flattened().first { $0.path == path }?.value }
}
