"""The training cache: a `fit` that a trusted run has done before is answered instead of repeated.

`install` puts itself in front of `keras.Model.fit` (and of `evaluate` and `predict`, see
evaluation.py and prediction.py). A call whose outcome is known already gives the same bits as
training would: weights, optimizer, metrics, seed generators, history, and what is computed from
them later. Whatever cannot be keyed exactly (see fit_key.py) is trained. Trusted runs write the
cache, submissions only read it. Its entries are tied to a machine and software (see machine.py): on
another machine the cache stands empty until a trusted run fills it there.
"""

import functools
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from nbsandbox.training_cache import evaluation, prediction
from nbsandbox.training_cache.description import KERAS, Description, NotRepeatable
from nbsandbox.training_cache.entries import Entry, read_entry, shapes_and_dtypes, write_entry
from nbsandbox.training_cache.fit_key import Lookup, describe_model, lookup_for
from nbsandbox.training_cache.machine import machine_facts
from nbsandbox.training_cache.noting import note
from nbsandbox.training_cache.process_state import (
    counts_added,
    name_counts,
    random_state,
    set_name_counts,
)
from nbsandbox.training_cache.tally import Tally


def install(
    folder: Path | str, record: bool = False, tally: Path | str = ""
) -> "TrainingCache | None":
    """Answer `fit`, `evaluate` and `predict` of Keras' models from a folder.

    None on an unknown machine.

    With `record`, for trusted runs only, what had to be trained is written into the folder.
    `tally` names a file that is kept up to date with how often the cache was asked. Imports Keras,
    but runs no TensorFlow operation. Installing again replaces the cache.
    """
    told = Path(tally).absolute() if tally else None
    if machine_facts() is None:
        _tell(told, Tally(off="machine"))
        return None
    import keras

    uninstall()
    cache = TrainingCache(Path(folder), record, told)
    keras.Model.fit = cache.around(keras.Model.fit)
    keras.Model.evaluate = evaluation.around(keras.Model.evaluate, cache)
    keras.Model.predict = prediction.around(keras.Model.predict, cache)
    return cache


def uninstall() -> None:
    """Give `keras.Model` its own `fit`, `evaluate` and `predict` back."""
    import keras

    if hasattr(vars(keras.Model).get("fit"), "cache"):
        del keras.Model.fit, keras.Model.evaluate, keras.Model.predict


def _tell(path: Path | None, tally: Tally) -> None:
    if path is not None:
        with suppress(OSError):  # where a learner took the folder away: no matter
            tally.write(path)


