"""Question 1, trained networks and comparisons: right in any style, wrong by name."""

import functools
import sys

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras.layers import Conv2D, Dense, Dropout, Flatten, Identity, MaxPooling2D

from cnn_lesson.checking import outstanding
from cnn_lesson.checking.networks import table_rows
from cnn_lesson.checking.outstanding import Raised
from cnn_lesson.checks import judge
from cnn_lesson.datasets import shuffle_pixels
from cnn_lesson.items import ITEMS
from tests.support.bank_models import (
    CHECKS,
    ODD_MODELS,
    functional,
    nested,
    pictures,
    question_1,
    sequential,
    subclassed,
    taught,
    unseen,
    verdict,
    wired,
    with_nan,
    with_tensorflow,
)


def says(found):
    """All that a verdict says, in one text."""
    return " ".join(text for finding in found.findings for _, text in finding.lines())


def expect(found, points, *texts):
    assert found.points == points, str(found)
    for text in texts:
        assert text in says(found), str(found)


@pytest.fixture(autouse=True)
def _quiet(capfd):
    """Nothing may be written to stderr; an error of another test is none of this one."""
    sys.last_value = None
    keras.utils.set_random_seed(3)
    yield
    assert capfd.readouterr().err == ""


# Question 1.

MODEL_LINE = 'model = keras.Model(inputs=x_inputs, outputs=output_yhat, name="hello-world-cnn")'
CALLS = """x = conv1(x_inputs)
x = conv2(x)
x = mpool(x)
x = flat(x)
x = dense1(x)
output_yhat = dense2(x)
"""
SEQUENTIAL_OF_SIX = """six = [Conv2D(16, 3, activation="relu"), Conv2D(32, 3, activation="relu"),
       MaxPooling2D(2), Flatten(), Dense(128, activation="relu"), Dense(10, activation="softmax")]
model = keras.Sequential([Input((28, 28, 1)), *six])
"""
RELOADED = """
import os, tempfile
path = os.path.join(tempfile.mkdtemp(), "model.keras")
model.save(path)
model = keras.models.load_model(path)
"""
SUBCLASS = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.c1, self.c2 = Conv2D(16, 3, activation="relu"), Conv2D(32, 3, activation="relu")
        self.p, self.f, self.d1 = MaxPooling2D(2), Flatten(), Dense(128, activation="relu")
        self.d2 = Dense(10, activation="softmax")
    def call(self, x):
        return self.d2(self.d1(self.f(self.p(self.c2(self.c1(x))))))
