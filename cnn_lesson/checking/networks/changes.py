"""What was changed between two networks, counted in things that a learner would call one."""

from __future__ import annotations

from collections.abc import Sequence

from cnn_lesson.checking.networks.architecture import LayerSpec, setting, with_settings, without


def things_changed(before: Sequence[LayerSpec], after: Sequence[LayerSpec]) -> int:
    """0, 1 or 2 for more: how many things differ between two rows of layers.

    One thing is one setting, in as many layers as it may be, or layers of one class that were put
    in, left out, or took the place of those of another class.
    """
    before, after = [*map(_pool, before)], [*map(_pool, after)]
    if before == after:
        return 0
    if [one[0] for one in before] == [one[0] for one in after]:
        return min(2, len(_settings_changed(before, after)))
    kinds = {one[0] for one in (*before, *after)}
    if any(without(before, kind) == without(after, kind) for kind in kinds):
        return 1
    return 1 if _replaced(before, after) else 2


def _pool(one: LayerSpec) -> LayerSpec:
    """A pooling layer whose windows lie side by side has one size, not a stride of its own."""
    size = setting(one, "pool_size")
    return with_settings(one, strides=None) if size and size == setting(one, "strides") else one


def _settings_changed(before: Sequence[LayerSpec], after: Sequence[LayerSpec]) -> set[str]:
    pairs = zip(before, after, strict=True)
    return {
        name
        for old, new in pairs
        for name in dict(old[1]) | dict(new[1])
        if setting(old, name) != setting(new, name)
    }


def _replaced(before: Sequence[LayerSpec], after: Sequence[LayerSpec]) -> bool:
    """Whether layers of one class stand where those of another one stood, and all else is kept."""
    if len(before) != len(after):
        return False
    swaps = {(old[0], new[0]) for old, new in zip(before, after, strict=True) if old != new}
    return len(swaps) == 1
