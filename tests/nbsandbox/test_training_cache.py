"""The training store: the same bits as training, or training."""

import inspect
import io
import json
import os
import random
import subprocess
import sys
from contextlib import suppress
from types import FunctionType

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import Input, Sequential, callbacks, layers, losses, metrics, ops, optimizers
from tensorflow.python.eager import context

from nbsandbox.training_cache import cache as cache_module
from nbsandbox.training_cache.cache import all_variables, install, uninstall
from nbsandbox.training_cache.description import NotCacheable
from nbsandbox.training_cache.entries import ABOUT, sealed
from nbsandbox.training_cache.fit_key import lookup_for
from nbsandbox.training_cache.machine import machine_facts
from nbsandbox.training_cache.process_state import name_counts, set_name_counts

with suppress(RuntimeError):  # too late: TensorFlow has begun
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)

LABEL_LOSS = "sparse_categorical_crossentropy"
DRAWN = np.random.RandomState(0)
X = DRAWN.rand(60, 6, 6, 1).astype("float32")
Y = DRAWN.randint(0, 3, 60)
ONE_HOT = np.eye(3)[Y]
FIT = keras.Model.fit


@pytest.fixture(autouse=True)
def _pinned():
    threading = tf.config.threading
    threads = threading.get_intra_op_parallelism_threads()
    if machine_facts() is None or threads != 1:
        pytest.skip("the store needs Linux and TensorFlow on one thread")
    start()
    yield
    uninstall()


def start():
    set_name_counts({})
    keras.utils.set_random_seed(7)


def network(*inner, classes=3):
    ending = [layers.Flatten(), layers.Dense(classes, activation="softmax")]
    return Sequential([Input((6, 6, 1)), *inner, *ending])


def compiled(model=None, optimizer="adam", loss=LABEL_LOSS, shown=("accuracy",), **rest):
    model = network() if model is None else model
    model.compile(optimizer, loss, metrics=list(shown), **rest)
    return model


def conv():
    return network(layers.Conv2D(3, 3, activation="gelu"), layers.AveragePooling2D(2))


def state(model):
    """Everything to be seen of a trained model, bit by bit."""
    return [
        [(variable.path.split("/")[-1], variable.numpy().tobytes()) for variable in
         all_variables(model)],
        [model.history.history, model.history.epoch, model.history.params],
        [model.stop_training, model.metrics_names, int(model.optimizer.iterations.numpy())],
    ]  # fmt: skip


def life(act):
    """What a fresh start and an act lead to, later draws and names included."""
    start()
    seen = list(act())
    draws = [random.random(), np.random.rand(), tf.random.normal((2,)).numpy().tobytes()]
    return [*seen, *draws, keras.random.normal((2,)).numpy().tobytes(), name_counts()]


def several_fits(build, y=Y, **arguments):
    def act():
        model = build()
        model.fit(X, y, batch_size=20, epochs=2, verbose=0, **arguments)
        yield state(model)
        yield model.predict(X, verbose=0).tobytes()
        yield model.evaluate(X, y, verbose=0)

    return act


def with_dropout():
    inner = [layers.Conv2D(2, 3), layers.BatchNormalization(), layers.Dropout(0.3)]
    return compiled(network(*inner, layers.Activation("relu")), shown=["accuracy", LABEL_LOSS])


def with_branches():
    image = Input((6, 6, 1))
    twice = layers.Conv2D(2, 3, padding="same", kernel_regularizer="l2")
    maps = twice(layers.Concatenate()([image, image * 2]))
    maps = ops.relu(maps) + twice(maps)
    outputs = layers.Dense(3, activation="softmax")(layers.GlobalAveragePooling2D()(maps))
    return compiled(keras.Model([image], outputs), optimizers.RMSprop(centered=True))


def warming_up():
    rate = optimizers.schedules.CosineDecay(1e-4, 8, warmup_target=0.01, warmup_steps=2)
    return compiled(conv(), optimizers.Adam(rate))


def one_hot():
    shown = [metrics.TopKCategoricalAccuracy(k=2), metrics.AUC(name="area"), "mse"]
    loss = losses.CategoricalCrossentropy(label_smoothing=0.1)
    return compiled(network(), optimizers.AdamW(0.01, use_ema=True), loss, shown)