model = Net()
model(keras.ops.zeros((1, 28, 28, 1)))
"""

RIGHT_WIRING = {
    "as asked": [],
    "functions of TensorFlow": [
        ('(3, 3), activation="relu", input', "3, activation=tf.nn.relu, input"),
        ('activation="softmax"', "activation=tf.nn.softmax"),
    ],
    "functions of Keras": [
        ('Dense(128, activation="relu")', "Dense(128, keras.activations.relu)"),
        ('activation="softmax"', "activation=keras.activations.softmax"),
    ],
    "ReLU as the activation": [('Dense(128, activation="relu")', "Dense(128, activation=ReLU())")],
    "ReLU as layers": [
        ('(3, 3), activation="relu")\nmpool', "(3, 3))\nmpool"),
        ('Dense(128, activation="relu")', "Dense(128)"),
        ("x = conv2(x)", "x = ReLU()(conv2(x))"),
        ("x = dense1(x)", 'x = Activation("relu")(dense1(x))'),
    ],
    "leaky ReLU as a layer": [
        ('(3, 3), activation="relu")\nmpool', "(3, 3))\nmpool"),
        ("x = conv2(x)", "x = LeakyReLU()(conv2(x))"),
    ],
    "softmax as a layer": [
        ('Dense(10, activation="softmax")', "Dense(10)"),
        ("dense2(x)", "Softmax()(dense2(x))"),
    ],
    "another hidden activation": [('Dense(128, activation="relu")', 'Dense(128, "elu")')],
    "tf.keras": [
        ("conv1 = Conv2D", "conv1 = tf.keras.layers.Conv2D"),
        ("keras.Model(", "tf.keras.Model("),
    ],
    "with dropout": [("x = dense1(x)", "x = Dropout(0.25)(dense1(x))")],
    "with batch normalization": [("x = conv2(x)", "x = BatchNormalization()(conv2(x))")],
    "model by position": [
        ("inputs=x_inputs, outputs=output_yhat, name", "x_inputs, output_yhat, name")
    ],
    "model of lists": [("inputs=x_inputs, outputs=output_yhat", "[x_inputs], [output_yhat]")],
    "sequential": [
        (
            MODEL_LINE,
            "six = [conv1, conv2, mpool, flat, dense1, dense2]\n"
            "model = keras.Sequential([Input((28, 28, 1)), *six])",
        )
    ],
    "sequential, nothing called before": [
        ("x_inputs = Input(shape=(28, 28, 1))\n" + CALLS + MODEL_LINE, SEQUENTIAL_OF_SIX)
    ],
    "an entrance of another name": [
        ("x_inputs", "start"),
    ],
    "a clone": [(MODEL_LINE, MODEL_LINE + "\nmodel = keras.models.clone_model(model)")],
    "saved and loaded": [(MODEL_LINE, MODEL_LINE + RELOADED)],
    "a subclass": [(MODEL_LINE, SUBCLASS)],
    "a Flatten of its own": [("flat(x)", "Flatten()(x)")],
    "layers that do nothing": [
        ("x = conv1(x_inputs)", "x = Identity()(conv1(Rescaling(1.0)(x_inputs)))")
    ],
}


@pytest.mark.parametrize("style", RIGHT_WIRING)
def test_q1_is_right_in_any_style(style):
    """Does every way to write Question 1 get all points?"""
    expect(verdict("q1", wired(*RIGHT_WIRING[style])), 10)


def test_q1_is_right_when_its_cell_was_run_twice():
    """Does a second run of the last cell leave the points alone?"""
    names = wired()
    exec("x = conv1(x_inputs)\nx = flat(mpool(conv2(x)))\noutput_yhat = dense2(dense1(x))", names)
    exec("model = keras.Model(x_inputs, output_yhat)", names)
    expect(verdict("q1", names), 10)


WRONG_WIRING = {
    "conv1 twice": ([("conv2(x)", "conv1(x)")], 6, "conv1 used twice"),
    "inputs=x": ([("inputs=x_inputs", "inputs=x")], 9, "inputs=x: the last tensor"),
    "a layer passed": ([("conv2(x)", "conv2(conv1)")], 6, "a layer was passed instead"),
    "flat(conv1)": ([("flat(x)", "flat(conv1)")], 8, "a layer was passed instead"),
    "sigmoid on the output": ([('"softmax"', '"sigmoid"')], 9, "sigmoid on the output"),
    "relu on the output": ([('"softmax"', '"relu"')], 9, "relu on the output"),
    "no activation on the output": ([('"softmax"', "None")], 9, "scores, not probabilities"),
    "softmax hidden": (
        [('128, activation="relu"', '128, activation="softmax"')],
        9,
        "softmax in a hidden",
    ),
    "softmax in conv1": (
        [('"relu", input_shape', '"softmax", input_shape')],
        9,
        "softmax in a hidden",
    ),
    "no activation hidden": ([('128, activation="relu"', "128")], 9, "no activation in a hidden"),
    "pool before conv2": (
        [("conv2(x)", "mpool(x)"), ("x = mpool(x)\nx = flat", "x = conv2(x)\nx = flat")],
        8,
        "pool before conv2",
    ),
    "past conv1": (
        [
            ("x = conv2(x)", "x = Conv2D(32, 3)(x_inputs)"),
            ("x = mpool(x)", "x = mpool(conv2(x_inputs))"),
        ],
        8,
        "starts at the picture again",
    ),
    "no second convolution": ([("x = conv2(x)\n", "")], 8, "conv2 is not on the way"),
    "outputs=x": ([("outputs=output_yhat", "outputs=x")], 9, "ends before the last layer"),
    "one dimension": (
        [("conv2 = Conv2D(32, kernel_size=(3, 3)", "conv2 = Conv1D(32, kernel_size=3")],
        5,
        "Conv1D",
    ),
    "average pooling": ([("MaxPooling2D(", "AveragePooling2D(")], 9, "AveragePooling2D"),
    "other pool": ([("pool_size=(2, 2)", "pool_size=(3, 3)")], 9, "pool_size"),
    "other filters": ([("Conv2D(32", "Conv2D(64")], 9, "filters"),
    "other units": ([("Dense(10", "Dense(128")], 8, "units"),
    "a blank in the way": ([("x = conv2(x)", "x = ______(x)")], 6, "a blank left open"),
    "a blank in the model": ([("inputs=x_inputs", "inputs=_______")], 8, "a blank left open"),
    "a blank in a layer": ([('"relu", input_shape', '"______", input_shape')], 0, ""),
    "a blank further down": (
        [('128, activation="relu"', "128, _____________")],
        3,
        "a blank left open",
    ),
    "capital letters": (
        [('128, activation="relu"', '128, activation="ReLU"')],
        3,
        "Keras writes them small",
    ),
    "a letter too few": (
        [('128, activation="relu"', '128, activation="rlu"')],
        3,
        "a name that no activation of Keras has",
    ),
    "no quotes": (
        [('128, activation="relu"', "128, activation=relu")],
        3,
        "the name of an activation without quotes",
    ),
    "an unknown name": ([("Dense(128,", "Dense(hidden_units,")], 3, "the cell ended before"),
    "a wrong layer, and an error behind it": (
        [("Conv2D(16", "Conv2D(8"), ("Dense(128,", "Dense(hidden_units,")],
        2,
        "filters = 8",
    ),
    "an error in the way": ([("x = mpool(x)", "x = mpool(y)")], 7, "the way ended in an error"),
    "dense1 never used": ([("x = dense1(x)\n", "")], 9, "dense1 is not on the way"),
    "an average for flat": (
        [("flat = Flatten()", "flat = GlobalAveragePooling2D()")],
        9,
        "loses where it was",
    ),
    "no Flatten": ([("x = flat(x)\n", "")], 9, "flat is not on the way"),
    "Dense before Flatten": (
        [("x = flat(x)\nx = dense1(x)", "x = flat(dense1(x))")],
        9,
        "Dense before flat",
    ),
    "a second softmax": (
        [("output_yhat = dense2(x)", "output_yhat = Softmax()(dense2(x))")],
        9,
        "on top of the one that dense2 has",
    ),
    "another Dense": (
        [("x = dense1(x)", 'x = Dense(64, activation="relu")(dense1(x))')],
        9,
        "",
    ),
    "another convolution": (
        [("x = conv2(x)", "x = conv2(Conv2D(16, 3)(x))")],
        9,
        "a layer stands on the way that the question does not have",
    ),
    "a second pooling": (
        [("x = flat(x)", "x = flat(MaxPooling2D(2)(x))")],
        9,
        "a layer that the question does not have",
    ),
    "no bias": (
        [('(3, 3), activation="relu", input', '(3, 3), use_bias=False, activation="relu", input')],
        9,
        "use_bias = False",
    ),
    "no bias in dense1": ([("Dense(128,", "Dense(128, use_bias=False,")], 9, "use_bias = False"),
    "dilation": (
        [
            (
                '(3, 3), activation="relu")\nmpool',
                '(3, 3), dilation_rate=2, activation="relu")\nmpool',
            )
        ],
        9,
        "dilation_rate = (2, 2)",
    ),
    "sigmoid in conv1": (
        [('"relu", input_shape', '"sigmoid", input_shape')],
        9,
        "sigmoid in a hidden layer",
    ),
    "scaled once more": (
        [("x = conv1(x_inputs)", "x = conv1(Rescaling(1 / 255)(x_inputs))")],
        9,
        "a layer stands on the way",
    ),
    "pictures with one axis more": (
        [("Input(shape=(28, 28, 1))", "Input(shape=(28, 28, 1, 1))")],
        5,
        "run twice",
    ),
    "a model of nothing": ([("outputs=output_yhat", "outputs=None")], 8, "model"),
    "an input without channels": ([("Input(shape=(28, 28, 1))", "Input(shape=(28, 28))")], 5, ""),
}


@functools.cache
def wrongly_wired(mistake):
    """The verdict on a mistake, and the error that its cells ended in."""
    return verdict("q1", wired(*WRONG_WIRING[mistake][0])), sys.last_value


@pytest.mark.parametrize("mistake", WRONG_WIRING)
def test_q1_names_the_misconception(mistake):
    """Does every mistake keep the points of the rest, and hear what it looks like?"""
    _, points, text = WRONG_WIRING[mistake]
    expect(wrongly_wired(mistake)[0], points, text)


@pytest.mark.parametrize("mistake", WRONG_WIRING)
def test_q1_asks_only_for_what_was_never_written(mistake):
    """Is nothing called open that an error kept from being made?"""
    found, error = wrongly_wired(mistake)
    if error is not None and "____" not in str(error):
        assert "fill in" not in says(found) and "nothing yet" not in says(found).split("model")[0]


@pytest.mark.parametrize("way", [True, False])
def test_q1_tells_the_cells_apart_that_raised(monkeypatch, way):
    """Is an error of the layers' cell none of the way, and the other way round?"""
    layers = Raised(frozenset({"dense1", "dense2"}), "", "name 'relu' is not defined")
    later = Raised(frozenset({"x_inputs", "output_yhat", "model"}), "", "name 'X' is not defined")
    monkeypatch.setattr(outstanding, "_watched", [None])
    monkeypatch.setattr(outstanding, "_raised", {0: later} if way else {0: layers})
    names = wired(("Dense(128", "Dense(nothing"))
    found = says(verdict("q1", names))
    assert ("the way ended in an error" in found) is way
    assert ("without quotes" in found) is not way
    assert ("nothing yet" in found.split("model")[0]) is way


