"""Time of one epoch of plain stochastic gradient descent on MNIST, shuffling included.

784 inputs, 64 tanh neurons, 10 outputs, no biases, single precision, 7,000 images in batches of 128 (the last one of
88) in a new random order each epoch, L = 1/(2b) sum |f(x_i) - y_i|^2 against one-hot labels, from the problem that
`shallows-bench sgd-epoch --data FOLDER --export PROBLEM` writes. Times in seconds an epoch.
"""

import common

arguments = common.parser(__doc__)
arguments.add_argument("--problem", required=True, help="NPZ file with X, Y, W, V")
options = arguments.parse_args()
threads_how = common.limit_threads(options.threads)

import numpy as np  # noqa: E402  (the number of threads has to be set first)

BATCH, RATE = 128, 0.05
X, Y, W, V = common.problem(options.problem, np.float32)
SAMPLES = len(X)
WHOLE = SAMPLES // BATCH
cases = []


def loss_of(w, v):
    return float(np.sum((np.tanh(X @ w.T) @ v.T - Y) ** 2) / (2 * SAMPLES))


def torch_cases():
    import torch

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    x, y = torch.from_numpy(X), torch.from_numpy(Y)

    def autograd_epoch(w, v):
        for batch in torch.randperm(SAMPLES).split(BATCH):
            xb, yb = x.index_select(0, batch), y.index_select(0, batch)
            loss = (torch.tanh(xb @ w.T) @ v.T - yb).square().sum() / (2 * len(batch))
            gradient_w, gradient_v = torch.autograd.grad(loss, (w, v))
            with torch.no_grad():
                w.sub_(gradient_w, alpha=RATE)
                v.sub_(gradient_v, alpha=RATE)

    @torch.no_grad()
    def epoch_by_hand(w, v):
        for batch in torch.randperm(SAMPLES).split(BATCH):
            xb, yb = x.index_select(0, batch), y.index_select(0, batch)
            h = torch.tanh(xb @ w.T)
            residual = torch.addmm(yb, h, v.T, beta=-1)
            delta = (residual @ v).mul_(1 - h * h)
            v.addmm_(residual.T, h, alpha=-RATE / len(batch))
            w.addmm_(delta.T, xb, alpha=-RATE / len(batch))

    def add(name, epoch):
        w, v = torch.tensor(W, requires_grad=True), torch.tensor(V, requires_grad=True)
        seen = {"epochs": 0}

        def body():
            epoch(w, v)
            seen["epochs"] += 1

        cases.append(common.Case(
            name, "PyTorch", torch.__version__, body,
            figures=lambda: {**seen, "loss": loss_of(w.detach().numpy(), v.detach().numpy())}))

    add("eager, autograd", autograd_epoch)
    add("eager, gradient by hand", epoch_by_hand)


def jax_cases():
    import jax
    import jax.numpy as jnp

    x, y = jnp.asarray(X), jnp.asarray(Y)

    def loss(parameters, xb, yb):
        w, v = parameters
        return jnp.sum((jnp.tanh(xb @ w.T) @ v.T - yb) ** 2) / (2 * len(xb))

    def step(parameters, batch):
        gradient = jax.grad(loss)(parameters, x[batch], y[batch])
        return jax.tree.map(lambda p, g: p - RATE * g, parameters, gradient), None

    @jax.jit
    def epoch(parameters, order):
        parameters = jax.lax.scan(step, parameters, order[:WHOLE * BATCH].reshape(WHOLE, BATCH))[0]
        return step(parameters, order[WHOLE * BATCH:])[0] if SAMPLES % BATCH else parameters

    @jax.jit
    def shuffled_epoch(parameters, key):
        return epoch(parameters, jax.random.permutation(key, SAMPLES))

    def add(name, advance):
        state = {"parameters": (jnp.asarray(W), jnp.asarray(V)), "epochs": 0}

        def body():
            state["parameters"] = jax.block_until_ready(advance(state["parameters"]))
            state["epochs"] += 1

        cases.append(common.Case(
            name, "JAX", jax.__version__, body,
            figures=lambda: {"epochs": state["epochs"], "loss": loss_of(*map(np.asarray, state["parameters"]))}))

    keys = {"next": jax.random.key(options.seed)}

    def with_own_order(parameters):
        keys["next"], key = jax.random.split(keys["next"])
        return shuffled_epoch(parameters, key)

    random = np.random.default_rng(options.seed)
    add("jit, scan over the steps", with_own_order)
    # The permutation is a part of the epoch that JAX is slow at; with NumPy's it may do better.
    add("jit, scan, order by NumPy", lambda parameters: epoch(parameters, random.permutation(SAMPLES).astype(np.int32)))


if options.only != "jax":
    torch_cases()
if options.only != "torch":
    jax_cases()
common.run(cases, options, threads_how)
