"""What Keras says of a learner's mistake, in words of the lesson that are true of it."""

import keras
import numpy as np
import pytest
from keras.layers import Conv1D, Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D

from cnn_lesson.meanings import MEANINGS, meaning
from cnn_lesson.words import without_quotes

IMAGES = np.zeros((8, 28, 28, 1), "float32")
WHOLE, ROWS = np.arange(8) % 10, np.eye(10)[np.arange(8) % 10]
SPARSE = "sparse_categorical_crossentropy"


def network(*layers, units=10):
    """A small network, with these layers before its last two."""
    return keras.Sequential([Input((28, 28, 1)), *layers, Flatten(), Dense(units, "softmax")])


def fitted(loss=SPARSE, labels=WHOLE, images=IMAGES, model=None, metrics=("accuracy",), **more):
    model = model or network()
    model.compile("adam", loss, metrics=metrics)
    model.fit(images, labels, verbose=0, **more)


def unflattened():
    return keras.Sequential([Input((28, 28, 1)), Conv2D(2, 3), Dense(10, "softmax")])


def called_twice():
    conv = Conv2D(4, 3)
    conv(conv(Input((28, 28, 1))))


WHOLE_NUMBERS = "for whole numbers its name begins with sparse_"
RAISED = {
    "categorical": (lambda: fitted("categorical_crossentropy"), WHOLE_NUMBERS),
    "binary": (lambda: fitted("binary_crossentropy"), WHOLE_NUMBERS),
    "squares": (lambda: fitted("mse"), WHOLE_NUMBERS),
    "hinge": (lambda: fitted("categorical_hinge"), WHOLE_NUMBERS),
    "rows of 0 and 1": (lambda: fitted(labels=ROWS), "rows of 0 and 1"),
    "rows, too few outputs": (
        lambda: fitted("categorical_crossentropy", ROWS, model=network(units=9)),
        "one output for each class",
    ),
    "no Flatten": (lambda: fitted(model=unflattened()), "not flattened"),
    "no Flatten, another loss": (
        lambda: fitted("categorical_crossentropy", model=unflattened()),
        "not flattened",
    ),
    "no Flatten, rows": (
        lambda: fitted("categorical_crossentropy", ROWS, model=unflattened()),
        "not flattened",
    ),
    "a loss without a name": (lambda: fitted("sparse_categorical"), "nothing of that name"),
    "no loss": (lambda: fitted(None), "was told no loss"),
    "capitals": (lambda: Dense(3, "ReLU"), "written small"),
    "all for validation": (lambda: fitted(validation_split=1.0), "between 0 and 1"),
    "metrics as a word": (lambda: fitted(metrics="accuracy"), "a list, even of one"),
    "labels of fewer": (lambda: fitted(labels=WHOLE[:5]), "not equally many"),
    "one output": (lambda: fitted(model=network(units=1)), "is no class of this network"),
    "one picture": (lambda: network().predict(IMAGES[0], verbose=0), "counts pictures"),
    "flat pictures": (lambda: fitted(images=IMAGES.reshape(8, -1)), "another shape than the Input"),
    "a layer twice": (called_twice, "another number of channels"),
    "no kernel": (lambda: Conv2D(16), "how large the window is"),
    "a kernel too large": (lambda: network(Conv2D(2, 30)), "does not fit into what arrives"),
    "pooled too often": (lambda: network(*[MaxPooling2D(3)] * 4), "does not fit"),
    "units in quotes": (lambda: Dense("10"), "without quotes"),
    "dropout in percent": (lambda: Dropout(25), "is a share"),
    "a misspelt argument": (lambda: Dense(3, activate="relu"), "no argument of that name"),
    "layers without a list": (lambda: keras.Sequential(Conv2D(2, 3), Flatten()), "[ ] around"),
    "no way": (lambda: keras.Model(Input((3,)), Dense(2)(Input((4,)))), "no way leads"),
    "a layer for its output": (lambda: Dense(2)(Flatten()), "a layer was passed"),
    "a tensor for the settings": (lambda: Flatten(Input((28, 28, 1))), "with its own brackets"),
    "a tensor for the units": (lambda: Dense(Input((28,))), "with its own brackets"),
    "a tensor for the window": (lambda: MaxPooling2D(Input((28, 28, 1))), "its own brackets"),
    "a tensor for the rate": (lambda: Dropout(Input((28,))), "with its own brackets"),
    "a tensor is called": (lambda: Flatten()(Input((28, 1)))(3), "a tensor was called"),
    "along one axis": (lambda: Conv1D(16, (3, 3)), "along one axis"),
    "filters in quotes": (lambda: Conv2D("16", 3), "without quotes"),
    "a window in quotes": (lambda: MaxPooling2D("2"), "without quotes"),
    "a shape without brackets": (lambda: Input(28, 28, 1), "brackets around"),
    "no such layer": (lambda: exec("from keras.layers import Conv2d"), "capitals count"),
    "never compiled": (lambda: network().fit(IMAGES, WHOLE), "compile comes before"),
}


@pytest.mark.parametrize("mistake", RAISED)
def test_an_error_is_told_in_words_of_the_lesson(mistake):
    """Is what Keras raises told in words that are true of the mistake?"""
    do, means = RAISED[mistake]
    with pytest.raises(Exception) as raised:  # noqa: PT011
        do()
    assert means in meaning(raised.value), raised.value


def test_an_error_of_something_else_means_nothing():
    """Is nothing said where the lesson does not know better?"""
    assert meaning(ValueError("no such file")) == "" and len(MEANINGS) > 20


@pytest.mark.parametrize(
    ("name", "line", "word"),
    [("relu", "Dense(3, relu)", "relu"), ("ReLU", "Dense(3, ReLU)", "relu")],
)
def test_a_word_without_quotes_is_shown_with_them(name, line, word):
    """Is a name of an activation, however it is written, told to be a word?"""
    assert without_quotes(f"name '{name}' is not defined", line).endswith(f'quotes, "{word}"')
    assert without_quotes(f"name '{name}' is not defined", f"x = {name}()(x)") == ""
    assert without_quotes("name 'X_train' is not defined", "fit(X_train)") == ""


@pytest.mark.parametrize("name", ["A", "BCDEF", "bcdef", "channel", "row", "conv2d", "hidden"])
def test_a_word_of_an_item_is_shown_with_quotes(name):
    """Is what an item takes in quotes told to be a word, and a name of the notebook not?"""
    line = f'roles = {{"input": {name}}}'
    assert without_quotes(f"name '{name}' is not defined", line).endswith(f'quotes, "{name}"')
    assert without_quotes("name 'A' is not defined", "x = A + 1") == ""
