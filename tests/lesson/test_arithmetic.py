"""The arithmetic of layers, against Keras."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cnn_lesson.arithmetic import (
    Unfilled,
    conv_parameters,
    convolve,
    dense_parameters,
    max_pool,
    output_shape,
    pair,
    windows,
)

FEW = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
sizes = st.integers(1, 12)
steps = st.integers(1, 4)
windows_sizes = st.tuples(st.integers(1, 5), st.integers(1, 5))
values = st.floats(-8, 8, width=32, allow_subnormal=False)  # TensorFlow flushes these to 0


pictures = st.tuples(st.integers(5, 9), st.integers(5, 9)).flatmap(
    lambda shape: arrays(np.float32, shape, elements=values)
)


@pytest.fixture(scope="module")
def layers():
    return pytest.importorskip("keras").layers


def batch(picture):
    return np.asarray(picture, "float32")[None, :, :, None]


@FEW
@given(
    size=st.tuples(st.integers(5, 30), st.integers(5, 30)),
    kernel=windows_sizes,
    stride=steps,
    padding=st.sampled_from(["valid", "same"]),
)
def test_output_shape_is_that_of_conv2d(layers, size, kernel, stride, padding):
    """Does a Conv2D layer leave the shape that the formula says?"""
    layer = layers.Conv2D(1, kernel, stride, padding)
    assert output_shape(*size, kernel, stride, padding) == layer(np.zeros((1, *size, 1))).shape[1:3]


@settings(max_examples=200, deadline=None)
@given(height=st.integers(7, 99), width=st.integers(7, 99), kernel=st.integers(1, 7), stride=steps)
def test_output_shape_counts_windows(height, width, kernel, stride):
    """Is the valid shape the number of whole windows, and the same shape that of steps begun?"""
    starts = [range(0, length - kernel + 1, stride) for length in (height, width)]
    begun = [range(0, length, stride) for length in (height, width)]
    assert output_shape(height, width, kernel, stride) == tuple(map(len, starts))
    assert output_shape(height, width, kernel, stride, "same") == tuple(map(len, begun))


@pytest.mark.parametrize(
    ("case", "shape"),
    [
        ((28, 28, 5), (24, 24)),
        ((26, 26, 3, 2), (12, 12)),
        ((7, 9, (3, 2), (2, 1)), (3, 8)),
        ((5, 5, 5), (1, 1)),
        ((2, 2, 3, 1, "same"), (2, 2)),
    ],
)
def test_output_shape_of_known_cases(case, shape):
    """Are the shapes that the lesson names right?"""
    assert output_shape(*case) == shape


def test_output_shape_refuses_what_does_not_fit():
    """Is a window larger than the picture, or another padding, refused in a sentence?"""
    with pytest.raises(ValueError, match="a window of 6 does not fit into 5"):
        output_shape(5, 9, 6)
    with pytest.raises(ValueError, match="padding is 'valid' or 'same'"):
        output_shape(5, 9, 3, padding="full")


@FEW
@given(filters=st.integers(1, 9), kernel=windows_sizes, channels=st.integers(1, 4))
def test_conv_parameters_are_those_of_conv2d(layers, filters, kernel, channels):
    """Does a Conv2D layer have as many parameters as the formula says?"""
    layer = layers.Conv2D(filters, kernel)
    layer.build((None, 9, 9, channels))
    assert conv_parameters(filters, kernel, channels) == layer.count_params()


@FEW
@given(inputs=st.integers(1, 99), units=st.integers(1, 99))
def test_dense_parameters_are_those_of_dense(layers, inputs, units):
    """Does a Dense layer have as many parameters as the formula says?"""
    layer = layers.Dense(units)
    layer.build((None, inputs))
    assert dense_parameters(inputs, units) == layer.count_params()


@FEW
@given(
    picture=pictures,
    kernel=windows_sizes.flatmap(lambda shape: arrays(np.float32, shape, elements=values)),
    stride=steps,
)
def test_convolve_is_what_conv2d_does(layers, picture, kernel, stride):
    """Does the NumPy convolution give the numbers of a Conv2D layer without bias?"""
    layer = layers.Conv2D(1, kernel.shape, stride, use_bias=False)
    layer.build((None, *picture.shape, 1))
    layer.set_weights([kernel[:, :, None, None]])
    wanted = np.asarray(layer(batch(picture)))[0, :, :, 0]
    np.testing.assert_allclose(convolve(picture, kernel, stride), wanted, rtol=1e-4, atol=1e-2)


@FEW
@given(picture=pictures, size=st.integers(1, 5), stride=st.none() | steps)
def test_max_pool_is_what_maxpooling2d_does(layers, picture, size, stride):
    """Does the NumPy pooling give the numbers of a MaxPooling2D layer?"""
    wanted = np.asarray(layers.MaxPooling2D(size, stride)(batch(picture)))[0, :, :, 0]
    np.testing.assert_array_equal(max_pool(picture, size, stride), wanted)


def test_convolve_does_not_flip():
    """Is a single bright pixel turned into the kernel upside down, as cross-correlation does?"""
    dot = np.zeros((5, 5), int)
    dot[2, 2] = 1
    kernel = np.arange(9).reshape(3, 3)
    assert convolve(dot, kernel).tolist() == kernel[::-1, ::-1].tolist()
    assert convolve([[1, 2], [3, 4]], [[1, 0], [0, 1]]).tolist() == [[5]]


def test_windows_are_every_whole_window():
    """Are windows taken at each stride, in the shape asked for?"""
    every = windows(np.arange(20).reshape(4, 5), (2, 3), (2, 1))
    assert every.shape == (2, 3, 2, 3)
    assert every[1, 2].tolist() == [[12, 13, 14], [17, 18, 19]]


def test_pair_leaves_pairs_alone():
    """Is one size meant for both directions?"""
    assert pair(3) == (3, 3)
    assert pair((3, 2)) == (3, 2)


def test_a_kernel_with_an_open_blank_is_one_line():
    """Does a learner who has not filled in the kernel read what to do, and no traceback?"""
    with pytest.raises(Unfilled, match="no number yet") as caught:
        convolve(np.ones((5, 5)), [[None] * 3] * 3)
    assert caught.value._render_traceback_() == [str(caught.value)]
