"""What the peers' scripts share: the number of threads, the problem, timing and the talk with Benchmarks/run."""

import argparse
import json
import os
import statistics
import sys
import time


def parser(description):
    """The argument parser with the options that every script has."""
    result = argparse.ArgumentParser(description=description)
    result.add_argument("--threads", type=int, default=1, help="threads that each peer may use (default 1)")
    result.add_argument("--seed", type=int, default=0)
    result.add_argument(
        "--only", choices=["torch", "jax", "numpy"], help="run one of them, to keep their threads apart")
    result.add_argument(
        "--serve", action="store_true",
        help='announce the cases, then measure one for each line "CASE<tab>SECONDS" on standard input')
    return result


def limit_threads(threads):
    """Holds the process to `threads` processors. Call before importing torch or jax.

    XLA has no option for the size of its thread pool on the CPU: it takes as many threads as the process may use
    processors. So the process is pinned where the system can do that (Linux); PyTorch, pinned in the same way, is told
    the number as well. Returns how it was done.
    """
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(threads)
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    if threads == 1:
        flags = os.environ.get("XLA_FLAGS", "")
        os.environ["XLA_FLAGS"] = (flags + " --xla_cpu_multi_thread_eigen=false").strip()
    if not hasattr(os, "sched_setaffinity"):
        return "by request only: this system cannot pin a process"
    allowed = sorted(os.sched_getaffinity(0))
    if threads > len(allowed):
        sys.exit(f"error: --threads {threads}, but this process may use {len(allowed)} processors")
    os.sched_setaffinity(0, allowed[:threads])
    return f"pinned to {threads} processors"


def problem(path, dtype):
    """X, Y, W, V as `shallows-bench SUITE --export PATH` wrote them."""
    import numpy as np

    with np.load(path) as arrays:
        return tuple(arrays[name].astype(dtype) for name in ("X", "Y", "W", "V"))


class Case:
    """A piece of work to be timed: `body()` does `units` units of it, `figures()` tells what it came to.

    `warm_up()` compiles and starts the threads where the body itself would take too long to be called for that;
    `processor()` is the processor time so far where the body works in other processes.
    """

    def __init__(
            self, name, system, version, body, units=1, figures=dict, warm_up=None, processor=time.process_time):
        self.name, self.system, self.version = name, system, version
        self.body, self.units, self.figures = body, units, figures
        self.warm_up, self.processor = warm_up or body, processor

    def measure(self, seconds, least=3):
        """Calls the body for about `seconds`, at least `least` times unless that takes four times as long, after one
        call of `warm_up` that does not count.

        Wall and processor time of each call in seconds a unit; the processor time is that of all threads.
        """
        self.warm_up()
        wall, cpu = [], []
        begin = time.perf_counter()
        while (elapsed := time.perf_counter() - begin) < seconds or not wall or (
                len(wall) < least and elapsed < 4 * seconds):
            start, processor = time.perf_counter(), self.processor()
            self.body()
            wall.append((time.perf_counter() - start) / self.units)
            cpu.append((self.processor() - processor) / self.units)
        return {"wall": wall, "cpu": cpu, "figures": self.figures()}


def run(cases, options, threads_how):
    """Measures all cases and prints a row for each, or serves them one by one to Benchmarks/run."""
    for case in cases:
        case.warm_up()  # compiles, and starts the threads
    if options.serve:
        announcement = {
            "cases": [{"name": c.name, "system": c.system, "version": c.version} for c in cases],
            "threads_how": threads_how,
        }
        print(json.dumps(announcement), flush=True)
        for line in sys.stdin:
            name, seconds = line.rstrip("\n").split("\t")
            case = next(c for c in cases if f"{c.system} {c.name}" == name)
            print(json.dumps(case.measure(float(seconds))), flush=True)
        return
    for case in cases:
        times = case.measure(1.0)
        row(
            system=case.system, name=case.name, version=case.version, threads=options.threads, threads_how=threads_how,
            median=statistics.median(times["wall"]), fastest=min(times["wall"]),
            median_cpu=statistics.median(times["cpu"]), repeats=len(times["wall"]), figures=times["figures"])


def row(**fields):
    """Prints one JSON object on a line of its own, with the load average of the last minute."""
    print(json.dumps({**fields, "load_1min": os.getloadavg()[0]}), flush=True)
