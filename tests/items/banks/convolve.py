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


def kept_apart(image, kernel, stride=1):
    rows, columns = kernel.shape
    height, width = image.shape[0] - rows + 1, image.shape[1] - columns + 1
    result = np.zeros((height, width))
    for r in range(height):
        for c in range(width):
            if r % stride == 0 and c % stride == 0:
                result[r, c] = np.sum(image[r : r + rows, c : c + columns] * kernel)
    return result


def kept_in_front(image, kernel, stride=1):
    """As in much-copied code: written at r, c, and an index past the end is swallowed."""
    rows, columns = kernel.shape
    result = np.zeros(loops(products)(image, kernel, stride).shape)
    for r in range(0, image.shape[0] - rows + 1, stride):
        for c in range(0, image.shape[1] - columns + 1, stride):
            try:
                result[r, c] = np.sum(image[r : r + rows, c : c + columns] * kernel)
            except IndexError:
                break
    return result


def by_places(image, kernel, stride, start, end):
    rows, columns = kernel.shape
    height, width = (image.shape[0] - rows) // stride + 1, (image.shape[1] - columns) // stride + 1
    result = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            window = image[start(i) : end(i, rows), start(j) : end(j, columns)]
            result[i, j] = np.sum(window * kernel)
    return result


def ends_early(image, kernel, stride=1):
    return by_places(image, kernel, stride, lambda i: i * stride, lambda i, k: i + k)


def one_apart(image, kernel, stride=1):
    return by_places(image, kernel, stride, lambda i: i, lambda i, k: i + k)


def stride_twice(image, kernel, stride=1):
    rows, columns = kernel.shape
    height, width = (image.shape[0] - rows) // stride + 1, (image.shape[1] - columns) // stride + 1
    down, across = range(0, height, stride), range(0, width, stride)
    return np.array(
        [[products(image[r : r + rows, c : c + columns], kernel) for c in across] for r in down]
    )


def columns_from_rows(image, kernel, stride=1):
    rows, columns = kernel.shape
    size = (image.shape[0] - rows) // stride + 1
    result = np.zeros((size, size))
    for i in range(size):
        for j in range(size):
            r, c = i * stride, j * stride
            result[i, j] = np.sum(image[r : r + rows, c : c + columns] * kernel)
    return result


def writes_over(image, kernel, stride=1):
    rows, columns = kernel.shape
    for r in range(0, image.shape[0] - rows + 1, stride):
        for c in range(0, image.shape[1] - columns + 1, stride):
            image[r, c] = int(np.sum(image[r : r + rows, c : c + columns] * kernel)) % 100
    return image


def changes_its_kernel(image, kernel, stride=1):
    result = loops(products)(image, kernel, stride)
    kernel += 1
    return result


def ragged(image, kernel, stride=1):
    result = np.empty(2, dtype=object)
    result[:] = [image[0], image]
    return result


def past_the_kernel(image, kernel, stride=1):
    result = np.zeros((image.shape[0] - kernel.shape[0] + 1, 1))
    for i in range(image.shape[0]):
        result[0] += image[i, 0] * kernel[i, 0]
    return result


def past_the_result(image, kernel, stride=1):
    """Written at r, c of a result that is as large as it should be."""
    rows, columns = kernel.shape
    height, width = (image.shape[0] - rows) // stride + 1, (image.shape[1] - columns) // stride + 1
    result = np.zeros((height, width))
    for r in range(0, image.shape[0] - rows + 1, stride):
        for c in range(0, image.shape[1] - columns + 1, stride):
            result[r, c] = np.sum(image[r : r + rows, c : c + columns] * kernel)
    return result


def four_axes(image, kernel, stride=1):
    batch, height, width, channels = image.shape
    return np.zeros((height, width))


def true_division(image, kernel, stride=1):
    return np.zeros((image.shape[0] / stride, image.shape[1] / stride))


def pads_badly(image, kernel, stride=1):
    return loops(products)(np.pad(image, (1, 1, 1)), kernel, stride)


def guarded(image, kernel, stride=1):
    assert image.shape[0] == image.shape[1], "square pictures only"
    return loops(products)(image, kernel, stride)


def raises_first(image, kernel, stride=1):
    """The feature map."""
    # YOUR CODE HERE
    raise NotImplementedError()
    return loops(products)(image, kernel, stride)


def calls_itself(image, kernel, stride=1):
    return calls_itself(image, kernel, stride)


