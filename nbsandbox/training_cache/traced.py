"""Standing in for the functions that a training would have traced.

TensorFlow compiles a training step for the shapes it meets first, and a compilation for 100
images may differ in the last digit from one for any number. So what was compiled is part of a
training's outcome: after an answer from the cache, a model holds a `Traced` that compiles the
same, but only when it is called, which most models never see.
"""

import inspect
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from nbsandbox.training_cache.description import NotCacheable
from nbsandbox.training_cache.process_state import names_kept

Side = tuple[tuple[int, ...], str]
"""Shape without its first axis, and type, of inputs, answers or weights."""


Held = Sequence[tuple[Any, dict[str, Any]]]
"""Objects, each with the attributes it holds."""


@dataclass(frozen=True)
class Spec:
    """What a function is traced for; `batch` is None where the last batch is smaller."""

    x: Side
    y: Side
    sample_weight: Side | None
    batch: int | None

    @classmethod
    def of(cls, data: dict[str, Any], count: int, batch: int, weighted: bool = False) -> "Spec":
        """The spec for `count` items of the data; `weighted` where classes have weights."""
        import keras

        weight = data.get("sample_weight")
        weights = ((), keras.config.floatx()) if weighted else None
        return cls(
            side(data["x"]),
            side(data["y"]),
            weights if weight is None else side(weight),
            None if count % batch else int(batch),
        )

    def arrays(self) -> dict[str, Any]:
        """Zeros that fit: one batch, and one more item where the batch may be smaller."""
        rows = self.batch or 3
        sides = {"x": self.x, "y": self.y, "sample_weight": self.sample_weight}
        return {
            name: side and np.zeros((rows, *side[0]), np.dtype(side[1]))
            for name, side in sides.items()
        }

    def trace(self, model: Any, function: Any) -> None:
        """Compile a train or test function for this, without running it."""
        from keras.src.backend.tensorflow.trainer import TFEpochIterator

        batches = TFEpochIterator(
            **self.arrays(),
            batch_size=self.batch or 2,
            distribute_strategy=model.distribute_strategy,
        )
        _steps(function).get_concrete_function(iter(batches._get_iterator()))


@dataclass(frozen=True)
class PredictSpec:
    """What a predict function is traced for: batches of one size and, last, of `rest` items."""

    x: Side
    batch: int
    rest: int

    @classmethod
    def of(cls, x: Any, batch: int) -> "PredictSpec":
        """The spec for all items of an array."""
        count = int(x.shape[0])
        whole = min(count, batch)
        return cls(side(x), whole, count % whole)

    def trace(self, model: Any, function: Any) -> None:
        """Compile a predict function for this, by predicting zeros with it."""
        held = model.predict_function, model.stop_predicting
        shape, kind = self.x
        zeros = np.zeros((self.batch + self.rest, *shape), np.dtype(kind))
        model.predict_function = function
        try:
            inspect.unwrap(type(model).predict)(model, zeros, batch_size=self.batch, verbose=0)
        finally:
            model.predict_function, model.stop_predicting = held


def side(array: Any) -> Side:
    """Shape without its first axis, and type, of an array or a tensor."""
    if array is None:
        raise NotCacheable("no answers")
    return tuple(int(length) for length in array.shape[1:]), np.asarray(array[:0]).dtype.name


@dataclass
class Traced:
    """A model's function of a kind (train, test, predict), traced for `specs` in this order only.

    `signature` is the model's description while that happened, `before` what its objects held then;
    `function` is Keras' own, None until it is needed.
    """

    model: Any
    kind: str
    specs: list[Spec | PredictSpec]
    signature: str
    before: Held = ()
    function: Any = None
    traces: int = 0

    def __call__(self, iterator: Any) -> Any:
        """One step, by Keras' own function, compiled on the first call."""
        if self.function is None:
            with as_before(self.before), names_kept():
                self.function = made(self.model, self.kind)
                for spec in self.specs:
                    spec.trace(self.model, self.function)
            self.traces = count_traces(self.function)
        return self.function(iterator)

    def is_known(self, signature: str) -> bool:
        """Was the model described so, and has nothing else been traced since?"""
        alone = self.function is None or count_traces(self.function) == self.traces
        return alone and self.signature == signature


@contextmanager
def as_before(before: Held) -> Generator[None]:
    """Let objects hold for a while what they held before."""
    now = [(thing, dict(vars(thing))) for thing, _ in before]
    try:
        _restore(before)
        yield
    finally:
        _restore(now)


def _restore(held: Held) -> None:
    for thing, attributes in held:
        vars(thing).clear()
        vars(thing).update(attributes)


def made(model: Any, kind: str) -> Any:
    """A function of a model as Keras makes it, not compiled yet; the model keeps the one it has."""
    if kind != "predict":
        return model._make_function(getattr(model, f"{kind}_step"))
    held = model.predict_function
    model.make_predict_function(force=True)
    function, model.predict_function = model.predict_function, held
    return function


def count_traces(function: Any) -> int:
    """How often a model's function and, if it has one, its single step have been compiled."""
    if hasattr(function, "experimental_get_tracing_count"):  # that of `predict` has no step
        return function.experimental_get_tracing_count()
    steps = _steps(function)
    single = inspect.getclosurevars(function).nonlocals["one_step_on_data"].__wrapped__
    return steps.experimental_get_tracing_count() + single.experimental_get_tracing_count()


def _steps(function: Any) -> Any:
    """The TensorFlow function within one that Keras made."""
    return inspect.getclosurevars(function).nonlocals["multi_step_on_iterator"]


def traced_before(model: Any, kinds: Iterable[str], signature: str) -> Any:
    """What a model's functions of some kinds have been traced for, as plain data.

    Raises NotCacheable where that was not all noted, or while the model looked different.
    """
    key_parts = {}
    for kind in kinds:
        function = getattr(model, f"{kind}_function")
        if function is None:
            key_parts[kind] = []
        elif isinstance(function, Traced) and function.is_known(signature):
            key_parts[kind] = [asdict(spec) for spec in function.specs]
        else:
            raise NotCacheable("traced for something else")
    return key_parts


def note_traced(
    model: Any, kind: str, spec: Spec | PredictSpec, signature: str, before: Held = ()
) -> None:
    """Remember that a model's function is traced for a spec, or would be, had it been called.

    `signature` is the model's description now, `before` what its objects hold now; `before` is only
    needed where the function has not been called.
    """
    name = f"{kind}_function"
    known = getattr(model, name)
    if not isinstance(known, Traced):
        known = Traced(model, kind, [], signature, before, known)
        setattr(model, name, known)
    if spec not in known.specs:
        known.specs.append(spec)
        if known.function is not None and before:
            spec.trace(model, known.function)
    if known.function is not None:
        known.traces = count_traces(known.function)
