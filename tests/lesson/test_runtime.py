"""A quiet TensorFlow in a real kernel, and friendly lines for what is still open."""

import linecache
import os
import sys

import nbformat
import pytest
from nbclient import NotebookClient

from cnn_lesson import runtime

PREPARE = "from cnn_lesson.runtime import prepare\nprepare(seed=1)"
FRIENDLY = "from cnn_lesson.runtime import friendly_errors\nfriendly_errors()"


def run(*cells):
    """The outputs of each cell, run in a kernel of its own."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    NotebookClient(notebook, allow_errors=True, timeout=300, kernel_name="python3").execute()
    return [cell.outputs for cell in notebook.cells]


@pytest.fixture(autouse=True)
def talkative(monkeypatch):
    """TensorFlow as talkative as it is on a learner's machine."""
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)


def line_for(source):
    """The friendly line for what a cell raises, as `_show` would ask for it."""
    name = f"<cell {hash(source)}>"
    linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
    namespace = {"__builtins__": __builtins__, "trained": 1}
    try:
        exec(compile(source, name, "exec"), namespace)
    except Exception as error:
        return runtime.friendly_line(error, error.__traceback__, namespace)
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\ny = ______(x)", "there is still a blank in line 2: y = ______(x)"),
        ("from math import ____2D", "there is still a blank in line 1: from math import ____2D"),
        ("import math\nmath.____2D(1)", "there is still a blank in line 2: math.____2D(1)"),
        ("import ______", "there is still a blank in line 1: import ______"),
        ("sorted(\n    [1],\n    key=______)", "there is still a blank in line 3: key=______)"),
        ("int('______')", "there is still a blank in line 1: int('______')"),
    ],
)
def test_an_open_blank_is_named_with_its_line(source, expected):
    """Does the learner read where the blank is?"""
    assert line_for(source) == expected


def test_an_unwritten_function_is_named():
    """Is a stub that is called said to be unwritten?"""
    stub = "def convolve(image):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n"
    assert line_for(stub + "convolve(1)").startswith("`convolve` is not written yet")


def test_an_unwritten_cell_points_to_its_line():
    """Is a stub cell said to be empty?"""
    said = line_for("# YOUR CODE HERE\nraise NotImplementedError()")
    assert said == "nothing is written here yet: your lines go where line 1 says so"


def test_a_missing_name_sends_to_the_cells_above():
    """Is a cell run out of order told so, and a likely spelling offered?"""
    assert line_for("model") == "`model` is not there yet: run the cells above first"
    assert line_for("traned").endswith("(or is it `trained`?)")
    for other in ("Trained", "Input", "input_"):  # not by case alone, and nothing of Python's own
        assert line_for(other) == f"`{other}` is not there yet: run the cells above first"


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("dict(activation=relu)", "relu"),
        ("x = [softmax]", "softmax"),
        ("loss = sparse_categorical_crossentropy", "sparse_categorical_crossentropy"),
        ("falls = conv", "conv"),
        ("check = print\ncheck(q1)", "q1"),
        ("hint = print\nhint( convolve )", "convolve"),
    ],
)
def test_a_word_that_lost_its_quotes_is_told(source, word):
    """Is a word that stands in quotes in this lesson not taken for a variable?"""
    assert (
        line_for(source) == f'`{word}` is a word here, no variable: it stands in quotes, "{word}"'
    )


@pytest.mark.parametrize("source", ["convolve(1)", "x = dense(1)", "train", "q1"])
def test_a_name_that_is_one_in_its_line_is_not_quoted(source):
    """Is a function that is called, or a name beside check, still asked for?"""
    assert "run the cells above first" in line_for(source)


