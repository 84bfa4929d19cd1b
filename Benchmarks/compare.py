"""Runs our measurements and the peers' in turns and prints the ratios. Started by Benchmarks/run.

Every party is a process that waits for the name of a case and measures it for a fraction of a second. They take turns,
round after round, on the same processors and never two at once, so that a slow spell of the machine meets all alike.
Ratios are those of medians over all rounds; above 1 the peer takes longer than Shallows. Beside the wall time stands
the processor time, which says more while others use the machine.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROWS = (
    "transcendentals", "value-gradient", "sgd-epoch", "gauss-newton", "imitate-ensemble", "narrow-fit",
    "moment-recovery", "moment-stream", "attack-mnist")

parser = argparse.ArgumentParser(prog="Benchmarks/run", description="Measure Shallows beside its peers.")
parser.add_argument("--data", help="folder with MNIST's IDX files; Gaussian numbers of the same size stand in for it")
parser.add_argument("--threads", type=int, choices=[1, 2], help="measure on so many threads (default: 1, then 2)")
parser.add_argument("--quick", action="store_true", help="few and short rounds; nothing is written")
parser.add_argument("--only", choices=ROWS, help="one row")
parser.add_argument("--output", default=str(HERE.parent / "docs" / "results"), help="where the results go")
parser.add_argument("--bench", required=True, help=argparse.SUPPRESS)
options = parser.parse_args()


def processors():
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count()))


def pin(threads):
    """Before a child starts: the same processors for all. A list of threads is not offered on every system."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, processors()[:threads])


class Party:
    """A process that measures cases on demand: ours, or a peer's script."""

    def __init__(self, command, threads):
        self.command = command
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=lambda: pin(threads))
        self.announcement = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"error: {' '.join(self.command)} ended with status {self.process.wait()}")
        return json.loads(line)

    def measure(self, case, seconds):
        self.process.stdin.write(f"{case}\t{seconds}\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Times:
    def __init__(self):
        self.wall, self.cpu, self.figures = [], [], {}

    def add(self, answer):
        self.wall += answer["wall"]
        self.cpu += answer["cpu"]
        self.figures = answer["figures"]

    def summary(self):
        return {
            "median_s": statistics.median(self.wall), "fastest_s": min(self.wall),
            "median_cpu_s": statistics.median(self.cpu), "repeats": len(self.wall), "figures": self.figures}


def ours(suite, threads, *more):
    return [options.bench, suite, "--threads", str(threads), *more]


def peers(script, threads, *more):
    return [sys.executable, str(HERE / "peers" / f"{script}.py"), "--threads", str(threads), *more]


def take_turns(parties, rounds, seconds):
    """Measures every case of every (party, cases) once in each round. Returns Times by number of party and case."""
    times = {(number, case): Times() for number, (_, cases) in enumerate(parties) for case in cases}
    for _ in range(rounds):
        for number, (party, cases) in enumerate(parties):
            for case in cases:
                times[number, case].add(party.measure(case, seconds))
    return times


def note(text):
    print(text, file=sys.stderr, flush=True)


table = []


def compare(row, case, threads, our, peer_name, peer, target=None, at_most=False):
    """A line of the table. `target`: the ratio asked for, at least, or with `at_most` the most that ours may take."""
    above, below = (our, peer) if at_most else (peer, our)
    ratio, ratio_cpu = (above[key] / below[key] for key in ("median_s", "median_cpu_s"))
    won = (ratio <= (target or 1)) if at_most else (ratio >= (target or 1))
    line = {
        "row": row, "case": case, "threads": threads, "ours": our, "peer": peer_name, "theirs": peer, "ratio": ratio,
        "ratio_cpu": ratio_cpu, "target": target, "target_is_upper_bound": at_most, "won": won}
    table.append(line)
    return line


def quantity(seconds):
    for unit, name in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds / 1e-9:.3g} ns"


def print_table():
    head = ("row", "threads", "ours", "peer", "theirs", "ratio", "by CPU time", "target", "")
    lines = [(
        f"{t['row']}: {t['case']}", str(t["threads"]), quantity(t["ours"]["median_s"]), t["peer"],
        quantity(t["theirs"]["median_s"]), f"{t['ratio']:.2f}", f"{t['ratio_cpu']:.2f}",
        "-" if t["target"] is None else f"{'<=' if t['target_is_upper_bound'] else '>='} {t['target']:g}",
        "won" if t["won"] else "LOST") for t in table]
    widths = [max(len(line[i]) for line in [head, *lines]) for i in range(len(head))]
    for line in [head, *lines]:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    print()


