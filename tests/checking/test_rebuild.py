"""Networks that are described by strangers: refused before they take memory, whatever they say."""

import io
import json

import numpy as np
import pytest

from cnn_lesson.checking.evidence import unpack
from cnn_lesson.checking.networks.rebuild import rebuild

POOLED, TEN = ("GlobalAveragePooling2D", {}), ("Dense", {"units": 10})
TEN_OF_ONE = [np.ones((1, 10)), np.zeros(10)]
PICTURE = (None, 28, 28, 1)


def described(*chain, shape=PICTURE, weights=()):
    """Evidence of a chain of layers, those with weights by their place."""
    start = {"name": "in", "class_name": "InputLayer", "config": {"batch_shape": shape}}
    made = [{**start, "inbound_nodes": []}]
    for number, (kind, config) in enumerate(chain):
        place = [made[-1]["name"], 0, 0]
        node = {"args": [{"config": {"keras_history": place}}], "kwargs": {}}
        layer = {"name": f"l{number}", "class_name": kind, "config": config}
        made.append({**layer, "inbound_nodes": [node]})
    ends = {"input_layers": [["in", 0, 0]], "output_layers": [[made[-1]["name"], 0, 0]]}
    config = {"name": "m", "layers": made, **ends}
    arrays = {f"l{number}": arrays for number, arrays in dict(weights).items()}
    return {"config": json.dumps({"config": config}), "weights": arrays}


