"""Answers to max-pool."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tests.items.banks.writing import named, named_wrong, unwritten


def pooling(reduce, *, start=None, keep_rest=False, step=None):
    """A pooling in two loops, with places to go wrong."""

    def max_pool(image, size=2, stride=None):
        stride = step or stride or size
        limit = 0 if keep_rest else size - 1
        more = [] if start is None else [start]
        return np.array(
            [
                [
                    reduce([*image[r : r + size, c : c + size].ravel(), *more])
                    for c in range(0, image.shape[1] - limit, stride)
                ]
                for r in range(0, image.shape[0] - limit, stride)
            ]
        )

    return max_pool


def pool_by_views(image, size=2, stride=None):
    stride = size if stride is None else stride
    windows = sliding_window_view(image, (size, size))[::stride, ::stride]
    return windows.max((-1, -2)).tolist()


def pool_by_comparing(image, size=2, stride=None):
    stride = stride or size
    rows = (image.shape[0] - size) // stride + 1
    columns = (image.shape[1] - size) // stride + 1
    best = np.full((rows, columns), -np.inf)
    for i in range(size):
        for j in range(size):
            part = image[i : i + rows * stride : stride, j : j + columns * stride : stride]
            best = np.maximum(best, part[:rows, :columns])
    return best


def pool_by_reshape(image, size=2, stride=None):
    if stride not in (None, size):
        return pool_by_views(image, size, stride)
    rows, columns = image.shape[0] // size, image.shape[1] // size
    tiles = image[: rows * size, : columns * size].reshape(rows, size, columns, size)
    return tiles.max(axis=(1, 3))


def pool_ignores_stride(image, size=2, stride=None):
    return pool_by_views(image, size)


def pool_rows(image, size=2, stride=None):
    step = stride or size
    return sliding_window_view(image, (1, size))[::step, ::step].max((-1, -2))


def pool_each_row(image, size=2, stride=None):
    return sliding_window_view(image, (1, size))[:, :: stride or size].max((-1, -2))


def pool_pads_with_zeros(image, size=2, stride=None):
    rest = [(0, -n % size) for n in image.shape] if stride is None else 0
    return pool_by_views(np.pad(image, rest), size, stride)


def pool_changes_picture(image, size=2, stride=None):
    result = pool_by_views(image, size, stride)
    image[0, 0] = 0 if image[0, 0] else 1
    return result


def pool_by_keras(image, size=2, stride=None):
    from keras import ops

    picture = ops.reshape(ops.cast(image, "float64"), (1, *image.shape, 1))
    return ops.max_pool(picture, size, stride, padding="valid")[0, :, :, 0]


def by_count(places):
    """So many windows along each side, the last ones cut off by the border."""

    def max_pool(image, size=2, stride=None):
        step = stride or size
        down, across = (range(0, places(n, size, step) * step, step) for n in image.shape)
        return [[image[r : r + size, c : c + size].max() for c in across] for r in down]

    return max_pool


def one_apart(image, size=2, stride=None):
    rows, columns = np.shape(pool_by_views(image, size, stride))
    return np.array(pool_by_views(image, size, 1))[:rows, :columns]


def ends_early(image, size=2, stride=None):
    step = stride or size
    rows, columns = np.shape(pool_by_views(image, size, stride))
    return [
        [image[r * step : r + size, c * step : c + size].max() for c in range(columns)]
        for r in range(rows)
    ]


def columns_from_rows(image, size=2, stride=None):
    step = stride or size
    places = range(0, image.shape[0] - size + 1, step)
    return [[image[r : r + size, c : c + size].max() for c in places] for r in places]


def turned_sign(image, size=2, stride=None):
    step = stride or size
    windows = sliding_window_view(-image, (size, size))[::step, ::step]
    return -windows.min((-1, -2))


def needs_a_stride(image, size=2, stride=None):
    rows = range(0, image.shape[0] - size + 1, stride)
    return [[image[r, 0]] for r in rows]


def as_a_data_frame(image, size=2, stride=None):
    import pandas as pd

    return pd.DataFrame(pool_by_views(image, size, stride))


RIGHT = {
    "max-pool": named(
        "max_pool",
        {
            "loops": pooling(max),
            "windows, as lists": pool_by_views,
            "compares": pool_by_comparing,
            "through Keras": pool_by_keras,
            "reshapes": pool_by_reshape,
            "a table of pandas": as_a_data_frame,
        },
    ),
}

WRONG = {
    "max-pool": named_wrong(
        "max_pool",
        {
            "mean": (pooling(np.mean), "average pooling"),
            "farthest from zero": (
                pooling(lambda window: max(map(float, window), key=abs)),
                "compared without the sign",
            ),
            "squares": (
                pooling(lambda window: max(map(float, window), key=lambda value: value**2)),
                "compared without the sign",
            ),
            "min": (pooling(min), "smallest value"),
            "sum": (pooling(np.sum), "sum of each window"),
            "median": (pooling(np.median), "median of each window"),
            "argmax": (pooling(np.argmax), "place of the largest value"),
            "no return without a stride": (
                lambda image, size=2, stride=None: stride and pool_by_views(image, size, stride),
                "nothing is returned in this case",
            ),
            "starts at zero": (pooling(max, start=0), "starts at zero"),
            "rest kept": (pooling(max, keep_rest=True), "sticks out"),
            "rest padded": (pool_pads_with_zeros, "sticks out"),
            "stride ignored": (pool_ignores_stride, "stride is ignored"),
            "always by one": (pooling(max, step=1), "always move by one"),
            "size ignored": (
                lambda image, size=2, stride=None: pool_by_views(image, 2, stride),
                "size is ignored",
            ),
            "one row": (pool_rows, "one row only"),
            "first value": (pooling(lambda window: window[0]), "first value"),
            "absolute": (pooling(lambda window: max(np.abs(window))), "sign is lost"),
            "whole numbers": (
                lambda *case: np.array(pool_by_views(*case)).astype(int),
                "whole numbers",
            ),
            "last window": (
                lambda *case: np.array(pool_by_views(*case))[:-1, :-1],
                "off by one",
            ),
            "each row": (pool_each_row, "one row only"),
            "changes its picture": (pool_changes_picture, "picture itself was changed"),
            "returns nothing": (lambda *case: None, "nothing is returned"),
            "one number": (lambda image, *rest: image.max(), "an array of shape"),
            "an array": (np.zeros((2, 2)), "a function max_pool"),
            "over the end": (by_count(lambda n, k, s: -(-(n - k) // s) + 1), "sticks out"),
            "one too many": (by_count(lambda n, k, s: int((n - k + 1) / s + 1)), "one window too"),
            "windows of 2": (
                lambda i, size=2, stride=None: pool_by_views(i, 2, stride or size),
                "size is ignored",
            ),
            "2 apart": (lambda i, size=2, stride=2: pool_by_views(i, size, stride), "lie 2 apart"),
            "one apart": (one_apart, "one step apart"),
            "ends early": (ends_early, "ends as if it started at i"),
            "columns from rows": (columns_from_rows, "from the same side"),
            "starts at -100": (pooling(max, start=-100), "not low enough"),
            "starts at -1": (pooling(max, start=-1), "not low enough"),
            "turned sign": (turned_sign, "bytes have none"),
            "rounded": (lambda *case: np.round(pool_by_views(*case), 2), "rounded on the way out"),
            "keeps the size": (lambda i, *rest: np.zeros(i.shape), "keeps the size"),
            "stride is None": (needs_a_stride, "something in this line is None"),
            "an axis too many": (lambda i, *rest: i[:, :, 0], "two axes here"),
            "channel left on": (
                lambda *case: np.array(pool_by_views(*case))[..., None],
                "axes of batch or channel",
            ),
        },
    ),
}

OPEN = {
    "max-pool": [{}, {"max_pool": None}, {"max_pool": unwritten}],
}
