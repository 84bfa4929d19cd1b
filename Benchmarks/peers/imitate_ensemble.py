"""Time of a thousand tiny descents: every student of an ensemble from its start to a stationary point.

The experiment of Safran and Shamir (ICML 2018): x ~ N(0, I_d), teacher f* = sum_i relu(v_i . x), student
f = sum_j relu(w_j . x), gradient descent with the exact gradient of L = 1/2 E (f - f*)^2 in closed form,

    2 pi grad_j L = sum_z s_z (|z| sin(t_jz) w_j / |w_j| + (pi - t_jz) z),   t_jz the angle between w_j and z,

z running over the students (s_z = 1) and the teachers (s_z = -1), double precision. A student stops by itself, at the
first weights where max |2 pi grad L| is below the tolerance. The problem is what
`shallows-bench imitate-ensemble --export PROBLEM` writes: W (seeds x n x d), V (k x d), step, tolerance.

Times in seconds for the whole ensemble. `steps` is the sum over the students, `spurious` the share with L >= 1e-3.
The ensemble is dealt to the processors beforehand: by themselves neither NumPy nor XLA would work on two.
"""

import os
from functools import cache, partial
from importlib.metadata import version

import common
import ensembles

arguments = common.parser(__doc__)
arguments.add_argument("--problem", required=True, help="NPZ file with W, V, step, tolerance")
options = arguments.parse_args()
if options.only == "torch":
    arguments.error("this comparison has no PyTorch part")
threads_how = common.limit_threads(options.threads) + ", a process each"
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"  # in each of the processes

import numpy as np  # noqa: E402  (the number of threads has to be set first)

with np.load(options.problem) as problem:
    W, V = (np.ascontiguousarray(problem[name], np.float64) for name in ("W", "V"))
    STEP, TOLERANCE = (float(problem[name].item()) for name in ("step", "tolerance"))
SEEDS, WIDTH, DIMENSION = W.shape
RATE = STEP / (2 * np.pi)  # of the gradient times 2 pi
TEACHER_NORMS = np.linalg.norm(V, axis=1)
SPURIOUS = 1e-3
cases = []


def losses(w):
    """L of each student, from E relu(u.x) relu(v.x) = |u||v| (sin t + (pi - t) cos t) / (2 pi)."""

    def expectations(a, b):
        norms = np.linalg.norm(a, axis=-1)[..., :, None] * np.linalg.norm(b, axis=-1)[..., None, :]
        cosine = np.clip(a @ np.swapaxes(b, -1, -2) / norms, -1, 1)
        values = norms * (np.sqrt(1 - cosine**2) + (np.pi - np.arccos(cosine)) * cosine)
        return values.sum((-1, -2)) / (2 * np.pi)

    return expectations(w, w) / 2 - expectations(w, V) + expectations(V, V) / 2


def add(name, system, solve, count=options.threads):
    """`solve(w, tolerance)` returns the end points of the starts `w` and how many steps each took."""
    last = {}
    parts = [W[part::count] for part in range(count)]
    processors = ensembles.Processors(count)

    def descend(tolerance):
        return processors.map(partial(solve, tolerance=tolerance), parts)

    def body():
        last["ends"] = descend(TOLERANCE)

    def figures():
        loss = np.concatenate([losses(w) for w, _ in last["ends"]])
        steps = np.concatenate([count for _, count in last["ends"]])
        return {
            "seeds": SEEDS, "steps": int(steps.sum()), "most_steps": int(steps.max()), "loss": float(loss.mean()),
            "spurious": float(np.mean(loss >= SPURIOUS))}

    # One descent takes seconds: to compile it is enough that all students stop at once.
    cases.append(common.Case(
        name, system, version(system.lower()), body, figures=figures, warm_up=lambda: descend(np.inf),
        processor=processors.processor_time))


class Block:
    """2 pi grad L of at most `size` students by NumPy, in arrays that are allocated once.

    `z` holds the students and the teachers one after another, so that one product serves both.
    """

    def __init__(self, size):
        self.z = np.empty((size, WIDTH + len(V), DIMENSION))
        self.unit = np.empty_like(self.z)
        self.norm = np.empty(self.z.shape[:2])
        self.z[:, WIDTH:] = -V
        self.unit[:, WIDTH:] = V / TEACHER_NORMS[:, None]
        self.norm[:, WIDTH:] = -TEACHER_NORMS
        self.cosine = np.empty((size, WIDTH, WIDTH + len(V)))
        self.angle = np.empty_like(self.cosine)
        self.gradient = np.empty((size, WIDTH, DIMENSION))

    def gradient_at(self, w):
        z, unit, norm, cosine, angle, gradient = (
            array[:len(w)] for array in (self.z, self.unit, self.norm, self.cosine, self.angle, self.gradient))
        z[:, :WIDTH] = w
        np.sqrt(np.einsum("bjl,bjl->bj", w, w), out=norm[:, :WIDTH])
        own = unit[:, :WIDTH]
        np.divide(w, norm[:, :WIDTH, None], out=own)
        np.matmul(own, unit.swapaxes(1, 2), out=cosine)
        np.clip(cosine, -1.0, 1.0, out=cosine)
        np.arccos(cosine, out=angle)
        np.subtract(np.pi, angle, out=angle)
        sine = np.multiply(cosine, cosine, out=cosine)
        np.subtract(1.0, sine, out=sine)
        np.sqrt(sine, out=sine)
        # The term along w_j goes to the factor of w_j itself, which stands on the diagonal.
        diagonal = np.einsum("bjj->bj", angle[:, :, :WIDTH])
        diagonal += np.matmul(sine, norm[:, :, None])[:, :, 0] / norm[:, :WIDTH]
        return np.matmul(angle, z, out=gradient)


