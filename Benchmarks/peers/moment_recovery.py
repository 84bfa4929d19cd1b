"""Recovery of y = A relu(W x) from moments in NumPy and SciPy: the covariance form that `shallows recover` computes.

Two passes over the samples in chunks (x in rows; inside, variables in rows, so that products of pairs are products of
contiguous rows), with BLAS on --threads threads:

  1. C = E x x^T, G = E x y^T; x~ = C^{-1/2} x, y~ = S^{-1} V^T y from C^{-1/2} G = U S V^T, prediction P~ = U^T x~;
  2. T = Cov(q, x~ x~^T) with q_ab = P~_a y~_b + P~_b y~_a - y~_a y~_b, over pairs i <= j with sqrt 2 off the diagonal;

then the k least right singular vectors of T, their joint diagonalisation by alternating least squares from the
eigenvectors of a pencil (three starts), signs, W = 2 C^{-1} E[x (z_i . y)] and A. The unit of work is one recovery.

--problem names the NPZ file that `shallows-bench moment-recovery --export PROBLEM` writes: x (n x d), y (n x l), and the
network that made them, W (k x d) and A (l x k).
"""

import common

arguments = common.parser(__doc__)
arguments.add_argument("--problem", required=True, help="NPZ file with x, y, W and A")
arguments.add_argument("--chunk", type=int, default=2048, help="samples of a chunk (default 2048)")
arguments.add_argument("--stages", action="store_true", help="print the seconds of each stage of one recovery")
options = arguments.parse_args()
threads_how = common.limit_threads(options.threads)

import time  # noqa: E402  (the number of threads has to be set first)

import numpy as np  # noqa: E402
import scipy  # noqa: E402
import scipy.linalg  # noqa: E402
from scipy.optimize import linear_sum_assignment  # noqa: E402

with np.load(options.problem) as arrays:
    X, Y, W, A = (np.ascontiguousarray(arrays[name], dtype=np.float64) for name in ("x", "y", "W", "A"))
n, d = X.shape
l, k = A.shape
D, K = d * (d + 1) // 2, k * (k + 1) // 2
ROOT2 = np.sqrt(2)


def pair_products(a, b, out):
    """Row ij of `out` <- a_i b_j for i <= j."""
    begin = 0
    for i in range(len(a)):
        end = begin + len(a) - i
        np.multiply(a[i], b[i:], out=out[begin:end])
        begin = end


def weights(size):
    """1 on the diagonal, sqrt 2 off it, for the pairs i <= j."""
    i, j = np.triu_indices(size)
    return np.where(i == j, 1, ROOT2)


def first_moments():
    return X.T @ X / n, X.T @ Y / n


def coordinates(C, G):
    values, vectors = scipy.linalg.eigh(C)
    root = (vectors / np.sqrt(values)) @ vectors.T
    U, S, Vt = np.linalg.svd(root @ G, full_matrices=False)
    return root, Vt[:k] / S[:k, None], U[:, :k]


def detector(Lx, Ly, B):
    """T: sqrt 2 is applied once at the end, and the means come from a column of ones."""
    m = options.chunk
    inputs, q, half = np.empty((D, m)), np.empty((K, m)), np.empty((K, m))
    total, sums, products = np.zeros((D, K)), np.zeros(D), np.zeros(K)
    for start in range(0, n, m):
        stop = min(start + m, n)
        size = stop - start
        x, y = Lx @ X[start:stop].T, Ly @ Y[start:stop].T
        r = B.T @ x - y / 2
        xx, qq, hh = inputs[:, :size], q[:, :size], half[:, :size]
        pair_products(x, x, xx)
        pair_products(r, y, qq)
        pair_products(y, r, hh)
        qq += hh
        total += xx @ qq.T
        sums += xx.sum(axis=1)
        products += qq.sum(axis=1)
    total /= n
    total -= np.outer(sums / n, products / n)
    total *= weights(d)[:, None]
    total *= weights(k)
    return total


