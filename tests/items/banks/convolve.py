"""Answers to convolve."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tests.items.banks.writing import named, named_wrong, unwritten


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


def keras_layer(image, kernel, stride=1):
    """Through Keras: a tensor comes back."""
    from keras import ops

    picture = ops.reshape(ops.cast(image, "float64"), (1, *image.shape, 1))
    weights = ops.reshape(ops.cast(kernel, "float64"), (*kernel.shape, 1, 1))
    return ops.conv(picture, weights, strides=stride, padding="valid")[0, :, :, 0]


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
            "through Keras": keras_layer,
            "another name for the arguments": lambda x, w, s=1: shifted_sums(x, w, s),
        },
    ),
}

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
            "last window": (loops(products, last=0), "off by one"),
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
}

OPEN = {
    "convolve": [{}, {"convolve": None}, {"convolve": unwritten}],
}
