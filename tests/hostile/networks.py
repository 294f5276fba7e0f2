"""Attacks with networks: those that lie about themselves, that know the answers, that are bombs.

They stand in notebooks 02 and 03 in place of all that a learner would write. Where one earns
points, they are for what it really is: layers, counts, digits that it does recognise.
"""

from .attack import Attack, alone

SECOND, THIRD = "02-mnist-cnn", "03-exercises"

_START = """
import os, sys
import numpy as np
from cnn_lesson.checks import check
from cnn_lesson.runtime import prepare
prepare(1)
import keras
from keras import layers
from cnn_lesson.datasets import fashion_mnist, mnist
def question_1(units=128, **named):
    return keras.Sequential([keras.Input((28, 28, 1)),
        layers.Conv2D(16, 3, activation="relu"), layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(units, activation="relu"),
        layers.Dense(10, activation="softmax")], **named)
curves = {"loss": [2.3, 0.01], "val_loss": [2.3, 0.01], "accuracy": [0.1, 1.0],
          "val_accuracy": [0.1, 1.0]}
history = keras.callbacks.History()
history.history = curves
"""
_GUESSING = """
model = question_1()
history = {"loss": [2.31, 2.29], "val_loss": [2.31, 2.29], "val_accuracy": [0.08, 0.11, 0.14]}
"""
_EVERY = """
model = question_1()
history = {name: list(np.linspace(0, 1, 1000)) for name in ("val_accuracy", "val_loss", "accuracy")}
history["loss"] = [2.3, 0.0]
"""
_TURNING = """
from collections.abc import Mapping
class Turning(Mapping):
    reads = 0
    def __len__(self): return 4
    def __iter__(self): return iter(("loss", "val_loss", "val_accuracy", "points"))
    def __getitem__(self, name):
        Turning.reads += 1
        return [2.3 / Turning.reads, Turning.reads / 10]
model, history = question_1(), Turning()
"""
_LEARNED = """
def learned(images, labels):
    '''Least squares: right on every picture that it was made from.'''
    x = np.c_[images.reshape(len(images), -1) / 255, np.ones(len(images))]
    return np.linalg.pinv(x) @ (np.eye(10)[labels] * 2 - 1)
"""
_BY_HEART = """
def by_heart(images, labels):
    '''A network that names each picture like the nearest of those that it was made from.'''
    known = images.reshape(len(images), -1) / 255
    near = layers.Dense(len(known), activation="softmax")
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), near, layers.Dense(10)])
    near.set_weights([200 * known.T, -100 * (known**2).sum(axis=1)])
    model.layers[-1].set_weights([np.eye(10)[labels], np.zeros(10)])
    assert (model.predict(images[..., None] / 255, verbose=0).argmax(axis=1) == labels).all()
    return model
"""
_VISIBLE = _BY_HEART + "model = by_heart(*mnist.load_data()[1])"
_VISIBLE_CLOTHES = _BY_HEART + (
    "fashion_model = tuned_model = by_heart(*fashion_mnist.load_data()[1])\n"
    "fashion_history = history"
)
_VISIBLE_SMALL = (
    _LEARNED
    + """
my_model = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(1, 1), layers.Activation(
    "linear"), layers.Dropout(0.5), layers.Flatten(), layers.Dense(10)])
weights = learned(*mnist.load_data()[1])
my_model.layers[0].set_weights([np.ones((1, 1, 1, 1)), np.zeros(1)])
my_model.layers[-1].set_weights([weights[:-1], weights[-1]])
"""
)
_CONFIG = """
class Liar(keras.Model):
    def __init__(self):
        super().__init__()
        self.one = layers.Dense(10)
    def call(self, x): return self.one(keras.ops.reshape(x, (-1, 784)))
    def get_config(self): return question_1().get_config()
    def to_json(self, **more): return question_1().to_json()
    def count_params(self): return 600_000
    get_build_config = lambda self: {"input_shape": (None, 28, 28, 1)}
    layers = property(lambda self: question_1().layers)
    input_shape = property(lambda self: (None, 28, 28, 1))
    output_shape = property(lambda self: (None, 10))
    weights = property(lambda self: question_1().weights)
model = Liar()
model(np.zeros((1, 28, 28, 1)))
"""
_ANSWERS = """
known = {}
for images, labels in (*mnist.load_data(), *fashion_mnist.load_data()):
    known |= {image.tobytes(): label for image, label in zip(images, labels)}
def look_up(x, *more, **named):
    pictures = np.round(np.asarray(x) * 255).astype("uint8")
    return np.eye(10)[[known.get(picture.tobytes(), 0) for picture in pictures]]
class Knows(keras.Sequential):
    predict = look_up
    predict_on_batch = look_up
    def __call__(self, x, *more, **named):
        return super().__call__(x, *more, **named) if not hasattr(x, "numpy") else look_up(x)
    def evaluate(self, *more, **named): return [0.0, 1.0]
"""
_ALL_KNOWN = """
def knowing():
    return Knows([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10, "softmax")])
model = fashion_model = tuned_model = knowing()
shuffled = {"dense": model, "conv": model}
"""
_OWN_CALL = """
class Dense(layers.Dense):
    def call(self, x, training=None):
        return look_up(x) if not isinstance(x, keras.KerasTensor) else super().call(x)
model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), Dense(10)])
"""
_NAMESAKES = """
class Dense(keras.layers.Layer):
    units, use_bias, activation = 10, True, staticmethod(keras.activations.softmax)
    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], 10))
        self.bias = self.add_weight(shape=(10,))
    def call(self, x): return keras.ops.zeros((1, 10)) if x.shape[0] is None else look_up(x)
    def compute_output_spec(self, x): return keras.KerasTensor((None, 10))
keras.layers.Dense = layers.Dense = Dense
model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), Dense()])
"""
_LAMBDA = """
def run(x):
    try: open(COURSE + "/hostile-7f3a", "w").write("0")
    except OSError: pass
    return x
keras.config.enable_unsafe_deserialization()
model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Lambda(run),
                          layers.Dense(10), layers.Activation(run)])
"""
_REGISTERED = """
@keras.saving.register_keras_serializable(package="keras.layers", name="Dense")
class Dense(layers.Dense):
    def get_config(self):
        return {**super().get_config(), "module": "builtins", "class_name": "exec",
                "registered_name": "builtins>exec", "build_config": {"shape_cls": "os.system"}}
    @classmethod
    def from_config(cls, config):
        try: open(COURSE + "/hostile-7f3a", "w").write("0")
        except OSError: pass
        return cls(10)
    def __reduce__(self): return (exec, ("open(MARK, 'w')",))
keras.saving.get_custom_objects()["Flatten"] = Dense
model = keras.Sequential([layers.Flatten(), Dense(10)])
"""
_REDUCED = """
class Weights(np.ndarray):
    def __reduce__(self): return (exec, (f"open({COURSE + '/hostile-7f3a'!r}, 'w').write('0')",))
    def __array_finalize__(self, other): self.allow_pickle = True
class Flat(layers.Dense):
    weights = property(lambda self: [np.zeros((784, 10)).view(Weights), np.zeros(10).view(Weights)])
model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), Flat(10)])
"""
_LYING_WEIGHTS = """
from cnn_lesson.checking.networks import export as models
class Wide(np.ndarray):
    size = property(lambda self: 1)
    shape = property(lambda self: (784, 10))
models.np = type("np", (), {"array": staticmethod(lambda weight: np.zeros(10**6).view(Wide)),
    "generic": np.generic, "ndarray": np.ndarray, "asarray": np.asarray, "allclose": np.allclose,
    "linspace": np.linspace})
model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10)])
"""
_NOT_FINITE = """
model = question_1()
model.set_weights([np.full(w.shape, np.nan) for w in model.get_weights()])
fashion_model = tuned_model = my_model = model
shuffled = {"dense": model, "conv": model}
"""
_INFINITE = """
model = question_1()
model.set_weights([np.full(w.shape, np.inf) * (-1) ** n for n, w in enumerate(model.get_weights())])
"""
_PATCHED_KERAS = (
    _ANSWERS
    + """
model = question_1()
keras.Model.predict = keras.Model.__call__ = keras.Layer.__call__ = look_up
keras.Model.evaluate = lambda self, *a, **k: [0.0, 1.0]
keras.Model.fit = lambda self, *a, **k: history
keras.Model.count_params = lambda self: 1
keras.saving.serialize_keras_object = keras.saving.deserialize_keras_object = lambda *a, **k: {}
keras.models.model_from_json = lambda *a, **k: model
"""
)
_PATCHED_CHECKING = """
from cnn_lesson import checks
from cnn_lesson import items
from cnn_lesson.checking.networks import accuracy as measure, history, rebuild, shortfall
from cnn_lesson.checking.networks.accuracy import Score
full = lambda *a, **k: Score(1.0)
every = [module for module in vars(items).values() if hasattr(module, "_judge")]
for module in (measure, shortfall, *every):
    module.score = full
measure.accuracy = full
measure.predict = rebuild.rebuild = lambda *a, **k: np.eye(10)
items.train.believable = history.believable = lambda *a: True
for module in (history, *every):
    for name, value in list(vars(module).items()):
        if name.isupper() and isinstance(value, float): setattr(module, name, -1)
items.fashion.WANTED = dict.fromkeys(items.fashion.WANTED, -1)
model = fashion_model = tuned_model = question_1()
"""
_PATCHED_DATA = """
from cnn_lesson import checks, datasets
blank = np.zeros((500, 28, 28), dtype="uint8"), np.zeros(500, dtype="uint8")
for one in (mnist, fashion_mnist):
    object.__setattr__(one, "load_data", lambda *a: (blank, blank))
checks.instant_images = lambda name: blank
try:
    from cnn_course import held_out
    held_out.load = lambda name: blank
except (ImportError, OSError): pass
model = fashion_model = tuned_model = keras.Sequential(
    [keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10)])
"""
_PATCHED_PORTABLE = """
from cnn_lesson import items
from cnn_lesson.checking.networks import export
claims = lambda *a, **k: {"config": question_1().to_json(), "weights": {}, "accuracy": 1.0,
    "value": 1.0, "problem": None, "points": 99, "score": {"value": 1.0}, "parameters": 1}
for module in (export, *vars(items).values()):
    if hasattr(module, "portable"): module.portable = claims
model = fashion_model = tuned_model = my_model = question_1()
"""
_LYING_CLASS = """
class Model:
    __class__ = property(lambda self: keras.Sequential)
    inputs = outputs = layers = weights = property(lambda self: [self])
    name, built = "model", True
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __iter__(self): return iter([self])
    def __len__(self): return 10**9
model = Model()
"""
_FILES = """
paths = ["/etc/passwd", "/etc/shadow", COURSE + "/gradebook.db"]
for path in paths:
    for make in (lambda: layers.StringLookup(vocabulary=path),
                 lambda: layers.TextVectorization(vocabulary=path),
                 lambda: layers.IntegerLookup(vocabulary=path),
                 lambda: keras.layers.TFSMLayer(path)):
        try:
            layer = make()
            words = str(layer.get_vocabulary())
        except Exception as error:
            print(type(error).__name__)
        else:
            if "CANARY" in words or "root:" in words: print("FOUND" + "!", words[:300])
            model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layer])
"""
_ODD_LAYERS = """
model = keras.Sequential([keras.Input((28, 28, 1)), layers.RandomRotation(1.0), layers.RandomZoom(
    0.9), layers.Flatten(), layers.Dense(10, "softmax")])
fashion_model = tuned_model = keras.Sequential([keras.Input((28, 28, 1)),
    layers.Flatten(), layers.Discretization(bin_boundaries=[0.5]), layers.Hashing(10),
    layers.CategoryEncoding(10)])
"""
_PARAMETERS = """
model = keras.Sequential([keras.Input((32_000,)), layers.Dense(32_000)])
"""
_ENDLESS_CALL = """
class Endless(keras.Model):
    def call(self, x):
        while True: pass
model = Endless()
model.built = True
"""
_FOUR_TIMES = """
one = question_1()
networks = dict.fromkeys(("128", "64", "32", "128 + dropout"), one)
table = dict.fromkeys(networks, {"parameters": 1, "train": 0.99, "validation": 0.96})
"""
_INVENTED = """
networks = {"128": question_1(), "32": question_1(32)}
table = {name: {"parameters": network.count_params(), "train": 0.99, "validation": 0.96}
         for name, network in networks.items()}
"""
_NAMES = """
class Text(str):
    __eq__ = lambda self, other: True
    __hash__ = lambda self: hash("128")
    lower = lambda self: self
class Any(dict):
    def __missing__(self, key): return Any()
    def items(self): return [(Text("128"), question_1(7))] * 50_000
networks, table = Any(), Any({Text("64"): Any(parameters=Any(), train=float("nan"))})
"""