def output_of(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, cwd=HERE).stdout.strip()
    except OSError:
        return ""


def machine(blas):
    model, memory = platform.processor(), None
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model)
        memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024
    swift = output_of("swift", "--version").splitlines()
    changed = output_of("git", "status", "--porcelain", "--", "../Sources", "../Package.swift", ".")
    return {
        "processor": model, "architecture": platform.machine(), "processors": len(processors()), "memory_MiB": memory,
        "system": f"{platform.system()} {platform.release()}", "blas_kernels": blas,
        "swift": next((line for line in swift if "Swift version" in line), ""), "python": platform.python_version(),
        "commit": output_of("git", "rev-parse", "--short", "HEAD") + (" and changes" if changed else "")}


def write(row, blas, load_before, **content):
    result = {
        "benchmark": row, "command": "Benchmarks/run " + " ".join(
            ["--data FOLDER"] * bool(options.data) + [f"--threads {options.threads}"] * bool(options.threads)),
        "measured": time.strftime("%Y-%m-%d"), "machine": machine(blas),
        "load_1min": {"before": load_before, "after": os.getloadavg()[0]}, **content}
    if options.quick:
        return
    folder = Path(options.output)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"bench-{row}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    note(f"  written to {path}")


def versions(*parties):
    return {case["system"]: case["version"] for party in parties for case in party.announcement["cases"]}


def lines_of(row):
    return [line for line in table if line["row"] == row]


def data():
    return ["--data", options.data] if options.data else []


def thread_counts():
    return [n for n in ([options.threads] if options.threads else [1, 2]) if n <= len(processors())]


def transcendentals(folder):
    rounds, seconds = (2, 0.005) if options.quick else (7, 0.03)
    us = Party(ours("transcendentals", 1, "--serve"), 1)
    them = Party(peers("transcendentals", 1, "--serve"), 1)
    by_function = {}
    for case in them.announcement["cases"]:
        by_function.setdefault(case["name"].split(",")[0], []).append(case)
    for function in us.announcement["cases"]:
        names = [f"{c['system']} {c['name']}" for c in by_function[function]]
        times = take_turns([(us, [function])] + [(them, [name]) for name in names], rounds, seconds)
        our = times[0, function].summary()
        theirs = {name: times[i + 1, name].summary() for i, name in enumerate(names)}
        for system in dict.fromkeys(c["system"] for c in by_function[function]):
            best = min((n for n in names if n.startswith(system)), key=lambda n: theirs[n]["median_s"])
            compare("transcendentals", function, 1, our, system, {**theirs[best], "variant": best}, target=1)
    us.close(), them.close()
    return us.announcement["blas"], {"unit": "seconds an element", "versions": versions(them)}


# (row, peers' script, our case, our further cases, targets by system)
STEPPED = {
    "value-gradient": ("value_gradient", "step", ["Descent.step"], {"JAX": 2, "PyTorch": 10}),
    "sgd-epoch": ("sgd_epoch", "epoch", ["bare GEMM"], {"JAX": 1.2, "PyTorch": 2.5}),
}


def stepped(row, folder):
    """A row with a case of ours and one or two of PyTorch and JAX each, in a process for each of the two."""
    script, case, further, targets = STEPPED[row]
    rounds, seconds = (2, 0.05) if options.quick else (9, 0.3)
    problem = str(folder / f"{row}.npz")
    more = {}
    for threads in thread_counts():
        source = data() if row == "sgd-epoch" else []
        us = Party(ours(row, threads, "--serve", "--export", problem, *source), threads)
        parts = [
            Party(peers(script, threads, "--serve", "--problem", problem, "--only", name), threads)
            for name in ("torch", "jax")]
        turns = [(us, [case])]
        labels = {}
        for part in parts:
            for c in part.announcement["cases"]:
                # Ours before each of the peers' cases.
                labels[len(turns)] = c
                turns += [(part, [f"{c['system']} {c['name']}"]), (us, [])]
        turns = [turn for turn in turns if turn[1]] + [(us, further)]
        numbers = dict(enumerate(labels.values(), start=1))
        times = take_turns(turns, rounds, seconds)
        our = times[0, case].summary()
        for number, c in numbers.items():
            their = times[number, f"{c['system']} {c['name']}"].summary()
            compare(row, case, threads, our, f"{c['system']}, {c['name']}", their, target=targets[c["system"]])
            if row == "value-gradient":
                a, b = our["figures"]["loss"], their["figures"]["loss"]
                if abs(a - b) > 1e-9 * abs(a):
                    sys.exit(f"error: {c['system']} reached the loss {b}, ours is {a}: not the same work")
        for name in further:
            more[f"{name}, {threads} threads" if threads > 1 else f"{name}, 1 thread"] = times[
                len(turns) - 1, name].summary()
        for party in (us, *parts):
            party.close()
    return us.announcement["blas"], {"unit": "seconds", "further": more, "versions": versions(*parts)}