KERAS = {
    "categorical": (
        "m.compile('adam', 'categorical_crossentropy')\nm.fit(x, y, verbose=0)",
        ("line 2: m.fit(x, y, verbose=0)", "begins with sparse_"),
    ),
    "inputs of pictures": (
        "keras.Model(inputs=x, outputs=m.outputs)",
        ("KerasTensors", "goes from the tensor of Input"),
    ),
    "no Flatten": (
        "m = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Dense(10)])\n"
        "m.compile('adam', 'sparse_categorical_crossentropy')\nm.fit(x, y, verbose=0)",
        ("line 3", "not flattened"),
    ),
    "flat pictures": (
        "m.compile('adam', 'sparse_categorical_crossentropy')\n"
        "m.fit(x.reshape(8, 784), y, verbose=0)",
        ("Expected shape (None, 28, 28, 1)", "another shape than the Input"),
    ),
    "fewer labels": (
        "m.compile('adam', 'sparse_categorical_crossentropy')\nm.fit(x, y[:3], verbose=0)",
        ("not equally many",),
    ),
    "a class too many": (
        "m.compile('adam', 'sparse_categorical_crossentropy')\nm.fit(x, y + 5, verbose=0)",
        ("is no class of this network",),
    ),
    "ReLU as a word": ("keras.layers.Dense(3, activation='ReLU')", ("written small",)),
    "no compile": ("m.fit(x, y)", ("compile comes before fit",)),
    "a layer passed": (
        "keras.layers.Flatten()(keras.layers.Flatten())",
        ("a layer was passed",),
    ),
    "too small": (
        "keras.layers.Conv2D(4, 30)(keras.Input((28, 28, 1)))",
        ("the window does not fit",),
    ),
    "channels": (
        "c = keras.layers.Conv2D(4, 3)\nc(c(keras.Input((28, 28, 1))))",
        ("line 2", "was it called before?"),
    ),
    "no channels": (
        "keras.layers.Conv2D(4, 3)(keras.Input((28, 28)))",
        ("a picture needs three axes",),
    ),
    "something else": ("keras.layers.Dense(-3)", ("line 1: keras.layers.Dense(-3)",)),
}


@pytest.mark.parametrize("name", KERAS)
def test_what_keras_raises_takes_three_lines(name):
    """Does a learner read what it says, where, and what it means, and no page of traceback?"""
    import keras
    import numpy as np

    source, texts = KERAS[name]
    m = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)])
    x, y = np.zeros((8, 28, 28, 1), "float32"), np.arange(8)
    namespace = {"__builtins__": __builtins__, "keras": keras, "m": m, "x": x, "y": y}
    cell = f"<cell of {name}>"
    linecache.cache[cell] = len(source), None, source.splitlines(keepends=True), cell
    with pytest.raises(Exception) as caught:  # noqa: PT011
        exec(compile(source, cell, "exec"), namespace)
    lines = runtime.library_lines(caught.value, caught.value.__traceback__, namespace)
    assert 2 <= len(lines) <= 3 and all("\n" not in line and len(line) < 300 for line in lines)
    for text in texts:
        assert text in " ".join(lines), lines


@pytest.mark.parametrize(
    "source",
    [
        "1 / 0",
        "int('a')",
        "import no_such_module",
        "raise NotImplementedError('for a reason')",
        "import json\njson.loads('{')",
        "object().no_such_attribute",
        "raise NameError",
    ],
)
def test_every_other_error_keeps_its_traceback(source):
    """Is an error that is not about a blank left alone?"""
    assert line_for(source) is None


def test_an_error_deep_in_a_library_is_not_taken_for_a_missing_cell():
    """Is a NameError that is not in the learner's own lines left alone?"""
    namespace = {}
    exec("def broken(): return nowhere", library := {})
    namespace["broken"] = library["broken"]
    with pytest.raises(NameError) as caught:
        exec("broken()", namespace)
    assert runtime.friendly_line(caught.value, caught.value.__traceback__, namespace) is None


def test_ipythons_own_names_are_no_blanks():
    """Do `_`, `__`, `___` and `__init__` not count as blanks?"""
    for name in ("_", "__", "___", "__init__", "y_train", "_private"):
        assert not runtime.BLANK.search(name)


def test_outside_a_notebook_nothing_happens():
    """Does plain Python keep its errors?"""
    hook = sys.excepthook
    runtime.friendly_errors()
    assert sys.excepthook is hook


def test_descriptor_two_is_given_back(capfd):
    """Is what libraries write swallowed, and what comes later heard, even after an error?"""
    with pytest.raises(ZeroDivisionError), runtime.quiet_stderr():
        os.write(2, b"noise")
        1 / 0  # noqa: B018
    os.write(2, b"signal")
    assert capfd.readouterr().err == "signal"