def test_q1_says_that_the_model_is_older_than_its_layers():
    """Is a run of the layers' cell alone said to be that, and nothing else?"""
    names = wired()
    fresh = wired((CALLS + MODEL_LINE, ""))
    stale = {**names, **{n: fresh[n] for n in "conv1 conv2 mpool flat dense1 dense2".split()}}
    found = verdict("q1", stale)
    expect(found, 8, "older than its layers")
    assert len(found.findings) == 1 and "twice" not in says(found) and "gap" not in says(found)


def test_q1_untouched_is_open():
    """Is a cell that was never run still open, not wrong?"""
    assert verdict("q1", {}).state == "open"
    assert verdict("q1", dict.fromkeys(ITEMS["q1"].names)).state == "open"


def test_q1_says_nothing_of_an_older_model():
    """Is a model of an earlier run told from one with a wrong entrance?"""
    before, now = wired(), wired()
    expect(verdict("q1", {**now, "model": before["model"]}), 8, "a model of another run")


@pytest.mark.parametrize("odd", ODD_MODELS)
def test_odd_objects_earn_nothing(odd):
    """Does no odd object crash a check, earn points, or look like an answer?"""
    thing = ODD_MODELS[odd]
    for item in CHECKS:
        answers = dict.fromkeys(ITEMS[item].names, thing)
        nested_answers = dict.fromkeys(
            ITEMS[item].names, {"128": thing, "dense": thing, "a": thing}
        )
        dense1 = isinstance(thing, Dense) and item == "q1"
        assert verdict(item, answers).points == 0 or dense1
        assert verdict(item, nested_answers).points == 0


# Training.

FELL = {
    "loss": [2.0123456, 0.5123456],
    "val_loss": [1.5123456, 0.6123456],
    "val_accuracy": [0.6025641, 0.9807692],
}
HONEST = {"loss": [2.0123456, 0.1123456], "val_loss": [2.0123456, 0.1123456]}


@pytest.fixture(scope="module")
def good():
    return taught(question_1())


def styles():
    return {
        "sequential": taught(question_1()),
        "functional": taught(functional()),
        "tensorflow": taught(with_tensorflow()),
        "nested": taught(nested()),
        "subclassed": subclassed(taught(question_1())),
    }


@pytest.mark.slow
def test_train_is_right_in_any_style(good):
    """Does every kind of network and history get all points?"""
    for model in styles().values():
        expect(verdict("train", {"model": model, "history": FELL}), 5)
    history = keras.callbacks.History()
    history.history = {**FELL, "val_loss": [np.float32(1.0), np.float64(0.5)]}
    expect(verdict("train", {"model": good, "history": history}), 5)
    one_hot = {
        "loss": [0.3123456],
        "val_loss": [0.2123456],
        "val_categorical_accuracy": [0.9523809],
    }
    expect(verdict("train", {"model": good, "history": one_hot}), 5)
    expect(verdict("train", {"model": good, "history": HONEST}), 5)
    watched = {name: FELL[name] for name in ("loss", "val_accuracy")}
    expect(verdict("train", {"model": good, "history": watched}), 5)


