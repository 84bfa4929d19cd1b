"""What the scripts on ensembles of small independent problems share: processors of their own, and blocks kept full."""

import multiprocessing
import os
import time


class Processors:
    """Descends from parts of the ensemble in a process each, every one on a processor of its own.

    In threads NumPy's small operations would fight for Python's lock; XLA spends a quarter more where it sees two
    processors, and gains nothing by them.
    """

    def __init__(self, count):
        processors = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else [None] * count
        fork = multiprocessing.get_context("fork")
        self.pools = [fork.Pool(1, pin, (processor,)) for processor in processors[:count]]
        self.seconds = 0.0

    def processor_time(self):
        return self.seconds

    def map(self, descend, parts):
        jobs = [pool.apply_async(timed, (descend, part)) for pool, part in zip(self.pools, parts)]
        results = [job.get() for job in jobs]
        self.seconds += sum(seconds for seconds, _ in results)
        return [result for _, result in results]


def pin(processor):
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    if processor is not None:
        os.sched_setaffinity(0, [processor])


def timed(descend, part):
    start = time.process_time()
    result = descend(part)
    return time.process_time() - start, result


def refilled(starts, block, advance, width=lambda rest: rest):
    """Descends from all starts, at most `block` at a time; where a student has stopped, the next start moves in.

    `advance(w, count)` moves the students `w` in place, adds the steps that they took to `count` and returns which of
    them have stopped. When no starts are left, `width(rest)` tells how wide the block has to be for the rest.
    """
    import numpy as np  # only now: the number of its threads has to be set first

    seeds = len(starts)
    ends, steps = np.empty_like(starts), np.empty(seeds, np.int64)
    size = min(block, width(seeds))
    taken = min(size, seeds)
    seed = np.full(size, -1)  # which start a place in the block holds; -1: none
    seed[:taken] = np.arange(taken)
    w, count = starts[np.maximum(seed, 0)], np.zeros(size, np.int64)
    while True:
        stopped = advance(w, count)
        if not stopped.any():
            continue
        places = np.flatnonzero(stopped & (seed >= 0))
        ends[seed[places]], steps[seed[places]] = w[places], count[places]
        new = places[:seeds - taken]
        seed[places] = -1
        seed[new] = np.arange(taken, taken + len(new))
        w[new], count[new] = starts[seed[new]], 0
        taken += len(new)
        rest = np.flatnonzero(seed >= 0)
        if len(rest) == 0:
            return ends, steps
        if (size := width(len(rest))) < len(seed):
            keep = np.concatenate([rest, np.flatnonzero(seed < 0)[:size - len(rest)]])
            seed, w, count = seed[keep], w[keep], count[keep]
