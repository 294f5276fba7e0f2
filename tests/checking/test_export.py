"""Networks on their way from a learner's notebook to the judge: nothing lost, nothing believed."""

import json
import random

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from keras.layers import (
    Add,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    PReLU,
    Rescaling,
    SeparableConv2D,
)

from cnn_lesson.checking.networks.accuracy import accuracy, facts, predict, score
from cnn_lesson.checking.networks.allowlist import LAYERS
from cnn_lesson.checking.networks.architecture import QUESTION_1, specs
from cnn_lesson.checking.networks.export import describe, latest_output, origin, portable
from cnn_lesson.checking.networks.rebuild import graph, rebuild
from tests.support.bank_models import (
    ODD_MODELS,
    functional,
    nested,
    pictures,
    question_1,
    sequential,
    subclassed,
    taught,
    with_nan,
    with_tensorflow,
)

STYLES = {
    "sequential": question_1,
    "functional": functional,
    "tensorflow": with_tensorflow,
    "nested": nested,
    "subclassed": lambda: subclassed(question_1()),
    "nested in subclassed": lambda: subclassed(nested()),
}


def branching():
    start = Input((28, 28, 1))
    left = Conv2D(4, 3, padding="same", activation=PReLU())(start)
    right = keras.ops.relu(BatchNormalization()(Conv2D(4, 3, padding="same")(start)))
    x = Add()([left, right]) + left
    x = Concatenate()([x, SeparableConv2D(3, 3, padding="same")(x), Rescaling(2.0)(start)])
    x = GlobalAveragePooling2D()(Dropout(0.5)(x))
    return keras.Model(start, keras.ops.softmax(Dense(10, activation="gelu")(x)))


@pytest.mark.parametrize("style", [*STYLES, "branching"])
def test_a_rebuilt_network_gives_the_same_outputs(style):
    """Is nothing lost on the way?"""
    network = branching() if style == "branching" else STYLES[style]()
    images, _ = pictures("mnist", 20)
    wanted = network(images.reshape(-1, *network_shape(network)) / 255.0)
    evidence = portable(network)
    assert set(evidence) == {"config", "weights", "lived"}
    assert np.allclose(predict(rebuild(evidence), images), wanted, atol=1e-5)


def network_shape(network):
    return getattr(network, "input_shape", (None, 28, 28, 1))[1:]


@pytest.mark.parametrize("style", STYLES)
def test_the_architecture_does_not_depend_on_the_style(style):
    """Is the same network the same however it is written?"""
    assert specs(graph(portable(STYLES[style]()))) == QUESTION_1


def test_keras_itself_can_read_the_config():
    """Can an instructor load what was handed out?"""
    evidence = portable(question_1())
    network = keras.models.model_from_json(evidence["config"])
    assert network.count_params() == 596_042
    assert [len(group) for group in evidence["weights"].values()] == [2, 2, 2, 2]


def test_carrying_over_leaves_no_trace():
    """Do random numbers, layer names and the layers' own histories stay as they were?"""
    network = subclassed(question_1())
    unbuilt = keras.Sequential([Conv2D(3, 3), Flatten(), Dense(10)])
    keras.utils.set_random_seed(1)
    first = Dense(3).name
    state, numbers = random.getstate(), np.random.get_state()[1].copy()
    calls = [len(layer._inbound_nodes) for layer in network.parts]
    for one in (network, unbuilt):
        rebuild(portable(one))
    assert random.getstate() == state and (np.random.get_state()[1] == numbers).all()
    assert [len(layer._inbound_nodes) for layer in network.parts] == calls
    assert int(Dense(3).name.split("_")[1]) == int((first + "_0").split("_")[1]) + 1


def test_the_learners_training_is_not_disturbed():
    """Does a training give the same weights with and without a check in between?"""

    def weights(between):
        keras.utils.set_random_seed(5)
        network = sequential(Flatten(), Dropout(0.5), Dense(10))
        between(network)
        later = Dense(4)
        later.build((None, 3))
        return later.get_weights()[0]

    kept = weights(lambda network: None)
    assert (weights(lambda network: score(portable(network), *pictures("mnist"))) == kept).all()