@pytest.mark.slow
@pytest.mark.parametrize("one_hot", [False, True])
def test_a_real_training_is_read(one_hot):
    """Is the history of a real fit understood, with labels of either kind?"""
    x, y = pictures("mnist")
    y = keras.utils.to_categorical(y) if one_hot else y
    network = sequential(Conv2D(4, 5, strides=4), Flatten(), Dense(10, activation="softmax"))
    kind = "categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy"
    network.compile(keras.optimizers.Adam(0.003), kind, metrics=["accuracy"])
    history = network.fit(x[..., None] / 255, y, epochs=15, validation_split=0.2, verbose=0)
    expect(verdict("train", {"model": network, "history": history}), 5)
    expect(verdict("train", {"model": network, "history": [history]}), 5)
    expect(verdict("train", {"model": network, "history": history.history}), 5)
    expect(verdict("train", {"model": network}), 3, "kept under the name")


def test_train_wants_a_convolution():
    """Does a network of Dense layers keep what it was trained for, and lose the rest?"""
    dense = taught(sequential(Flatten(), Dense(32, activation="relu"), Dense(10)))
    expect(verdict("train", {"model": dense, "history": FELL}), 3, "without any convolution")


def of_accuracy(network, share):
    """Unseen pictures whose labels the network has right to a share only."""

    def images(name):
        x, y = unseen(name)
        return x, np.where(np.arange(len(y)) < share * len(y), y, (y + 1) % 10)

    return images


WRONG_HISTORIES = {
    "no validation": ({"loss": HONEST["loss"]}, 4, "no validation part"),
    "typed by hand": (
        {"loss": [2.0, 0.5], "val_loss": [1.5, 0.6], "val_accuracy": [0.6, 0.98]},
        3,
        "numbers that were typed in",
    ),
    "loss rises": ({**FELL, "loss": [1.0, 2.0]}, 4, "a loss that does not fall"),
    "loss is nan": ({**FELL, "loss": [2.0, float("nan")]}, 4, "a loss that does not fall"),
    "another network": ({**FELL, "val_accuracy": [0.1, 0.2]}, 3, "a history of another network"),
    "another network, by its loss": (
        {"loss": [2.0123456, 0.5123456], "val_loss": [2.1123456, 0.4512345]},
        3,
        "a history of another network",
    ),
    "another network, by what it learned": (
        {"loss": [2.3123456, 2.2123456], "accuracy": [0.1123456, 0.1523456]},
        3,
        "a history of another network",
    ),
    "missing": (None, 0, ""),
    "a list": ([1, 2], 3, "what fit gives back"),
    "text": ("history", 3, "what fit gives back"),
    "empty": ({}, 3, "what fit gives back"),
    "odd values": ({"loss": ["a"], 3: [None]}, 3, "what fit gives back"),
}


@pytest.mark.parametrize("mistake", WRONG_HISTORIES)
def test_train_reads_the_history(good, mistake):
    """Does a history that shows no training cost its points only?"""
    history, points, text = WRONG_HISTORIES[mistake]
    expect(verdict("train", {"model": good, "history": history}), points, text)


def test_train_may_go_on_from_trained_weights(good):
    """Does a second fit, whose loss is low already and falls no more, keep its points?"""
    again = {**FELL, "loss": [0.0867123, 0.0867123]}
    expect(verdict("train", {"model": good, "history": again}), 5)
    poor = of_accuracy(good, 0.7)
    claims = {**again, "val_accuracy": [0.7]}
    expect(verdict("train", {"model": good, "history": claims}, poor), 2, "does not fall")


def test_train_measures_for_itself(good):
    """Is the accuracy that counts the measured one, with part of the points further down?"""
    some = of_accuracy(good, 0.7)
    expect(verdict("train", {"model": good, "history": {**FELL, "val_accuracy": [0.7]}}, some), 3)
    few = of_accuracy(good, 0.3)
    expect(verdict("train", {"model": good, "history": FELL}, few), 0, "history of another network")


def test_train_names_what_was_done_to_the_network(good):
    """Are raw pixels, an untrained network, NaN and a missing model told apart?"""
    raw = taught(sequential(Flatten(), Dense(10, activation="softmax")))
    weights, biases = raw.get_weights()
    raw.set_weights([weights, biases + 50 * np.eye(10)[0]])
    raw_history = {**HONEST, "val_accuracy": [0.5123456, 0.9807692]}
    found = verdict("train", {"model": raw, "history": raw_history})
    expect(found, 3, "pictures of 0…255", "on the same from 0 to 255")
    assert "another network" not in says(found)
    fresh = question_1()
    expect(verdict("train", {"model": fresh, "history": FELL}), 0, "made anew after fit")
    burst = verdict("train", {"model": with_nan(taught(question_1())), "history": FELL})
    expect(burst, 0, "NaN")
    assert "another network" not in says(burst)
    expect(verdict("train", {"history": FELL}), 0, "nothing yet")
    expect(verdict("train", {"model": Dense(3), "history": FELL}), 0, "one layer")
    assert verdict("train", {"model": fresh}).state == "open"


# Fashion.


def clothes(network=None):
    return taught(network or question_1(), "fashion_mnist")