def null_space(T):
    """k symmetric k x k matrices that span what T annihilates."""
    vectors = np.linalg.svd(T)[2][-k:]
    span = np.zeros((k, k, k))
    i, j = np.triu_indices(k)
    span[:, i, j] = vectors / weights(k)
    span[:, j, i] = span[:, i, j]
    return span


def pencil(span, random):
    """Eigenvectors z of X Y^{-1} for two random matrices of the span, the draw with the fewest complex ones of 20."""
    best = None
    for _ in range(20):
        x, y = (np.tensordot(random.standard_normal(k), span, 1) for _ in range(2))
        values, vectors = np.linalg.eig(np.linalg.solve(y, x).T)
        complex_ones = np.count_nonzero(np.abs(values.imag) > 0)
        if best is None or complex_ones < best[0]:
            best = complex_ones, vectors.real + vectors.imag
        if complex_ones == 0:
            break
    return best[1] / np.linalg.norm(best[1], axis=0)


def diagonalize(span):
    """Z with span_m = Z diag(c_m) Z^T, columns of length 1, by alternating least squares; the best of three starts."""
    random = np.random.default_rng(0)
    rows = span.reshape(k * k, k)  # span_m[a, b] at row (m, a)
    best = None
    for _ in range(3):
        Z = pencil(span, random)
        previous = np.inf
        for sweep in range(1000):
            # c given Z; then one factor given c and the other, which takes its place.
            gram = Z.T @ Z
            projected = (rows @ Z).reshape(k, k, k)  # (m, a, i)
            c = np.linalg.solve(gram * gram, np.einsum("mai,ai->mi", projected, Z).T).T
            right = np.einsum("mai,mi->ai", projected, c)
            Z = np.linalg.solve(gram * (c.T @ c), right.T).T
            Z /= np.linalg.norm(Z, axis=0)
            if sweep % 5 == 0:
                gram = Z.T @ Z
                b = np.einsum("mai,ai->mi", (rows @ Z).reshape(k, k, k), Z)
                residual = np.sum(span * span) - np.sum(b * np.linalg.solve(gram * gram, b.T).T)
                if previous - residual < 1e-9 * residual:
                    break
                previous = residual
        if best is None or residual < best[0]:
            best = residual, Z
    return best[1]


def network(Z, C, G, Ly):
    """W with rows of length 1 and A, from the pure neurons z in the rows of Z^T."""
    pure = Z.T @ Ly  # k x l: z_i . y~ = pure_i . y
    pure *= np.sign(pure @ Y.mean(axis=0))[:, None]
    w = 2 * scipy.linalg.solve(C, G @ pure.T, assume_a="pos").T
    # y = A relu(W x): A inverts `pure` on the span of the neurons.
    a = np.linalg.pinv(pure)
    size = np.linalg.norm(w, axis=1)
    return w / size[:, None], a * size


class Recovery:
    def run(self, clock=lambda name: None):
        C, G = first_moments()
        clock("first moments")
        Lx, Ly, B = coordinates(C, G)
        clock("coordinates")
        T = detector(Lx, Ly, B)
        clock("detector")
        span = null_space(T)
        clock("null space")
        Z = diagonalize(span)
        clock("diagonalisation")
        self.hidden, self.output = network(Z, C, G, Ly)
        clock("network")

    def figures(self):
        """Squared errors of unit rows of W and unit columns of A, matched at least cost."""
        w, a = W / np.linalg.norm(W, axis=1)[:, None], A / np.linalg.norm(A, axis=0)
        b = self.output / np.linalg.norm(self.output, axis=0)
        costs = np.square(w[:, None] - self.hidden).sum(axis=2)
        ours, theirs = linear_sum_assignment(costs)
        return {
            "error_W": float(costs[ours, theirs].sum()),
            "error_A": float(np.square(a[:, ours] - b[:, theirs]).sum())}


recovery = Recovery()
if options.stages:
    begin = time.perf_counter()

    def clock(name):
        global begin
        print(f"{name}: {time.perf_counter() - begin:.4f} s")
        begin = time.perf_counter()

    recovery.run(clock)
    print(recovery.figures())
else:
    common.run(
        [common.Case("recovery", "NumPy", np.__version__, recovery.run, figures=recovery.figures)], options,
        threads_how)
