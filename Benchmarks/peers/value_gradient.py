"""Time of one step of gradient descent on a tiny network: value, gradient of both layers, update.

24 inputs, 8 tanh neurons, 2 outputs, no biases, 200 samples, double precision,
L = 1/(2n) sum |f(x_i) - y_i|^2 with f(x) = V tanh(W x), from the problem that
`shallows-bench value-gradient --export PROBLEM` writes. Times in seconds a step; `loss` is that of the last of 1,000.
"""

import common

arguments = common.parser(__doc__)
arguments.add_argument("--problem", required=True, help="NPZ file with X, Y, W, V")
options = arguments.parse_args()
threads_how = common.limit_threads(options.threads)

import numpy as np  # noqa: E402  (the number of threads has to be set first)

STEPS, RATE = 1000, 0.05
X, Y, W, V = common.problem(options.problem, np.float64)
SAMPLES = len(X)
cases = []


def add(name, system, version, body):
    last = {}

    def call():
        last["loss"] = body()

    cases.append(common.Case(name, system, version, call, STEPS, lambda: last))


def torch_cases():
    import torch

    torch.set_num_threads(options.threads)
    x, y = torch.from_numpy(X), torch.from_numpy(Y)

    def autograd():
        w = torch.tensor(W, requires_grad=True)
        v = torch.tensor(V, requires_grad=True)
        for _ in range(STEPS):
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
        for _ in range(STEPS):
            h = torch.tanh(x @ w.T)
            residual = torch.addmm(y, h, v.T, beta=-1)
            loss = residual.square().sum() / (2 * SAMPLES)
            delta = (residual @ v) * (1 - h * h)
            v.addmm_(residual.T, h, alpha=-RATE / SAMPLES)
            w.addmm_(delta.T, x, alpha=-RATE / SAMPLES)
        return loss.item()

    add("eager, autograd", "PyTorch", torch.__version__, autograd)
    add("eager, gradient by hand", "PyTorch", torch.__version__, by_hand)


def jax_cases():
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

        return jax.lax.scan(step, parameters, None, length=STEPS)

    start = (jnp.asarray(W), jnp.asarray(V))
    add("jit, scan over the steps", "JAX", jax.__version__,
        lambda: float(descend(start)[1].block_until_ready()[-1]))


if options.only != "jax":
    torch_cases()
if options.only != "torch":
    jax_cases()
common.run(cases, options, threads_how)
