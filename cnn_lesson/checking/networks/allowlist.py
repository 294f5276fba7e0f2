"""The layers a network may be made of to be carried from one process to another, as plain data.

A network arrives at the judge as text. Only these classes, with only these settings, are built
from it, so no text can name code of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

NUMBER_LIMIT = 100_000
TEXT_LIMIT = 200

ACTIVATIONS = tuple(
    "linear relu softmax sigmoid tanh elu selu gelu leaky_relu relu6 silu softplus softsign "
    "exponential hard_sigmoid hard_silu mish log_softmax".split()
)
_WORDS = {
    *("valid", "same", "causal", "channels_last", "channels_first", "nearest", "bilinear"),
    *("bicubic", "lanczos3", "lanczos5", "area", "constant", "reflect", "wrap", "dot", "concat"),
}
MERGES = {
    *("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot"),
    "Attention",
}
"""Layers that are called on a list of tensors."""


@dataclass(frozen=True)
class Stock:
    """What matters of a layer class: its settings, and its weights in Keras' order."""

    settings: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    silent: bool = False  # hands its input on unchanged outside of training
    afterwards: bool = False  # its weights are as many as what comes in has, and are set at the end


def _stock(
    settings: str = "", weights: str = "", silent: bool = False, afterwards: bool = False
) -> Stock:
    return Stock(tuple(settings.split()), tuple(weights.split()), silent, afterwards)


_CONV = "filters kernel_size strides padding data_format dilation_rate activation use_bias"
_DEPTHWISE = "kernel_size strides padding data_format dilation_rate depth_multiplier use_bias"
_POOL = "pool_size strides padding data_format"
_NORM = "gamma beta"
_RECURRENT = "units activation use_bias return_sequences go_backwards"

LAYERS = {
    "InputLayer": _stock("batch_shape"),
    "Dense": _stock("units activation use_bias", "kernel bias"),
    "Conv1D": _stock(f"{_CONV} groups", "kernel bias"),
    "Conv2D": _stock(f"{_CONV} groups", "kernel bias"),
    "Conv3D": _stock(f"{_CONV} groups", "kernel bias"),
    **{
        f"Conv{axes}DTranspose": _stock(f"{_CONV} output_padding", "kernel bias")
        for axes in (1, 2, 3)
    },
    "DepthwiseConv1D": _stock(f"{_DEPTHWISE} activation", "depthwise bias"),
    "SeparableConv1D": _stock(f"{_CONV} depth_multiplier", "depthwise pointwise bias"),
    "DepthwiseConv2D": _stock(f"{_DEPTHWISE} activation", "depthwise bias"),
    "SeparableConv2D": _stock(f"{_CONV} depth_multiplier", "depthwise pointwise bias"),
    **{
        f"{which}Pooling{axes}D": _stock(_POOL)
        for which in ("Max", "Average")
        for axes in (1, 2, 3)
    },
    **{
        f"Global{which}Pooling{axes}D": _stock("data_format keepdims")
        for which in ("Max", "Average")
        for axes in (1, 2, 3)
    },
    **{
        f"Adaptive{which}Pooling{axes}D": _stock("output_size data_format")
        for which in ("Max", "Average")
        for axes in (1, 2, 3)
    },
    "Flatten": _stock("data_format"),
    "Reshape": _stock("target_shape"),
    "Permute": _stock("dims"),
    "Activation": _stock("activation"),
    "ReLU": _stock("max_value negative_slope threshold"),
    "LeakyReLU": _stock("negative_slope"),
    "ELU": _stock("alpha"),
    "PReLU": _stock("shared_axes", "alpha"),
    "Softmax": _stock("axis"),
    "BatchNormalization": _stock(
        "axis epsilon center scale", f"{_NORM} moving_mean moving_variance"
    ),
    "LayerNormalization": _stock("axis epsilon center scale rms_scaling", _NORM),
    "GroupNormalization": _stock("groups axis epsilon center scale", _NORM),
    "RMSNormalization": _stock("axis epsilon", "scale", afterwards=True),
    "UnitNormalization": _stock("axis"),
    "Rescaling": _stock("scale offset"),
    "Resizing": _stock(
        "height width interpolation crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value "
        "antialias data_format"
    ),
    "CenterCrop": _stock("height width data_format"),
    "RepeatVector": _stock("n"),
    "Embedding": _stock("input_dim output_dim", "embeddings"),
    **{
        kind: _stock(f"{_RECURRENT} recurrent_activation{more}", "kernel recurrent bias")
        for kind, more in {"GRU": " reset_after", "LSTM": ""}.items()
    },
    "SimpleRNN": _stock(_RECURRENT, "kernel recurrent bias"),
    "ZeroPadding1D": _stock("padding data_format"),
    "Cropping1D": _stock("cropping"),
    "UpSampling1D": _stock("size"),
    **{f"ZeroPadding{axes}D": _stock("padding data_format") for axes in (2, 3)},
    **{f"Cropping{axes}D": _stock("cropping data_format") for axes in (2, 3)},
    "UpSampling2D": _stock("size data_format interpolation"),
    "UpSampling3D": _stock("size data_format"),
    "Add": _stock(),
    "Subtract": _stock(),
    "Multiply": _stock(),
    "Average": _stock(),
    "Maximum": _stock(),
    "Minimum": _stock(),
    "Concatenate": _stock("axis"),
    "Dot": _stock("axes normalize"),
    "Attention": _stock("score_mode"),
    "Identity": _stock(silent=True),
    **{
        name: _stock("rate", silent=True)
        for name in (
            *("Dropout", "AlphaDropout"),
            *(f"SpatialDropout{axes}D" for axes in (1, 2, 3)),
        )
    },
    "GaussianDropout": _stock("rate", silent=True),
    "GaussianNoise": _stock("stddev", silent=True),
    "ActivityRegularization": _stock(silent=True),
    **{
        f"Random{what}": _stock(silent=True)
        for what in (
            *("Flip", "Rotation", "Translation", "Zoom", "Contrast", "Brightness", "Shear"),
            *("ElasticTransform", "Erasing", "GaussianBlur", "Invert", "Perspective", "Sharpness"),
        )
    },
}


def settings_of(kind: str, config: dict) -> dict[str, object]:
    """The settings of a layer that matter, lists as tuples.

    Raises ``ValueError`` for a class that is no stock layer, and for a value that is no plain
    number, word or short list of them.
    """
    if kind not in LAYERS:
        raise ValueError(f"{kind[:TEXT_LIMIT]} is no layer that the check can carry over")
    settings = {}
    for name in LAYERS[kind].settings:
        if name in config:
            words = ACTIVATIONS if name.endswith("activation") else _WORDS
            if not _is_plain(config[name], words):
                raise ValueError(f"the setting {name} of a {kind} cannot be carried over")
            settings[name] = _as_tuple(config[name])
    return settings


def _is_plain(value: object, words: tuple[str, ...] | set[str], depth: int = 2) -> bool:
    if isinstance(value, (list, tuple)):
        return depth > 0 and len(value) <= 4 and all(_is_plain(v, words, depth - 1) for v in value)
    if isinstance(value, str):
        return value in words
    if isinstance(value, float):
        return math.isfinite(value) and abs(value) <= NUMBER_LIMIT
    return value is None or (isinstance(value, int) and abs(value) <= NUMBER_LIMIT)


def _as_tuple(value: object) -> object:
    return tuple(map(_as_tuple, value)) if isinstance(value, (list, tuple)) else value
