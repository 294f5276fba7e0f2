"""Functions as learners write them, right on much and wrong on something: the bank of a contract.

Each is right for some kind of case and wrong for another. What a learner sees of it has to be what
is graded, on every seed.
"""

import math

import numpy as np

from tests.items.banks.convolve import loops, products
from tests.items.banks.max_pool import pool_by_views, pooling
from tests.items.banks.output_shape import shape_rule, starts


def convolve(image, kernel, stride=1):
    return loops(products)(image, kernel, stride)


def after(change):
    """A convolution whose result is changed on the way out."""
    return lambda image, kernel, stride=1: change(convolve(image, kernel, stride))


def before(change):
    """A convolution of a changed picture."""
    return lambda image, kernel, stride=1: convolve(change(image), kernel, stride)


def into_the_pictures_dtype(image, kernel, stride=1):
    return convolve(image, kernel, stride).astype(image.dtype)


def stride_two_by_default(image, kernel, stride=2):
    return convolve(image, kernel, stride)


def small_kernels_only(image, kernel, stride=1):
    return convolve(image, kernel[:3, :3], stride)


def columns_from_rows(image, kernel, stride=1):
    size = min(image.shape)
    return convolve(image[:size, :size], kernel, stride)


def every_place_then_kept(image, kernel, stride=1):
    return convolve(image, kernel)[::stride, ::stride]


def stride_of_rows_only(image, kernel, stride=1):
    return convolve(image, kernel)[::stride]


def square_pictures_only(image, kernel, stride=1):
    return (
        convolve(image, kernel, stride) if len(set(image.shape)) == 1 else convolve(image.T, kernel)
    )


CONVOLVE = {
    **{f"rounded to {n} digits": after(lambda x, n=n: np.round(x, n)) for n in range(5)},
    "in 32 bits": after(np.float32),
    "in 16 bits": after(np.float16),
    "squeezed": after(np.squeeze),
    "a list": after(np.ndarray.tolist),
    "an axis more": after(lambda x: x[..., None]),
    "clipped at 0": after(lambda x: np.clip(x, 0, None)),
    "clipped at 255": after(lambda x: np.clip(x, 0, 255)),
    "scaled pictures": before(lambda x: x / 255 if x.dtype == np.uint8 else x),
    "all scaled": before(lambda x: x / 255),
    "bytes wrapped": before(lambda x: x.astype(np.int8) if x.dtype == np.uint8 else x),
    "int buffer": after(lambda x: x.astype(int)),
    "buffer of the picture": into_the_pictures_dtype,
    "stride 2 by default": stride_two_by_default,
    "kernels up to 3": small_kernels_only,
    "columns from rows": columns_from_rows,
    "every place, then kept": every_place_then_kept,
    "stride of rows only": stride_of_rows_only,
    "square pictures only": square_pictures_only,
    "stride up to 2": lambda i, k, s=1: convolve(i, k, min(s, 2)),
    "kernel of its sum": lambda i, k, s=1: convolve(i, k / k.sum(), s),
    "turned by a quarter": lambda i, k, s=1: convolve(i, np.rot90(k), s),
    "no stride": lambda i, k: convolve(i, k),
    "named stride": lambda image, kernel, *, stride=1: convolve(image, kernel, stride),
}


def padded(frame):
    """The textbook's rule with a frame of so many zeros on each side."""
    return shape_rule(starts, lambda n, k, s: (n + 2 * frame(k) - k) // s + 1)


OUTPUT_SHAPE = {
    "half a kernel": padded(lambda k: k // 2),
    "half of one less": padded(lambda k: (k - 1) // 2),
    "one pixel": padded(lambda k: 1),
    "rounds": shape_rule(lambda n, k, s: round((n - k) / s) + 1, lambda n, k, s: math.ceil(n / s)),
    "rounds same": shape_rule(starts, lambda n, k, s: round(n / s)),
    "stride up to 3": shape_rule(
        lambda n, k, s: starts(n, k, min(s, 3)), lambda n, k, s: math.ceil(n / s)
    ),
    "kernels up to 5": shape_rule(
        lambda n, k, s: starts(n, min(k, 5), s), lambda n, k, s: math.ceil(n / s)
    ),
    "odd kernels": shape_rule(
        lambda n, k, s: starts(n, k + (k + 1) % 2, s), lambda n, k, s: math.ceil(n / s)
    ),
    "true division": shape_rule(lambda n, k, s: (n - k) / s + 1, lambda n, k, s: math.ceil(n / s)),
    "int of it": shape_rule(
        lambda n, k, s: int((n - k) / s) + 1, lambda n, k, s: int(math.ceil(n / s))
    ),
    "an array": lambda *case: np.array(shape_rule(starts)(*case)),
    "a list": lambda *case: list(shape_rule(starts)(*case)),
    "a text": lambda *case: "×".join(map(str, shape_rule(starts)(*case))),
    "same kept": shape_rule(starts, lambda n, k, s: n),
    "keeps where stride is 1": shape_rule(starts, lambda n, k, s: n if s == 1 else starts(n, k, s)),
}


def pool(image, size=2, stride=None):
    return np.array(pool_by_views(image, size, stride))


MAX_POOL = {
    "starts at -1": pooling(max, start=-1),
    "starts at -100": pooling(max, start=-100),
    "starts at -9999": pooling(max, start=-9999),
    **{
        f"rounded to {n} digits": lambda i, s=2, t=None, n=n: np.round(pool(i, s, t), n)
        for n in range(5)
    },
    "in 32 bits": lambda *case: pool(*case).astype(np.float32),
    "int buffer": lambda *case: pool(*case).astype(int),
    "bytes": lambda *case: pool(*case).astype(np.uint8),
    "size up to 3": lambda i, s=2, t=None: pool(i, min(s, 3), t),
    "stride at most size": lambda i, s=2, t=None: pool(i, s, t and min(t, s)),
    "columns from rows": lambda i, s=2, t=None: pool(i[:, : i.shape[0]], s, t),
    "ceil": pooling(max, keep_rest=True),
    "by minus": lambda i, s=2, t=None: -np.array(-pool(i, s, t)),
    "minus of bytes": lambda i, s=2, t=None: (
        -np.array([[window.min() for window in row] for row in tiles(-i, s, t)])
    ),
    "squeezed": lambda *case: np.squeeze(pool(*case)),
    "stride of 2": lambda i, s=2, t=2: pool(i, s, t),
}


def tiles(image, size, stride):
    step = stride or size
    rows, columns = ((n - size) // step + 1 for n in image.shape)
    return [
        [image[r * step : r * step + size, c * step : c * step + size] for c in range(columns)]
        for r in range(rows)
    ]


SLIPS = {"convolve": CONVOLVE, "output-shape": OUTPUT_SHAPE, "max-pool": MAX_POOL}