def curves(last, training=0.96, epochs=2):
    """A history that ends with these accuracies."""
    claims = [0.5] * (epochs - 1)
    names = {"accuracy": [*claims, training], "val_accuracy": [*claims, last]}
    return {"loss": [2.0] * (epochs - 1) + [1.0], "val_loss": [2.0] * epochs, **names}


def experiment(first, second=None, gain=0.03, said="better", **changes):
    """Two networks for clothes, their histories, and what is said of the second one."""
    return {
        "fashion_model": first,
        "fashion_history": curves(0.95),
        "tuned_model": clothes(question_1(dropout=0.3)) if second is None else second,
        "tuned_history": curves(0.95 + gain, training=0.99),
        "tuned_is": said,
        **changes,
    }


@pytest.mark.slow
def test_fashion_is_right_in_any_style():
    """Does every way to write both networks get all points?"""
    for first in (question_1(), functional(), with_tensorflow(), nested()):
        expect(verdict("fashion", experiment(clothes(first))), 5)
    both = subclassed(clothes()), subclassed(clothes(question_1(filters=64)))
    expect(verdict("fashion", experiment(*both)), 5)


WRONG_FASHION = {
    "digits": (lambda: taught(question_1()), 3, "trained on digits"),
    "untrained": (question_1, 3, "guessing"),
    "nan": (lambda: with_nan(clothes()), 3, "NaN"),
    "missing": (lambda: None, 2, "nothing yet"),
    "other filters": (lambda: clothes(question_1(filters=16)), 4, "other settings in layer 2"),
    "other layers": (lambda: clothes(question_1(more=[MaxPooling2D(2)])), 4, "another arch"),
    "other width": (lambda: clothes(question_1(64)), 4, "other settings in layer 5"),
    "dropout": (lambda: clothes(question_1(dropout=0.3)), 4, "another architecture"),
    "dense only": (lambda: clothes(sequential(Flatten(), Dense(10))), 4, "another architecture"),
    "nine classes": (lambda: sequential(Flatten(), Dense(9)), 2, "gives 9"),
    "a layer": (lambda: Dense(10), 2, "one layer"),
}


@functools.cache
def fitted_with_dropout():
    """A second network, fitted once for all first ones."""
    return clothes(question_1(dropout=0.3))


def wrong_fashion(mistake):
    """Answers with one mistake in the first network; the second is like it, or else right."""
    make, points, _ = WRONG_FASHION[mistake]
    return experiment(make(), make() if points == 4 else fitted_with_dropout())


@pytest.mark.parametrize("mistake", WRONG_FASHION)
def test_fashion_names_the_misconception(mistake):
    """Does each mistake in the first network cost what it must, and say what it is?"""
    _, points, text = WRONG_FASHION[mistake]
    expect(verdict("fashion", wrong_fashion(mistake)), points, text)


def test_fashion_untouched_is_open():
    """Is nothing at all still open?"""
    assert verdict("fashion", {}).state == "open"


# Five layers.


def small(*more):
    return taught(
        sequential(
            Conv2D(8, 3, activation="relu"),
            MaxPooling2D(2),
            MaxPooling2D(2),
            Flatten(),
            Dense(32, activation="relu"),
            *more,
            Dense(10, activation="softmax"),
        )
    )


def test_five_layers_is_right_in_any_style():
    """Does any small network of both kinds get all points?"""
    start = keras.Input((28, 28, 1))
    x = keras.layers.ReLU()(Conv2D(4, 5, strides=3)(start))
    x = keras.layers.BatchNormalization()(x)
    other = taught(keras.Model(start, Dense(10, activation="softmax")(Flatten()(x))))
    without_channels = taught(
        sequential(
            keras.layers.Reshape((28, 28, 1)),
            keras.layers.SeparableConv2D(12, 3, activation="relu"),
            MaxPooling2D(4),
            Flatten(),
            Dense(10),
            keras.layers.Softmax(),
            shape=(28, 28),
        )
    )
    for model in (small(), small(Dropout(0.2)), other, without_channels, subclassed(small())):
        expect(verdict("five-layers", {"my_model": model}), 7)


def for_scores(network):
    """The network, compiled with a loss that takes scores."""
    network.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return network


def with_an_idle_branch():
    """Four layers, and three more beside them whose answer is multiplied by 0."""
    start = keras.Input((28, 28, 1))
    x = MaxPooling2D(3)(Conv2D(4, 3)(start))
    idle = keras.layers.Rescaling(0.0)(Dense(10)(Flatten()(MaxPooling2D(8)(x))))
    looking = Dense(10, activation="softmax")(Flatten()(x))
    return keras.Model(start, keras.layers.Add()([looking, idle]))


def with_output(*last):
    """A small network whose last layers are others; they do not change which output is largest."""
    layers = small().layers[:-1]
    return taught(sequential(*layers, *last))