@pytest.mark.parametrize("name", ODD_MODELS)
def test_what_is_no_network_is_a_problem_in_one_line(name):
    """Does anything that is no network get one clear line?"""
    evidence = portable(ODD_MODELS[name])
    assert set(evidence) == {"problem"} and "\n" not in evidence["problem"]
    assert facts(evidence).network is None and facts(evidence).problem == evidence["problem"]
    assert score(evidence, *pictures("mnist")).value == 0
    describe(ODD_MODELS[name]), origin(ODD_MODELS[name]), latest_output(ODD_MODELS[name])


def test_a_sequential_without_input_is_read_and_left_alone():
    """Is a network that was not built yet judged as one for grey pictures?"""
    network = keras.Sequential([Conv2D(3, 3, activation="relu"), Flatten(), Dense(10)])
    assert facts(portable(network)).output_shape == (10,)
    assert not network.built


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("relu", "relu"),
        (tf.nn.relu, "relu"),
        (keras.ops.relu, "relu"),
        (lambda x: tf.maximum(x, 0), "relu"),
        (keras.layers.ReLU(), "relu"),
        (lambda x: x * keras.ops.sigmoid(x), "silu"),
        (tf.nn.softmax, "softmax"),
        (None, "linear"),
    ],
)
def test_an_activation_is_known_by_what_it_does(function, name):
    """Is a ReLU a ReLU as a string, a function, a layer or a lambda?"""
    network = sequential(Flatten(), Dense(5, activation=function))
    (_, step) = graph(portable(network)).steps()
    assert step.settings["activation"] == name


@pytest.mark.parametrize(
    "layer",
    [
        Dense(5, activation=lambda x: tf.math.square(x)),
        keras.layers.Lambda(lambda x: tf.math.square(x)),
        keras.layers.Dense(5, activation=lambda x: 1 / 0 if tf.executing_eagerly() else x),
    ],
)
def test_what_cannot_be_carried_over_is_said(layer):
    """Is code of one's own refused with a line that names the place?"""
    network = sequential(Flatten(), layer)
    assert "\n" not in portable(network)["problem"]


def test_two_inputs_are_a_problem():
    """Is a network for something else than one picture refused?"""
    one, two = Input((28, 28, 1)), Input((28, 28, 1))
    assert "one input" in portable(keras.Model([one, two], Add()([one, two])))["problem"]


def test_accuracy_counts_the_largest_output():
    """Is the accuracy that of the largest output, and 0 with a reason where there is none?"""
    images, labels = pictures("mnist")
    network = rebuild(portable(taught(question_1())))
    assert accuracy(network, images, labels).value == 1
    assert accuracy(network, images, (labels + 1) % 10).value == 0
    wrong = rebuild(portable(sequential(Flatten(), Dense(9))))
    assert accuracy(wrong, images, labels).reason.startswith("the network gives 9")
    strange = rebuild(portable(sequential(Flatten(), Dense(10), shape=(32, 32, 3))))
    assert "(32, 32, 3)" in accuracy(strange, images, labels).reason


def test_nan_weights_score_nothing():
    """Does a network whose training burst get 0 and the reason, its structure still known?"""
    evidence = portable(with_nan(taught(question_1())))
    assert facts(evidence).parameters == 596_042
    found = score(evidence, *pictures("mnist"))
    assert found.value == 0 and "NaN" in found.reason


def test_no_stock_layer_has_a_setting_that_keras_does_not_know():
    """Does the list of layers fit this version of Keras?"""
    for kind, stock in LAYERS.items():
        assert hasattr(keras.layers, kind), kind
        if not stock.silent and kind != "InputLayer":
            names = getattr(keras.layers, kind).__init__.__code__.co_varnames
            known = {*names, "target_shape", "activation", "data_format", "keepdims", "axis"}
            assert set(stock.settings) <= known, kind


# Forged evidence.


@pytest.fixture(scope="module")
def honest():
    return portable(sequential(Conv2D(3, 3), Flatten(), Dense(10)))


def forged(honest, change):
    config = json.loads(honest["config"])
    change(config["config"])
    return {**honest, "config": json.dumps(config)}


def _set(index, **settings):
    return lambda config: config["layers"][index]["config"].update(settings)


def _name(index, name):
    return lambda config: config["layers"][index].update(class_name=name)


def _layers(number):
    def change(config):
        row = config["layers"][1]
        for n in range(number):
            config["layers"].append({**row, "name": f"more_{n}"})

    return change


