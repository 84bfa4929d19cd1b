"""Write Sources/Datasets/Resources/digits.npz from scikit-learn's copy of the UCI digits.

The file holds images (1797, 64) and labels (1797,), both uint8, deflate-compressed. Needs numpy and scikit-learn:
    python Scripts/make-digits.py
"""
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

digits = load_digits()
images = digits.data.astype(np.uint8)
assert images.shape == (1797, 64) and np.array_equal(images, digits.data)
target = Path(__file__).resolve().parent.parent / "Sources/Datasets/Resources/digits.npz"
np.savez_compressed(target, images=images, labels=digits.target.astype(np.uint8))
print(f"{target.name}: {target.stat().st_size} bytes, sum of pixels {int(images.sum())}")