WRONG_SMALL = {
    "sigmoid on the output": (
        lambda: with_output(Dense(10, activation="sigmoid")),
        6,
        "ten separate yes-or-no answers",
    ),
    "scores on the output": (lambda: with_output(Dense(10)), 6, "scores, not probabilities"),
    "scores that the loss knows": (
        lambda: for_scores(with_output(Dense(10))),
        6,
        "scores, not probabilities",
    ),
    "tanh on the output": (
        lambda: with_output(Dense(10, activation="tanh")),
        6,
        "this does not give probabilities",
    ),
    "scores, and too large": (
        lambda: taught(sequential(Conv2D(8, 3), Conv2D(8, 3), Flatten(), Dense(64), Dense(10))),
        2,
        "scores, not probabilities",
    ),
    "too large": (lambda: taught(question_1()), 3, "at most 20,000"),
    "too short": (
        lambda: sequential(Conv2D(2, 3), MaxPooling2D(4), Flatten(), Dense(10, "softmax")),
        3,
        "the input counted as a layer",
    ),
    "padded with nothing": (
        lambda: sequential(Conv2D(2, 3), Identity(), Identity(), Flatten(), Dense(10, "softmax")),
        3,
        "at least 5",
    ),
    "padded with a dropout of nothing, and a second Flatten": (
        lambda: sequential(Conv2D(2, 3), Dropout(0.0), Flatten(), Flatten(), Dense(10, "softmax")),
        3,
        "at least 5",
    ),
    "padded with an idle branch": (lambda: with_an_idle_branch(), 3, "at least 5"),
    "no convolution": (
        lambda: sequential(MaxPooling2D(2), Flatten(), Dense(9), Dense(9), Dense(10, "softmax")),
        3,
        "0 Conv2D",
    ),
    "no flatten": (
        lambda: sequential(
            Conv2D(2, 3), MaxPooling2D(2), MaxPooling2D(2), Dense(9), Dense(10, "softmax")
        ),
        3,
        "no Flatten",
    ),
    "one output": (
        lambda: sequential(Conv2D(2, 3), MaxPooling2D(2), MaxPooling2D(2), Flatten(), Dense(1)),
        3,
        "ten classes",
    ),
    "untrained": (
        lambda: sequential(*[layer for layer in small().layers[:-1]], Dense(10, "softmax")),
        4,
        "",
    ),
    "nan": (lambda: with_nan(small()), 4, "NaN"),
    "list of layers": (lambda: [Conv2D(3, 3), Dense(10)], 0, "a list"),
    "never built": (
        lambda: keras.Sequential(
            [Conv2D(2, 3), MaxPooling2D(2), Flatten(), Dense(9), Dense(10, "softmax")]
        ),
        4,
        "guessing",
    ),
}


@pytest.mark.parametrize("mistake", WRONG_SMALL)
def test_five_layers_judges_the_structure_first(mistake):
    """Does each demand count by itself, and accuracy only when all are met?"""
    make, points, text = WRONG_SMALL[mistake]
    expect(verdict("five-layers", {"my_model": make()}), points, text)


# Dense against Conv2D.

COUNTS = {"conv 28": 160, "conv 56": 160, "dense 28": 12_560, "dense 56": 50_192}


@pytest.fixture(scope="module")
def shuffled():
    return networks_of_shuffled_digits()


def networks_of_shuffled_digits():
    looking = sequential(Conv2D(8, 5, strides=2, activation="relu"), Flatten(), Dense(10))
    plain = sequential(Flatten(), Dense(32, activation="relu"), Dense(10))
    return {
        "dense": taught(plain, change=shuffle_pixels),
        "conv": taught(looking, change=shuffle_pixels),
    }


def versus(networks, **changes):
    answers = {"counts": COUNTS, "falls": "conv", "shuffled": networks, **changes}
    return verdict("dense-vs-conv", answers)


RIGHT_VERSUS = {
    "as asked": {},
    "numpy and floats": {"counts": {**COUNTS, "conv 28": np.int64(160), "dense 56": 50_192.0}},
    "other spelling": {"counts": {k.upper().replace(" ", "_"): v for k, v in COUNTS.items()}},
    "Conv2D": {"falls": "Conv2D"},
    "the class": {"falls": Conv2D},
}


@pytest.mark.parametrize("style", RIGHT_VERSUS)
def test_dense_vs_conv_is_right_in_any_style(shuffled, style):
    """Are all ways to say it right?"""
    expect(versus(shuffled, **RIGHT_VERSUS[style]), 5)


WRONG_VERSUS = {
    "no bias": ({"counts": {**COUNTS, "conv 28": 144}}, 4.5, "no bias"),
    "no sharing": ({"counts": {**COUNTS, "conv 56": 54 * 54 * 160}}, 4.5, "no weight sharing"),
    "scaled": ({"counts": {**COUNTS, "conv 56": 640}}, 4.5, "scaled with the picture"),
    "kept": ({"counts": {**COUNTS, "dense 56": 12_560}}, 4.5, "kept though the picture grew"),
    "four times": ({"counts": {**COUNTS, "dense 56": 50_240}}, 4.5, "the biases, too"),
    "doubled": ({"counts": {**COUNTS, "conv 56": 320}}, 4.5, "scaled with the picture"),
    "doubled without biases": ({"counts": {**COUNTS, "conv 56": 288}}, 4.5, "scaled with"),
    "doubled but for the biases": ({"counts": {**COUNTS, "conv 56": 304}}, 4.5, "scaled with"),
    "four kernels in one": ({"counts": {**COUNTS, "conv 56": 592}}, 4.5, "scaled with"),
    "dense doubled": ({"counts": {**COUNTS, "dense 56": 25_120}}, 4.5, "as each side of"),
    "dense doubled, no bias": ({"counts": {**COUNTS, "dense 56": 25_088}}, 4.5, "as each side"),
    "dense doubled, biases once": (
        {"counts": {**COUNTS, "dense 56": 25_104}},
        4.5,
        "as each side of the picture was",
    ),
    "a slip, doubled": (
        {"counts": {**COUNTS, "dense 28": 12_570, "dense 56": 25_140}},
        4,
        "as each side of the picture was",
    ),
    "falls both, counts open": (
        {"counts": dict.fromkeys(COUNTS), "falls": "both"},
        1,
        "order matters to both",
    ),
    "falls odd, all else open": (
        {"counts": dict.fromkeys(COUNTS), "falls": "the second", "shuffled": None},
        0,
        '"dense", "conv"',
    ),
    "dense no bias": ({"counts": {**COUNTS, "dense 28": 12_544}}, 4.5, "no bias"),
    "text": ({"counts": {**COUNTS, "dense 28": "many"}}, 4.5, "a whole number"),
    "no counts": ({"counts": [160, 160]}, 3, "a whole number"),
    "falls dense": ({"falls": "dense"}, 3, "order matters to a Dense layer"),
    "falls both": ({"falls": "Both"}, 3, "order matters to both"),
    "falls neither": ({"falls": "neither"}, 3, "order matters to neither"),
    "falls odd": ({"falls": 3}, 3, '"dense", "conv"'),
    "not run": ({"shuffled": None}, 4, "a fitted network"),
}