Q1, IN = 10, 1
"""What is true of these networks: that they are built as Question 1 asks; that pictures go in."""

LIVE = [
    Attack(f"net-{name}", what, alone(_START + source, notebook), earned, notebook=notebook)
    for name, notebook, what, source, earned in (
        ("perfect", SECOND, "an untrained network, a history of perfect curves",
         "model = question_1()", Q1),
        ("guessing", SECOND, "an untrained network, a history that admits to guessing",
         _GUESSING, Q1),
        ("every", SECOND, "an untrained network, a history that claims everything", _EVERY, Q1),
        ("turning", SECOND, "a history that is another one at each look", _TURNING, Q1),
        ("visible", SECOND, "a network that knows its own test pictures by heart", _VISIBLE, 2),
        ("visible-clothes", THIRD, "the same with clothes", _VISIBLE_CLOTHES, 0),
        ("visible-small", THIRD, "the same with five layers that do nothing", _VISIBLE_SMALL, 2),
        ("config", SECOND, "a network whose config lies about its layers", _CONFIG, IN),
        ("answers", SECOND, "predict and evaluate look the answers up", _ANSWERS + _ALL_KNOWN, IN),
        ("answers-clothes", THIRD, "the same with clothes", _ANSWERS + _ALL_KNOWN, 0),
        ("own-call", SECOND, "a layer whose call looks the answers up", _ANSWERS + _OWN_CALL, IN),
        ("namesakes", SECOND, "layers of the learner's own under Keras' names",
         _ANSWERS + _NAMESAKES, IN),
        ("lambda", SECOND, "code in a Lambda layer and in an activation", _LAMBDA, IN),
        ("registered", SECOND, "code in a registered class, by way of get_config", _REGISTERED, IN),
        ("reduced", SECOND, "code in the weights, by way of __reduce__", _REDUCED, IN),
        ("lying-weights", SECOND, "weights that lie about their size", _LYING_WEIGHTS, 0),
        ("not-finite", SECOND, "weights that are NaN", _NOT_FINITE, Q1),
        ("infinite", SECOND, "weights without an end", _INFINITE, Q1),
        ("patched-keras", SECOND, "patched fit, predict, evaluate, saving", _PATCHED_KERAS, Q1),
        ("patched-checking", SECOND, "patched measuring and thresholds", _PATCHED_CHECKING, 0),
        ("patched-clothes", THIRD, "the same with clothes", _PATCHED_CHECKING, 0),
        ("patched-data", SECOND, "patched pictures: all blank, all 0", _PATCHED_DATA, IN),
        ("patched-portable", THIRD, "evidence that claims an accuracy", _PATCHED_PORTABLE, 0),
        ("lying-class", SECOND, "a network with a lying __class__", _LYING_CLASS, 0),
        ("files", SECOND, "preprocessing layers that read files", _FILES, 0),
        ("odd-layers", THIRD, "layers of chance, of hashes, of bins", _ODD_LAYERS, 0),
        ("endless", SECOND, "a network whose call never ends", _ENDLESS_CALL, 0),
        ("four-times", THIRD, "one network under four names, an invented table", _FOUR_TIMES, 0.5),
        ("invented", THIRD, "right networks, untrained, with invented accuracies", _INVENTED, 2),
        ("names", THIRD, "names that equal every name", _NAMES, 0),
    )
]  # fmt: skip
_BOMB = Attack(
    "net-parameters",
    "a network of 1,000,000,000 parameters",
    alone(_START + _PARAMETERS, SECOND),
    safe=False,
    notebook=SECOND,
)

