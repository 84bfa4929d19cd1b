import Foundation
import Testing

/// What `shallows imitate` refuses: the exit status, a message that names option and value, nothing left behind.
@Suite struct ImitateBadInputTests {
  typealias Case = RefusedCommand

  static let cases: [Case] = [
    // Sizes.
    Case("--dimension 0", "dimension 0", "at least 1"), Case("--dimension -3", "dimension -3"),
    Case("--width 0", "width 0", "at least one"), Case("--width x", "'x'", "--width"),
    Case("--teacher gaussian --teachers 0", "teachers 0", "at least 1"),
    Case("--dimension 4 --teachers 3", "--teachers 3", "basis of 4"),
    Case("--seeds 0", "seeds 0", "at least one"), Case("--seeds -1", "seeds -1"), Case("--seed -1", "'-1'", "--seed"),
    Case("--seeds 1000000000000", status: 1, "seeds 1000000000000", "GB", "fewer"),
    Case("--width 1000000000 --seeds 1", status: 1, "width 1000000000", "GB"),
    Case("--width 5000 --dimension 200 --teacher gaussian --teachers 2 --seeds 1", status: 1, "Hessians", "GB"),
    // Teachers.
    Case("--teacher 0,45 --teachers 3", "--teachers 3", "2 angles"),
    Case("--teacher 0,45 --dimension 3", "--dimension 3", "2 angles in the plane"),
    Case("--teacher 0,,45", "0,,45", "\"\"", "degrees"), Case("--teacher 0,nan", "\"nan\"", "degrees"),
    Case("--teacher 0,x", "\"x\"", "degrees"), Case("--teacher ", "empty", "basis, orthonormal"),
    Case("--teacher separated", "separated=30"), Case("--teacher separated=x", "separated=x", "0 to 180"),
    Case("--teacher separated=-5", "0 to 180"), Case("--teacher separated=nan", "0 to 180"),
    Case("--teacher separated=60 --norms 2..1", "2..1", "smaller first"),
    Case("--teacher separated=60 --norms 0..1", "0..1", "positive"),
    Case("--norms 1..2", "--norms goes with --teacher separated"),
    Case("--teacher separated=89 --dimension 3 --teachers 50", status: 1, "no 50 directions", "dimension 3"),
    Case("--teacher separated=120 --student abs", "separated=120", "0 to 90"),
    Case("--teacher orthonormal --teachers 11", status: 1, "11 orthonormal", "at most 10"),
    Case("--teacher missing.csv", status: 1, "missing.csv", "no such file", "orthonormal"),
    Case("--teacher nonsense", status: 1, "nonsense", "no such file", "orthonormal"),
    Case("--teacher nan.csv", status: 1, "nan.csv", "line 2", "nan"),
    Case("--teacher text.csv", status: 1, "text.csv", "line 3", "\"x\""),
    Case("--teacher empty.csv", status: 1, "empty.csv", "an empty file"),
    Case("--teacher good.csv --dimension 3", status: 1, "--dimension 3", "2 units of 2 weights"),
    Case("--teacher good.json", status: 1, "good.json", ".csv"),
    // Starts and methods.
    Case("--init nonsense", "nonsense", "gaussian[=scale]"), Case("--init gaussian=0", "positive"),
    Case("--init near=-1", "0 or more"), Case("--init near --width 3", status: 1, "width 3", "10"),
    Case("--init random --student erf", status: 1, "erf", "homogeneous"),
    Case("--student tanh", "'tanh'", "erf"), Case("--method adam", "'adam'", "backtracking"),
    Case("--step 0", "step 0", "positive"), Case("--step -1", "step -1"), Case("--step nan", "step nan"),
    Case("--step 1 --method flow", "--tolerance"), Case("--tolerance 1e-8", "--method flow"),
    Case("--method flow --tolerance 0", "tolerance 0", "positive"), Case("--batch 5", "--method sgd"),
    Case("--method sgd --batch 0", "batch 0", "at least one"),
    // Ends.
    Case("--until ", "gradient=G"), Case("--until 1e-10", "\"1e-10\"", "gradient=G"),
    Case("--until gradient=x", "gradient=x", "0 or more"), Case("--until loss=-1", "loss=-1", "0 or more"),
    Case("--until iterations=1.5", "iterations=1.5", "whole number"), Case("--until time=0", "time=0", "positive"),
    Case("--until gradient=1,gradient=2", "given twice"), Case("--until gradient=1e-9,", "\"\""),
    Case("--until steps=5", "steps=5", "iterations=N"), Case("--until iterations=1e30", "whole number"),
    Case("--points -1", "points -1", "0 or more"), Case("--spurious nan", "spurious nan", "0 or more"),
    // Places to write to.
    Case("--save students.txt", "students.txt", ".npz"),
    Case("--save no/such.npz", status: 1, "--save no/such.npz", "no folder"),
    Case("--plot no/such.svg", status: 1, "--plot no/such.svg", "no folder"),
    Case("--checkpoints good.csv", status: 1, "--checkpoints good.csv", "is a file"),
    Case("--jobs 0", "--jobs 0"), Case("--record a/b", status: 1, "--record \"a/b\"", "letters"),
    Case("data.csv", "data.csv"),
  ]

  @Test(arguments: cases) func refused(_ bad: Case) throws {
    let command = try Command()
    try command.write("1,0\n0,1\n", to: "good.csv")
    try command.write("{}", to: "good.json")
    try command.write("1,0\nnan,1\n1,1\n", to: "nan.csv")
    try command.write("1,0\n0,1\nx,1\n", to: "text.csv")
    try command.write("", to: "empty.csv")
    try bad.check("imitate", in: command)
  }

  /// What is accepted, by the settings that come of it.
  @Test(arguments: [
    ("--teacher -45,45", "\"teacher\":{\"planar\":{\"degrees\":[-45,45]}}"),
    ("--teacher 30", "\"teachers\":1"), ("--teachers 4", "\"dimension\":4"),
    ("--teacher separated=60 --norms 0.5..2", "{\"separated\":{\"degrees\":60,\"norms\":[0.5,2]}}"),
    ("--until loss=1e-14,time=50", "{\"iterations\":1000000,\"loss\":1e-14,\"time\":50}"),
    ("--until iterations=1e5", "\"stopping\":{\"iterations\":100000}"),
    ("--method flow --tolerance 1e-6", "\"method\":{\"flow\":{\"tolerance\":1e-06}}"),
    ("--method sgd --batch 7", "{\"freshSamples\":{\"batch\":7,\"step\":0.1}}"),
    ("--init near=0.05", "\"start\":\"near=0.05\""), ("--polish", "\"isPolished\":true"),
  ]) func settings(_ options: String, _ expected: String) throws {
    let command = try Command()
    let outcome = try command.run(["imitate", "--show-config"] + options.split(separator: " ").map(String.init))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains(expected), "\(expected) in: \(outcome.output)")
  }
}
