"""Elementary functions of NumPy, SciPy and JAX on one thread: the peers of `shallows-bench transcendentals`.

Prints one JSON object a row. JAX is compiled (jit) and applies the function inside lax.fori_loop, so that the cost of a
dispatch (some microseconds) is spread over `REPEATS` applications; each iterate is mapped back into the domain by
one multiplication and addition, which XLA fuses into the loop. It is also timed as a plain call on 65536 elements, and
the best of the three counts. NumPy writes into a given array of 4096 elements. Medians of 41.
"""
import json
import os
import statistics
import time

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ.setdefault("JAX_PLATFORMS", "cpu")
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import jax
import jax.numpy as jnp
import numpy as np
import scipy.special

jax.config.update("jax_enable_x64", True)
SIZES, REPEATS, SAMPLES = (4096, 65536), 200, 41

# name: (NumPy or SciPy, JAX, lower and upper end of the inputs, scale and shift that map results back into the domain)
FUNCTIONS = {
    "tanh": (np.tanh, jnp.tanh, -3, 3, 3.0, 0.0),
    "exp": (np.exp, jnp.exp, -3, 3, 0.25, -3.0),
    "expm1": (np.expm1, jnp.expm1, -3, 3, 0.25, -2.0),
    "log": (np.log, jnp.log, 0.1, 3, 0.5, 1.5),
    "log1p": (np.log1p, jnp.log1p, 0, 3, 2.0, 0.0),
    "erf": (scipy.special.erf, jax.scipy.special.erf, -3, 3, 3.0, 0.0),
    "sigmoid": (scipy.special.expit, jax.nn.sigmoid, -3, 3, 6.0, -3.0),
    "acos": (np.arccos, jnp.arccos, -1, 1, 2 / np.pi, -1.0),
    "atan2": (np.arctan2, jnp.arctan2, -1, 1, 1 / np.pi, 0.0),
}


def median_ns(body, batch):
    body()
    times = []
    for _ in range(SAMPLES):
        start = time.perf_counter_ns()
        for _ in range(batch):
            body()
        times.append((time.perf_counter_ns() - start) / batch)
    return statistics.median(times)


def numpy_rate(function, binary, x, y):
    out = np.empty_like(x)
    body = (lambda: function(x, y, out=out)) if binary else (lambda: function(x, out=out))
    return x.size / median_ns(body, 50)


def jax_rate(function, binary, lower, upper, scale, shift, dtype):
    best = 0.0
    apply = function if binary else (lambda x, y: function(x))
    for size in SIZES:
        x = jnp.asarray(np.linspace(lower, upper, size), dtype)
        y = x[::-1].copy()
        step = lambda i, v, y=y: apply(v, y) * jnp.asarray(scale, dtype) + jnp.asarray(shift, dtype)
        loop = jax.jit(lambda x: jax.lax.fori_loop(0, REPEATS, step, x))
        best = max(best, size * REPEATS / median_ns(lambda: loop(x).block_until_ready(), 1))
    once = jax.jit(apply)
    return max(best, size / median_ns(lambda: once(x, y).block_until_ready(), 20))


def main():
    for dtype, precision in ((np.float64, "f64"), (np.float32, "f32")):
        for name, (reference, traced, lower, upper, scale, shift) in FUNCTIONS.items():
            binary = name == "atan2"
            x = np.linspace(lower, upper, SIZES[0]).astype(dtype)
            y = x[::-1].copy()
            peer = "SciPy" if reference.__name__ in ("erf", "expit") else "NumPy"
            rates = {peer: numpy_rate(reference, binary, x, y)}
            rates["JAX"] = jax_rate(traced, binary, lower, upper, scale, shift, dtype)
            for peer, rate in rates.items():
                row = {"name": f"{name} {precision}", "peer": peer, "elementsPerNanosecond": round(rate, 4)}
                print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
