"""C = A B of square matrices in double precision by NumPy: what a plain product costs on --threads threads.

The unit of work is 1e9 operations, of which a product of order m has 2 m^3.
"""

import common

arguments = common.parser(__doc__)
arguments.add_argument("--order", type=int, default=2048, help="order of the matrices (default 2048)")
options = arguments.parse_args()
threads_how = common.limit_threads(options.threads)

import numpy as np  # noqa: E402  (the number of threads has to be set first)

random = np.random.default_rng(options.seed)
a, b, c = (random.standard_normal((options.order, options.order)) for _ in range(3))
common.run(
    [common.Case(
        "product", "NumPy", np.__version__, lambda: np.matmul(a, b, out=c), units=2e-9 * options.order**3)],
    options, threads_how)
