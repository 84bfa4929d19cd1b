"""Adversaries of a network by Foolbox and torchattacks: what AscentEngine does.

f(x) = V tanh(W x + b), softmax cross-entropy, every image moved by at most eps in l2 within [0, 1], single precision on
--threads threads, all images in one batch, --steps gradients an image:

  Foolbox L2PGD (its step: 0.025 eps, a random start), torchattacks PGDL2 (step 0.2 eps, a random start) and APGD (no
  step to choose; one start).

The unit of work is the attack of all images. Each peer's result is then brought into the ball and the box exactly, and
all losses are taken again in double precision: "ours_at_least" is the share of images on which ours is no smaller than
the peer's, up to a relative 1e-6, the rounding of single precision.

--problem names the NPZ file that `shallows-bench attack-mnist --export PROBLEM` writes: x (n x 784), y (one-hot), W with
b as its last column, V, and delta, where ours moved the images.
"""

import common

arguments = common.parser(__doc__)
arguments.add_argument("--problem", required=True, help="NPZ file with x, y, W, V and delta")
arguments.add_argument("--steps", type=int, default=100, help="gradients an image (default 100)")
arguments.add_argument("--radius", type=float, default=1.0, help="eps (default 1)")
options = arguments.parse_args()
threads_how = common.limit_threads(options.threads)

import foolbox  # noqa: E402  (the number of threads has to be set first)
import numpy as np  # noqa: E402
import torch  # noqa: E402
import torchattacks  # noqa: E402

torch.set_num_threads(options.threads)
with np.load(options.problem) as arrays:
    X, Y, W, V, OURS = (arrays[name].astype(np.float64) for name in ("x", "y", "W", "V", "delta"))
n, d = X.shape
LABELS = Y.argmax(axis=1)
EPS, STEPS = options.radius, options.steps

network = torch.nn.Sequential(
    torch.nn.Flatten(), torch.nn.Linear(d, len(W)), torch.nn.Tanh(), torch.nn.Linear(len(W), len(V), bias=False))
network = network.eval()
with torch.no_grad():
    network[1].weight.copy_(torch.tensor(W[:, :d]))
    network[1].bias.copy_(torch.tensor(W[:, d]))
    network[3].weight.copy_(torch.tensor(V))
for parameter in network.parameters():
    parameter.requires_grad_(False)
# torchattacks takes lengths over colours, rows and columns.
images = torch.tensor(X, dtype=torch.float32).reshape(n, 1, 28, -1)
labels = torch.tensor(LABELS)


def into_the_set(delta):
    """The nearest point of the ball and the box, clip(s delta) for one s <= 1 a row, by bisection."""
    low, high = -X, 1 - X
    inside, outside = np.zeros((n, 1)), np.ones((n, 1))
    fits = np.linalg.norm(np.clip(delta, low, high), axis=1, keepdims=True) <= EPS
    inside[fits] = 1
    for _ in range(60):
        middle = (inside + outside) / 2
        is_short = np.linalg.norm(np.clip(middle * delta, low, high), axis=1, keepdims=True) <= EPS
        inside, outside = np.where(is_short, middle, inside), np.where(is_short, outside, middle)
    return np.clip(inside * delta, low, high)


def losses(delta):
    f = np.tanh((X + delta) @ W[:, :d].T + W[:, d]) @ V.T
    top = f.max(axis=1)
    return top + np.log(np.exp(f - top[:, None]).sum(axis=1)) - f[np.arange(n), LABELS]


class Attack:
    def __init__(self, attack):
        self.attack, self.result = attack, None

    def run(self):
        torch.manual_seed(options.seed)
        self.result = self.attack()

    def figures(self):
        delta = self.result.detach().numpy().reshape(n, d).astype(np.float64) - X
        ours, theirs = losses(OURS), losses(into_the_set(delta))
        return {
            "inputs": n, "steps": STEPS, "loss": float(theirs.mean()), "ours": float(ours.mean()),
            "ours_at_least": float(np.mean(ours >= theirs * (1 - 1e-6))),
            "length": float(np.linalg.norm(delta, axis=1).max()),
            "our_length": float(np.linalg.norm(OURS, axis=1).max())}


model = foolbox.PyTorchModel(network, bounds=(0, 1), device="cpu")
pgd = foolbox.attacks.L2PGD(steps=STEPS)
pgdl2 = torchattacks.PGDL2(network, eps=EPS, alpha=0.2 * EPS, steps=STEPS)
apgd = torchattacks.APGD(network, norm="L2", eps=EPS, steps=STEPS, loss="ce")
attacks = [
    ("Foolbox", "L2PGD", foolbox.__version__, lambda: pgd(model, images, labels, epsilons=EPS)[1]),
    ("torchattacks", "PGDL2", torchattacks.__version__, lambda: pgdl2(images, labels)),
    ("torchattacks", "APGD", torchattacks.__version__, lambda: apgd(images, labels)),
]
cases = []
for system, name, version, attack in attacks:
    work = Attack(attack)
    cases.append(common.Case(name, system, version, work.run, figures=work.figures))
common.run(cases, options, threads_how)