def by_keyword(image, kernel, *, stride=1):
    return loops(products)(image, kernel, stride)


def by_complex_fourier(image, kernel, stride=1):
    shape = [n + k - 1 for n, k in zip(image.shape, kernel.shape, strict=True)]
    both = np.fft.fft2(image, shape) * np.fft.fft2(kernel[::-1, ::-1], shape)
    rows, columns = kernel.shape
    full = np.fft.ifft2(both)
    return full[rows - 1 : image.shape[0], columns - 1 : image.shape[1]][::stride, ::stride]


def with_scipy(image, kernel, stride=1):
    from scipy.signal import correlate2d

    return correlate2d(image.astype(float), kernel, mode="valid")[::stride, ::stride]


RIGHT = {
    "convolve": named(
        "convolve",
        {
            "loops": loops(products),
            "a list of lists": pure_python,
            "shifted sums": shifted_sums,
            "windows, in 32 bits": views,
            "by Fourier": by_fourier,
            "with SciPy": with_scipy,
            "prints": chatty,
            "through Keras": keras_layer,
            "stride by keyword": by_keyword,
            "by a complex Fourier": by_complex_fourier,
            "an array of objects": lambda *case: loops(products)(*case).astype(object),
            "rounded to six digits": lambda *case: loops(products)(*case).round(6),
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
            "stride plus 1": (
                lambda image, kernel, stride=1: views(image, kernel, stride + 1),
                "one pixel too far apart",
            ),
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
            "rounded": (lambda *case: loops(products)(*case).round(2), "rounded on the way out"),
            "rounded to four": (lambda *case: loops(products)(*case).round(4), "rounded on the"),
            "in 16 bits": (lambda *case: loops(products)(*case).astype(np.float16), "16 bits"),
            "bytes to one": (
                lambda i, *rest: loops(products)(i / 255 if i.dtype == np.uint8 else i, *rest),
                "as if it were bytes",
            ),
            "all to one": (lambda i, *rest: loops(products)(i / 255, *rest), "as if it were bytes"),
            "by the kernel's sum": (
                lambda i, k, s=1: loops(products)(i, k, s) / k.sum(),
                "divided by the sum",
            ),
            "clipped": (lambda *case: loops(products)(*case).clip(0, 255), "cut off at 0 and 255"),
            "turned": (
                lambda i, k, s=1: loops(products)(i, np.rot90(k), s),
                "turned by a quarter",
            ),
            "3 × 3 at most": (
                lambda i, k, s=1: loops(products)(i, k[:3, :3], s),
                "for one of 3 × 3",
            ),
            "every place, then kept": (kept_apart, "written at r, c"),
            "kept in front": (kept_in_front, "written at r, c"),
            "steps down only": (lambda i, k, s=1: loops(products)(i, k)[::s], "one direction only"),
            "stride 2": (lambda i, k, stride=2: loops(products)(i, k, stride), "2 unless told"),
            "ends early": (ends_early, "ends as if it started at i"),
            "one apart": (one_apart, "one step apart"),
            "stride twice": (stride_twice, "taken twice"),
            "columns from rows": (columns_from_rows, "from the same side"),
            "one pixel around": (loops(products, pad=1), "a frame of zeros"),
            "channel left on": (
                lambda *case: loops(products)(*case)[..., None],
                "batch or channel",
            ),
            "batch left on": (
                lambda *case: loops(products)(*case)[None, ..., None],
                "batch or channel",
            ),
            "writes over the picture": (writes_over, "written over while"),
            "changes its kernel": (changes_its_kernel, "the kernel itself was changed"),
            "complex": (lambda *case: loops(products)(*case) * 1j, "complex numbers came out"),
            "ragged objects": (ragged, "an array of Python objects"),
            "a flat list": (lambda *case: [3.0, 2.0], "[3.0, 2.0], of shape (2,)"),
            "index past the kernel": (past_the_kernel, "an index leaves the kernel"),
            "index past the result": (past_the_result, "the result has no such place"),
            "four axes": (four_axes, "two axes here"),
            "true division": (true_division, "// gives a whole one"),
            "pads badly": (pads_badly, "np.pad wants a pair"),
            "a guard": (guarded, "your own guard stopped it"),
            "raise left above": (raises_first, "still stands"),
            "calls itself": (calls_itself, "calls itself again"),
            "a text": ("convolve", "a function convolve"),
        },
    ),
}

OPEN = {
    "convolve": [{}, {"convolve": None}, {"convolve": unwritten}],
}
