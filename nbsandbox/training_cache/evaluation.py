"""The same for `evaluate`: what a known network scores on known data need not be computed again.

Only a silent `evaluate(x, y, verbose=0)` of a network that has been trained is looked up; all
others are computed.
"""

import functools
import inspect
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbsandbox.training_cache.description import Description, NotCacheable
from nbsandbox.training_cache.entries import Entry, read_entry, shapes_and_dtypes, write_entry
from nbsandbox.training_cache.fit_key import FORMAT, describe_data, describe_model, digest
from nbsandbox.training_cache.machine import machine_facts, software_facts
from nbsandbox.training_cache.noting import note
from nbsandbox.training_cache.process_state import (
    counts_added,
    name_counts,
    random_state,
    set_name_counts,
)
from nbsandbox.training_cache.traced import Spec, traced_before

Logs = dict[str, float]


@dataclass(frozen=True)
class Lookup:
    """An evaluation that can be looked up; key and secret as for a training (see fit_key.py)."""

    key: str
    secret: str
    arguments: dict[str, Any]
    spec: Spec


def around(evaluate: Callable, cache: Any) -> Callable:
    """An `evaluate` that looks into a cache's folder first and, where it records, writes to it."""

    @functools.wraps(evaluate)
    def cached_evaluate(model: Any, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True  # IPython then leaves this frame out
        try:
            lookup = lookup_for(evaluate, model, args, kwargs)
        except Exception:  # no exact key: also what Keras itself is about to refuse
            return evaluate(model, *args, **kwargs)
        entry = read_entry(cache.folder, lookup.key, lookup.secret)
        logs = answer(model, lookup, entry) if entry else None
        cache.evaluations_answered += logs is not None
        if logs is None:
            logs = measure(evaluate, model, lookup, cache.folder if cache.record else None)
        return logs if lookup.arguments["return_dict"] else model._flatten_metrics_in_order(logs)

    return cached_evaluate


def lookup_for(evaluate: Callable, model: Any, args: tuple, kwargs: dict[str, Any]) -> Lookup:
    """The key of a call of `evaluate`. Raises NotCacheable, or anything, where there is none."""
    bound = inspect.signature(evaluate).bind(model, *args, **kwargs)
    bound.apply_defaults()
    arguments = dict(bound.arguments)
    del arguments["self"]
    plain = (arguments["verbose"], arguments["steps"], arguments["callbacks"], arguments["kwargs"])
    machine, software = machine_facts(), software_facts()
    if plain != (0, None, None, {}) or machine is None or software is None:
        raise NotCacheable("an unusual call")
    built = (model._compile_loss, model._compile_metrics, model.optimizer)
    if not all(part is None or part.built for part in built):
        raise NotCacheable("never trained")
    batch, rows = arguments["batch_size"] or 32, int(arguments["x"].shape[0])
    description = Description()
    network = describe_model(model, description)
    key_parts = {
        "format": FORMAT,
        "machine": machine,
        "software": software,
        "network": network,
        "traced": traced_before(model, ("test",), digest(network)),
        "data": describe_data(arguments),
        "batch": int(batch),
        "values": description.values,
    }
    key, secret = digest(["evaluate", key_parts]), digest(["secret", "evaluate", key_parts])
    return Lookup(key, secret, arguments, Spec.of(arguments, rows, int(batch)))


def answer(model: Any, lookup: Lookup, entry: Entry) -> Logs | None:
    """The figures of an evaluation that did not happen; None where the entry is not sound."""
    names = Counter(name_counts())
    try:
        variables = model.metrics_variables
        logs = {name: float(value) for name, value in entry.about["logs"].items()}
        names.update(entry.names())
        if shapes_and_dtypes(entry.arrays) != shapes_and_dtypes(variables):
            return None
    except Exception:  # whatever a broken entry leads to, the network can still be evaluated
        return None
    for variable, array in zip(variables, entry.arrays, strict=True):
        variable.assign(array)
    model.stop_evaluating = False
    note(model, {"test": lookup.spec}, happened=False)
    set_name_counts(names)
    return logs


def measure(evaluate: Callable, model: Any, lookup: Lookup, folder: Path | None) -> Logs:
    """The figures of a real evaluation, written down where there is a folder for it."""
    chance, names = random_state(), name_counts()
    logs = evaluate(model, **spelt(lookup.arguments), return_dict=True)
    with suppress(Exception):  # also where the disk is full: the next run evaluates again
        note(model, {"test": lookup.spec}, happened=True)
        plain = all(type(value) is float for value in logs.values())
        if folder is not None and plain and chance == random_state():
            about = {"logs": logs, "names": counts_added(names, name_counts())}
            arrays = [variable.numpy() for variable in model.metrics_variables]
            write_entry(folder, lookup.key, lookup.secret, Entry(about, arrays))
    return logs


def spelt(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a call that returns figures by name."""
    return {name: arguments[name] for name in ("x", "y", "batch_size", "verbose", "sample_weight")}
