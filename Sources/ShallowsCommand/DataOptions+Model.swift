import Shallows

extension DataOptions {
  /// The same data, read as those that a model was made from: numbers or classes as there, and for a target that is not
  /// given the columns of its names, where the data have them.
  func following(_ model: FittedModel) -> DataOptions {
    var data = self
    // A few samples cannot tell classes from numbers; the model can.
    if data.task == .automatic { data.task = model.coding.classes == nil ? .regression : .classification }
    if data.target == nil, case .values(let names, _, _) = model.coding {
      var named = data
      named.target = names.joined(separator: ",")
      if (try? named.open(purpose: .inspection)) != nil { data = named }
    }
    return data
  }
}

extension Dataset {
  /// The same samples with their inputs in the order of `names`, where these are the inputs' own names; else as it is.
  func inOrder(_ names: [String]) -> Dataset {
    guard inputNames != names, Set(inputNames) == Set(names), Set(names).count == names.count else { return self }
    let order = names.map { inputNames.firstIndex(of: $0)! }
    return Dataset(
      name: name, inputs: Matrix(rows: count, columns: dimension) { inputs[$0, order[$1]] }, inputNames: names,
      target: target, source: source)
  }
}
