"""Operations of ``keras.ops`` in a network: which are carried over, and how their arguments are.

A call such as ``keras.ops.clip(x, 0, 1)`` is carried as the operation's name and its arguments as
plain data, ``{"tensor": 0}`` for what came in and ``{"array": 0}`` for numbers that go with it.
Only these names are ever called, on numbers, words of a list, and symbolic tensors.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

PREFIX = "keras.ops."
CONSTANTS = "/constants"
"""Behind an operation's name: arrays among its arguments that are no weights."""
NAMES = frozenset(
    (
        "abs absolute add subtract multiply divide true_divide floor_divide mod power square sqrt "
        "rsqrt cbrt exp expm1 exp2 log log1p log2 log10 sin cos tan arcsin arccos arctan arctan2 "
        "sinh cosh tanh arcsinh arccosh arctanh sign negative reciprocal floor ceil round trunc "
        "maximum minimum fmax fmin clip where logical_and logical_or logical_not greater "
        "greater_equal less less_equal equal not_equal nan_to_num hypot logaddexp erf erfc sinc "
        "mean sum max min amax amin std var prod median logsumexp any all argmax argmin "
        "count_nonzero cumsum cumprod norm normalize moments "
        "reshape expand_dims squeeze transpose swapaxes moveaxis flip fliplr flipud rot90 roll "
        "ravel concatenate stack split get_item take pad cast copy identity stop_gradient diff "
        "sort dot_product_attention "
        "matmul dot tensordot einsum conv depthwise_conv separable_conv max_pool average_pool "
        "adaptive_average_pool adaptive_max_pool batch_normalization layer_normalization "
        "rms_normalization "
        "relu relu6 leaky_relu elu selu gelu celu glu silu swish softplus softsign softmax "
        "log_softmax log_sigmoid sigmoid hard_sigmoid hard_silu hard_swish hard_tanh hard_shrink "
        "soft_shrink tanh_shrink squareplus sparsemax sparse_plus sparse_sigmoid threshold "
        "space_to_depth depth_to_space image.resize image.crop_images image.pad_images "
        "image.rgb_to_grayscale"
    ).split()
)
EITHER_SIDE = frozenset(
    (
        "add subtract multiply divide true_divide floor_divide mod power maximum minimum fmax fmin "
        "arctan2 hypot logaddexp logical_and logical_or greater greater_equal less less_equal "
        "equal not_equal where take matmul dot tensordot einsum"
    ).split()
)
"""Operations that may begin with a number; all others begin with what comes in."""
WORDS = frozenset(
    "valid same causal channels_last channels_first nearest bilinear bicubic lanczos3 lanczos5 "
    "area constant reflect symmetric edge linear float16 float32 float64 int32 int64 bool uint8 "
    "fro nuc".split()
)
_EQUATION = re.compile(r"[a-z]{1,8},[a-z]{1,8}->[a-z]{0,8}").fullmatch
DEPTH, NODES = 4, 80
NUMBER_LIMIT = 100_000

Template = Any
"""An argument as plain data: a number, a word, a list, or a dict with one key that says what."""


def is_operation(kind: str) -> bool:
    """Whether the class of a call is an operation of ``keras.ops``."""
    return kind.startswith(PREFIX)


def checked(kind: str, config: dict) -> dict[str, Template]:
    """The arguments of an operation: ``given`` in order, ``named`` by name.

    Raises ``ValueError`` for an operation that is not on the list, and for arguments that are no
    plain data.
    """
    if kind.removeprefix(PREFIX) not in NAMES:
        raise ValueError(f"{kind[:100]} is no operation that the check can carry over")
    given, named, place = (config.get(name) for name in ("given", "named", "place"))
    if type(place) is not int or not 0 <= place < NODES:
        raise ValueError(f"the arguments of {kind} are damaged")
    if not isinstance(given, list) or not isinstance(named, dict):
        raise ValueError(f"the arguments of {kind} are damaged")
    if not all(isinstance(name, str) and name.isidentifier() for name in named):
        raise ValueError(f"the arguments of {kind} are damaged")
    if not _has_a_tensor(kind, given):
        raise ValueError(f"{kind} is called on nothing that comes in")
    count = [0]
    parts = [*given, *(value for name, value in named.items() if name != "subscripts")]
    equation = named.get("subscripts", "a,a->a")
    if not all(_is_plain(part, count) for part in parts) or not _EQUATION(str(equation)):
        raise ValueError(f"an argument of {kind} cannot be carried over")
    return {"given": given, "named": named, "place": place}