def by_sgd():
    optimizer = optimizers.SGD(0.1, momentum=0.9, nesterov=True, clipnorm=1.0)
    return compiled(conv(), optimizer, weighted_metrics=["accuracy"])


def two_fits():
    """Batches of one size first: what was compiled for them is used again later."""
    model = compiled(conv())
    for count, batch in ((60, 7), (60, 10)):
        model.fit(X[:count], Y[:count], batch_size=batch, verbose=0)
        yield state(model)


def compiled_again():
    model = compiled(conv())
    model.fit(X, Y, verbose=0, validation_data=(X[:20], Y[:20]), validation_freq=2, epochs=2)
    model.layers[0].trainable = False
    compiled(model, "rmsprop")
    model.fit(X, Y, verbose=0, initial_epoch=1, epochs=2)
    yield state(model)


def tried_between():
    """Evaluated in other batches, and frozen without compiling: old functions go on."""
    model = warming_up()
    model.fit(X, Y, batch_size=7, verbose=0, validation_split=0.5)
    yield model.evaluate(X, Y, batch_size=10, verbose=0)
    model.layers[0].trainable = False
    model.fit(X, Y, batch_size=10, verbose=0)
    model.train_on_batch(X[:9], Y[:9])
    yield state(model)


def stopped_early():
    stop = callbacks.EarlyStopping("val_accuracy", patience=2, restore_best_weights=True)
    slow = callbacks.ReduceLROnPlateau("loss", patience=1, factor=0.5)
    model = compiled(network(), optimizers.Adam(0.5))
    model.fit(X, Y, epochs=8, verbose=0, validation_split=0.3, callbacks=[slow, stop])
    yield state(model)
    yield [stop.wait, stop.best, stop.best_epoch, stop.stopped_epoch, slow.best, slow.wait]
    yield [weight.tobytes() for weight in stop.best_weights]


def evaluated_between():
    """Evaluated on two parts, by name and in order, between two trainings that validate."""
    model = warming_up()
    for part in (slice(0, 40), slice(40, 60)):
        model.fit(X, Y, batch_size=20, verbose=0, validation_split=0.5)
        yield model.evaluate(X[part], Y[part], verbose=0)
        yield model.evaluate(X[:9], Y[:9], batch_size=9, verbose=0, return_dict=True)
        yield state(model)
    yield model.predict(X, verbose=0).tobytes()


