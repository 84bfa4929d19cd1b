"""Write the small files in Tests/DatasetsTests/Fixtures that NumPy is the reference for.

The elements follow formulas that the tests repeat: base[i, j] = 10 i + j - 7 for 4 x 3 arrays. Needs numpy:
    python Scripts/make-dataset-fixtures.py
"""
import gzip
import struct
from pathlib import Path

import numpy as np

folder = Path(__file__).resolve().parent.parent / "Tests/DatasetsTests/Fixtures"
folder.mkdir(parents=True, exist_ok=True)
base = np.add.outer(10 * np.arange(4), np.arange(3)) - 7

for descr in ["<f8", ">f8", "<f4", ">f4", "<f2", "|i1", "<i2", ">i2", "<i4", ">i4", "<i8", ">i8"]:
    name = {"<": "little", ">": "big", "|": "one"}[descr[0]] + "-" + descr[1:]
    np.save(folder / f"{name}.npy", base.astype(descr))
for descr in ["|u1", "<u2", ">u4", "<u8"]:
    np.save(folder / f"unsigned-{descr[1:]}.npy", np.abs(base).astype(descr))
np.save(folder / "bool.npy", base > 0)
np.save(folder / "fortran.npy", np.asfortranarray(base.astype("<f8")))
np.save(folder / "fortran-3d.npy", np.asfortranarray(np.arange(24, dtype="<i4").reshape(2, 3, 4)))
np.save(folder / "unicode.npy", np.array(["red", "gr\u00fcn", "", "\U0001f98a fox"]))
np.save(folder / "unicode-big.npy", np.array(["red", "gr\u00fcn"]).astype(">U4"))
np.save(folder / "bytes.npy", np.array([b"ab", b"c", b"def"]))
np.save(folder / "scalar.npy", np.float64(2.5))
np.save(folder / "halves.npy", np.array([1.5, -0.25, 6e-8, 65504, 0, -2.0**-14], dtype="<f2"))
np.save(folder / "object.npy", np.array([1, "a", None], dtype=object), allow_pickle=True)
np.save(folder / "structured.npy", np.zeros(2, dtype=[("a", "<f8"), ("b", "<i4")]))
np.save(folder / "complex.npy", np.zeros(2, dtype="<c16"))
for version in [(2, 0), (3, 0)]:
    with open(folder / f"version-{version[0]}.npy", "wb") as file:
        np.lib.format.write_array(file, base.astype("<f8"), version=version)

classes = np.array(["setosa", "virginica", "setosa", "virginica"])
np.savez(folder / "stored.npz", X=base.astype("<f8"), y=classes)
np.savez_compressed(folder / "deflated.npz", data=np.tile(base, (1, 40)), target=np.array([0.5, 1.5, -2.25, 8]))
images = np.arange(6 * 2 * 2, dtype=np.uint8).reshape(6, 2, 2)
labels = np.array([3, 1, 3, 1, 7, 7], dtype=np.uint8)
np.savez_compressed(folder / "keras.npz", x_train=images, y_train=labels, x_test=images[:2] + 100, y_test=labels[1:3])
np.savez(folder / "nan.npz", X=np.array([[1, 2], [3, np.nan], [5, 6]]), y=np.array([1.5, 2.5, 3.5]))

codes = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx(array):
    code = codes[array.dtype.str[1:]]
    header = bytes([0, 0, code, array.ndim]) + b"".join(struct.pack(">I", size) for size in array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


for descr in codes:
    values = np.abs(base) if descr == "u1" else base
    (folder / f"{descr}.idx").write_bytes(idx(values.astype(descr)))
mini = folder / "mini-mnist"
mini.mkdir(exist_ok=True)


def pack(array):
    return gzip.compress(idx(array), mtime=0)


(mini / "train-images-idx3-ubyte.gz").write_bytes(pack(images))
(mini / "train-labels-idx1-ubyte.gz").write_bytes(pack(labels))
(mini / "t10k-images-idx3-ubyte").write_bytes(idx(images[:2] + 100))
(mini / "t10k-labels-idx1-ubyte").write_bytes(idx(np.array([5, 1], dtype=np.uint8)))
print(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()), "bytes")
