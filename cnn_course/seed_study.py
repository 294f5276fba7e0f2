"""Trains the lesson's networks for many seeds: ``python -m cnn_course.seed_study [name ...]``.

Writes what it finds to ``measured.json``, network by network: the figures that the notebooks
quote and the thresholds of the checks come from there. One thread, as in the notebooks; the
seconds are of CPU time, so that other work on the machine does not count. Needs the originals, as
``make data`` does, since the first seed's network is also asked about all 10,000 test images.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from cnn_course import held_out, originals
from cnn_course.study_networks import (
    five_and_flatten,
    five_with_flatten,
    five_with_weights,
    question_1,
    seed_text,
    small_conv,
    small_dense,
)
from cnn_lesson import datasets
from cnn_lesson.datasets import Split, shuffle_pixels
from cnn_lesson.runtime import prepare

MEASURED = Path(__file__).parent / "measured.json"
LEARNT_FROM = 3600
"""Of 4,000 images; the last 400 are set apart to validate."""
BATCH = 128
STEPS = 29
"""Batches in an epoch."""
UNSEEN = ("test", "instant", "held_out")
"""The parts that stay in the lesson and that no network learned from."""
FIGURES = ("train", "validation", *UNSEEN, "val_loss", "lowest_val_loss")


# How they are trained.


def plain(_epochs: int) -> Any:
    """Adam as Keras gives it: one learning rate, 0.001, from first to last."""
    from keras.optimizers import Adam

    return Adam()


def decay(epochs: int, start: float = 0.003) -> Any:
    """Adam that starts with long strides and ends with short ones: half the epochs do."""
    from keras.optimizers import Adam
    from keras.optimizers.schedules import CosineDecay

    return Adam(CosineDecay(start, decay_steps=epochs * STEPS))


def as_it_is(images: np.ndarray) -> np.ndarray:
    """The images, unchanged."""
    return images


@dataclass(frozen=True)
class Recipe:
    """What to train, on what, and how."""

    build: Callable[[], Any]
    epochs: int = 6
    optimizer: Callable[[int], Any] = decay
    dataset: str = "mnist"
    view: Callable[[np.ndarray], np.ndarray] = as_it_is
    originals: int = 0
    """Learned from so many of the original training images instead of the lesson's."""
    seeds: int = 20


RECIPES = {
    "lesson": Recipe(question_1),
    "seed-text": Recipe(seed_text, epochs=12, optimizer=plain, originals=9000, seeds=5),
    "fashion": Recipe(question_1, dataset="fashion_mnist"),
    "fashion-longer": Recipe(question_1, epochs=12, dataset="fashion_mnist", seeds=5),
    "trim-64": Recipe(partial(question_1, 64)),
    "trim-32": Recipe(partial(question_1, 32)),
    "drop-128": Recipe(partial(question_1, dropout=0.25)),
    "five-with-flatten": Recipe(five_with_flatten, epochs=12),
    "five-and-flatten": Recipe(five_and_flatten, epochs=12),
    "five-with-weights": Recipe(five_with_weights, epochs=12),
    "dense": Recipe(small_dense),
    "dense-shuffled": Recipe(small_dense, view=shuffle_pixels),
    "conv": Recipe(small_conv),
    "conv-shuffled": Recipe(small_conv, view=shuffle_pixels),
}


def load(recipe: Recipe) -> dict[str, Split]:
    """Images float32 (n, 28, 28, 1) from 0 to 1, and labels, by part."""
    (x, y), test = getattr(datasets, recipe.dataset).load_data()
    train = x[:LEARNT_FROM], y[:LEARNT_FROM]
    if recipe.originals:
        x_all, y_all = originals.load(recipe.dataset)["train"]
        train = x_all[: recipe.originals], y_all[: recipe.originals]
    parts = {
        "train": train,
        "validation": (x[LEARNT_FROM:], y[LEARNT_FROM:]),
        "test": test,
        "instant": datasets.instant_images(recipe.dataset),
        "held_out": held_out.load(recipe.dataset),
    }
    return {part: seen(recipe, images) for part, images in parts.items()}