@pytest.mark.parametrize("mistake", WRONG_VERSUS)
def test_dense_vs_conv_names_the_misconception(shuffled, mistake):
    """Is each misconception named, and does it cost its own points only?"""
    changes, points, text = WRONG_VERSUS[mistake]
    expect(versus(shuffled, **changes), points, text)


def test_dense_vs_conv_looks_at_the_run(shuffled):
    """Are swapped networks and networks of plain pictures found out?"""
    swapped = {"dense": shuffled["conv"], "conv": shuffled["dense"]}
    expect(versus(swapped), 4, "swapped")
    plain = taught(sequential(Flatten(), Dense(10)))
    expect(versus({**shuffled, "dense": plain}), 4, "trained on the pictures as they are")
    expect(versus({**shuffled, "dense": with_nan(plain)}), 4, "NaN")
    assert (
        verdict("dense-vs-conv", {"counts": dict.fromkeys(COUNTS), "falls": None}).state == "open"
    )


def test_shuffling_keeps_every_pixel():
    """Is the order the same for all pictures and shapes, with nothing lost?"""
    images, _ = pictures("mnist")
    moved = shuffle_pixels(images)
    assert moved.shape == images.shape and not (moved == images).all()
    assert (np.sort(moved.reshape(100, -1)) == np.sort(images.reshape(100, -1))).all()
    assert (shuffle_pixels(images[..., None])[..., 0] == moved).all()
    assert (shuffle_pixels(images[7]) == moved[7]).all()


# Trimming against dropout.


@pytest.fixture
def digits(monkeypatch):
    fewer_digits(monkeypatch)


def fewer_digits(monkeypatch):
    """A data set of forty patterns to train on and ten to validate on."""
    images, labels = pictures("mnist", 50)

    class Small:
        @staticmethod
        def load_data():
            return (images, labels), (images, labels)

    monkeypatch.setattr(table_rows, "mnist", Small)
    monkeypatch.setattr(table_rows, "TRAINED_PART", 40)


@pytest.fixture(scope="module")
def four():
    return four_networks()


def four_networks():
    made = {str(width): taught(question_1(width)) for width in (128, 64, 32)}
    return {**made, "128 + dropout": taught(question_1(dropout=0.25))}


def table_of(networks, **changes):
    rows = {
        name: {"parameters": network.count_params(), "train": 1.0, "validation": 1.0}
        for name, network in networks.items()
    }
    return {**rows, **changes}


def trimmed(networks, table=None):
    table = table_of(networks) if table is None else table
    return verdict("trim-or-drop", {"networks": networks, "table": table})


@pytest.mark.slow
def test_trim_or_drop_is_right_in_any_style(digits, four):
    """Do other keys, other places for Dropout and other number types get all points?"""
    expect(trimmed(four), 6)
    whole = {int(name) if name.isdigit() else "128_Dropout": n for name, n in four.items()}
    expect(trimmed(whole), 6)
    expect(trimmed({**four, "128": taught(functional())}), 6)
    arrays = table_of(four)
    arrays["64"] = {"parameters": np.int64(300_426), "train": np.float32(1), "validation": 1}
    expect(trimmed(four, arrays), 6)
    expect(trimmed({name: subclassed(network) for name, network in four.items()}), 6)
    plainly = {name: taught(question_1(int(name), dropout=0.0)) for name in ("128", "64", "32")}
    expect(trimmed({**four, **plainly}), 6)


WRONG_NETWORKS = {
    "not trimmed": ({"64": lambda: taught(question_1())}, 4.5, "hidden Dense layers of [128]"),
    "two changes": ({"32": lambda: taught(question_1(32, 0.25))}, 4.5, "more than one thing"),
    "no dropout": ({"128 + dropout": question_1}, 4.5, "no Dropout layer"),
    "kept share": (
        {"128 + dropout": lambda: taught(question_1(dropout=0.75))},
        4.5,
        "the share that is kept",
    ),
    "dropout last": (
        {"128 + dropout": lambda: taught(question_1(last=[Dropout(0.25)]))},
        4.5,
        "the answers themselves",
    ),
    "dropout before": (
        {"128 + dropout": lambda: taught(question_1(more=[Dropout(0.25)]))},
        4.5,
        "dropout in another place",
    ),
    "another start": (
        {"128": lambda: taught(question_1(filters=16))},
        1,
        "not the network of Question 1",
    ),
    "untrained": ({"64": lambda: question_1(64)}, 5.5, "is it fitted?"),
    "missing": ({"64": lambda: None}, 4.5, "nothing yet"),
    "no start": ({"128": lambda: sequential(Flatten(), Dense(10))}, 4.5, "no Conv2D layer"),
    "trimmed start": ({"128": lambda: taught(question_1(100))}, 4.5, "[100]"),
    "nan": ({"64": lambda: with_nan(taught(question_1(64)))}, 5.5, "is it fitted?"),
}


