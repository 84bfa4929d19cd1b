"""Loss against time for PyTorch's Adam and L-BFGS and scikit-learn's L-BFGS on the fit that `shallows fit` is made for.

The problem that `shallows-bench narrow-fit --export PROBLEM` writes: 2,000 MNIST images (centred by pixel, scaled to
rms 1 over all entries, a constant 1 appended), two classes 1 and -1, 8 tanh neurons with a mirrored start, only the
inner weights free, double precision, L = 1/(2n) sum (f(x_i) - y_i)^2. Every method starts from the same weights and
has the whole batch in each evaluation. One JSON object per method on stdout; `curve` lists [seconds, lowest loss so
far].
"""

import time

import common

arguments = common.parser(__doc__)
arguments.add_argument("--problem", required=True, help="NPZ file with X (n x d'), Y (n x 1), W (m x d'), V (1 x m)")
arguments.add_argument("--seconds", type=float, default=15, help="time for each method (default 15)")
arguments.add_argument(
    "--rates", type=float, nargs="+", default=[1e-3, 3e-3, 1e-2], help="Adam's learning rates to try")
options = arguments.parse_args()
if options.only not in (None, "torch") or options.serve:
    arguments.error("this comparison has no JAX part and is not served")
threads_how = common.limit_threads(options.threads)

import numpy as np  # noqa: E402  (the number of threads has to be set first)
import torch  # noqa: E402

torch.set_num_threads(options.threads)
torch.set_default_dtype(torch.float64)

X, Y, W, V = common.problem(options.problem, np.float64)
n, m = len(X), len(W)
v = torch.from_numpy(V[0])
x, y = torch.from_numpy(X), torch.from_numpy(Y[:, 0])


class Curve:
    """The lowest loss so far, noted at times that grow by a tenth; `over` once the time is up."""

    def __init__(self):
        self.start = time.perf_counter()
        self.best, self.evaluations, self.points = float("inf"), 0, []

    def note(self, loss):
        self.evaluations += 1
        self.best = min(self.best, loss)
        elapsed = time.perf_counter() - self.start
        if not self.points or elapsed >= max(1.1 * self.points[-1][0], 0.01):
            self.points.append([elapsed, self.best])

    @property
    def over(self):
        return time.perf_counter() - self.start >= options.seconds

    def finish(self):
        self.points.append([time.perf_counter() - self.start, self.best])
        return {"evaluations": self.evaluations, "lowest_loss": self.best, "curve": self.points}


def objective(w):
    return (torch.tanh(x @ w.T) @ v - y).square().sum() / (2 * n)


def adam(rate):
    w = torch.tensor(W, requires_grad=True)
    optimizer = torch.optim.Adam([w], lr=rate, foreach=True)
    curve = Curve()
    while not curve.over:
        optimizer.zero_grad()
        loss = objective(w)
        loss.backward()
        optimizer.step()
        curve.note(loss.item())
    return curve.finish()


def lbfgs():
    w = torch.tensor(W, requires_grad=True)
    # Tolerances of 0: it goes on until the time is up or the line search cannot move in double precision.
    optimizer = torch.optim.LBFGS(
        [w], max_iter=20, history_size=20, tolerance_grad=0, tolerance_change=0, line_search_fn="strong_wolfe")
    curve = Curve()

    def closure():
        optimizer.zero_grad()
        loss = objective(w)
        loss.backward()
        curve.note(loss.item())
        return loss

    while not curve.over:
        before = w.detach().clone()
        optimizer.step(closure)
        if torch.equal(before, w.detach()):
            break
    return curve.finish()


def scikit():
    """MLPRegressor with its L-BFGS, from its own start and with all weights and biases free: more than the others may
    move. It cannot be stopped by time, so it goes on in rounds of 50 iterations, each of which starts
    its memory of curvature anew: that costs it something."""
    import warnings

    from sklearn.neural_network import MLPRegressor

    warnings.simplefilter("ignore")
    net = MLPRegressor(
        hidden_layer_sizes=(m,), activation="tanh", solver="lbfgs", alpha=0, tol=0, max_iter=50, max_fun=10**9,
        warm_start=True, random_state=0)
    curve = Curve()
    while not curve.over:
        before = curve.best
        net.fit(X, Y[:, 0])
        # Its loss is the mean of squares over 2, as ours.
        curve.note(float(np.square(net.predict(X) - Y[:, 0]).mean() / 2))
        if curve.best == before:
            break
    return curve.finish()


def report(variant, result, system="PyTorch", version=torch.__version__, **more):
    common.row(
        system=system, name=variant, version=version, threads=options.threads, threads_how=threads_how,
        **more, **result)


# One evaluation that does not count: the first call of PyTorch sets up its threads and kernels.
objective(torch.tensor(W, requires_grad=True)).backward()
results = {rate: adam(rate) for rate in options.rates}
best = min(results, key=lambda rate: results[rate]["lowest_loss"])
for rate, result in results.items():
    report("Adam", result, learning_rate=rate, best_rate=rate == best)
report("L-BFGS, strong Wolfe, history 20", lbfgs())
import sklearn  # noqa: E402

report("MLPRegressor, L-BFGS", scikit(), system="scikit-learn", version=sklearn.__version__)