def numpy_descents(starts, tolerance, size=128):
    # 128 students: the arrays fit the processor's second cache, and NumPy's calls cost little beside the work.
    block = Block(size)

    def advance(w, count):
        gradient = block.gradient_at(w)
        stopped = np.abs(gradient).reshape(len(w), -1).max(1) < tolerance
        gradient *= RATE
        if stopped.any():
            gradient[stopped] = 0
            count += ~stopped
        else:
            count += 1
        w -= gradient
        return stopped

    return ensembles.refilled(starts, size, advance)


def jax_gradient(jnp, angle):
    """2 pi grad L of one student, n x d, with the angles by `angle(cosine, sine)`."""

    def gradient(w):
        norm = jnp.sqrt(jnp.sum(w * w, 1))
        unit = w / norm[:, None]
        z = jnp.concatenate([w, -V])
        cosine = jnp.clip(unit @ jnp.concatenate([unit, V / TEACHER_NORMS[:, None]]).T, -1, 1)
        sine = jnp.sqrt(1 - cosine * cosine)
        radial = sine @ jnp.concatenate([norm, -TEACHER_NORMS])
        return radial[:, None] * unit + (np.pi - angle(cosine, sine)) @ z

    return gradient


def rational_angle(jnp):
    """The arccosine by a rational approximation of asin(x) for |x| <= 1/2, and of half the angle beyond.

    XLA fuses it with what surrounds it; its own arccos and arctan2 take several times as long.
    """

    def angle(cosine, _):
        magnitude = jnp.abs(cosine)
        is_large = magnitude > 0.5
        square = jnp.where(is_large, (1 - magnitude) / 2, magnitude * magnitude)
        x = jnp.where(is_large, jnp.sqrt(square), magnitude)
        ratio = jnp.polyval(jnp.array(NUMERATOR), square) / jnp.polyval(jnp.array(DENOMINATOR), square)
        asin = x + x * square * ratio
        angle = jnp.where(is_large, 2 * asin, np.pi / 2 - asin)
        return jnp.where(cosine < 0, np.pi - angle, angle)

    return angle


@cache
def jax_march(way, own_arccos):
    """Compiles in the process that calls it."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    # arctan2 is a little faster than arccos here.
    gradient = jax_gradient(jnp, rational_angle(jnp) if own_arccos else lambda cosine, sine: jnp.arctan2(sine, cosine))

    def size(g):
        return jnp.max(jnp.abs(g))

    def descend(w, tolerance):
        def step(state):
            w, g, count = state
            w = w - RATE * g
            return w, gradient(w), count + 1

        w, _, count = jax.lax.while_loop(lambda state: size(state[1]) >= tolerance, step, (w, gradient(w), 0))
        return w, count

    def chunk(w, tolerance):
        def step(_, state):
            w, count, is_moving = state
            g = gradient(w)
            is_moving = is_moving & (size(g) >= tolerance)
            return jnp.where(is_moving, w - RATE * g, w), count + is_moving, is_moving

        return jax.lax.fori_loop(0, CHUNK, step, (w, 0, True))

    return jax.jit(jax.vmap({"while_loop": descend, "chunks": chunk}[way], (0, None)))


def jax_while_loop(starts, tolerance):
    """vmap of a student's own loop: all march until the last one has stopped."""
    return tuple(map(np.asarray, jax_march("while_loop", False)(starts, tolerance)))


def jax_chunks(starts, tolerance, own_arccos, size=64):
    """Loops of a fixed number of steps of a block; in between, on the host, other students take the place of those that
    have stopped. Blocks are powers of two wide, so that few programs are compiled."""
    march = jax_march("chunks", own_arccos)

    def width(rest):
        return max(4, 1 << (rest - 1).bit_length())

    if tolerance == np.inf:  # the warm-up
        for students in {width(rest) for rest in range(1, size + 1)}:
            march(starts[np.arange(students) % len(starts)], tolerance)

    def advance(w, count):
        w[:], steps, is_moving = map(np.asarray, march(w, tolerance))
        count += steps
        return ~is_moving

    return ensembles.refilled(starts, size, advance, width)


CHUNK = 128
# (asin(x) - x) / x^3 = P(x^2) / Q(x^2) for |x| <= 1/2, the classical coefficients of FreeBSD's libm, highest first.
NUMERATOR = (
    3.47933107596021167570e-05, 7.91534994289814532176e-04, -4.00555345006794114027e-02, 2.01212532134862925881e-01,
    -3.25565818622400915405e-01, 1.66666666666666657415e-01)
DENOMINATOR = (
    7.70381505559019352791e-02, -6.88283971605453293030e-01, 2.02094576023350569471e+00, -2.40339491173441421878e+00,
    1.0)

if options.only != "jax":
    add("batched", "NumPy", numpy_descents)
    if options.threads > 1:
        add("batched, one processor", "NumPy", numpy_descents, count=1)
if options.only != "numpy":
    add("jit, vmap of a while_loop", "JAX", jax_while_loop)
    add("jit, chunks of steps, refilled", "JAX", partial(jax_chunks, own_arccos=False))
    add("jit, chunks, refilled, own arccos", "JAX", partial(jax_chunks, own_arccos=True))
common.run(cases, options, threads_how)
