"""The same for `predict`: what a known network says of known inputs need not be computed again.

Only a silent `predict(x, verbose=0)` is looked up; all others are computed. The network may be
compiled or not, trained or not: what it says rests on its layers, its values and the inputs.
"""

import functools
import inspect
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nbsandbox.training_cache.description import Description, NotCacheable
from nbsandbox.training_cache.entries import Entry, read_entry, write_entry
from nbsandbox.training_cache.fit_key import (
    FORMAT,
    describe_data,
    describe_network,
    digest,
    refuse_unusual_steps,
)
from nbsandbox.training_cache.machine import machine_facts, software_facts
from nbsandbox.training_cache.noting import note
from nbsandbox.training_cache.process_state import (
    counts_added,
    name_counts,
    random_state,
    set_name_counts,
)
from nbsandbox.training_cache.traced import PredictSpec, traced_before

LARGEST = 2**22
"""Bytes of outputs that are worth an entry; more than that is computed each time."""


@dataclass(frozen=True)
class Lookup:
    """A prediction that can be looked up; key and secret as for a training (see fit_key.py).

    `values` are the check sums of the network's variables, which no prediction may change.
    """

    key: str
    secret: str
    arguments: dict[str, Any]
    spec: PredictSpec
    values: list[str]


def around(predict: Callable, cache: Any) -> Callable:
    """A `predict` that looks into a cache's folder first and, where it records, writes to it."""

    @functools.wraps(predict)
    def cached_predict(model: Any, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True  # IPython then leaves this frame out
        try:
            lookup = lookup_for(predict, model, args, kwargs)
        except Exception:  # no exact key: also what Keras itself is about to refuse
            return predict(model, *args, **kwargs)
        entry = read_entry(cache.folder, lookup.key, lookup.secret)
        outputs = answer(model, lookup, entry) if entry else None
        cache.predictions_answered += outputs is not None
        if outputs is None:
            outputs = compute(predict, model, lookup, cache.folder if cache.record else None)
        return outputs

    return cached_predict


def lookup_for(predict: Callable, model: Any, args: tuple, kwargs: dict[str, Any]) -> Lookup:
    """The key of a call of `predict`. Raises NotCacheable, or anything, where there is none."""
    bound = inspect.signature(predict).bind(model, *args, **kwargs)
    bound.apply_defaults()
    arguments = dict(bound.arguments)
    del arguments["self"]
    machine, software = machine_facts(), software_facts()
    plain = (arguments["verbose"], arguments["steps"], arguments["callbacks"])
    if plain != (0, None, None) or machine is None or software is None:
        raise NotCacheable("an unusual call")
    refuse_unusual_steps(model)
    batch = int(arguments["batch_size"] or 32)
    description = Description()
    network = describe_network(model, description)
    key_parts = {
        "format": FORMAT,
        "machine": machine,
        "software": software,
        "network": network,
        "traced": traced_before(model, ("predict",), digest(network)),
        "data": describe_data({"x": arguments["x"]}),
        "batch": batch,
        "values": description.values,
    }
    key, secret = digest(["predict", key_parts]), digest(["secret", "predict", key_parts])
    spec = PredictSpec.of(arguments["x"], batch)
    return Lookup(key, secret, arguments, spec, description.values)


def answer(model: Any, lookup: Lookup, entry: Entry) -> np.ndarray | None:
    """The outputs of a prediction that did not happen; None where the entry is not sound."""
    names = Counter(name_counts())
    try:
        [outputs] = entry.arrays
        names.update(entry.names())
        rows, wanted = int(lookup.arguments["x"].shape[0]), model.outputs[0]
        if (len(outputs), outputs.ndim) != (rows, len(wanted.shape)):
            return None
    except Exception:  # whatever a broken entry leads to, the network can still predict
        return None
    model.stop_predicting = False
    note(model, {"predict": lookup.spec}, happened=False, describe=describe_network)
    set_name_counts(names)
    return outputs


def compute(predict: Callable, model: Any, lookup: Lookup, folder: Path | None) -> Any:
    """The outputs of a real prediction, written down where there is a folder for it."""
    chance, names = random_state(), name_counts()
    outputs = predict(model, **lookup.arguments)
    with suppress(Exception):  # also where the disk is full: the next run predicts again
        note(model, {"predict": lookup.spec}, happened=True, describe=describe_network)
        if folder is not None and is_worth_it(outputs) and chance == random_state():
            after = Description()
            describe_network(model, after)
            if after.values == lookup.values:
                about = {"names": counts_added(names, name_counts())}
                write_entry(folder, lookup.key, lookup.secret, Entry(about, [outputs]))
    return outputs


def is_worth_it(outputs: Any) -> bool:
    """Whether outputs are one array of plain numbers, and not too many."""
    plain = type(outputs) is np.ndarray and outputs.dtype.kind in "biuf"
    return plain and outputs.flags.c_contiguous and outputs.nbytes <= LARGEST