def gauss_newton(folder):
    rounds, seconds = (1, 0.1) if options.quick else (7, 0.4)
    more = {}
    for threads in thread_counts():
        us = Party(ours("gauss-newton", threads, "--serve", *data()), threads)
        cases = us.announcement["cases"]
        times = take_turns([(us, cases)], rounds, seconds)
        step, bare = times[0, "step"].summary(), times[0, "bare calls"].summary()
        count = step["figures"]["factorizations"]
        compare(
            "gauss-newton", f"step, {count:g} factorisations", threads, step, "its bare GEMM and Cholesky calls", bare,
            target=1.5, at_most=True)
        more[threads] = {name: times[0, name].summary() for name in cases}
        more[threads]["step, per factorisation"] = {"median_s": step["median_s"] / count}
        us.close()
    return us.announcement["blas"], {"unit": "seconds", "cases_by_threads": more}


def imitate_ensemble(folder):
    """A thousand students from their starts to stationary points: seconds a party, and what a step of one costs."""
    rounds, seconds = (1, 0.01) if options.quick else (3, 0.5)
    threads = thread_counts()[-1]
    problem = str(folder / "imitate-ensemble.npz")
    few = ["--seeds", "64"] if options.quick else []
    us = Party(ours("imitate-ensemble", threads, "--serve", "--export", problem, *few), threads)
    parts = [
        Party(peers("imitate_ensemble", threads, "--serve", "--problem", problem, "--only", name), threads)
        for name in ("numpy", "jax")]
    names = [[f"{c['system']} {c['name']}" for c in part.announcement["cases"]] for part in parts]
    times = take_turns([(us, ["ensemble"]), *zip(parts, names)], rounds, seconds)
    our = times.pop((0, "ensemble")).summary()
    a = our["figures"]
    nanoseconds = {"Shallows": our["median_s"] / a["steps"] * 1e9}
    for (_, name), their in times.items():
        their = their.summary()
        system, variant = name.split(" ", 1)
        b = their["figures"]
        # The same stopping rule from the same starts; near a threshold rounding may move a student by a step.
        same = abs(a["steps"] - b["steps"]) <= 1e-4 * a["steps"] and a["spurious"] == b["spurious"]
        if not same or a["seeds"] != b["seeds"] or abs(a["loss"] - b["loss"]) > 1e-9 * abs(a["loss"]):
            sys.exit(f"error: {name} came to {b}, ours to {a}: not the same work")
        compare(
            "imitate-ensemble", f"{a['seeds']:g} seeds", threads, our, f"{system}, {variant}", their,
            target={"JAX": 5, "NumPy": 20}[system])
        nanoseconds[f"{system}, {variant}"] = their["median_s"] / b["steps"] * 1e9
    for party in (us, *parts):
        party.close()
    return us.announcement["blas"], {
        "unit": "seconds", "nanoseconds_per_student_step": nanoseconds, "versions": versions(*parts)}


