"""The pictures to touch: what they know of a network, and what stands where they cannot live."""

import json
import subprocess
import sys

import keras
import nbformat
import numpy as np
import pytest
from keras import layers

from cnn_lesson import touch
from cnn_lesson.touch.modules import PARTS, module, style
from cnn_lesson.touch.networks import (
    answerer,
    describe,
    make_network,
    observer,
    refusal,
    sample_pictures,
)
from cnn_lesson.touch.pictures import VIEW, widget_class
from cnn_lesson.touch.stills import WIDTH, WORDS, height, pixels, still

CALLS = {
    "walk": touch.walk_kernel,
    "network": lambda: touch.your_network(small()),
    "shapes": touch.shapes,
}


def small(last="softmax"):
    """A network as the lesson has it."""
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(10, activation=last),
        ]
    )


def branched():
    """A network that is no chain."""
    start = layers.Input((28, 28, 1))
    both = [layers.Conv2D(2, 3)(start), layers.Conv2D(2, 3)(start)]
    return keras.Model(start, layers.Dense(10)(layers.Flatten()(layers.Add()(both))))


def used_twice():
    """A network with a layer that is used in two places."""
    conv = layers.Conv2D(1, 3)
    start = layers.Input((28, 28, 1))
    return keras.Model(start, layers.Dense(10)(layers.Flatten()(conv(conv(start)))))


class Doubled(layers.Dense):
    """A layer that looks like Dense and computes something else."""

    def call(self, inputs, training=None):
        return 2 * super().call(inputs)


@pytest.fixture
def displayed(monkeypatch):
    """What is displayed, bundle by bundle."""
    seen = []
    import IPython.display

    monkeypatch.setattr(IPython.display, "display", lambda data, **more: seen.append(data))
    return seen


@pytest.mark.parametrize("name", PARTS)
def test_a_module_stands_alone(name):
    """Is each picture one file that fetches nothing, and exports what anywidget wants?"""
    text = module(name)
    assert text.count("export default { render };") == 1
    for foreign in ("import ", "import(", "fetch(", "http", "XMLHttpRequest", "eval("):
        assert foreign not in text, foreign
    assert "url(" not in style() and "@import" not in style()


@pytest.mark.parametrize("name", PARTS)
def test_the_still_says_it_in_words(name):
    """Does a viewer without scripts show pixels with their text, at a width that fits?"""
    bundle, _ = still(name)
    assert bundle["text/plain"] == WORDS[name]
    assert 'alt="' in bundle["text/html"] and "data:image/png;base64" in bundle["text/html"]
    wide = int.from_bytes(pixels(name)[16:20], "big")
    assert WIDTH <= wide <= 2 * WIDTH and 100 < height(pixels(name)) < 2000
    assert len(pixels(name)) < 200_000


@pytest.mark.parametrize("name", CALLS)
def test_a_notebook_gets_the_still_and_then_the_widget(name, displayed):
    """Does a saved notebook keep something to see, and is it a valid one?"""
    CALLS[name]()._ipython_display_()
    first, second = displayed
    assert first["text/plain"] == WORDS[name] and set(second) == {VIEW, "text/html"}
    assert second[VIEW]["model_id"]
    outputs = [nbformat.v4.new_output("display_data", data=data) for data in displayed]
    cell = nbformat.v4.new_code_cell("touch.shapes()", outputs=outputs)
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))


@pytest.mark.parametrize("variable", ["CNN_LESSON_EVIDENCE", "NBGRADER_EXECUTION"])
@pytest.mark.parametrize("name", CALLS)
def test_grading_gets_words_only(name, variable, displayed, monkeypatch):
    """Is there neither a widget nor a pixel where nobody looks?"""
    monkeypatch.setenv(variable, "x")
    CALLS[name]()._ipython_display_()
    (only,) = displayed
    assert VIEW not in only and "<img" not in only["text/html"]
    assert only["text/plain"] == WORDS[name]