LIVES = {
    "evaluated between": (evaluated_between, 2),
    "adam": (several_fits(lambda: compiled(conv()), validation_split=0.1), 1),
    "dropout": (several_fits(with_dropout, validation_data=(X[:30], Y[:30])), 1),
    "branches": (several_fits(with_branches, shuffle=False), 1),
    "schedule": (several_fits(warming_up, validation_split=0.2), 1),
    "one-hot": (several_fits(one_hot, ONE_HOT, sample_weight=np.linspace(0, 1, 60)), 1),
    "sgd": (several_fits(by_sgd, shuffle="batch", class_weight={0: 1, 1: 2, 2: 0.5}), 1),
    "tensors": (several_fits(compiled, tf.constant(Y)[:, None]), 1),
    "two fits": (two_fits, 2),
    "compiled again": (compiled_again, 2),
    "tried between": (tried_between, 1),
    "stopped early": (stopped_early, 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LIVES)
def test_answer_is_bit_for_bit_the_training(name, tmp_path):
    """Is everything after an answer what it is after training, to the last bit?"""
    act, known = LIVES[name]
    writing = install(tmp_path, record=True)
    trained = life(act)
    assert writing.recorded == known
    reading = install(tmp_path)
    assert life(act) == trained
    assert reading.answered == known


@pytest.mark.slow
def test_evaluations_are_answered_too(tmp_path):
    """Is a known network's score on known data looked up, and nothing that is not known?"""
    install(tmp_path, record=True)
    trained = life(evaluated_between)
    reading = install(tmp_path)
    assert life(evaluated_between) == trained
    assert reading.evaluations_answered == 4
    start()
    model = warming_up()
    model.fit(X, Y, batch_size=20, verbose=0, validation_split=0.5)
    model.evaluate(X[:40], Y[:40], verbose=0)
    assert reading.evaluations_answered == 5
    model.evaluate(X[:40] + 1, Y[:40], verbose=0)
    model.evaluate(X[:40], Y[:40], batch_size=7, verbose=0)
    model.layers[0].kernel.assign(model.layers[0].kernel + 1)
    model.evaluate(X[:40], Y[:40], verbose=0)
    assert reading.evaluations_answered == 5


def predicted_between():
    """Predictions in every order with trainings, changes of the network, and other batches."""
    model = with_dropout()
    yield model.predict(X, verbose=0).tobytes()
    model.fit(X, Y, batch_size=20, verbose=0)
    for inputs, batch in ((X, 32), (X[:9], 32), (X, 20), (X.astype(float), None), (X[:1], 1)):
        outputs = model.predict(inputs, batch_size=batch, verbose=0)
        yield [outputs.tobytes(), outputs.dtype, outputs.shape, outputs.flags.writeable]
    maps = keras.Model(model.inputs, model.layers[0].output)
    yield maps.predict(X[1:2], verbose=0).tobytes()
    yield [model.predict_on_batch(X[:5]).tobytes(), model.predict(X, verbose=0).tobytes()]
    model.fit(X, Y, batch_size=20, verbose=0)
    yield [state(model), model.predict(X, verbose=0).tobytes()]


def changed_between():
    """A prediction goes on with what was compiled before the network was changed."""
    model = compiled(network(layers.Conv2D(2, 3, activation="relu")))
    yield model.predict(X, verbose=0).tobytes()
    model.layers[0].activation = keras.activations.tanh
    yield model.predict(X, verbose=0).tobytes()
    yield model.predict(X[:33], batch_size=7, verbose=0).tobytes()
    model.compile("adam", LABEL_LOSS)
    yield model.predict(X, verbose=0).tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("act, known", [(predicted_between, 7), (changed_between, 2)])
def test_predictions_are_answered_too(act, known, tmp_path):
    """Is what a known network says of known inputs looked up, to the last bit?"""
    plain = life(act)
    install(tmp_path, record=True)
    assert life(act) == plain
    reading = install(tmp_path)
    assert life(act) == plain
    assert reading.predictions_answered == known


@pytest.mark.slow
def test_predictions_that_are_not_known_are_computed(tmp_path):
    """Do other values, inputs, batches and words on the way never get a known prediction?"""
    install(tmp_path, record=True)
    start()
    model = compiled(conv())
    known = model.predict(X, verbose=0)
    reading = install(tmp_path)
    start()
    model = compiled(conv())
    asked = model.predict(X, verbose=0)
    assert (reading.predictions_answered, asked.tobytes()) == (1, known.tobytes())
    asked[:] = 0  # the learner's own copy
    kernel = model.layers[0].kernel
    start()
    assert compiled(conv()).predict(X, verbose=0).tobytes() == known.tobytes()
    for act in (
        lambda: model.predict(X + 1, verbose=0),
        lambda: model.predict(X, batch_size=7, verbose=0),
        lambda: model.predict(X, verbose=2),
        lambda: model.predict(tf.data.Dataset.from_tensors(X), verbose=0),
        lambda: [kernel.assign(kernel + 1), model.predict(X, verbose=0)],
        lambda: compiled(conv(), jit_compile=True).predict(X, verbose=0),
    ):
        act()
    assert reading.predictions_answered == 2


class Noise(layers.Layer):
    """A layer that is never the same."""

    def call(self, inputs):
        """The inputs with something added."""
        return inputs + tf.random.normal(tf.shape(inputs))


@pytest.mark.slow
def test_predictions_that_draw_are_not_kept(tmp_path):
    """Is a prediction that draws random numbers, or is too large to keep, never an entry?"""
    install(tmp_path, record=True)
    compiled(network(Noise())).predict(X, verbose=0)
    many = keras.Model(image := Input((6, 6, 1)), layers.UpSampling2D(40)(image))
    many.predict(X, verbose=0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_training_after_an_answer(tmp_path):
    """Does training go on after an answer as it would have after training?"""
    plain = life(two_fits)
    install(tmp_path, record=True)
    assert life(two_fits) == plain
    for entry in sorted(tmp_path.iterdir()):
        bytes_of_other = entry.read_bytes()
        entry.unlink()
        reading = install(tmp_path)
        assert life(two_fits) == plain
        assert (reading.answered, reading.trained) == (1, 1)
        entry.write_bytes(bytes_of_other)


CHILDREN = """
import os, sys, hashlib
import keras, numpy as np, tensorflow as tf
from nbsandbox.training_cache import cache

def job(folder, record):
    if folder:
        kept = cache.install(folder, record)
    from cnn_lesson.runtime import prepare
    prepare(seed=3)
    parts = [keras.Input((6, 6, 1)), keras.layers.Conv2D(3, 3), keras.layers.Flatten()]
    model = keras.Sequential([*parts, keras.layers.Dropout(0.2), keras.layers.Dense(3)])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    drawn = np.random.RandomState(0)
    model.fit(drawn.rand(50, 6, 6, 1), drawn.randint(0, 3, 50), epochs=2, verbose=0)
    seen = repr(model.history.history).encode()
    seen += b"".join(variable.numpy().tobytes() for variable in cache.all_variables(model))
    print(hashlib.sha256(seen).hexdigest(), kept.answered if folder else 0, flush=True)

for folder, record in ((None, False), (sys.argv[1], True), (sys.argv[1], False)):
    child = os.fork()
    if not child:
        job(folder, record)
        os._exit(0)
    os.waitpid(child, 0)
"""


@pytest.mark.slow
def test_answer_in_another_process(tmp_path):
    """Do forked kernels answer each other's trainings, installing without any operation?"""
    command = [sys.executable, "-c", CHILDREN, str(tmp_path)]
    printed = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    plain, writing, reading = printed.stdout.splitlines()
    digest = plain.split()[0]
    assert [writing, reading] == [f"{digest} 0", f"{digest} 1"]


def key(model=None, *args, **kwargs):
    args = args or (X, Y)
    return lookup_for(FIT, compiled() if model is None else model, args, kwargs).key


def seeded(seed):
    keras.utils.set_random_seed(seed)


def test_key_leaves_out_names():
    """Is a network the same under another name, in another style, after others were built?"""
    first = key(compiled(conv()))
    network()
    seeded(7)
    image = Input((6, 6, 1), name="picture")
    maps = layers.Conv2D(3, 3, activation="gelu", name="edges")(image)
    maps = layers.Flatten()(layers.AveragePooling2D(2)(maps))
    outputs = layers.Dense(3, activation="softmax")(maps)
    assert key(compiled(keras.Model(image, outputs, name="mine"))) == first


def test_key_leaves_out_what_plays_no_part():
    """Do other random draws and another verbosity leave the key as it is?"""
    model = compiled()
    first = key(model)
    random.random(), np.random.rand(), tf.random.normal((2,)), keras.random.normal((2,))
    assert key(model, X, Y.copy(), verbose=2) == first


def changed(array, where=-1):
    other = array.copy()
    other[where] = array[where] + 1
    return other


def retouched(touch):
    model = compiled(with_all())
    touch(model)
    return model


def with_all():
    return network(layers.Dense(4, activation="relu"), layers.Dropout(0.5), layers.Dense(4))


def frozen(model):
    model.layers[0].trainable = False


KEYS = {
    "as it is": lambda: key(compiled(with_all())),
    "sizes": lambda: key(compiled(network(layers.Dense(5), layers.Dropout(0.5)))),
    "order": lambda: key(compiled(network(layers.Dropout(0.5), layers.Dense(4)))),
    "weights": lambda: (seeded(8), seeded(7), network(), key(compiled(with_all())))[-1],
    "weight": lambda: key(retouched(lambda m: m.layers[0].bias.assign([0, 0, 0, 1e-9]))),
    "activation": lambda: key(retouched(lambda m: setattr(m.layers[0], "activation", ops.tanh))),
    "rate": lambda: key(retouched(lambda m: setattr(m.layers[1], "rate", 0.4))),
    "frozen": lambda: key(retouched(frozen)),
    "drawn from": lambda: key(
        retouched(lambda m: m.layers[1].seed_generator.state.assign_add([0, 1]))
    ),
    "regularizer": lambda: key(
        retouched(lambda m: setattr(m.layers[0], "kernel_regularizer", keras.regularizers.L2()))
    ),
    "seed": lambda: (compiled(), model := compiled(with_all()), seeded(9), key(model))[-1],
    "optimizer": lambda: key(compiled(with_all(), "sgd")),
    "optimizer's setting": lambda: key(compiled(with_all(), optimizers.Adam(beta_1=0.8))),
    "optimizer's rate": lambda: key(
        retouched(lambda m: setattr(m.optimizer, "learning_rate", 0.002))
    ),
    "optimizer's step": lambda: key(
        retouched(lambda m: m.optimizer.iterations.assign_add(1))
    ),
    "loss": lambda: key(compiled(with_all(), loss="mse")),
    "loss's setting": lambda: key(
        compiled(with_all(), loss=losses.SparseCategoricalCrossentropy(from_logits=True))
    ),
    "metrics": lambda: key(compiled(with_all(), shown=["accuracy", "mse"])),
    "metric's name": lambda: key(compiled(with_all(), shown=[metrics.MeanSquaredError("a")])),
    "metric's other name": lambda: key(
        compiled(with_all(), shown=[metrics.MeanSquaredError("b")])
    ),
    "x": lambda: key(compiled(with_all()), changed(X), Y),
    "y": lambda: key(compiled(with_all()), X, changed(Y)),
    "type": lambda: key(compiled(with_all()), X.astype("float64"), Y),
    "tensor": lambda: key(compiled(with_all()), tf.constant(X), Y),
    "fewer": lambda: key(compiled(with_all()), X[:-1], Y[:-1]),
    "weighted": lambda: key(compiled(with_all()), sample_weight=np.ones(60)),
    "other weights": lambda: key(compiled(with_all()), sample_weight=changed(np.ones(60))),
    "classes": lambda: key(compiled(with_all()), class_weight={0: 1.0, 1: 1.0, 2: 1.0}),
    "other classes": lambda: key(compiled(with_all()), class_weight={0: 1.0, 1: 1.0, 2: 2.0}),
    "held": lambda: key(compiled(with_all()), validation_data=(X, Y)),
    "held other": lambda: key(compiled(with_all()), validation_data=(X, changed(Y))),
    "split": lambda: key(compiled(with_all()), validation_split=0.1),
    "epochs": lambda: key(compiled(with_all()), epochs=3),
    "later": lambda: key(compiled(with_all()), epochs=3, initial_epoch=1),
    "batch": lambda: key(compiled(with_all()), batch_size=31),
    "unshuffled": lambda: key(compiled(with_all()), shuffle=False),
    "shuffled": lambda: key(compiled(with_all()), shuffle="batch"),
    "stop": lambda: key(compiled(with_all()), callbacks=[callbacks.EarlyStopping("loss")]),
    "stop later": lambda: key(
        compiled(with_all()), callbacks=[callbacks.EarlyStopping("loss", patience=1)]
    ),
}  # fmt: skip


def test_key_changes_with_whatever_matters():
    """Has every change of the training another key, and nothing but a change?"""
    keys = {}
    for name, make in KEYS.items():
        start()
        keys[name] = make()
    start()
    assert KEYS["as it is"]() == keys["as it is"]
    assert len(set(keys.values())) == len(keys)


@pytest.mark.parametrize("fact", ["flags", "caches"])
def test_key_belongs_to_a_machine(fact, monkeypatch):
    """Is the store of another machine passed by?"""
    first = key()
    other = {**machine_facts(), fact: "other"}
    monkeypatch.setattr("nbsandbox.training_cache.fit_key.machine_facts", lambda: other)
    start()
    assert key() != first


def test_key_belongs_to_switches(monkeypatch):
    """Does switching TensorFlow's own kernels on or off count?"""
    first = key()
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    start()
    assert key() != first


def relu(x):
    """A learner's own function under a well-known name."""
    return x * 2


def disguised():
    """The same, pretending to be Keras' own."""
    disguise = FunctionType(relu.__code__, globals(), "relu")
    disguise.__module__, disguise.__qualname__ = keras.activations.relu.__module__, "relu"
    return disguise


class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(3, activation="softmax")

    def call(self, images):
        return self.dense(layers.Flatten()(images))


class Step(Sequential):
    def train_step(self, data):
        return super().train_step(data)


class Stop(callbacks.EarlyStopping):
    pass


def with_own_step():
    model = compiled()
    model.train_step = lambda data: {"loss": 0.0}
    return model


def nested():
    return compiled(Sequential([Input((6, 6, 1)), network()]))


def two_outputs():
    image = Input((6, 6, 1))
    flat = layers.Flatten()(image)
    return compiled(keras.Model(image, [layers.Dense(3)(flat), layers.Dense(3)(flat)]), shown=())


def evaluated_before():
    model = compiled()
    model.evaluate(X, Y, verbose=0)
    return model


UNKNOWN = {
    "own activation": lambda: key(compiled(network(layers.Dense(3, activation=relu)))),
    "disguise": lambda: key(compiled(network(layers.Dense(3, activation=disguised())))),
    "Lambda": lambda: key(compiled(network(layers.Lambda(relu)))),
    "own loss": lambda: key(compiled(loss=lambda y, p: ops.mean(p))),
    "own metric": lambda: key(compiled(shown=[lambda y, p: ops.mean(p)])),
    "own model": lambda: key(compiled(Own())),
    "own step": lambda: key(compiled(Step([Input((6, 6, 1)), layers.Flatten()]))),
    "own step, put in": lambda: key(with_own_step()),
    "own callback": lambda: key(None, callbacks=[callbacks.LambdaCallback()]),
    "callback's child": lambda: key(None, callbacks=[Stop()]),
    "own schedule": lambda: key(compiled(optimizer=optimizers.Adam(lambda: 0.1))),
    "nested": lambda: key(nested()),
    "unbuilt": lambda: key(compiled(Sequential([layers.Flatten(), layers.Dense(3)]))),
    "two outputs": lambda: key(two_outputs()),
    "eager": lambda: key(compiled(run_eagerly=True)),
    "jit": lambda: key(compiled(jit_compile=True)),
    "steps at once": lambda: key(compiled(steps_per_execution=2)),
    "data set": lambda: key(None, tf.data.Dataset.from_tensors((X, Y))),
    "generator": lambda: key(None, iter([(X, Y)])),
    "list": lambda: key(None, [X], Y),
    "objects": lambda: key(None, X, Y.astype(object)),
    "short epoch": lambda: key(None, steps_per_epoch=1),
    "no epoch": lambda: key(None, epochs=0),
    "held set": lambda: key(None, validation_data=tf.data.Dataset.from_tensors((X, Y))),
    "evaluated before": lambda: key(evaluated_before(), validation_split=0.5),
    "wrong argument": lambda: key(None, epoch=3),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_has_no_exact_key(name):
    """Is a training refused that cannot be told exactly?"""
    with pytest.raises((NotCacheable, TypeError, AttributeError, ValueError)):
        UNKNOWN[name]()


def test_without_a_seed_there_is_no_key(monkeypatch):
    """Is a training that shuffles by chance left alone?"""
    model = compiled()
    monkeypatch.setattr(context, "global_seed", lambda: None)
    with pytest.raises(NotCacheable):
        key(model)
    key(model, shuffle=False)


@pytest.mark.slow
def test_what_has_no_key_is_trained(tmp_path):
    """Does a training without a key run for real, and leave no entry behind?"""
    store = install(tmp_path, record=True)
    epochs = []
    own = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: epochs.append(epoch))
    compiled().fit(X, Y, epochs=2, verbose=0, callbacks=[own])
    assert epochs == [0, 1]
    assert (store.trained, store.recorded, list(tmp_path.iterdir())) == (1, 0, [])


def once():
    model = compiled()
    model.fit(X, Y, verbose=0)
    yield state(model)


class Trap:
    """An object whose pickle would run a command."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.fixture
def one_entry(tmp_path):
    folder = tmp_path / "store"
    install(folder, record=True)
    trained = life(once)
    (entry,) = folder.iterdir()
    return entry, trained


def resealed(entry, change):
    """An entry rewritten with its right seal: `change` is given its arrays."""
    start()
    secret = lookup_for(FIT, compiled(), (X, Y), {}).secret
    with np.load(io.BytesIO(sealed(entry.read_bytes(), secret))) as file:
        arrays = dict(file)
    change(arrays)
    data = io.BytesIO()
    np.savez(data, **arrays)
    entry.write_bytes(sealed(data.getvalue(), secret))


@pytest.mark.slow
def test_damaged_entries_are_passed_by(one_entry, tmp_path):
    """Is a broken entry as good as none, and nothing in it ever run?"""
    entry, trained = one_entry
    whole, trap = entry.read_bytes(), tmp_path / "trap"
    nothing = np.frombuffer(json.dumps({"arrays": 0, "logs": [], "names": {}}).encode(), np.uint8)
    broken = {
        "empty": lambda: entry.write_bytes(b""),
        "cut": lambda: entry.write_bytes(whole[: len(whole) // 2]),
        "flipped": lambda: entry.write_bytes(whole[:900] + bytes([whole[900] ^ 1]) + whole[901:]),
        "another's": lambda: entry.write_bytes(sealed(whole, "0" * 64)),
        "unsealed": lambda: np.savez(entry.open("wb"), v0=np.zeros(3)),
        "pickle": lambda: resealed(entry, lambda a: a.update(v0=np.array([Trap(trap)], object))),
        "nothing": lambda: resealed(entry, lambda a: a.update({ABOUT: nothing})),
        "shapes": lambda: resealed(entry, lambda a: a.update(v0=np.zeros(3))),
        "missing": lambda: resealed(entry, lambda a: a.pop("v1")),
        "a folder": lambda: (entry.unlink(), entry.mkdir()),
    }
    for name, breaks in broken.items():
        entry.write_bytes(whole)
        breaks()
        store = install(entry.parent)
        assert life(once)[0] == trained[0], name
        assert (store.answered, store.trained) == (0, 1), name
    assert not trap.exists()


@pytest.mark.slow
def test_broken_entry_is_replaced_by_a_trusted_run(one_entry):
    """Does the next trusted run repair the store?"""
    entry, trained = one_entry
    entry.write_bytes(b"")
    assert install(entry.parent, record=True) and life(once) == trained
    store = install(entry.parent)
    assert life(once) == trained and store.answered == 1


@pytest.mark.slow
def test_readers_write_nothing(one_entry):
    """Does a submission leave the store as it was, whatever it trains?"""
    entry, _ = one_entry
    before = entry.read_bytes(), entry.stat().st_mtime_ns
    install(entry.parent)
    life(once)
    compiled().fit(X, Y, epochs=2, verbose=0)
    assert (entry.read_bytes(), entry.stat().st_mtime_ns) == before
    assert list(entry.parent.iterdir()) == [entry]
    assert entry.stat().st_mode & 0o777 == 0o644


@pytest.mark.slow
def test_store_that_cannot_be_written(tmp_path):
    """Does a trusted run go on where nothing can be written?"""
    blocked = tmp_path / "file"
    blocked.write_text("")
    store = install(blocked, record=True)
    assert list(once()) and store.recorded == 0


@pytest.mark.slow
def test_weights_cannot_be_picked_from_the_store(one_entry):
    """Is an entry of no use to who does not bring the training itself?"""
    entry, _ = one_entry
    model = compiled()
    model.fit(X, Y, verbose=0)
    data = entry.read_bytes()
    assert model.layers[-1].kernel.numpy().tobytes() not in data
    assert b"v0.npy" not in data and b"accuracy" not in data
    with pytest.raises(ValueError, match="allow_pickle"):
        np.load(io.BytesIO(sealed(data, entry.stem)), allow_pickle=False)


@pytest.mark.slow
def test_answer_prints_as_keras_does(one_entry, capsys):
    """Does an answered training show its epochs, silently where asked to?"""
    entry, _ = one_entry
    store = install(entry.parent)
    for verbose in (0, 1, 2):
        start()
        compiled().fit(X, Y, verbose=verbose)
        assert ("accuracy: 0." in capsys.readouterr().out) == bool(verbose)
    assert store.answered == 3


def test_install_behaves():
    """Does `fit` keep its signature and text, and get back to Keras' own?"""
    for _ in range(2):
        install("nowhere")
        assert inspect.signature(keras.Model.fit) == inspect.signature(FIT)
        assert keras.Model.fit.__doc__ == FIT.__doc__
    uninstall()
    uninstall()
    assert keras.Model.fit is FIT


def test_unknown_machines_have_no_store(monkeypatch):
    """Is nothing touched where the processor cannot be told?"""
    monkeypatch.setattr(cache_module, "machine_facts", lambda: None)
    assert install("nowhere") is None
    assert keras.Model.fit is FIT


def test_errors_are_keras_own(tmp_path):
    """Does a wrong call still end in what Keras says?"""
    store = install(tmp_path, record=True)
    with pytest.raises(ValueError, match="cardinality"):
        compiled().fit(X, Y[:-1], verbose=0)
    with pytest.raises(ValueError, match="compile"):
        network().fit(X, Y)
    with pytest.raises(TypeError):
        compiled().fit(X, Y, epoch=3)
    assert store.recorded == 0
