"""Answers to the items of checks_convolution: functions as learners write them, and kernels."""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def loops(reduce, *, pad=0, prepare=lambda kernel: kernel, last=1, dtype=float, step=None):
    """A convolution in two loops, as most learners write it, with places to go wrong."""

    def convolve(image, kernel, stride=1):
        kernel, image = prepare(kernel), np.pad(image, pad)
        rows, columns = kernel.shape
        down = range(0, image.shape[0] - rows + last, step or stride)
        across = range(0, image.shape[1] - columns + last, step or stride)
        result = np.zeros((len(down), len(across)), dtype)
        for i, r in enumerate(down):
            for j, c in enumerate(across):
                result[i, j] = reduce(image[r : r + rows, c : c + columns], kernel)
        return result

    return convolve


def products(window, kernel):
    return np.sum(window * kernel)


def pure_python(image, kernel, stride=1):
    rows, columns = len(kernel), len(kernel[0])
    return [
        [
            sum(
                float(image[r + i][c + j]) * float(kernel[i][j])
                for i in range(rows)
                for j in range(columns)
            )
            for c in range(0, len(image[0]) - columns + 1, stride)
        ]
        for r in range(0, len(image) - rows + 1, stride)
    ]


def shifted_sums(image, kernel, stride=1):
    rows, columns = kernel.shape
    height, width = image.shape[0] - rows + 1, image.shape[1] - columns + 1
    total = np.zeros((height, width))
    for i in range(rows):
        for j in range(columns):
            total += kernel[i, j] * image[i : i + height, j : j + width]
    return total[::stride, ::stride]


def views(image, kernel, stride=1):
    windows = sliding_window_view(image, kernel.shape)[::stride, ::stride]
    return np.tensordot(windows, kernel, axes=((2, 3), (0, 1))).astype(np.float32)


def by_fourier(image, kernel, stride=1):
    shape = [n + k - 1 for n, k in zip(image.shape, kernel.shape, strict=True)]
    flipped = np.fft.rfft2(kernel[::-1, ::-1], shape)
    full = np.fft.irfft2(np.fft.rfft2(image, shape) * flipped, shape)
    rows, columns = kernel.shape
    return full[rows - 1 : image.shape[0], columns - 1 : image.shape[1]][::stride, ::stride]


def chatty(image, kernel, stride=1):
    print("convolving", image.shape)
    return loops(products)(image, kernel, stride)