def moment_recovery(folder):
    """A network of 32 neurons from 1e5 samples in memory: whole recoveries of the same file's samples."""
    rounds, seconds = (1, 0.01) if options.quick else (5, 0.5)
    small = ["--size", "16", "--samples", "20000"] if options.quick else []
    problem = str(folder / "moment-recovery.npz")
    stages = {}
    for threads in thread_counts():
        us = Party(ours("moment-recovery", threads, "--serve", "--export", problem, *small), threads)
        them = Party(peers("moment_recovery", threads, "--serve", "--problem", problem), threads)
        same, polished, *parts = us.announcement["cases"]
        (name,) = [f"{c['system']} {c['name']}" for c in them.announcement["cases"]]
        times = take_turns([(us, [same]), (them, [name]), (us, [polished, *parts])], rounds, seconds)
        our, their = times[0, same].summary(), times[1, name].summary()
        for error in ("error_W", "error_A"):
            a, b = our["figures"][error], their["figures"][error]
            if not abs(a - b) <= 1e-6 * abs(a):
                sys.exit(f"error: NumPy came to an {error} of {b}, ours is {a}: not the same work")
        compare("moment-recovery", same, threads, our, "NumPy, SciPy", their, target=0.5, at_most=True)
        compare(
            "moment-recovery", polished, threads, times[2, polished].summary(), "NumPy, SciPy, unpolished", their,
            at_most=True)
        stages[threads] = {part: times[2, part].summary() for part in parts}
        note(f"  {threads} threads: squared errors of W {our['figures']['error_W']:.6g} and A "
             f"{our['figures']['error_A']:.6g}; NumPy's {their['figures']['error_W']:.6g} and "
             f"{their['figures']['error_A']:.6g}")
        us.close(), them.close()
    return us.announcement["blas"], {
        "unit": "seconds", "stages_by_threads": stages, "versions": versions(them)}


def moment_stream(folder):
    """A network of 10 neurons, 100 inputs, from 1e6 samples in a file, beside plain matrix products."""
    rounds, seconds = (1, 0.01) if options.quick else (3, 0.5)
    small = ["--samples", "50000", "--order", "512"] if options.quick else []
    threads = thread_counts()[-1]
    path = folder / "moment-stream.npz"
    stream = ["moment-stream", threads, "--serve", "--file", str(path), *small]
    us = Party(ours(*stream), threads)
    # In a process of its own: the memory of the recovery is measured.
    product = Party(ours(*stream), threads)
    them = Party(peers("matrix_product", threads, "--serve", *small[2:]), threads)
    (name,) = [f"{c['system']} {c['name']}" for c in them.announcement["cases"]]
    times = take_turns(
        [(us, ["recovery", "first moments"]), (product, ["product"]), (us, ["detector"]), (them, [name])], rounds,
        seconds)
    path.unlink()
    recovery, detector = times[0, "recovery"].summary(), times[2, "detector"].summary()
    products = {"our own GEMM": times[1, "product"].summary(), "NumPy's GEMM": times[3, name].summary()}
    speed = {who: 1 / case["median_s"] for who, case in {"detector": detector, **products}.items()}
    for who, case in products.items():
        # Ratio: the speed of the whole second pass over that of the product.
        compare("moment-stream", "second pass, 1e9 operations", threads, detector, who, case, target=0.5)
    memory = recovery["figures"]["peak_memory_MiB"]
    note(f"  recovery {recovery['median_s']:.2f} s, peak memory {memory:.0f} MiB "
         f"({'within' if memory <= 4096 else 'ABOVE'} 4 GiB), squared errors of W "
         f"{recovery['figures']['error_W']:.3g} and A {recovery['figures']['error_A']:.3g}")
    note("  GFLOP/s: " + ", ".join(f"{who} {value:.1f}" for who, value in speed.items()))
    for party in (us, product, them):
        party.close()
    return us.announcement["blas"], {
        "unit": "seconds; seconds for 1e9 operations where compared", "recovery": recovery,
        "first_moments": times[0, "first moments"].summary(), "gigaflops": speed, "versions": versions(them)}


def attack_mnist(folder):
    """Adversaries of all test images: seconds an attack, and on how many images ours finds no less than each peer."""
    rounds, seconds = (1, 0.01) if options.quick else (5, 0.5)
    few = ["--samples", "200"] if options.quick else []
    problem = str(folder / "attack-mnist.npz")
    strength = {}
    for threads in thread_counts():
        us = Party(ours("attack-mnist", threads, "--serve", "--export", problem, *data(), *few), threads)
        them = Party(peers("attack", threads, "--serve", "--problem", problem), threads)
        names = [f"{c['system']} {c['name']}" for c in them.announcement["cases"]]
        times = take_turns([(us, ["attack"]), (them, names)], rounds, seconds)
        our = times[0, "attack"].summary()
        for name in names:
            their = times[1, name].summary()
            compare("attack-mnist", f"{our['figures']['inputs']:g} images", threads, our, name, their, target=4)
            strength[name] = their["figures"]
            share = their["figures"]["ours_at_least"]
            note(f"  {name}: mean loss {their['figures']['loss']:.4f}, ours {their['figures']['ours']:.4f}, no less on "
                 f"{100 * share:.2f} % ({'within' if share >= 0.99 else 'BELOW'} 99 %)")
        us.close(), them.close()
    return us.announcement["blas"], {
        "unit": "seconds", "ours": our["figures"], "strength": strength, "versions": versions(them)}


