"""The training store: a `fit` that a trusted run has done before is answered instead of repeated.

`install` puts itself in front of `keras.Model.fit` (and of `evaluate`, see evaluation.py). A call
whose outcome is known already gives the same bits as training would: weights, optimizer, metrics,
seed generators, history, and what is computed from them later. Whatever cannot be keyed exactly
(see fit_key.py) is trained. Trusted runs write the store, submissions only read it. Its entries are
tied to a machine and software (see machine.py): on another machine the store stands empty until a
trusted run fills it there.
"""

import functools
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from nbsandbox.training_cache import evaluation
from nbsandbox.training_cache.description import Description
from nbsandbox.training_cache.entries import Entry, likes, read_entry, write_entry
from nbsandbox.training_cache.fit_key import Question, describe_model, question
from nbsandbox.training_cache.machine import machine_facts
from nbsandbox.training_cache.noting import note
from nbsandbox.training_cache.process_state import (
    counts_added,
    name_counts,
    random_state,
    set_name_counts,
)


def install(folder: Path | str, record: bool = False) -> "Store | None":
    """Answer `fit` and `evaluate` of `keras.Model` from a folder; None on an unknown machine.

    With `record`, for trusted runs only, what had to be trained is written into the folder.
    Imports Keras, but runs no TensorFlow operation. Installing again replaces the store.
    """
    if machine_facts() is None:
        return None
    import keras

    uninstall()
    store = Store(Path(folder), record)
    keras.Model.fit = store.around(keras.Model.fit)
    keras.Model.evaluate = evaluation.around(keras.Model.evaluate, store)
    return store


def uninstall() -> None:
    """Give `keras.Model` its own `fit` and `evaluate` back."""
    import keras

    if hasattr(vars(keras.Model).get("fit"), "store"):
        del keras.Model.fit, keras.Model.evaluate


class Store:
    """A folder of known trainings, and how many calls of `fit` it answered, trained, recorded.

    `evaluations_answered` counts calls of `evaluate`.
    """

    def __init__(self, folder: Path, record: bool) -> None:
        self.folder, self.record = folder, record
        self.answered = self.trained = self.recorded = self.evaluations_answered = 0

    def around(self, fit: Callable) -> Callable:
        """A `fit` that looks into the store first."""

        @functools.wraps(fit)
        def stored_fit(model: Any, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True  # IPython then leaves this frame out
            try:
                asked = question(fit, model, args, kwargs)
            except Exception:  # no exact key: also what Keras itself is about to refuse
                self.trained += 1
                return fit(model, *args, **kwargs)
            return self._answer(model, asked) or self._train(fit, model, asked)

        stored_fit.store = self
        return stored_fit

    def _answer(self, model: Any, asked: Question) -> Any:
        """The history of a training that did not happen; None where there is no sound entry."""
        entry = read_entry(self.folder, asked.key, asked.secret)
        if entry is None:
            return None
        names = Counter(name_counts())
        try:
            build(model, asked)
            variables = all_variables(model)
            logs = [{name: float(line[name]) for name in line} for line in entry.about["logs"]]
            names.update(entry.names())
            if not logs or likes(entry.arrays) != likes(variables):
                return None
        except Exception:  # to have built things early changes no result of the real training
            return None
        replay(model, asked, logs)
        for variable, array in zip(variables, entry.arrays, strict=True):
            variable.assign(array)
        note(model, asked.specs, happened=False)
        keep_best(model, asked)
        set_name_counts(names)
        self.answered += 1
        return model.history

    def _train(self, fit: Callable, model: Any, asked: Question) -> Any:
        """The history of a real training; recorded where this store is to be written."""
        self.trained += 1
        if self.record:
            return self._record(fit, model, asked)
        history = fit(model, **asked.arguments)
        with suppress(Exception):  # not noted, later trainings of this model have no key
            note(model, asked.specs, happened=True)
        return history

    def _record(self, fit: Callable, model: Any, asked: Question) -> Any:
        """The history of a real training, which is written down if that says all about it."""
        logs: list[dict[str, float]] = []
        watched = [log_keeper(logs), *(asked.arguments["callbacks"] or [])]
        chance, names = random_state(), name_counts()
        history = fit(model, **{**asked.arguments, "callbacks": watched})
        with suppress(Exception):  # also where the disk is full: the next run trains again
            about = {"logs": logs, "names": counts_added(names, name_counts())}
            note(model, asked.specs, happened=True)
            arrays = [variable.numpy() for variable in all_variables(model)]
            if chance == random_state() and says_all(model, arrays, logs):
                write_entry(self.folder, asked.key, asked.secret, Entry(about, arrays))
                self.recorded += 1
        return history


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


def build(model: Any, asked: Question) -> None:
    """Create what the first training step creates: the optimizer's and the metrics' variables."""
    import tensorflow as tf
    from keras.src import backend

    optimizer, (shape, dtype) = model.optimizer, asked.train.y
    if not optimizer.built:
        with backend.name_scope(optimizer.name, caller=optimizer):
            optimizer.build(model.trainable_variables)
    output = model.outputs[0]
    answers = tf.TensorSpec((asked.train.batch, *shape), dtype)
    outputs = tf.TensorSpec((asked.train.batch, *output.shape[1:]), output.dtype)
    for part in (model._compile_loss, model._compile_metrics):
        if part is not None and not part.built:
            part.build(answers, outputs)


def replay(model: Any, asked: Question, logs: list[dict[str, float]]) -> None:
    """Run the callbacks, Keras' own included, on the figures of a stored training.

    This makes the history and prints as always, with the times that it takes now.
    """
    from keras.src.callbacks import CallbackList

    arguments = asked.arguments
    callbacks = CallbackList(
        arguments["callbacks"],
        add_history=True,
        add_progbar=arguments["verbose"] != 0,
        verbose=arguments["verbose"],
        epochs=arguments["epochs"],
        steps=asked.steps,
        model=model,
    )
    model.stop_training = False
    callbacks.on_train_begin()
    for epoch, line in enumerate(logs, start=arguments["initial_epoch"]):
        callbacks.on_epoch_begin(epoch)
        callbacks.on_epoch_end(epoch, line)
    callbacks.on_train_end(line)


def keep_best(model: Any, asked: Question) -> None:
    """Give a callback that restored the best weights those weights: the ones at the end."""
    for callback in asked.arguments["callbacks"] or []:
        if getattr(callback, "best_weights", None) is not None:
            callback.best_weights = model.get_weights()
