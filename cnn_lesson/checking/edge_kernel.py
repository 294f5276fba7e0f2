"""What a 3×3 kernel finds: how it answers to edges and flat areas, and what gives it away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from cnn_lesson.arithmetic import convolve
from cnn_lesson.checking.contract import VISIBLE_SEED, Check, Unseen
from cnn_lesson.checking.evidence import Evidence, as_array, entry, plain, yours
from cnn_lesson.items import ITEMS
from cnn_lesson.verdict import Finding, Verdict, still_open, wrong_kind


class Response(NamedTuple):
    """How a kernel answers to pictures: what it finds, and where it is silent."""

    kernel: np.ndarray
    finds_vertical: bool
    silent_on_vertical: bool
    silent_on_flat: bool
    silent_on_horizontal: bool


class Sign(NamedTuple):
    """What gives a misconception about kernels away, a line that names it, and a thought."""

    shows: Callable[[Response], bool]
    says: str
    thought: str


class Share(NamedTuple):
    """A share of the points for a kernel."""

    label: str
    points: int
    holds: Callable[[Response], bool]


_SHARES = (
    Share("fires on vertical edges", 2, lambda r: r.finds_vertical),
    Share("stays silent on flat areas", 1, lambda r: r.silent_on_flat),
    Share("stays silent on horizontal edges", 1, lambda r: r.silent_on_horizontal),
)
_EDGE_KIND = "3×3 numbers, as a list of rows or an array"
_EACH_ROW = "what does each single row of the kernel add up to?"
_SUM = "what is the sum of your nine numbers, and what should a flat area give?"
_SIGNS = (
    Sign(
        lambda r: not r.kernel.any(),
        "silent everywhere: nine zeros find nothing",
        "which two pixels does a vertical edge set apart, and how can a sum tell them apart?",
    ),
    Sign(
        lambda r: not r.silent_on_flat and (np.all(r.kernel >= 0) or np.all(r.kernel <= 0)),
        "an average: it blurs, so flat areas shine, too",
        _SUM,
    ),
    Sign(
        lambda r: not r.silent_on_flat,
        "the numbers do not cancel, so flat areas shine, too",
        _SUM,
    ),
    Sign(
        lambda r: r.silent_on_vertical and not r.silent_on_horizontal,
        "it finds horizontal edges: rows and columns are mixed up",
        "when you cross a vertical edge, do you walk along a row or along a column?",
    ),
    Sign(
        lambda r: r.silent_on_vertical and r.silent_on_horizontal,
        "it finds corners only",
        "let each row of the kernel do the same",
    ),
    Sign(
        lambda r: np.allclose(r.kernel[::-1, ::-1], -r.kernel),
        "it finds diagonal edges, so it answers to both directions",
        _EACH_ROW,
    ),
    Sign(
        lambda r: np.allclose(r.kernel[::-1, ::-1], r.kernel),
        "a Laplacian: it fires on edges of every direction",
        _EACH_ROW,
    ),
    Sign(
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


def _gather_kernel(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    return {"value": plain(answers.get("edge_kernel"))}


def _judge_kernel(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """Points for firing on vertical edges, for silence on flat areas and on horizontal edges."""
    value = entry(evidence, "value")
    if value is None:
        return still_open("edge-kernel", ITEMS["edge-kernel"].points, _EDGE_KIND)
    kernel = _three_by_three(value)
    if kernel is None:
        return wrong_kind("edge-kernel", ITEMS["edge-kernel"].points, yours(value), _EDGE_KIND)
    response = _response(kernel, inputs["vertical"])
    earned = [share for share in _SHARES if kernel.any() and share.holds(response)]
    missed = [share for share in _SHARES if share not in earned]
    return Verdict(
        "edge-kernel",
        sum(share.points for share in earned),
        ITEMS["edge-kernel"].points,
        (_kernel_finding(response, yours(value), missed[0].label),) if missed else (),
        tuple(share.label for share in earned),
    )


def _three_by_three(value: object) -> np.ndarray | None:
    """Nine finite numbers, the largest of size 1; also from Keras' own shape (3, 3, 1, 1)."""
    kernel = as_array(value)
    if kernel is None or kernel.size != 9 or np.squeeze(kernel).shape != (3, 3):
        return None
    kernel = np.squeeze(kernel).astype(float)
    largest = float(np.abs(kernel).max())
    if not np.isfinite(largest):
        return None
    return kernel / largest if largest > 1e-300 else np.zeros((3, 3))


def _kernel_finding(response: Response, given: str, missed: str) -> Finding:
    sign = next((sign for sign in _SIGNS if sign.shows(response)), None)
    says, thought = (sign.says, sign.thought) if sign else ("", _EACH_ROW)
    wanted = f"a kernel that {missed}"
    return Finding(yours=given, wanted=wanted, misconception=says, thought=thought)


EDGE_KERNEL = Check(
    "edge-kernel",
    _gather_kernel,
    _judge_kernel,
    _edge_pictures,
    (
        "on a flat area each window holds nine equal numbers: what must your nine add up to?",
        "on a horizontal edge each row of a window is flat: what must each row add up to?",
        "take the kernel for horizontal edges from above and turn it by a quarter",
    ),
)
