"""From Keras objects to plain data that says exactly what they are, or a refusal.

Two things have the same description only if they compute the same. It is made from what objects
hold rather than from their `get_config`, which leaves things out: an activation that a learner
wrote and called `relu` has the same configuration as Keras' own. Names that Keras counts up
(`conv2d_3`) are left out; whatever is not Keras' own or plain data cannot be described.
"""

import hashlib
import sys
from collections.abc import Iterable
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

KERAS = "keras.src."
PASSED_OVER = frozenset(
    # bookkeeping
    "_path _parent_path _tracker _tracked _lock _auto_config _called _call_signature"
    " _call_context_args call_signature_parameters _inbound_nodes _outbound_nodes"
    " _saved_model_inputs_spec _saved_model_arg_spec _distribution_strategy"
    " _trainable_variables_indices _exclude_from_weight_decay_cache"
    # how a layer was built, once it is
    " build quantize _build_shapes_dict"
    # losses that layers add: refused in `refuse_added_losses`
    " _losses _loss_ids _losses_override".split()
)
PAST = frozenset({"_model", "params", "best_weights"})
"""What a callback forgets when a training begins."""


class NotCacheable(Exception):
    """Something of which it cannot be said exactly what it computes."""


class NotRepeatable(NotCacheable):
    """A process in which no training repeats bit for bit."""


class Description:
    """Describes one thing after another; what was met before is only referred to by number.

    `objects` are the Keras objects met, `variables` their variables, and `values` the check sums
    of the variables' values, in order, where `valued` asks for them. The descriptions themselves
    leave the values out.
    """

    def __init__(self, valued: bool = True) -> None:
        self.valued = valued
        self.numbers: dict[int, int] = {}
        self.objects: list[Any] = []
        self.variables: list[Any] = []
        self.values: list[str] = []

    def of(self, thing: Any) -> Any:
        """A thing as JSON can hold it. Raises NotCacheable where that would not say it exactly."""
        if thing is None or type(thing) in (bool, int, float, str):
            return thing
        if id(thing) in self.numbers:
            return ["again", self.numbers[id(thing)]]
        if isinstance(thing, np.generic):
            return ["number", thing.dtype.str, thing.item()]
        if type(thing) is np.ndarray or is_tensor(thing):
            return describe_array(thing)
        if isinstance(thing, dict):
            return ["dict", [[self.of(key), self.of(value)] for key, value in thing.items()]]
        if isinstance(thing, (list, tuple)):
            return ["list", [self.of(item) for item in thing]]
        if isinstance(thing, (set, frozenset)) and not thing:
            return ["set"]
        if isinstance(thing, (FunctionType, ModuleType, type)):
            return ["known", keras_name(thing)]
        return self._object(thing)

    def number(self, thing: Any) -> int:
        """Remember a thing, so that it is referred to when it is met again."""
        self.objects.append(thing)  # which also keeps it alive, and so its id its own
        return self.numbers.setdefault(id(thing), len(self.numbers))

    def _object(self, thing: Any) -> Any:
        import keras

        if isinstance(thing, keras.Variable):
            return self._variable(thing)
        kind = keras_name(type(thing))
        if isinstance(thing, (keras.Model, keras.KerasTensor)):
            raise NotCacheable("a model within a model, or a tensor from outside")
        if isinstance(thing, keras.Operation):
            self.number(thing)
        else:
            self.objects.append(thing)
        described = {
            name: self.of(value) for name, value in sorted(vars(thing).items())
            if matters(thing, name)
        }  # fmt: skip
        return ["object", kind, described]

    def _variable(self, variable: Any) -> Any:
        self.number(variable)
        self.variables.append(variable)
        if self.valued:
            self.values.append(check_sum(variable.numpy()))
        return [
            "variable", list(variable.shape), variable.dtype, variable.trainable,
            variable.aggregation, variable._autocast, variable.overwrite_with_gradient,
            self.of(variable.constraint), self.of(variable.regularizer),
        ]  # fmt: skip


def matters(thing: Any, name: str) -> bool:
    """Does an attribute of this name say what an object computes once it is built?"""
    import keras

    if name == "name":  # the history goes by the names of losses and metrics
        return isinstance(thing, (keras.Loss, keras.Metric))
    if isinstance(thing, keras.callbacks.Callback) and name in PAST:
        return False
    if name.startswith("_self_") or name.endswith("_initializer"):  # values are drawn by now
        return False
    return name not in PASSED_OVER


def is_tensor(thing: Any) -> bool:
    """Is it a TensorFlow tensor that holds its values?"""
    kind = type(thing)
    return kind.__name__ == "EagerTensor" and kind.__module__.startswith("tensorflow.")


def describe_array(array: Any) -> list[Any]:
    """Kind, type, shape and check sum of a NumPy array or a tensor."""
    values = np.asarray(array)
    if values.dtype.hasobject:
        raise NotCacheable("an array of objects")
    kind = "array" if isinstance(array, np.ndarray) else "tensor"
    return [kind, values.dtype.str, list(values.shape), check_sum(values)]


def check_sum(array: np.ndarray) -> str:
    """The SHA-256 of an array's bytes."""
    return hashlib.sha256(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data).hexdigest()


def keras_name(thing: type | FunctionType | ModuleType) -> str:
    """Where Keras defines a class or a function. Raises NotCacheable for what is not Keras' own."""
    if isinstance(thing, ModuleType):
        module, path = thing.__name__, []
    else:
        module, path = thing.__module__, thing.__qualname__.split(".")
    found: Any = sys.modules.get(module)
    for part in path:
        found = getattr(found, part, None)
    name = ".".join([module, *path])
    if not name.startswith(KERAS) or found is not thing:
        raise NotCacheable(name)
    return name


def refuse_own_methods(thing: Any, but: Iterable[str] = ()) -> None:
    """Raise NotCacheable where an object has a method of its own instead of its class's."""
    for name in vars(thing):
        if name not in but and isinstance(getattr(type(thing), name, None), FunctionType):
            raise NotCacheable(f"its own {name}")


def refuse_added_losses(things: Iterable[Any]) -> None:
    """Raise NotCacheable where a layer holds losses that were added by hand."""
    if any(getattr(thing, "_losses", None) for thing in things):
        raise NotCacheable("added losses")