def seen(recipe: Recipe, images: Split) -> Split:
    """Images as a recipe's network gets them, and their labels."""
    return recipe.view(images[0])[..., np.newaxis].astype("float32") / 255, images[1]


def train_once(recipe: Recipe, seed: int, data: dict[str, Split]) -> tuple[Any, Any, float]:
    """A trained network, its history by name, and the seconds of CPU time that the fit took."""
    import keras

    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    model = recipe.build()
    model.compile(
        optimizer=recipe.optimizer(recipe.epochs),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    start = time.process_time()
    history = model.fit(
        *data["train"],
        batch_size=BATCH,
        epochs=recipe.epochs,
        validation_data=data["validation"],
        verbose=0,
    )
    return model, history.history, time.process_time() - start


def run_once(recipe: Recipe, seed: int, data: dict[str, Split]) -> dict[str, Any]:
    """What one training comes to; accuracies from 0 to 1, all measured after the last epoch."""
    model, history, seconds = train_once(recipe, seed, data)
    return {
        "seed": seed,
        "parameters": model.count_params(),
        "seconds": seconds,
        **{part: accuracy(model, *images) for part, images in data.items()},
        "val_loss": history["val_loss"][-1],
        "lowest_val_loss": min(history["val_loss"]),
    }


def accuracy(model: Any, x: np.ndarray, y: np.ndarray) -> float:
    """The part of the images whose likeliest class is the right one, 0 to 1."""
    return float(np.mean(model.predict(x, batch_size=500, verbose=0).argmax(axis=1) == y))


def unseen(run: dict[str, Any], data: dict[str, Split]) -> float:
    """The accuracy on all images of the lesson that were not learned from, taken together."""
    counts = [len(data[part][1]) for part in UNSEEN]
    return float(np.average([run[part] for part in UNSEEN], weights=counts))


def measure(recipe: Recipe) -> dict[str, Any]:
    """Parameters, median seconds, and the spread of every figure over all seeds.

    ``unseen`` is on the lesson's 2,000 images that are not learned from; ``whole`` is the first
    seed's accuracy on all 10,000 test images.
    """
    data = load(recipe)
    runs = [run_once(recipe, seed, data) for seed in range(1, recipe.seeds + 1)]
    whole = seen(recipe, originals.load(recipe.dataset)["t10k"])
    again = run_once(recipe, 1, {**data, "whole": whole})
    return {
        "parameters": again["parameters"],
        "epochs": recipe.epochs,
        "seconds": round(float(np.median([run["seconds"] for run in runs])), 1),
        "seeds": len(runs),
        "repeats_exactly": all(again[key] == runs[0][key] for key in FIGURES),
        **{key: spread([run[key] for run in runs]) for key in FIGURES},
        "unseen": spread([unseen(run, data) for run in runs]),
        "whole": round(again["whole"], 4),
        "runs": [{key: round(run[key], 4) for key in ("seed", *FIGURES)} for run in runs],
    }


def spread(values: list[float]) -> dict[str, float]:
    """Lowest, median, mean and highest of a figure."""
    summary = {"min": min, "median": np.median, "mean": np.mean, "max": max}
    return {name: round(float(of(values)), 4) for name, of in summary.items()}


def store(name: str, found: dict[str, Any]) -> None:
    """Put what was found for a recipe into ``measured.json``, one line for each run."""
    known = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    known[name] = found
    text = json.dumps({key: known[key] for key in RECIPES if key in known}, indent=1)
    one_line = re.sub(r"\{[^{}]*\}", lambda inner: " ".join(inner.group().split()), text)
    MEASURED.write_text(one_line + "\n")


def main(names: list[str]) -> int:
    """Measure the named recipes, all without names; 0 done, 2 for a name that is none."""
    unknown = sorted(set(names) - set(RECIPES))
    if unknown:
        print(f"no recipe {', '.join(unknown)}; there are {', '.join(RECIPES)}")
        return 2
    prepare()
    for name in names or RECIPES:
        found = measure(RECIPES[name])
        store(name, found)
        brief = {key: found[key] for key in ("parameters", "seconds", *FIGURES, "unseen")}
        print(name, json.dumps(brief), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