LARGER, WIDE = ("UpSampling2D", {"size": [17, 17]}), ("UpSampling2D", {"size": [70, 70]})
TANH = ("Activation", {"activation": "tanh"})
INSIDE = ("SeparableConv2D", {"filters": 1, "kernel_size": [1, 1], "depth_multiplier": 6000})
INSIDE_WEIGHTS = [np.ones((1, 1, 1, 6000)), np.ones((1, 1, 6000, 1)), np.zeros(1)]
BOMBS = {
    "words": (described(("Flatten", {}), shape=(None, "valid", 100_000, 9_000)), "no picture"),
    "lists": (described(("Flatten", {}), shape=(None, [1, 2], 100_000, 9_000)), "no picture"),
    "open sizes": (
        described(WIDE, POOLED, TEN, shape=(None, None, None, 1), weights={2: TEN_OF_ONE}),
        "a feature map of this network is too large",
    ),
    "many maps": (
        described(LARGER, *[TANH] * 100, POOLED, TEN, weights={102: TEN_OF_ONE}),
        "this network is too large",
    ),
    "a map inside": (
        described(INSIDE, POOLED, TEN, weights={0: INSIDE_WEIGHTS, 2: TEN_OF_ONE}),
        "a feature map of this network is too large",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_network_that_would_take_gigabytes_is_refused(name):
    """Is it refused in one sentence, before it is tried?"""
    evidence, sentence = BOMBS[name]
    with pytest.raises(ValueError, match=sentence):
        rebuild(evidence)


def test_open_sizes_are_fine_where_the_network_is_small():
    """Can an honest network leave rows and columns open?"""
    kernels = [np.ones((3, 3, 1, 4)), np.zeros(4)]
    conv = ("Conv2D", {"filters": 4, "kernel_size": [3, 3]})
    weights = {0: kernels, 2: [np.ones((4, 10)), np.zeros(10)]}
    model = rebuild(described(conv, POOLED, TEN, shape=(None, None, None, 1), weights=weights))
    assert tuple(model.input_shape) == (None, None, None, 1)


def test_an_array_that_is_named_often_is_read_once():
    """Does evidence not grow in the reader's hands?"""
    stream = io.BytesIO()
    tree = json.dumps({"many": [{"__array__": "a0"}] * 50}).encode()
    np.savez(stream, tree=np.frombuffer(tree, dtype=np.uint8), a0=np.zeros(1000))
    many = unpack(stream.getvalue())["many"]
    assert len(many) == 50
    assert all(each is many[0] for each in many)


def operation(name, *given, arrays=(), place=0, **named):
    """Evidence of one operation of ``keras.ops`` before a Flatten and a Dense layer."""
    kind, config = f"keras.ops.{name}", {"given": [*given], "named": named, "place": place}
    weights = {0: list(arrays), 2: TEN_OF_ONE} if arrays else {2: TEN_OF_ONE}
    return described((kind, config), POOLED, TEN, weights=weights)


X = {"tensor": 0}
BIG = np.ones(2_000_000, "float32")
FORGED_OPERATIONS = {
    "not on the list": operation("map", X),
    "no operation at all": operation("os.system", X),
    "a way into a module": operation("numpy.abs", X),
    "a private way": operation("__builtins__", X),
    "on nothing that comes in": operation("pad", {"array": 0}, [[0, 90_000]], arrays=[BIG]),
    "on a number alone": operation("matmul", {"array": 0}, {"array": 1}, arrays=[BIG, BIG]),
    "padded without end": operation("pad", X, {"tuple": [[0, 90_000]] * 4}),
    "a tensor in the wrong place": operation(
        "pad", {"array": 0}, [[90_000, 90_000]], arrays=[BIG], constant_values=X
    ),
    "a picture larger than memory": operation("image.resize", X, [90_000, 90_000]),
    "all with all": operation("add", X, {"array": 0}, arrays=[BIG.reshape(1, 1, 1, -1)]),
    "a product larger than memory": operation("matmul", X, {"array": 0}, arrays=[BIG[None]]),
    "an equation that is none": operation("einsum", X, X, subscripts="os.system"),
    "an equation without end": operation("einsum", X, X, subscripts="abcd,efgh->abcdefgh"),
    "a word": operation("cast", X, "os.system"),
    "a text as an argument": operation("abs", X, out="/etc/passwd"),
    "an array that is not there": operation("add", X, {"array": 7}),
    "a tensor that is not there": operation("add", {"tensor": 5}, X),
    "no place": operation("split", X, 2, place=-1),
    "arguments without end": operation("stack", [X] * 500),
    "deep arguments": operation("stack", [[[[[[[X]]]]]]]),
    "another key": operation("abs", {"code": "1"}),
    "a name that is none": operation("abs", X, **{"a b": 1}),
}


@pytest.mark.parametrize("name", FORGED_OPERATIONS)
def test_a_forged_operation_is_refused(name):
    """Is it one sentence, before any memory is taken and whatever is named?"""
    with pytest.raises(ValueError) as caught:
        rebuild(FORGED_OPERATIONS[name])
    assert "\n" not in str(caught.value) and len(str(caught.value)) <= 300


def test_recurrent_steps_are_bounded():
    """Is a row of many thousand steps refused before it is gone through?"""
    row = ("Reshape", {"target_shape": [784 * 4, 1]})
    larger = ("UpSampling2D", {"size": [2, 2]})
    cell = ("SimpleRNN", {"units": 1})
    weights = {2: [np.ones((1, 1)), np.ones((1, 1)), np.zeros(1)], 3: TEN_OF_ONE}
    with pytest.raises(ValueError, match="more than 800 steps"):
        rebuild(described(larger, row, cell, TEN, weights=weights))


def test_attention_between_all_pixels_is_bounded():
    """Is a table of all pairs of places counted as a feature map?"""
    row = ("Reshape", {"target_shape": [784, 1, 1]})
    attention = {"given": [X, X, X], "named": {}, "place": 0}
    evidence = described(row, ("keras.ops.dot_product_attention", attention), POOLED, TEN)
    config = json.loads(evidence["config"])
    node = config["config"]["layers"][2]["inbound_nodes"][0]
    node["args"] = node["args"] * 3
    evidence["config"] = json.dumps(config)
    with pytest.raises(ValueError, match="feature map of this network is too large"):
        rebuild({**evidence, "weights": {"l3": TEN_OF_ONE}})
