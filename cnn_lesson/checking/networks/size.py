"""How large a network is, counted before anything of it is computed: work, and feature maps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnn_lesson.checking.networks import operations
from cnn_lesson.checking.networks.allowlist import LAYERS

PICTURE_LIMIT_VALUES = 250_000
MAPS_LIMIT_VALUES = 1_000_000
"""All feature maps of one picture together: Keras holds them all until it has the answer."""
WORK_LIMIT_MULTIPLICATIONS = 50_000_000
STEP_LIMIT = 800
"""Of a recurrent layer: a picture has 784 pixels."""
RECURRENT = ("GRU", "LSTM", "SimpleRNN")
_KERNELS = ("kernel", "depthwise", "pointwise", "recurrent")


def _steps(tensor: Any) -> int:
    """The steps that a recurrent layer takes. Raises ``ValueError`` where they are too many."""
    steps = tensor.shape[1] or 28
    if steps > STEP_LIMIT:
        raise ValueError(f"more than {STEP_LIMIT} steps are too many to be tried here")
    return steps


@dataclass
class Size:
    """What a network takes for one picture: multiplications, and values in feature maps."""

    work: int = 0
    values: int = 0

    def add_operation(
        self,
        kind: str,
        settings: dict[str, Any],
        sources: Sequence[Any],
        arrays: Sequence[np.ndarray],
        tensor: Any,
    ) -> None:
        """Count an operation in. Raises ``ValueError`` as ``add`` does."""
        self._bound(
            operations.work(kind, settings, sources, arrays, tensor),
            math.prod(size or 28 for size in tensor.shape[1:])
            + operations.inner_values(kind, sources),
        )

    def add(
        self, kind: str, settings: dict[str, Any], layer: Any, sources: list[Any], tensor: Any
    ) -> None:
        """Count one more call in. Raises ``ValueError`` where it is too much to be tried."""
        sizes = [size or 28 for size in tensor.shape[1:]]
        kernels = [
            tuple(weight.shape)
            for name, weight in zip(LAYERS[kind].weights, layer.weights, strict=False)
            if name in _KERNELS
        ]
        # a separable convolution has a feature map inside, between its two kernels
        inner = math.prod((*kernels[0][2:], *sizes[:-1])) if len(kernels) > 1 else 0
        window = settings.get("pool_size", 1)
        each = math.prod(window if isinstance(window, tuple) else (window,)) * math.prod(sizes)
        multiplied = sum(math.prod(kernel) for kernel in kernels) * math.prod(sizes[:-1])
        if kind in RECURRENT:
            multiplied *= _steps(sources[0])
        self._bound(multiplied or each, math.prod(sizes) + inner)

    def _bound(self, work: int, values: int) -> None:
        if values > PICTURE_LIMIT_VALUES:
            raise ValueError("a feature map of this network is too large to be tried here")
        self.work += work
        self.values += values
        if self.work > WORK_LIMIT_MULTIPLICATIONS or self.values > MAPS_LIMIT_VALUES:
            raise ValueError("this network is too large to be tried here")