@pytest.mark.slow
def test_friendly_lines_arrive_as_errors():
    """In a real kernel: one line to read, and still an error for a grader?"""
    outputs = run(
        FRIENDLY,
        "x = 1\nx = ______(x)",
        "def pool(image):\n    # YOUR CODE HERE\n    raise NotImplementedError()",
        "pool(1)",
        "model",
        "1 / 0",
    )
    for index, kind in ((1, "NameError"), (3, "NotImplementedError"), (4, "NameError")):
        (output,) = outputs[index]
        assert output.output_type == "error" and output.ename == kind
        assert len(output.traceback) == 1 and "\n" not in output.traceback[0]
    assert outputs[1][0].traceback == ["there is still a blank in line 2: x = ______(x)"]
    assert len(outputs[5][0].traceback) > 1


@pytest.mark.slow
def test_keras_is_quiet_from_load_to_prediction():
    """Does no cell write to stderr, from loading to saving, and is an unknown activation named?"""
    outputs = run(
        PREPARE,
        "import keras, numpy as np\nfrom keras.layers import *\nfrom keras.datasets import mnist",
        "c = Conv2D(4, kernel_size=(3,3), activation='relu', input_shape=(28,28,1))",
        "m = keras.Sequential([Input((28,28,1)), c, Flatten(), Dense(10, activation='softmax')])\n"
        "m.compile('adam', 'sparse_categorical_crossentropy')\n"
        "x, y = np.zeros((64, 28, 28, 1)), np.arange(64) % 10\n"
        "h = m.fit(x, y, epochs=1, verbose=2)",
        "for n in range(1, 9):\n    m.predict(x[:n], verbose=0)\n    m.make_predict_function(True)",
        "m.evaluate(x, y, verbose=0)",
        "d = Dense(3,\n    activation='______')",
        "import tensorflow as tf\n"
        "(tf.config.threading.get_intra_op_parallelism_threads(),"
        " tf.config.threading.get_inter_op_parallelism_threads())",
        "prepare(seed=2)",
    )
    for cell in outputs:
        assert not [o for o in cell if o.get("name") == "stderr"]
    assert outputs[0] == [] and outputs[8] == []
    assert outputs[6][0].traceback == ["there is still a blank in line 2: activation='______')"]
    assert outputs[7][0].data["text/plain"] == "(1, 1)"


@pytest.mark.slow
def test_the_same_seed_gives_the_same_losses():
    """Do two kernels, prepared alike, train alike to the last digit?"""
    train = (
        "import keras, numpy as np\n"
        "m = keras.Sequential([keras.layers.Dense(8, 'relu'), keras.layers.Dense(1)])\n"
        "m.compile('adam', 'mse')\n"
        "x = np.random.random((256, 4))\n"
        "m.fit(x, x.sum(1), epochs=3, verbose=0).history['loss']"
    )
    first, second = (run(PREPARE, train)[1][0].data["text/plain"] for _ in range(2))
    assert first == second


@pytest.mark.slow
def test_batches_come_without_a_tuner_and_train_the_same():
    """Does training wait for no sleeping tuner, and end in the bits of Keras' own way?"""
    train = (
        "from keras.src.backend.tensorflow.trainer import TFEpochIterator\n"
        "import keras, numpy as np\n"
        "{change}\n"
        "keras.utils.set_random_seed(3)\n"
        "m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, 'relu'),"
        " keras.layers.Dropout(0.5), keras.layers.Dense(1)])\n"
        "m.compile('adam', 'mse')\n"
        "x = np.random.random((250, 4))\n"
        "batches = TFEpochIterator(x=x, distribute_strategy=m.distribute_strategy)\n"
        "given = batches._get_iterator()\n"
        "tuned = given.options().autotune.enabled\n"
        "losses = m.fit(x, x.sum(1), epochs=3, validation_split=0.1, verbose=0).history\n"
        "(tuned, losses)"
    )
    theirs = "TFEpochIterator._get_iterator = TFEpochIterator._get_iterator.tuned"
    ours, keras_own = (
        run(PREPARE, train.format(change=change))[1][0].data["text/plain"]
        for change in ("", theirs)
    )
    assert ours.startswith("(False,") and keras_own.startswith("(None,")
    assert ours.partition(",")[2] == keras_own.partition(",")[2]


@pytest.mark.slow
def test_a_late_call_says_so_gently():
    """Is a kernel where TensorFlow has begun already told to restart, without an error?"""
    outputs = run("import keras\nkeras.ops.ones(3) + 1;", PREPARE)
    (output,) = outputs[1]
    assert output.name == "stdout" and "restart the kernel" in output.text