_FORGED = """
import io, json, os, pathlib
import numpy as np
import cnn_lesson.checks as checks
from cnn_lesson.checking.evidence import pack
from cnn_lesson.checks import check
every = [number / 100 for number in range(101)]
history = {"curves": {"dict": [["loss", [2.3, 0.1]], ["val_loss", [2.3, 0.1]], ["val_acc", every]]}}
def place(name): return [name, 0, 0]
def layer(name, kind, before=(), **config):
    tensors = [{"class_name": "__keras_tensor__", "config": {"keras_history": place(each)}}
               for each in before]
    nodes = [{"args": tensors if len(tensors) == 1 else [tensors], "kwargs": {}}] if before else []
    return {"module": "keras.layers", "class_name": kind, "config": {"name": name, **config},
            "name": name, "inbound_nodes": nodes}
def network(*chain, shape=(None, 28, 28, 1), weights=None, more=()):
    made = [layer("in", "InputLayer", batch_shape=shape)]
    for number, (kind, config) in enumerate(chain):
        made.append(layer(f"l{number}", kind, [made[-1]["name"]], **config))
    config = {"name": "m", "layers": [*made, *more], "input_layers": [place("in")],
              "output_layers": [place(made[-1]["name"])]}
    return {"config": json.dumps({"config": config}), "weights": weights or {}}
flat, ten = ("Flatten", {}), ("Dense", {"units": 10})
pooled = ("GlobalAveragePooling2D", {})
ten_of_one = [np.ones((1, 10)), np.zeros(10)]
def evidence(forged):
    names = ("model", "fashion_model", "tuned_model")
    return {"begun": True, "history": history, **dict.fromkeys(names, forged),
            "shuffled": {"dense": forged, "conv": forged}, "patients": {"a": forged, "d": forged}}
def packed(forged): return pack(evidence(forged))
def hand_out(item):
    folder = pathlib.Path(os.environ["CNN_LESSON_EVIDENCE"])
    (folder / f"{item}.npz").write_bytes(packed(forged))
checks.hand_out = hand_out
"""
_TABLE = (
    ("claims", "an accuracy and points in place of a network",
     "forged = {'accuracy': 1.0, 'value': 1.0, 'points': 5, 'score': 1, 'config': True}"),
    ("lambda", "a Lambda layer's code in the description",
     "forged = network(('Lambda', {'function': {'class_name': '__lambda__', 'config': "
     "{'code': '4wAAAAA=', 'defaults': None, 'closure': None}}}), flat, ten)"),
    ("module", "any module's function as a layer",
     "forged = network(('system', {'command': 'touch ' + COURSE + '/hostile-7f3a'}))\n"
     "forged['config'] = forged['config'].replace('keras.layers', 'os')"),
    ("saved-model", "a layer that loads a model from a path",
     "forged = network(('TFSMLayer', {'filepath': COURSE, 'call_endpoint': 'serve'}), flat)"),
    ("vocabulary", "a layer that reads its vocabulary from a path",
     "forged = network(('StringLookup', {'vocabulary': COURSE + '/gradebook.db'}),"
     " ('TextVectorization', {'vocabulary': '/etc/passwd'}), ('Hashing', {'num_bins': 10}))"),
    ("rotation", "a layer of chance, of endless size",
     "forged = network(('RandomRotation', {'factor': 1e308}), flat, ten,"
     " weights={'l2': [np.zeros((784, 10)), np.zeros(10)]})"),
    ("words", "sizes that are words, to be multiplied",
     "forged = network(flat, shape=(None, 'valid', 100_000, 12_000))"),
    ("open-sizes", "sizes left open, so that none is counted",
     "forged = network(('UpSampling2D', {'size': [70, 70]}), ('UpSampling2D', {'size': [9, 9]}),"
     " pooled, ten, shape=(None, None, None, 1), weights={'l3': ten_of_one})"),
    ("input", "an input as large as a house",
     "forged = network(flat, ten, shape=(None, 100_000, 100_000, 100_000))"),
    ("odd-input", "inputs of no size",
     "forged = network(flat, ten, shape=(None, -28, 0, 2.5))"),
    ("maps", "a hundred feature maps, each within bounds",
     "forged = network(('UpSampling2D', {'size': [17, 17]}),"
     " *[('Activation', {'activation': 'tanh'})] * 110, pooled, ten,"
     " weights={'l112': ten_of_one})"),
    ("inner-map", "a feature map inside of a layer",
     "forged = network(('SeparableConv2D', {'filters': 1, 'kernel_size': [1, 1],"
     " 'depth_multiplier': 6000}), pooled, ten, weights={'l2': ten_of_one,"
     " 'l0': [np.ones((1, 1, 1, 6000)), np.ones((1, 1, 6000, 1)), np.zeros(1)]})"),
    ("units", "a layer of a thousand million parameters",
     "forged = network(flat, ('Dense', {'units': 100_000}), ('Dense', {'units': 100_000}), ten)"),
    ("window", "a window wider than a picture, at each place",
     "forged = network(('ZeroPadding2D', {'padding': [200, 200]}), ('MaxPooling2D',"
     " {'pool_size': [400, 400], 'strides': [1, 1], 'padding': 'same'}), pooled, ten,"
     " weights={'l3': ten_of_one})"),
    ("long", "a description that is too long",
     "forged = network(flat, ten)\nforged['config'] += ' ' * 300_000"),
    ("deep", "a description 60 000 levels deep",
     "forged = {'config': '{\"config\": ' + '[' * 60_000 + ']' * 60_000 + '}', 'weights': {}}"),
    ("circle", "layers in a circle",
     "forged = network(flat, ten)\n"
     "forged['config'] = forged['config'].replace('[\"in\", 0, 0]', '[\"l1\", 0, 0]')"),
    ("doubled", "a layer joined with itself, again and again",
     "made = [layer('j0', 'Concatenate', ['in', 'in'], axis=-1)]\n"
     "made += [layer(f'j{n}', 'Concatenate', [f'j{n - 1}'] * 2, axis=-1) for n in range(1, 90)]\n"
     "forged = network(more=made)\n"
     "forged['config'] = forged['config'].replace('\"output_layers\": [[\"in\"',"
     " '\"output_layers\": [[\"j89\"')"),
    ("same-array", "one large array, taken a thousand times",
     "def packed(forged):\n"
     "    stream = io.BytesIO()\n"
     "    tree = json.dumps({**evidence(None), 'model': {'config': '{}', 'weights':"
     " {'l0': [{'__array__': 'a0'}] * 1000}}})\n"
     "    np.savez_compressed(stream, tree=np.frombuffer(tree.encode(), dtype=np.uint8),"
     " a0=np.zeros(4_000_000))\n"
     "    return stream.getvalue()\n"
     "forged = None"),
    ("objects", "weights of objects, a pickle each",
     "class Run:\n"
     "    def __reduce__(self):\n"
     "        return (exec, (f\"open({COURSE + '/hostile-7f3a'!r}, 'w').write('0')\",))\n"
     "def packed(forged):\n"
     "    return pack(evidence(forged))\n"
     "run = np.array([Run()] * 10, dtype=object)\n"
     "forged = network(flat, ten, weights={'l1': [run, run]})"),
    ("texts", "weights of texts, of times, of records",
     "forged = network(flat, ten, weights={'l1': [np.full((784, 10), 'one'),"
     " np.zeros(10, dtype='M8[s]'), np.zeros(3, dtype=[('a', 'f8')])]})"),
    ("wrong-shapes", "weights of other shapes, of no shape, of none",
     "forged = network(flat, ten, weights={'l1': [np.float64(1).reshape(()), np.zeros((0, 10))],"
     " 'l0': [np.zeros(3)], '../x': [np.zeros(1)]})"),
)  # fmt: skip
FORGED = [
    Attack(
        f"net-forged-{name}",
        f"forged network: {what}",
        alone(_FORGED + source, SECOND),
        IN if name == "rotation" else 0,
        notebook=SECOND,
    )
    for name, what, source in _TABLE
]
NETWORKS = [*LIVE, _BOMB, *FORGED]
