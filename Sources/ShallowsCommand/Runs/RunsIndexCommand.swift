import ArgumentParser
import Shallows

struct RunsIndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Make the index of the runs anew from their folders.",
    discussion: "Seldom needed: every verb brings the index up to date. The folders alone hold the runs.")

  @OptionGroup var store: StoreOptions

  func run() throws {
    let store = try store.open()
    let clock = ContinuousClock()
    let began = clock.now
    let index = try RunIndex.rebuild(store)
    let seconds = (clock.now - began) / .seconds(1)
    self.store.report(index)
    if let obstacle = index.obstacle {
      throw CommandError("\(store.path)/index.sqlite: cannot be written: \(obstacle)")
    }
    let count = try index.select([]).count
    print("\(store.path)/index.sqlite: \(count) runs in \(short(seconds)) s, \(index.damaged.count) damaged")
  }
}
