"""Elementary functions of NumPy, SciPy and JAX on one thread: the peers of `shallows-bench transcendentals`.

Times in seconds an element. JAX is compiled (jit) and applies the function inside lax.fori_loop, so that the cost of a
dispatch (some microseconds) is spread over `REPEATS` applications; each iterate is mapped back into the domain by one
multiplication and addition, which XLA fuses into the loop. It is also timed as a plain call on 65536 elements; the best
of the three counts. NumPy writes into a given array of 4096 elements.
"""

import common

arguments = common.parser(__doc__)
options = arguments.parse_args()
threads_how = common.limit_threads(options.threads)

import jax  # noqa: E402  (the number of threads has to be set first)
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
import scipy.special  # noqa: E402

jax.config.update("jax_enable_x64", True)
SIZES, REPEATS, BATCH = (4096, 65536), 200, 50

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


def numpy_case(name, function, binary, x, y):
    out = np.empty_like(x)

    def body():
        for _ in range(BATCH):
            function(x, y, out=out) if binary else function(x, out=out)

    is_scipy = function.__name__ in ("erf", "expit")
    library, version = ("SciPy", scipy.__version__) if is_scipy else ("NumPy", np.__version__)
    return common.Case(name, library, version, body, x.size * BATCH)


def jax_cases(name, function, binary, lower, upper, scale, shift, dtype):
    def apply(x, y):
        return function(x, y) if binary else function(x)

    def case(variant, body, units):
        return common.Case(f"{name}, {variant}", "JAX", jax.__version__, lambda: body().block_until_ready(), units)

    for size in SIZES:
        x = jnp.asarray(np.linspace(lower, upper, size), dtype)
        y = x[::-1].copy()
        factor, offset = jnp.asarray(scale, dtype), jnp.asarray(shift, dtype)

        @jax.jit
        def loop(x, y, factor=factor, offset=offset):
            return jax.lax.fori_loop(0, REPEATS, lambda _, v: apply(v, y) * factor + offset, x)

        yield case(f"loop of {size}", lambda loop=loop, x=x, y=y: loop(x, y), size * REPEATS)
    once = jax.jit(apply)

    def calls():
        for _ in range(BATCH):
            result = once(x, y)
        return result

    yield case(f"call of {size}", calls, size * BATCH)


cases = []
for dtype, precision in ((np.float64, "f64"), (np.float32, "f32")):
    for name, (reference, traced, lower, upper, scale, shift) in FUNCTIONS.items():
        title, binary = f"{name} {precision}", name == "atan2"
        x = np.linspace(lower, upper, SIZES[0]).astype(dtype)
        if options.only != "jax":
            cases.append(numpy_case(title, reference, binary, x, x[::-1].copy()))
        if options.only != "numpy":
            cases += jax_cases(title, traced, binary, lower, upper, scale, shift, dtype)
common.run(cases, options, threads_how)