class TrainingCache:
    """A folder of known trainings, and how many calls of `fit` it answered, trained, recorded.

    `evaluations_answered` counts calls of `evaluate`, `predictions_answered` of `predict`; `off`
    says why no call can be answered.
    """

    def __init__(self, folder: Path, record: bool, tally: Path | None = None) -> None:
        self.folder, self.record, self.tally = folder, record, tally
        self.answered = self.trained = self.recorded = 0
        self.evaluations_answered = self.predictions_answered = 0
        self.off = ""

    def around(self, fit: Callable) -> Callable:
        """A `fit` that looks into the cache first."""

        @functools.wraps(fit)
        def cached_fit(model: Any, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True  # IPython then leaves this frame out
            try:
                lookup = lookup_for(fit, model, args, kwargs)
            except Exception as error:  # no exact key: also what Keras itself is about to refuse
                self._note_trained(error)
                return fit(model, *args, **kwargs)
            return self._answer(model, lookup) or self._train(fit, model, lookup)

        vars(cached_fit)["cache"] = self
        return cached_fit

    def _note_trained(self, error: Exception | None = None) -> None:
        """Count a training that happens, and remember where `error` means that all will."""
        self.trained += 1
        self.off = self.off or why_off(error)
        self._tell()

    def _tell(self) -> None:
        _tell(self.tally, Tally(self.trained, self.answered, self.off))

    def _answer(self, model: Any, lookup: Lookup) -> Any:
        """The history of a training that did not happen; None where there is no sound entry."""
        entry = read_entry(self.folder, lookup.key, lookup.secret)
        if entry is None:
            return None
        names = Counter(name_counts())
        try:
            build(model, lookup)
            variables = all_variables(model)
            logs = [{name: float(line[name]) for name in line} for line in entry.about["logs"]]
            names.update(entry.names())
            if not logs or shapes_and_dtypes(entry.arrays) != shapes_and_dtypes(variables):
                return None
        except Exception:  # to have built things early changes no result of the real training
            return None
        replay(model, lookup, logs)
        for variable, array in zip(variables, entry.arrays, strict=True):
            variable.assign(array)
        note(model, lookup.specs, happened=False)
        keep_best(model, lookup)
        set_name_counts(names)
        self.answered += 1
        self._tell()
        return model.history

    def _train(self, fit: Callable, model: Any, lookup: Lookup) -> Any:
        """The history of a real training; recorded where this cache is to be written."""
        self._note_trained()
        if self.record:
            return self._record(fit, model, lookup)
        history = fit(model, **lookup.arguments)
        with suppress(Exception):  # not noted, later trainings of this model have no key
            note(model, lookup.specs, happened=True)
        return history

    def _record(self, fit: Callable, model: Any, lookup: Lookup) -> Any:
        """The history of a real training, which is written down if that says all about it."""
        logs: list[dict[str, float]] = []
        watched = [log_keeper(logs), *(lookup.arguments["callbacks"] or [])]
        chance, names = random_state(), name_counts()
        history = fit(model, **{**lookup.arguments, "callbacks": watched})
        with suppress(Exception):  # also where the disk is full: the next run trains again
            about = {"logs": logs, "names": counts_added(names, name_counts())}
            note(model, lookup.specs, happened=True)
            arrays = [variable.numpy() for variable in all_variables(model)]
            if chance == random_state() and says_all(model, arrays, logs):
                write_entry(self.folder, lookup.key, lookup.secret, Entry(about, arrays))
                self.recorded += 1
        return history


def why_off(error: Exception | None) -> str:
    """Why an error in looking up means that no training of this process is answered; "" if not.

    A Keras that is built differently lacks a module, or an attribute of a module or an object of
    its own; an unusual model or call does not.
    """
    lacking = error.obj if isinstance(error, AttributeError) else None
    its_own = isinstance(lacking, ModuleType) or type(lacking).__module__.startswith(KERAS)
    if isinstance(error, ImportError) or its_own:
        return "keras"
    return "software" if isinstance(error, NotRepeatable) else ""


def all_variables(model: Any) -> list[Any]:
    """Everything a training changes: weights, seed generators, optimizer and metrics."""
    return [*model.variables, *model.optimizer.variables, *model.metrics_variables]


def says_all(model: Any, arrays: list[np.ndarray], logs: list[dict[str, Any]]) -> bool:
    """Are arrays and logs plain numbers, and is no variable of the model's left out?"""
    description = Description(valued=False)
    describe_model(model, description)
    stored = {id(variable) for variable in all_variables(model)}
    return (
        all(array.dtype.kind in "biuf" for array in arrays)
        and all(type(value) is float for line in logs for value in line.values())
        and stored.issuperset(map(id, description.variables))
    )


def log_keeper(logs: list[dict[str, float]]) -> Any:
    """A callback that copies each epoch's figures before other callbacks add theirs."""
    import keras

    return keras.callbacks.LambdaCallback(on_epoch_end=lambda _, line: logs.append(dict(line)))


def build(model: Any, lookup: Lookup) -> None:
    """Create what the first training step creates: the optimizer's and the metrics' variables."""
    import tensorflow as tf
    from keras.src import backend

    optimizer, (shape, dtype) = model.optimizer, lookup.train.y
    if not optimizer.built:
        with backend.name_scope(optimizer.name, caller=optimizer):
            optimizer.build(model.trainable_variables)
    output = model.outputs[0]
    answers = tf.TensorSpec((lookup.train.batch, *shape), dtype)
    outputs = tf.TensorSpec((lookup.train.batch, *output.shape[1:]), output.dtype)
    for part in (model._compile_loss, model._compile_metrics):
        if part is not None and not part.built:
            part.build(answers, outputs)


def replay(model: Any, lookup: Lookup, logs: list[dict[str, float]]) -> None:
    """Run the callbacks, Keras' own included, on the figures of a stored training.

    This makes the history and prints as always, with the times that it takes now.
    """
    from keras.src.callbacks import CallbackList

    arguments = lookup.arguments
    callbacks = CallbackList(
        arguments["callbacks"],
        add_history=True,
        add_progbar=arguments["verbose"] != 0,
        verbose=arguments["verbose"],
        epochs=arguments["epochs"],
        steps=lookup.steps,
        model=model,
    )
    model.stop_training = False
    callbacks.on_train_begin()
    for epoch, line in enumerate(logs, start=arguments["initial_epoch"]):
        callbacks.on_epoch_begin(epoch)
        callbacks.on_epoch_end(epoch, line)
    callbacks.on_train_end(line)


def keep_best(model: Any, lookup: Lookup) -> None:
    """Give a callback that restored the best weights those weights: the ones at the end."""
    for callback in lookup.arguments["callbacks"] or []:
        if getattr(callback, "best_weights", None) is not None:
            callback.best_weights = model.get_weights()