@pytest.mark.parametrize("mistake", WRONG_NETWORKS)
def test_trim_or_drop_looks_at_each_network(digits, four, mistake):
    """Does each network count by itself, and say what was changed?"""
    changes, points, text = WRONG_NETWORKS[mistake]
    networks = {**four, **{name: make() for name, make in changes.items()}}
    given = {name: network for name, network in networks.items() if network is not None}
    expect(verdict("trim-or-drop", {"networks": networks, "table": table_of(given)}), points, text)


@pytest.mark.slow
def test_trim_or_drop_charges_another_start_once(digits):
    """Does a change that all four networks share cost the first of them only?"""
    for changes in ({"filters": 16}, {"more": [MaxPooling2D(2)]}):
        made = {str(width): taught(question_1(width, **changes)) for width in (128, 64, 32)}
        made["128 + dropout"] = taught(question_1(dropout=0.25, **changes))
        found = trimmed(made)
        expect(found, 5.5, "not the network of Question 1")
        assert len(found.findings) == 1


def test_trim_or_drop_sees_a_regulariser(digits, four):
    """Is one that only some networks have told, as the second thing that was changed?"""
    kept_small = sequential(
        Conv2D(16, 3, activation="relu"),
        Conv2D(32, 3, activation="relu"),
        MaxPooling2D(2),
        Flatten(),
        Dense(128, activation="relu", kernel_regularizer="l2"),
        Dropout(0.25),
        Dense(10, activation="softmax"),
    )
    found = trimmed({**four, "128 + dropout": taught(kept_small)})
    expect(found, 4.5, "a regulariser, or a constraint, in some of the networks only")


WRONG_ROWS = {
    "count": ({"parameters": 5}, 5.5, "not the count of this network"),
    "no count": ({"parameters": "many"}, 5.5, "a whole number"),
    "percent": ({"train": 98.0}, 5.5, "a percentage"),
    "invented": ({"validation": 0.9}, 5.5, "measured"),
    "nearly": ({"validation": 0.99}, 5.5, "measured"),
    "invented train": ({"train": 0.9}, 5.5, "measured"),
    "nan": ({"train": float("nan")}, 5.5, "a number from 0 to 1"),
    "none": ({"parameters": None, "train": None, "validation": None}, 5, "nothing yet"),
}


@pytest.mark.parametrize("mistake", WRONG_ROWS)
def test_trim_or_drop_recounts_and_measures(digits, four, mistake):
    """Is no number of the table believed?"""
    changes, points, text = WRONG_ROWS[mistake]
    rows = table_of(four)
    rows["32"] = {**rows["32"], **changes}
    expect(trimmed(four, rows), points, text)


def test_trim_or_drop_tells_what_was_given_first(digits, four):
    """Does a wrong number in the last row show while the rows before it are open?"""
    row = {"parameters": 5, "train": 1.0, "validation": 1.0}
    found = trimmed(four, {"128 + dropout": row})
    assert found.findings[0].misconception == "not the count of this network"


SPELT = {
    "short keys": lambda row: {"params": row["parameters"], "train": 1.0, "val": 1.0},
    "long keys": lambda row: {
        "trainable parameters": row["parameters"],
        "Train accuracy": 1.0,
        "val_accuracy": 1.0,
    },
    "texts": lambda row: {
        "parameters": f"{row['parameters']:,}",
        "train": "1.0",
        "validation": "1",
    },
    "percent": lambda row: {**row, "train": "100 %", "validation": "100%"},
}


@pytest.mark.parametrize("way", SPELT)
def test_trim_or_drop_reads_a_row_kindly(digits, four, way):
    """Are entries read that are spelt otherwise, as in every other item?"""
    rows = {name: SPELT[way](row) for name, row in table_of(four).items()}
    expect(trimmed(four, rows), 6)


def test_trim_or_drop_says_what_stands_in_place_of_a_row(digits, four):
    """Is a row, or a table, of another form called what it is, once?"""
    rows = {**table_of(four), "64": (300426, 1.0, 1.0)}
    found = trimmed(four, rows)
    expect(found, 5, "(300426, 1, 1)", 'a dict with "parameters"')
    found = trimmed(four, [*table_of(four).values()])
    expect(found, 2, "a list of 4", "a dict with a row for each")
    assert "nothing yet" not in says(found)
    rows = table_of(four)
    rows["dropout"] = rows.pop("128 + dropout")
    expect(trimmed(four, rows), 6)


def test_trim_or_drop_without_a_table(digits, four):
    """Do the networks keep their points, and is nothing at all still open?"""
    for table in ("table", [], {"128": 3}, {"64": {"parameters": {}}}):
        expect(trimmed(four, table), 2)
    assert verdict("trim-or-drop", {}).state == "open"


# Forged evidence.

KEYS = "begun model history layers calls raised counts falls shuffled networks table".split()
KEYS += "causes patients patient_a problem odd kind settings config weights curves dict".split()
KEYS += "fashion_model tuned_model 128 dense a conv1".split()
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.just(np.full(3, np.nan))
    | st.just(np.array("text"))
    | st.sampled_from([[["a", 1], ["b", 2]], [["loss", [1.0, 0.1]]], [["train", 1.0]]])
)
FORGED = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(evidence=FORGED)
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_forged_evidence_earns_nothing(evidence):
    """Does plain data of any shape end in a verdict of no points?"""
    for check in CHECKS.values():
        found = judge(check, evidence, {}, unseen)
        assert found.points == 0 and str(found) and found._repr_html_()


def test_every_check_has_three_hints_that_grow():
    """Are there three hints each, none of them a line of the solution?"""
    for check in CHECKS.values():
        assert len(check.hints) == 3
        assert all(0 < len(hint) < 250 and hint == hint.strip() for hint in check.hints)
