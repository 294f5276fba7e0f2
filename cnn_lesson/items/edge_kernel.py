"""``edge-kernel``: a 3 × 3 kernel that fires on vertical edges and is silent elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from cnn_lesson.arithmetic import convolve
from cnn_lesson.checking.evidence import Evidence, plain
from cnn_lesson.checking.item import VISIBLE_SEED, Item, Part, Unseen
from cnn_lesson.checking.misconceptions import Misconception, explain, finding
from cnn_lesson.checking.reading import as_array, as_items, entry, written_number, yours
from cnn_lesson.verdict import Finding, Verdict


class Response(NamedTuple):
    """How a kernel answers to pictures: what it finds, and where it is silent."""

    kernel: np.ndarray
    finds_vertical: bool
    silent_on_vertical: bool
    silent_on_flat: bool
    silent_on_horizontal: bool


_PARTS = {
    Part("fires on vertical edges", 2): lambda response: response.finds_vertical,
    Part("stays silent on flat areas", 1): lambda response: response.silent_on_flat,
    Part("stays silent on horizontal edges", 1): lambda response: response.silent_on_horizontal,
}
_KIND = "3×3 numbers, as a list of rows or an array"
_EACH_ROW = "what does each single row of the kernel add up to?"
_SUM = "what is the sum of your nine numbers, and what should a flat area give?"
_MISCONCEPTIONS = (
    Misconception(
        lambda r: not r.kernel.any(),
        "silent everywhere: nine zeros find nothing",
        "which two pixels does a vertical edge set apart, and how can a sum tell them apart?",
    ),
    Misconception(
        lambda r: np.count_nonzero(r.kernel) == 1,
        "one number alone: it copies the picture, moved or scaled, and compares nothing",
        "which two pixels does a vertical edge set apart, and how can a sum tell them apart?",
    ),
    Misconception(
        lambda r: not r.silent_on_flat and (bool(np.all(r.kernel >= 0) or np.all(r.kernel <= 0))),
        "an average: it blurs, so flat areas shine, too",
        _SUM,
    ),
    Misconception(
        lambda r: not r.silent_on_flat,
        "the numbers do not cancel, so flat areas shine, too",
        _SUM,
    ),
    Misconception(
        lambda r: r.silent_on_vertical and not r.silent_on_horizontal,
        "it finds horizontal edges: rows and columns are mixed up",
        "when you cross a vertical edge, do you walk along a row or along a column?",
    ),
    Misconception(
        lambda r: r.silent_on_vertical and r.silent_on_horizontal,
        "it finds corners only",
        "let each row of the kernel do the same",
    ),
    Misconception(
        lambda r: np.allclose(r.kernel[::-1, ::-1], -r.kernel),
        "it finds diagonal edges, so it answers to both directions",
        _EACH_ROW,
    ),
    Misconception(
        lambda r: np.allclose(r.kernel[::-1, ::-1], r.kernel),
        "a Laplacian: it fires on edges of every direction",
        _EACH_ROW,
    ),
    Misconception(
        lambda r: not r.silent_on_horizontal,
        "it fires on horizontal edges, too",
        _EACH_ROW,
    ),
)


def _edge_pictures(seed: int) -> Evidence:
    """Pictures with one vertical edge, dark to bright and back; others are made from them."""
    if seed == VISIBLE_SEED:
        rows = [np.repeat([0.0, 1.0], 4), np.repeat([1.0, 0.0], 4)]
    else:
        rng = np.random.default_rng(seed)
        lengths, levels = rng.integers(4, 9, (8, 2)), rng.normal(size=(8, 2)) + [[-2, 2]]
        rows = [np.repeat(level, length) for level, length in zip(levels, lengths, strict=True)]
        rows += [row[::-1] for row in rows]
    return {"vertical": [np.tile(row, (7, 1)) for row in rows]}


def _response(kernel: np.ndarray, pictures: list[np.ndarray]) -> Response:
    brightest = max(float(np.abs(picture).max()) for picture in pictures)
    limit = 1e-6 * brightest * float(np.abs(kernel).sum())

    def silent(maps: list[np.ndarray]) -> bool:
        return all(float(np.abs(each).max()) <= limit for each in maps)

    vertical = [convolve(picture, kernel) for picture in pictures]
    horizontal = [convolve(picture.T, kernel) for picture in pictures]
    flat = [convolve(np.full((4, 4), picture.max()), kernel) for picture in pictures]
    finds = any(_peaks(each) for each in vertical)
    return Response(kernel, finds, *(silent(maps) for maps in (vertical, flat, horizontal)))


def _peaks(feature_map: np.ndarray) -> bool:
    """Whether the strongest answer is at the edge, clearly above both flat ends."""
    strength = np.abs(feature_map).max(axis=0)
    return bool(strength.max() > 1.01 * max(strength[0], strength[-1]))


def _gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    return {"value": plain(answers.get("edge_kernel"))}


def _judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """Parts for firing on vertical edges, for silence on flat areas and on horizontal edges."""
    value = entry(evidence, "value")
    if value is None:
        return ITEM.still_open(_KIND)
    kernel, missing = _three_by_three(value), _missing(value)
    if len(missing) == 9:
        return ITEM.still_open(_KIND)
    if missing:
        return ITEM.unusable(about="still open: " + "; ".join(missing), wanted=_KIND)
    if kernel is None:
        return ITEM.unusable(yours=yours(value), wanted=_KIND)
    response = _response(kernel, inputs["vertical"])
    earned = [part.label for part, holds in _PARTS.items() if kernel.any() and holds(response)]
    missed = [part.label for part in _PARTS if part.label not in earned]
    findings = [_finding(response, yours(value), missed[0])] if missed else []
    return ITEM.verdict(earned, findings)


def _missing(value: object) -> list[str]:
    """The places of three rows of three that have no number yet."""
    rows = [as_items(row) or [] for row in as_items(value) or []]
    if [len(row) for row in rows] != [3, 3, 3]:
        return []
    places = [(r, c) for r in range(3) for c in range(3) if rows[r][c] is None]
    return [f"row {r + 1}, column {c + 1}" for r, c in places]


def _numbers(value: object, depth: int = 4) -> object:
    """Nested lists with numbers in place of what is written for one, such as ``"-1"``."""
    if isinstance(value, list) and depth:
        return [_numbers(item, depth - 1) for item in value]
    return written_number(value) if isinstance(value, str) else value


def _three_by_three(value: object) -> np.ndarray | None:
    """Nine finite numbers, the largest of size 1; also from Keras' own shape (3, 3, 1, 1)."""
    kernel = as_array(_numbers(value))
    if kernel is None or kernel.size != 9 or np.squeeze(kernel).shape != (3, 3):
        return None
    kernel = np.squeeze(kernel).astype(float)
    largest = float(np.abs(kernel).max())
    if not np.isfinite(largest):
        return None
    return kernel / largest if largest > 1e-300 else np.zeros((3, 3))


def _finding(response: Response, given: str, missed: str) -> Finding:
    named = explain(_MISCONCEPTIONS, response)
    return finding(named, _EACH_ROW, yours=given, wanted=f"a kernel that {missed}")


ITEM = Item(
    id="edge-kernel",
    objective=3,
    notebook="01-convolution",
    section="S1",
    minutes=3,
    names=("edge_kernel",),
    parts=tuple(_PARTS),
    named=_MISCONCEPTIONS,
    draws=_edge_pictures,
    gathers=_gather,
    judges=_judge,
    why=(
        "each row adds up to zero: what is flat along it gives nothing, a change of "
        "brightness gives something"
    ),
    hints=(
        "on a flat area each window holds nine equal numbers: what must your nine add up to?",
        "on a horizontal edge each row of a window is flat: what must each row add up to?",
        "take the kernel for horizontal edges from above and turn it by a quarter",
    ),
)