def _has_a_tensor(kind: str, given: list[Template]) -> bool:
    """Whether an operation is called on a tensor, so that it is symbolic, and takes no memory."""
    first = given if kind.removeprefix(PREFIX) in EITHER_SIDE else given[:1]
    flat = [part for each in first for part in (each if isinstance(each, list) else [each])]
    return any(isinstance(part, dict) and "tensor" in part for part in flat)


def _is_plain(value: Template, count: list[int], depth: int = DEPTH) -> bool:
    count[0] += 1
    if count[0] > NODES or depth < 0:
        return False
    if isinstance(value, list):
        return all(_is_plain(part, count, depth - 1) for part in value)
    if isinstance(value, dict):
        return len(value) == 1 and _is_special(*next(iter(value.items())), count, depth)
    if isinstance(value, str):
        return value in WORDS
    if isinstance(value, float):
        return math.isfinite(value) and abs(value) <= NUMBER_LIMIT
    return value is None or (isinstance(value, int) and abs(value) <= NUMBER_LIMIT)


def _is_special(key: object, value: Template, count: list[int], depth: int) -> bool:
    if key in ("tensor", "array"):
        return type(value) is int and 0 <= value < NODES
    if key == "slice":
        whole = isinstance(value, list) and len(value) == 3
        return whole and all(part is None or type(part) is int for part in value)
    if key == "tuple":
        return isinstance(value, list) and _is_plain(value, count, depth - 1)
    return key == "all" and value is True


def perform(
    kind: str, settings: dict[str, Template], tensors: Sequence[Any], arrays: Sequence[np.ndarray]
) -> Any:
    """The one tensor that an operation makes of tensors; of several the one at its place."""
    import keras

    def resolve(part: Template) -> Any:
        if isinstance(part, list):
            return [resolve(each) for each in part]
        if not isinstance(part, dict):
            return part
        ((key, value),) = part.items()
        if key == "tuple":
            return tuple(resolve(value))
        known = {"tensor": tensors, "array": arrays}
        if key in known and not value < len(known[key]):
            raise ValueError(f"an argument of {kind} is missing")
        return known[key][value] if key in known else slice(*value) if key == "slice" else Ellipsis

    function: Any = keras.ops
    for name in kind.removeprefix(PREFIX).split("."):
        function = getattr(function, name)
    if kind == PREFIX + "get_item":
        tensor, key = (resolve(part) for part in settings["given"])
        return tensor[key]
    if kind == PREFIX + "einsum":
        return keras.ops.einsum(
            settings["named"]["subscripts"], *(resolve(part) for part in settings["given"])
        )
    named = {name: resolve(part) for name, part in settings["named"].items()}
    made = function(*(resolve(part) for part in settings["given"]), **named)
    return made[settings["place"]] if isinstance(made, (list, tuple)) else made


def work(
    kind: str,
    settings: dict[str, Template],
    tensors: Sequence[Any],
    arrays: Sequence[np.ndarray],
    made: Any,
) -> int:
    """About how many multiplications an operation takes for one picture."""
    sizes = [math.prod(size or 28 for size in each.shape[1:]) for each in (*tensors, made)]
    if kind.removeprefix(PREFIX) in ("matmul", "dot", "tensordot"):
        inner = max((size or 28 for size in tensors[0].shape[1:]), default=1)
        return sizes[-1] * inner + sum(sizes)
    if kind == PREFIX + "einsum":
        return _indices(settings["named"]["subscripts"], settings["given"], tensors, arrays)
    if "conv" in kind:
        places = math.prod(size or 28 for size in made.shape[1:-1])
        return places * sum(array.size for array in arrays) + sum(sizes)
    window = 64 if "pool" in kind else 1
    return window * sum(sizes)


def inner_values(kind: str, tensors: Sequence[Any]) -> int:
    """How many values an operation holds on its way: attention, one for each pair of places."""
    if kind != PREFIX + "dot_product_attention":
        return 0
    (steps, heads), (others, _) = (tuple(each.shape[1:3]) for each in tensors[:2])
    return (steps or 28) * (others or 28) * (heads or 1)


def _indices(
    equation: str, given: list[Template], tensors: Sequence[Any], arrays: Sequence[np.ndarray]
) -> int:
    """How many combinations of indices a product of two tensors goes through for one picture."""
    sizes: dict[str, int] = {}
    known = {"tensor": tensors, "array": arrays}
    for letters, part in zip(equation.partition("->")[0].split(","), given, strict=True):
        ((key, number),) = part.items()
        shape = known[key][number].shape
        for letter, size in zip(reversed(letters), reversed(shape), strict=False):
            sizes[letter] = max(sizes.get(letter, 1), size or 1)
    return math.prod(sizes.values())
