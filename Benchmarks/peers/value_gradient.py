"""Time of one step of gradient descent on a tiny network: value, gradient of both layers, update.

24 inputs, 8 tanh neurons, 2 outputs, no biases, 200 samples, double precision,
L = 1/(2n) sum |f(x_i) - y_i|^2 with f(x) = V tanh(W x). One JSON object per peer on stdout, times in seconds a step.
"""

import common

arguments = common.parser(__doc__)
arguments.add_argument("--steps", type=int, default=1000, help="steps in one timed call (default 1000)")
options = arguments.parse_args()
threads_how = common.limit_threads(options.threads)

import numpy as np  # noqa: E402  (the number of threads has to be set first)

INPUTS, HIDDEN, OUTPUTS, SAMPLES, RATE = 24, 8, 2, 200, 0.05
random = np.random.default_rng(options.seed)
X = random.standard_normal((SAMPLES, INPUTS))
Y = random.standard_normal((SAMPLES, OUTPUTS))
W = random.standard_normal((HIDDEN, INPUTS)) / INPUTS**0.5
V = random.standard_normal((OUTPUTS, HIDDEN)) / HIDDEN**0.5


def report(system, variant, version, final_loss, times):
    common.row(
        benchmark="value_gradient", work="24-8tanh-2, n = 200, f64, one step of gradient descent", system=system,
        variant=variant, version=version, threads=options.threads, threads_how=threads_how,
        loss_after_first_call=final_loss, **times)


def torch_rows():
    import torch

    torch.set_num_threads(options.threads)
    x, y = torch.from_numpy(X), torch.from_numpy(Y)

    def autograd():
        w = torch.tensor(W, requires_grad=True)
        v = torch.tensor(V, requires_grad=True)
        for _ in range(options.steps):
            residual = torch.tanh(x @ w.T) @ v.T - y
            loss = residual.square().sum() / (2 * SAMPLES)
            gradient_w, gradient_v = torch.autograd.grad(loss, (w, v))
            with torch.no_grad():
                w -= RATE * gradient_w
                v -= RATE * gradient_v
        return loss.item()

    @torch.inference_mode()
    def by_hand():
        w, v = torch.tensor(W), torch.tensor(V)
        for _ in range(options.steps):
            h = torch.tanh(x @ w.T)
            residual = torch.addmm(y, h, v.T, beta=-1)
            loss = residual.square().sum() / (2 * SAMPLES)
            delta = (residual @ v) * (1 - h * h)
            v.addmm_(residual.T, h, alpha=-RATE / SAMPLES)
            w.addmm_(delta.T, x, alpha=-RATE / SAMPLES)
        return loss.item()

    for variant, body in (("eager, autograd", autograd), ("eager, gradient by hand", by_hand)):
        report("PyTorch", variant, torch.__version__, body(), common.median_time(body, options.steps))


def jax_rows():
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    x, y = jnp.asarray(X), jnp.asarray(Y)

    def loss(parameters):
        w, v = parameters
        return jnp.sum((jnp.tanh(x @ w.T) @ v.T - y) ** 2) / (2 * SAMPLES)

    @jax.jit
    def descend(parameters):
        def step(parameters, _):
            value, gradient = jax.value_and_grad(loss)(parameters)
            return jax.tree.map(lambda p, g: p - RATE * g, parameters, gradient), value

        return jax.lax.scan(step, parameters, None, length=options.steps)

    start = (jnp.asarray(W), jnp.asarray(V))

    def body():
        _, losses = descend(start)
        return float(losses.block_until_ready()[-1])

    report("JAX", f"jit, scan over {options.steps} steps", jax.__version__, body(), common.median_time(body, options.steps))


if options.only != "jax":
    torch_rows()
if options.only != "torch":
    jax_rows()