def like_scipy(image, kernel, stride=1):
    """What ``scipy.signal.convolve2d(image, kernel, mode="same")`` gives."""
    rows, columns = kernel.shape
    frame = ((rows - 1) // 2, rows // 2), ((columns - 1) // 2, columns // 2)
    return loops(products, prepare=lambda each: each[::-1, ::-1])(np.pad(image, frame), kernel)[
        ::stride, ::stride
    ]


def padded_with(mode):
    def convolve(image, kernel, stride=1):
        frame = [((k - 1) // 2, k // 2) for k in kernel.shape]
        return loops(products)(np.pad(image, frame, mode=mode), kernel, stride)

    return convolve


def full(image, kernel, stride=1):
    frame = [(k - 1, k - 1) for k in kernel.shape]
    return loops(products)(np.pad(image, frame), kernel, stride)


def changes_its_picture(image, kernel, stride=1):
    result = loops(products)(image, kernel, stride)
    image += 1
    return result


def square_kernels_only(image, kernel, stride=1):
    size = kernel.shape[0]
    height, width = (image.shape[0] - size) // stride + 1, (image.shape[1] - size) // stride + 1
    result = np.zeros((height, width))
    for r in range(height):
        for c in range(width):
            window = image[r * stride : r * stride + size, c * stride : c * stride + size]
            result[r, c] = np.sum(window * kernel)
    return result


def in_the_dtype_of_the_picture(image, kernel, stride=1):
    return loops(products, dtype=image.dtype)(image, kernel, stride)


def walks_too_far(image, kernel, stride=1):
    result = []
    for r in range(image.shape[0]):
        result.append([sum(image[r + i, 0] * kernel[i, 0] for i in range(kernel.shape[0]))])
    return result


def forgets_to_return(image, kernel, stride=1):
    loops(products)(image, kernel, stride)


def unwritten(*arguments, **more):
    raise NotImplementedError


def edge_kernels(*kernels):
    return [{"edge_kernel": kernel} for kernel in kernels]


def keras_layer(image, kernel, stride=1):
    """Through Keras: a tensor comes back."""
    from keras import ops

    picture = ops.reshape(ops.cast(image, "float64"), (1, *image.shape, 1))
    weights = ops.reshape(ops.cast(kernel, "float64"), (*kernel.shape, 1, 1))
    return ops.conv(picture, weights, strides=stride, padding="valid")[0, :, :, 0]


def shape_from_range(height, width, kernel, stride=1, padding="valid"):
    if padding == "same":
        return len(range(0, height, stride)), len(range(0, width, stride))
    return [len(range(0, size - kernel + 1, stride)) for size in (height, width)]


def shape_by_ceil(height, width, kernel, stride=1, padding="valid"):
    lost = 0 if padding == "same" else kernel - 1
    return tuple(math.ceil((size - lost) / stride) for size in (height, width))


def shape_with_pairs(height, width, kernel, stride=1, padding="valid"):
    sizes = np.array([height, width])
    kernel, stride = np.broadcast_to(kernel, 2), np.broadcast_to(stride, 2)
    if padding == "same":
        return np.ceil(sizes / stride)
    return (sizes - kernel) // stride + 1


def shape_by_trying(height, width, kernel, stride=1, padding="valid"):
    if padding == "same":
        height, width = height + kernel - 1, width + kernel - 1
    windows = sliding_window_view(np.zeros((height, width)), (kernel, kernel))
    return windows[::stride, ::stride].shape[:2]


def shape_rule(valid, same=lambda n, k, s: -(-n // s)):
    """A rule for each axis, as learners write it."""

    def output_shape(height, width, kernel, stride=1, padding="valid"):
        rule = same if padding == "same" else valid
        return rule(height, kernel, stride), rule(width, kernel, stride)

    return output_shape


def starts(n, k, s):
    return (n - k) // s + 1


def pooling(reduce, *, start=None, keep_rest=False, step=None):
    """A pooling in two loops, with places to go wrong."""

    def max_pool(image, size=2, stride=None):
        stride = step or stride or size
        limit = 0 if keep_rest else size - 1
        return np.array(
            [
                [
                    reduce([*image[r : r + size, c : c + size].ravel(), *([start] * (start == 0))])
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


def pool_by_keras(image, size=2, stride=None):
    from keras import ops

    picture = ops.reshape(ops.cast(image, "float64"), (1, *image.shape, 1))
    return ops.max_pool(picture, size, stride, padding="valid")[0, :, :, 0]


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


def named(name, answers):
    """A bank of answers to an item with one name."""
    return {label: {name: answer} for label, answer in answers.items()}


def named_wrong(name, answers):
    return {label: ({name: answer}, says) for label, (answer, says) in answers.items()}


RIGHT = {
    "convolve": named(
        "convolve",
        {
            "loops": loops(products),
            "a list of lists": pure_python,
            "shifted sums": shifted_sums,
            "windows, in 32 bits": views,
            "by Fourier": by_fourier,
            "prints": chatty,
            "another name for the arguments": lambda x, w, s=1: shifted_sums(x, w, s),
        },
    ),
    "edge-kernel": named(
        "edge_kernel",
        {
            "Prewitt": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
            "Sobel, other polarity": np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]),
            "a hair thin": ((0, 0, 0), (1, -1, 0), (0, 0, 0)),
            "tiny floats": np.array([[-1, 0, 1]] * 3, dtype=np.float32) * 1e-6,
            "thirds": [[1 / 3, 1 / 3, -2 / 3]] * 3,
            "each row its own": [[-2, 0, 2], [-2, 1, 1], [0, 0, 0]],
            "a line": [[-1, 2, -1]] * 3,
            "as Keras has it": np.array([[-1.0, 0, 1]] * 3).reshape(3, 3, 1, 1),
            "Scharr, huge": (np.outer([3, 10, 3], [-1, 0, 1]) * 10**9).tolist(),
        },
    ),
    "output-shape": named(
        "output_shape",
        {
            "formula": shape_rule(starts),
            "counts a range": shape_from_range,
            "rounds up instead": shape_by_ceil,
            "takes pairs, gives floats": shape_with_pairs,
            "tries it": shape_by_trying,
        },
    ),
    "max-pool": named(
        "max_pool",
        {
            "loops": pooling(max),
            "windows, as lists": pool_by_views,
            "compares": pool_by_comparing,
            "reshapes": pool_by_reshape,
        },
    ),
}

LAST = "off by one"
WRONG = {
    "convolve": named_wrong(
        "convolve",
        {
            "flipped": (loops(products, prepare=lambda k: k[::-1, ::-1]), "kernel is flipped"),
            "transposed": (loops(products, prepare=np.transpose), "kernel is transposed"),
            "SciPy": (like_scipy, "flipped and padded"),
            "zeros around": (padded_with("constant"), "keeps the size"),
            "mirrored border": (padded_with("reflect"), "keeps the size"),
            "full": (full, "full size"),
            "stride ignored": (loops(products, step=1), "stride is ignored"),
            "last window": (loops(products, last=0), LAST),
            "mean": (loops(lambda w, k: np.mean(w * k)), "mean of the products"),
            "one product": (loops(lambda w, k: (w * k)[0, 0]), "one product instead"),
            "largest product": (loops(lambda w, k: np.max(w * k)), "largest product"),
            "all multiplied": (loops(lambda w, k: np.prod(w * k)), "multiplied with each other"),
            "added": (loops(lambda w, k: np.sum(w + k)), "added where"),
            "kernel unused": (loops(lambda w, k: np.sum(w)), "kernel's numbers are not used"),
            "whole numbers": (loops(products, dtype=int), "whole numbers"),
            "dtype of the picture": (in_the_dtype_of_the_picture, "whole numbers"),
            "negatives": (loops(lambda w, k: max(0, products(w, k))), "negative values are cut"),
            "absolute": (loops(lambda w, k: abs(products(w, k))), "sign is lost"),
            "result turned": (lambda i, k, s=1: shifted_sums(i, k, s).T, "result are swapped"),
            "changes its picture": (changes_its_picture, "picture itself was changed"),
            "square only": (square_kernels_only, "kernel"),
            "too far": (walks_too_far, "leaves the picture"),
            "returns nothing": (forgets_to_return, "nothing is returned"),
            "too few arguments": (lambda image: image, "which arguments"),
            "matrix product": (loops(lambda w, k: np.sum(w @ k)), "a matrix product"),
            "an array": (np.zeros((2, 2)), "a function convolve"),
            "a text": ("convolve", "a function convolve"),
        },
    ),
    "edge-kernel": named_wrong(
        "edge_kernel",
        {
            "horizontal": ([[-1] * 3, [0] * 3, [1] * 3], "finds horizontal edges"),
            "blur": (np.ones((3, 3)), "it blurs"),
            "minus blur": (-np.ones((3, 3)) / 9, "it blurs"),
            "Laplacian": ([[0, 1, 0], [1, -4, 1], [0, 1, 0]], "a Laplacian"),
            "zeros": (np.zeros((3, 3)), "silent everywhere"),
            "diagonal": ([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]], "diagonal edges"),
            "corner": ([[1, -1, 0], [-1, 1, 0], [0, 0, 0]], "corners only"),
            "sharpen": ([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], "do not cancel"),
            "one row heavier": ([[-1, 0, 1], [-1, 1, 1], [-1, 0, 0]], "horizontal edges, too"),
            "lopsided": ([[-2, 0, 1]] * 3, "do not cancel"),
            "both ways": ([[-2, 0, 1], [-2, 1, 2], [0, 0, 0]], "horizontal edges, too"),
            "2×2": ([[1, -1], [1, -1]], "3×3 numbers"),
            "a row": ([-1, 0, 1] * 3, "3×3 numbers"),
            "ragged": ([[1, 2, 3], [1, 2]], "3×3 numbers"),
            "nan": (np.full((3, 3), np.nan), "3×3 numbers"),
            "infinite": ([[-np.inf, 0, np.inf]] * 3, "3×3 numbers"),
            "texts": ([["-1", "0", "1"]] * 3, "3×3 numbers"),
            "a text": ("vertical", "3×3 numbers"),
            "half filled": ([[-1, 0, None]] * 3, "3×3 numbers"),
        },
    ),
    "output-shape": named_wrong(
        "output_shape",
        {
            "forgot the one": (shape_rule(lambda n, k, s: (n - k) // s), "+ 1 was forgotten"),
            "ceil": (shape_rule(lambda n, k, s: math.ceil((n - k) / s) + 1), "rounded up"),
            "rounds": (shape_rule(lambda n, k, s: round((n - k) / s) + 1), "nearest number"),
            "divides": (shape_rule(lambda n, k, s: (n - k) / s + 1), "without rounding"),
            "same keeps": (shape_rule(starts, lambda n, k, s: n), "whatever the stride"),
            "same floors": (shape_rule(starts, lambda n, k, s: n // s), "last step that is begun"),
            "square": (
                lambda h, w, *rest: shape_rule(starts)(h, h, *rest),
                "the width was ignored",
            ),
            "swapped": (lambda *case: shape_rule(starts)(*case)[::-1], "are swapped"),
            "no padding": (shape_rule(starts, starts), "the padding was ignored"),
            "stride ignored": (
                shape_rule(lambda n, k, s: n - k + 1, lambda n, k, s: n),
                "the stride was ignored",
            ),
            "only the kernel": (
                shape_rule(lambda n, k, s: n - k + 1, lambda n, k, s: n - k + 1),
                "stride and padding were ignored",
            ),
            "habit": (shape_rule(lambda n, k, s: (n - 3) // s + 1), "3 × 3 habit"),
            "halves": (
                shape_rule(lambda n, k, s: n // 2, lambda n, k, s: n // 2),
                "mistaken for pooling",
            ),
            "one too early": (shape_rule(lambda n, k, s: (n - k + 1) // s), "before dividing"),
            "stride first": (shape_rule(lambda n, k, s: n // s - k + 1), "before the kernel"),
            "no branch for same": (
                lambda h, w, k, s=1, padding="valid": (
                    shape_rule(starts)(h, w, k, s) if padding == "valid" else unwritten()
                ),
                "this branch",
            ),
            "one number": (lambda h, w, k, s=1, p="valid": starts(h, k, s), "two whole numbers"),
            "a text": (lambda *case: str(shape_rule(starts)(*case)), "two whole numbers"),
            "with channels": (lambda *case: (*shape_rule(starts)(*case), 1), "two whole numbers"),
            "a set": (lambda *case: set(shape_rule(starts)(*case)), "two whole numbers"),
            "returns nothing": (lambda *case: None, "nothing is returned"),
            "a shape": ((24, 24), "a function output_shape"),
        },
    ),
    "max-pool": named_wrong(
        "max_pool",
        {
            "mean": (pooling(np.mean), "average pooling"),
            "min": (pooling(min), "smallest value"),
            "sum": (pooling(np.sum), "sum of each window"),
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
                LAST,
            ),
            "each row": (pool_each_row, "one row only"),
            "changes its picture": (pool_changes_picture, "picture itself was changed"),
            "returns nothing": (lambda *case: None, "nothing is returned"),
            "one number": (lambda image, *rest: image.max(), "an array of shape"),
            "an array": (np.zeros((2, 2)), "a function max_pool"),
        },
    ),
}

OPEN = {
    "convolve": [{}, {"convolve": None}, {"convolve": unwritten}],
    "edge-kernel": [{}, {"edge_kernel": None}],
    "output-shape": [{}, {"output_shape": None}, {"output_shape": unwritten}],
    "max-pool": [{}, {"max_pool": None}, {"max_pool": unwritten}],
}