CHANGES = {
    "lambda": _name(1, "Lambda"),
    "no class": _name(1, 5),
    "own class": _name(1, "os.system"),
    "huge": _set(3, units=10**12),
    "large": _set(3, units=90_000),
    "huge kernel": _set(1, kernel_size=[90_000, 90_000]),
    "negative": _set(1, filters=-3),
    "activation object": _set(1, activation={"module": "builtins", "class_name": "function"}),
    "activation of another module": _set(1, activation="os.system"),
    "nan": _set(1, strides=float("nan")),
    "huge input": _set(0, batch_shape=[None, 10**5, 10**5, 1]),
    "no input": _set(0, batch_shape=None),
    "text for a number": _set(3, units="ten"),
    "name": lambda c: c["layers"][1].update(name=None),
    "twice": lambda c: c["layers"].append(c["layers"][1]),
    "circle": lambda c: c["layers"][1]["inbound_nodes"].__setitem__(
        0, c["layers"][2]["inbound_nodes"][0]
    ),
    "output nowhere": lambda c: c.update(output_layers=[["nowhere", 0, 0]]),
    "output is input": lambda c: c.update(output_layers=c["input_layers"]),
    "no output": lambda c: c.pop("output_layers"),
    "two outputs": lambda c: c.update(output_layers=c["output_layers"] * 2),
    "layers are text": lambda c: c.update(layers="layers"),
    "node index": lambda c: c.update(output_layers=[[c["output_layers"][0][0], 10**9, 0]]),
}


@pytest.mark.parametrize("change", [name for name in CHANGES if name != "output is input"])
def test_a_forged_description_is_refused(honest, change):
    """Is everything but stock layers of reasonable size refused with one line?"""
    with pytest.raises(ValueError) as caught:
        rebuild(forged(honest, CHANGES[change]))
    assert "\n" not in str(caught.value) and len(str(caught.value)) <= 300


def test_weights_must_fit(honest):
    """Are missing, surplus, misshapen and odd weights refused?"""
    first, second = honest["weights"].items()
    (name, (kernel, bias)) = second
    kept = dict([first])
    for group in (
        [kernel],
        [kernel, bias, bias],
        [kernel.T, bias],
        [bias, kernel],
        [kernel.astype(str), bias],
        [kernel.astype(complex), bias],
        [kernel.tolist(), bias],
        "weights",
        None,
    ):
        with pytest.raises(ValueError):
            rebuild({**honest, "weights": {**kept, name: group}})
    for weights in (None, [], "w", {}, {name: [np.zeros(5_000_001, "float32")]}):
        with pytest.raises(ValueError):
            rebuild({**honest, "weights": weights})


def test_deep_and_long_texts_are_refused():
    """Does text that is meant to exhaust the reader only earn a line?"""
    for text in ("[" * 100_000, '{"config":' * 20_000, "x" * 300_000, "{}", "null", "[]", "1"):
        with pytest.raises(ValueError):
            graph({"config": text, "weights": {}})


def test_a_network_that_would_take_too_long_is_refused():
    """Is the work bounded before it begins?"""
    wide = sequential(Conv2D(128, 9, padding="same"), Conv2D(128, 9, padding="same"))
    assert "too large" in facts(portable(wide)).problem


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["config", "weights", "layers", "name"]), inner)
    ),
    max_leaves=8,
)


@given(evidence=PLAIN, place=st.integers(0, 3), key=st.sampled_from(LAYERS["Conv2D"].settings))
@settings(max_examples=150, deadline=None)
def test_random_data_never_breaks_the_reader(honest, evidence, place, key):
    """Is any plain data a problem in one line, and nothing worse?"""
    assert facts(evidence).network is None or isinstance(evidence, dict)
    text = json.dumps(evidence)
    facts({"config": text, "weights": evidence})
    config = json.loads(honest["config"])
    layer = config["config"]["layers"][place]
    layer[["name", "config", "inbound_nodes", "class_name"][place]] = evidence
    facts({"config": json.dumps(config), "weights": honest["weights"]})
    config = json.loads(honest["config"])
    config["config"]["layers"][1]["config"][key] = evidence
    facts({"config": json.dumps(config), "weights": honest["weights"]})
