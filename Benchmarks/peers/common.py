"""What the peers' scripts share: the number of threads, timing, rows of output and the MNIST files."""

import argparse
import gzip
import json
import os
import platform
import statistics
import struct
import sys
import time
from pathlib import Path


def parser(description):
    """The argument parser with the options that every script has."""
    result = argparse.ArgumentParser(description=description)
    result.add_argument("--threads", type=int, default=1, help="threads that each peer may use (default 1)")
    result.add_argument("--seed", type=int, default=0)
    result.add_argument(
        "--only", choices=["torch", "jax"], help="run one of the two, for instance to keep their threads apart")
    return result


def limit_threads(threads):
    """Holds the process to `threads` processors. Call before importing torch or jax.

    XLA has no option for the size of its thread pool on the CPU: it takes as many threads as the process may use
    processors. So the process is pinned where the system can do that (Linux); PyTorch, pinned in the same way, is told
    the number as well. Returns how it was done, for the row.
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
    return f"pinned to {threads} of {len(allowed)} processors"


def median_time(body, per_call, seconds=2.0, least=7):
    """Calls `body` for about `seconds`, at least `least` times, after one call that does not count.

    Returns the median, the fastest and the number of calls, the times divided by `per_call`.
    """
    body()
    times = []
    end = time.perf_counter() + seconds
    while len(times) < least or time.perf_counter() < end:
        start = time.perf_counter()
        body()
        times.append((time.perf_counter() - start) / per_call)
    return {"median_s": statistics.median(times), "fastest_s": min(times), "repeats": len(times)}


def row(**fields):
    """Prints one JSON object on a line of its own.

    The load average of the last minute tells whether the machine was otherwise idle: it should not exceed `threads` by
    much, or the times are those of a busy machine.
    """
    print(
        json.dumps({
            **fields, "load_1min": os.getloadavg()[0], "machine": platform.machine(), "python": platform.python_version()
        }), flush=True)


def read_idx(folder, name):
    """An IDX file of bytes, compressed or not, as a NumPy array. `name` is without the ending .gz."""
    import numpy as np

    path = Path(folder) / name
    opened = gzip.open(f"{path}.gz") if Path(f"{path}.gz").exists() else open(path, "rb")
    with opened as file:
        data = file.read()
    zeros, kind, dimensions = struct.unpack(">HBB", data[:4])
    if zeros != 0 or kind != 8:
        sys.exit(f"error: {path} is not an IDX file of bytes")
    shape = struct.unpack(f">{dimensions}I", data[4:4 + 4 * dimensions])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * dimensions).reshape(shape)