def one_run(command, threads):
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=lambda: pin(threads))
    if done.returncode != 0:
        sys.exit(f"error: {' '.join(command)} ended with status {done.returncode}\n{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def narrow_fit(folder):
    threads = thread_counts()[-1]
    small = ["--samples", "300", "--width", "4"] if options.quick else []
    runs, contests = [], []
    for labels in ("random", "parity"):
        problem = str(folder / f"{labels}.npz")
        for seed in range(1 if options.quick else 4):
            common = [*data(), *small, "--labels", labels, "--seed", str(seed)]
            export = ["--export", problem] if seed == 0 else []
            (fit,) = one_run(ours("narrow-fit", threads, *common, *export), threads)
            runs.append(fit)
            note(f"  {labels}, seed {seed}: loss {fit['finalLoss']:.1e} after {fit['iterations']} iterations, "
                 f"{fit['totalSeconds']:.2f} s")
        first = next(r for r in runs if r["labels"] == labels and r["seed"] == 0)
        budget = 10 * first["totalSeconds"]
        limited = [*data(), *small, "--labels", labels, "--seed", "0", "--limit", str(budget)]
        others = [("Shallows, PGD", one_run(
            ours("narrow-fit", threads, *limited, "--method", "pgd"), threads)[0])]
        for batch, rate in (("32", "0.001"), ("0", "0.01")):
            (run,) = one_run(
                ours("narrow-fit", threads, *limited, "--method", "adam", "--batch", batch, "--rate", rate), threads)
            size = "all samples" if batch == "0" else f"batch {batch}"
            others.append((f"Shallows, Adam, {size}, step {rate}", run))
        peer_runs = one_run(
            peers("narrow_fit", threads, "--problem", problem, "--seconds", str(budget), "--rates", "0.003", "0.01"),
            threads)
        for run in peer_runs:
            rate = f", step {run['learning_rate']}" if "learning_rate" in run else ""
            others.append((f"{run['system']}, {run['name']}{rate}", run))
        for name, run in others:
            lowest = run.get("lowest_loss", run.get("lowestLoss"))
            contests.append({
                "labels": labels, "method": name, "seconds": budget, "lowest_loss": lowest, "details": run})
    print("narrow-fit: seconds to a loss of 1e-12, and what others reach in ten times the time (seed 0)")
    for labels in ("random", "parity"):
        seconds = [r["totalSeconds"] for r in runs if r["labels"] == labels]
        reached = all(r["finalLoss"] <= 1e-12 for r in runs if r["labels"] == labels)
        print(f"  {labels}: ours {statistics.median(seconds):.2f} s (median of {len(seconds)} seeds), "
              f"loss <= 1e-12 in all: {'yes' if reached else 'NO'}")
        for c in contests:
            if c["labels"] == labels:
                print(f"    {c['method']}: loss {c['lowest_loss']:.2e} after {c['seconds']:.1f} s")
    print()
    return runs[0]["blas"], {
        "unit": "seconds", "threads": threads, "fits": runs, "ten_times_the_time": contests,
        "versions": {c["details"]["system"]: c["details"]["version"] for c in contests if "system" in c["details"]}}


def main():
    steps = {
        "transcendentals": transcendentals, "value-gradient": lambda f: stepped("value-gradient", f),
        "sgd-epoch": lambda f: stepped("sgd-epoch", f), "gauss-newton": gauss_newton,
        "imitate-ensemble": imitate_ensemble, "narrow-fit": narrow_fit, "moment-recovery": moment_recovery,
        "moment-stream": moment_stream, "attack-mnist": attack_mnist}
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        for row in [options.only] if options.only else ROWS:
            if row in ("narrow-fit", "attack-mnist") and not options.data:
                note(f"{row}: left out, it needs --data")
                continue
            began, load = time.monotonic(), os.getloadavg()[0]
            note(f"{row} (load average {load:.2f})")
            blas, content = steps[row](Path(name))
            write(row, blas, load, comparisons=lines_of(row), **content)
            note(f"  {time.monotonic() - began:.0f} s")
    print_table()
    note(f"{time.monotonic() - start:.0f} s in all; load average {os.getloadavg()[0]:.2f} now. On a machine that does "
         "anything else the wall times are worth little.")


main()
