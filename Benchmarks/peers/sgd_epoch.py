"""Time of one epoch of plain stochastic gradient descent on MNIST, shuffling included.

784 inputs, 64 tanh neurons, 10 outputs, no biases, single precision, batches of 128 from the first 7,000 training
images in a new random order each epoch, L = 1/(2b) sum |f(x_i) - y_i|^2 against one-hot labels. The 88 images left over
after 54 whole batches are dropped, another 88 each epoch. One JSON object per peer on stdout, times in seconds an epoch.
"""

import common

arguments = common.parser(__doc__)
arguments.add_argument("--data", required=True, help="folder with MNIST's IDX files, compressed or not")
options = arguments.parse_args()
threads_how = common.limit_threads(options.threads)

import numpy as np  # noqa: E402  (the number of threads has to be set first)

SAMPLES, HIDDEN, OUTPUTS, BATCH, RATE = 7000, 64, 10, 128, 0.05
STEPS = SAMPLES // BATCH
images = common.read_idx(options.data, "train-images-idx3-ubyte")[:SAMPLES]
labels = common.read_idx(options.data, "train-labels-idx1-ubyte")[:SAMPLES]
X = images.reshape(SAMPLES, -1).astype(np.float32) / 255
Y = np.eye(OUTPUTS, dtype=np.float32)[labels]
random = np.random.default_rng(options.seed)
W = (random.standard_normal((HIDDEN, X.shape[1])) / X.shape[1] ** 0.5).astype(np.float32)
V = (random.standard_normal((OUTPUTS, HIDDEN)) / HIDDEN**0.5).astype(np.float32)


def report(system, variant, version, epochs, w, v, times):
    w, v = np.asarray(w), np.asarray(v)
    accuracy = float(np.mean(np.argmax(np.tanh(X @ w.T) @ v.T, 1) == labels))
    common.row(
        benchmark="sgd_epoch", work="784-64tanh-10, f32, batch 128, 54 steps", system=system, variant=variant,
        version=version, threads=options.threads, threads_how=threads_how, train_accuracy=accuracy, epochs=epochs,
        **times)


def torch_rows():
    import torch

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    x, y = torch.from_numpy(X), torch.from_numpy(Y)

    def autograd_epoch(w, v):
        for batch in torch.randperm(SAMPLES)[:STEPS * BATCH].split(BATCH):
            xb, yb = x.index_select(0, batch), y.index_select(0, batch)
            loss = (torch.tanh(xb @ w.T) @ v.T - yb).square().sum() / (2 * BATCH)
            gradient_w, gradient_v = torch.autograd.grad(loss, (w, v))
            with torch.no_grad():
                w.sub_(gradient_w, alpha=RATE)
                v.sub_(gradient_v, alpha=RATE)

    @torch.no_grad()
    def epoch_by_hand(w, v):
        for batch in torch.randperm(SAMPLES)[:STEPS * BATCH].split(BATCH):
            xb, yb = x.index_select(0, batch), y.index_select(0, batch)
            h = torch.tanh(xb @ w.T)
            residual = torch.addmm(yb, h, v.T, beta=-1)
            delta = (residual @ v).mul_(1 - h * h)
            v.addmm_(residual.T, h, alpha=-RATE / BATCH)
            w.addmm_(delta.T, xb, alpha=-RATE / BATCH)

    for variant, epoch in (("eager, autograd", autograd_epoch), ("eager, gradient by hand", epoch_by_hand)):
        w, v = torch.tensor(W, requires_grad=True), torch.tensor(V, requires_grad=True)
        times = common.median_time(lambda: epoch(w, v), 1)
        report(
            "PyTorch", variant, torch.__version__, times["repeats"] + 1, w.detach().numpy(), v.detach().numpy(), times)


def jax_rows():
    import jax
    import jax.numpy as jnp

    x, y = jnp.asarray(X), jnp.asarray(Y)

    def loss(parameters, xb, yb):
        w, v = parameters
        return jnp.sum((jnp.tanh(xb @ w.T) @ v.T - yb) ** 2) / (2 * BATCH)

    @jax.jit
    def epoch(parameters, key):
        order = jax.random.permutation(key, SAMPLES)[:STEPS * BATCH].reshape(STEPS, BATCH)

        def step(parameters, batch):
            gradient = jax.grad(loss)(parameters, x[batch], y[batch])
            return jax.tree.map(lambda p, g: p - RATE * g, parameters, gradient), None

        return jax.lax.scan(step, parameters, order)[0]

    state = {"parameters": (jnp.asarray(W), jnp.asarray(V)), "key": jax.random.key(options.seed)}

    def body():
        state["key"], key = jax.random.split(state["key"])
        state["parameters"] = jax.block_until_ready(epoch(state["parameters"], key))

    times = common.median_time(body, 1)
    report("JAX", "jit, scan over the steps", jax.__version__, times["repeats"] + 1, *state["parameters"], times)


if options.only != "jax":
    torch_rows()
if options.only != "torch":
    jax_rows()
