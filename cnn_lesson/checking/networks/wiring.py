"""Who was called on whom: the way through named layers, with a model or before there is one."""

from __future__ import annotations

from typing import NamedTuple

from cnn_lesson.checking.evidence import line
from cnn_lesson.checking.networks.accuracy import Facts
from cnn_lesson.checking.networks.allowlist import LAYERS, settings_of
from cnn_lesson.checking.networks.architecture import LayerSpec, spec
from cnn_lesson.checking.reading import entry, text_of

_SEE_THROUGH = {name for name, stock in LAYERS.items() if stock.silent} | {
    *("Activation", "ReLU", "LeakyReLU", "ELU", "PReLU", "Softmax", "BatchNormalization"),
}


class Use(NamedTuple):
    """One call of a layer, by name, and the names of the layers whose outputs it got."""

    layer: str
    kind: str
    sources: tuple[str, ...]


class Way(NamedTuple):
    """For each layer what it was called on, call by call, and what the last cell raised."""

    ways: dict[str, list[tuple[str, ...]]]
    raised: str

    def of(self, name: str) -> list[tuple[str, ...]]:
        """What a layer was called on, call by call."""
        return self.ways.get(name, [])


def last_named(story: list[Use]) -> str:
    """The layer of the last call that computes more than an activation."""
    names = [use.layer for use in story if use.kind not in _SEE_THROUGH]
    return names[-1] if names else ""


def uses(whole: Facts) -> list[Use]:
    """The calls of a network, in order; none where there is no network."""
    calls = whole.network.calls if whole.network else ()
    return [Use(c.layer, c.kind, tuple(calls[n].layer for n in c.inbound)) for c in calls]


def described_uses(evidence: object) -> list[Use]:
    """The calls that ``export.describe_calls`` handed out, in order."""
    calls = entry(evidence, "calls")
    story = []
    for call in calls if isinstance(calls, list) else ():
        sources = entry(call, "from")
        names = tuple(map(str, sources)) if isinstance(sources, list) else ()
        story.append(Use(str(entry(call, "layer")), str(entry(call, "kind")), names))
    return story


def ways_of(story: list[Use]) -> dict[str, list[tuple[str, ...]]]:
    """For each layer what it was called on, activations and the like looked through."""
    through = {use.layer: use.sources[:1] for use in story if use.kind in _SEE_THROUGH}
    ways: dict[str, list[tuple[str, ...]]] = {}
    for use in story:
        sources = []
        for source in use.sources:
            for _ in story:
                source = next(iter(through.get(source, ())), source)
            sources.append(source)
        ways.setdefault(use.layer, []).append(tuple(sources))
    return ways


def known_layers(
    evidence: object, whole: Facts, names: tuple[str, ...]
) -> dict[str, LayerSpec | str]:
    """The named layers: those in the model as they act there, the others as described."""
    known: dict[str, LayerSpec | str] = {}
    for name in names:
        one = entry(evidence, name)
        if one is not None:
            known[name] = _described(one)
    for call in whole.network.steps() if whole.network else ():
        if call.layer in names:
            known[call.layer] = spec(call.kind, **call.settings)
    return known


def _described(one: object) -> LayerSpec | str:
    kind, settings = entry(one, "kind"), entry(one, "settings")
    try:
        return spec(kind, **settings_of(kind, settings))
    except (ValueError, TypeError, AttributeError):
        return line(text_of(entry(one, "odd")) or "something else")
