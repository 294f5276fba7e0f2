"""A quiet, repeatable TensorFlow, and one friendly line where a blank is still open.

``prepare(seed=1)`` belongs into the first cell that needs Keras, before ``import keras``.
"""

import difflib
import linecache
import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

from cnn_lesson.checking import outstanding
from cnn_lesson.checking.telling import sentence
from cnn_lesson.datasets import offline_keras_datasets
from cnn_lesson.meanings import meaning
from cnn_lesson.verdict import validating, wrapped
from cnn_lesson.words import without_quotes

BLANK = re.compile(r"\b[A-Za-z0-9]*_{4,}[A-Za-z0-9]*\b")
"""A blank as the stubs show it: ``______``, ``____2D``. IPython's own ``___`` is none."""

LIBRARIES = ("keras", "tensorflow")


def prepare(seed: int = 1) -> None:
    """Load Keras quietly, on one thread, with every random number drawn from ``seed``.

    One thread and one seed make a training repeatable: another number of threads gives another
    loss. Also switches on ``friendly_errors`` and lets ``keras.datasets`` work offline.
    """
    friendly_errors()
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with quiet_stderr():
        import keras
        import tensorflow as tf

        _hush_loggers()
        pinned = _pin_one_thread(tf)
        keras.utils.set_random_seed(seed)
        offline_keras_datasets()
        _feed_untuned(tf)
        tf.add(1, 1)  # the first operation writes to the terminal, too
    if not pinned:
        print("Keras was at work before prepare(): restart the kernel for repeatable numbers.")


def _pin_one_thread(tf: Any) -> bool:
    """True if TensorFlow now computes with one thread; it refuses once it has begun."""
    threading = tf.config.threading
    try:
        threading.set_intra_op_parallelism_threads(1)
        threading.set_inter_op_parallelism_threads(1)
    except RuntimeError:
        return False
    return True


def _feed_untuned(tf: Any) -> None:
    """Hand out batches without tf.data's tuner, which trains the same, to the last bit.

    The tuner's thread sleeps, and each epoch waits at its end until that thread wakes: on one
    processor a training of 3.6 s took 5.7. Where Keras is built differently, nothing changes.
    """
    try:
        from keras.src.backend.tensorflow.trainer import TFEpochIterator

        tuned = TFEpochIterator._get_iterator
    except (ImportError, AttributeError):
        return
    if hasattr(tuned, "tuned"):
        return  # prepare() was called before
    options = tf.data.Options()
    options.autotune.enabled = False

    def untuned(batches: Any) -> Any:
        dataset = tuned(batches)
        return dataset.with_options(options) if isinstance(dataset, tf.data.Dataset) else dataset

    untuned.tuned = tuned
    TFEpochIterator._get_iterator = untuned


def _hush_loggers() -> None:
    """No advice on speed, and none on the `input_shape` that Question 1 writes into its layer."""
    for name in ("tensorflow", "absl"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", message="Do not pass an `input_shape`")


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Send what libraries write to file descriptor 2 nowhere; Python's errors still get through."""
    try:
        kept = os.dup(2)
    except OSError:  # no descriptor 2, so nothing to silence
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)


def friendly_errors() -> None:
    """In a notebook, say in one line what is still open instead of showing a traceback.

    The cell still counts as failed. What Keras raises takes three lines: what it says last, the
    learner's line, and what it means. Errors that are not about a blank, an unwritten function, a
    name that is not there yet or a library's call look as always; ``%tb`` shows what was left
    out. Outside a notebook nothing happens.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.set_custom_exc((Exception,), _show)
        outstanding.watch(shell)


def _show(
    shell: Any, etype: type, error: Exception, trace: TracebackType, tb_offset: int | None = None
) -> None:
    """Show an error as IPython does, or its friendly line where there is one."""
    if not hasattr(error, "_render_traceback_"):
        line = friendly_line(error, trace, shell.user_ns)
        lines = [line] if line else library_lines(error, trace, shell.user_ns)
        if lines:
            shown = [part for each in lines for part in wrapped(each)] if validating() else lines
            error._render_traceback_ = lambda: shown
    shell.showtraceback((etype, error, trace), tb_offset=tb_offset)


def friendly_line(
    error: BaseException, trace: TracebackType | None, namespace: dict[str, Any]
) -> str | None:
    """What to do about an error of a cell, or None where its traceback says more.

    ``namespace`` is the notebook's: only frames that live in it are the learner's own lines.
    """
    frames = _own_frames(trace, namespace)
    if not frames:
        return None
    frame, line = frames[-1]
    innermost = list(_walk(trace))[-1][0] is frame
    if BLANK.search(str(error)):
        return _open_blank(frame, line, BLANK.search(str(error)).group())
    if isinstance(error, NotImplementedError) and innermost and not error.args:
        return _unwritten(frame, line)
    if isinstance(error, NameError) and innermost and error.name:
        return _not_there(frame, error.name, linecache.getline(frame.f_code.co_filename, line))
    return None


def library_lines(
    error: BaseException, trace: TracebackType | None, namespace: dict[str, Any]
) -> list[str]:
    """What Keras or TensorFlow raised, or has not, in three lines or two; none for anything else.

    What it says, the learner's line, and what it means where the lesson teaches it.
    """
    frames, every = _own_frames(trace, namespace), [frame for frame, _ in _walk(trace)]
    means = meaning(error)
    told = isinstance(error, ImportError) and means
    if not frames or not (told or _is_of_a_library(every[-1])):
        return []
    frame, line = frames[-1]
    text = linecache.getline(frame.f_code.co_filename, line).strip()
    lines = [f"{type(error).__name__}: {sentence(error)}", f"line {line}: {text}"]
    return [*lines, f"it means: {means}"] if means else lines


def _is_of_a_library(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] in LIBRARIES


def _own_frames(
    trace: TracebackType | None, namespace: dict[str, Any]
) -> list[tuple[FrameType, int]]:
    """The learner's own lines: frames that live in the notebook, outermost first."""
    return [(frame, line) for frame, line in _walk(trace) if frame.f_globals is namespace]


def _walk(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _open_blank(frame: FrameType, line: int, blank: str) -> str:
    """A call over several lines reports its first: look on for the line that has the blank."""
    lines = linecache.getlines(frame.f_code.co_filename)
    for number, text in enumerate(lines[line - 1 :], start=line):
        if blank in text:
            return f"there is still a blank in line {number}: {text.strip()}"
    return f"there is still a blank: {blank}"


def _unwritten(frame: FrameType, line: int) -> str:
    name = frame.f_code.co_name
    if name == "<module>":
        return f"nothing is written here yet: your lines go where line {line - 1} says so"
    return f"`{name}` is not written yet: your lines go where it says YOUR CODE HERE"


def _not_there(frame: FrameType, name: str, text: str) -> str:
    if quotes := without_quotes(f"name '{name}' is not defined", text):
        return quotes
    known = {each for each in (*frame.f_locals, *frame.f_globals) if each.lower() != name.lower()}
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
    perhaps = f" (or is it `{close[0]}`?)" if close else ""
    return f"`{name}` is not there yet: run the cells above first{perhaps}"