def test_grading_imports_no_widget():
    """Does a graded notebook pay for nothing?"""
    code = (
        "import os, sys; os.environ['CNN_LESSON_EVIDENCE'] = 'x'\n"
        "from cnn_lesson import touch; touch.walk_kernel(); touch.your_network(None)\n"
        "print([name for name in ('anywidget', 'ipywidgets', 'keras') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_executed_solution_has_a_still(displayed, monkeypatch):
    """Are built notebooks equal at every build, without the random name of a widget?"""
    monkeypatch.setenv("CNN_LESSON_STILL", "1")
    touch.shapes()._ipython_display_()
    (only,) = displayed
    assert "<img" in only["text/html"] and VIEW not in only


def test_without_anywidget_the_still_stands(displayed, monkeypatch):
    """Is a missing library no error?"""
    widget_class.cache_clear()
    monkeypatch.setitem(sys.modules, "anywidget", None)
    touch.walk_kernel()._ipython_display_()
    widget_class.cache_clear()
    assert len(displayed) == 1 and "<img" in displayed[0]["text/html"]


def test_a_chain_goes_to_the_browser_with_all_its_weights():
    """Does every layer find its weights in the one row of numbers?"""
    network = small()
    spec, weights = describe(network)
    assert not spec["in_kernel"] and not spec["logits"] and spec["input"] == [28, 28, 1]
    assert [layer["kind"] for layer in spec["layers"]] == [
        "Conv2D", "MaxPooling2D", "Flatten", "Dropout", "Dense",
    ]  # fmt: skip
    assert weights.dtype == np.float32 and weights.size == network.count_params()
    told = spec["layers"][-1]["weights"][0]
    kernel = weights[told["at"] : told["at"] + np.prod(told["shape"])].reshape(told["shape"])
    assert (kernel == network.layers[-1].get_weights()[0]).all()
    json.dumps(spec)


def doubled():
    """A network with a layer of the learner's own."""
    return keras.Sequential([layers.Input((28, 28, 1)), layers.Flatten(), Doubled(10)])


@pytest.mark.parametrize("build", [branched, used_twice, doubled])
def test_what_the_browser_cannot_compute_stays_in_the_kernel(build):
    """Is a picture answered with what Keras itself makes of it, as many outputs as layers?"""
    network, sent = build(), []
    spec, weights = describe(network)
    assert spec["in_kernel"] and weights.size == 0 and spec["logits"]
    picture = np.random.default_rng(1).random((28, 28), "float32")
    answer = answerer(observer(network)[0], lambda *parts: sent.append(parts), spec["input"])
    answer(None, {"kind": "see"}, [picture.tobytes()])
    (message, buffers) = sent[0]
    assert len(message["shapes"]) == len(buffers) == len(spec["layers"])
    expected = np.asarray(network(picture[None, ..., None]))[0]
    assert np.allclose(np.frombuffer(buffers[-1], "float32"), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (None, "no trained Keras model here yet"),
        ("model", "no trained Keras model here yet"),
        (keras.Sequential([layers.Dense(3)]), "no trained Keras model here yet"),
        (keras.Sequential([layers.Input((5,)), layers.Dense(3)]), "square pictures"),
        (keras.Sequential([layers.Input((28, 20, 1)), layers.Flatten()]), "square pictures"),
        (keras.Sequential([layers.Input((28, 28, 1)), layers.Conv2D(2, 3)]), "2 to 26 classes"),
    ],
)
def test_what_cannot_be_shown_is_one_sentence(network, said):
    """Does a network that cannot be drawn for say so, and what helps?"""
    assert said in refusal(network)
    assert refusal(network).endswith(".") and "\n" not in refusal(network)
    assert make_network(widget_class("network"), network, None, None).spec["refused"]


def test_pictures_and_names_may_be_ones_own():
    """Are clothes shown as clothes, scaled or not?"""
    clothes = np.linspace(0, 1, 3 * 784).reshape(3, 28, 28, 1)
    made = make_network(widget_class("network"), small(), clothes, ["shirt", "boot"])
    assert made.spec["samples"] == 3 and len(made.pictures) == 3 * 784
    assert max(made.pictures) == 255
    assert made.spec["names"][:3] == ["shirt", "boot", "2"]
    assert len(sample_pictures(28)) == 40 * 784 and sample_pictures(32) == b""
