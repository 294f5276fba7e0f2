# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 2 · A network that learns its own kernels
#
# **In the hour: 25 minutes. At home: 38 minutes.** Build a convolutional network, train it on
# handwritten digits, look at its mistakes, cure broken networks, and find out when a Dense layer is
# the better choice.
#
# What stands below **At home** can wait.

# %% tags=["folded"]
try:
    import cnn_lesson
except ModuleNotFoundError as missing:
    missing._render_traceback_ = lambda: [
        "This notebook needs the lesson's package: pip install its wheel, as START.md says. "
        "On Colab upload the wheel, then run: %pip install --no-deps cnn_lesson-*.whl"
    ]
    raise

import numpy as np

from cnn_lesson import figures, touch
from cnn_lesson.checks import check, hint
from cnn_lesson.clinic import examine
from cnn_lesson.datasets import mnist, shuffle_pixels
from cnn_lesson.guesses import reveal
from cnn_lesson.progress import progress
from cnn_lesson.runtime import prepare

prepare(seed=1)  # loads TensorFlow (a few seconds), one thread, one seed: runs can be repeated
import keras

# %% [markdown]
# ## S4 · From pictures to a trained network
#
# *In the hour: 18 minutes · at home: 18 minutes.* MNIST holds 70,000 scanned digits. We take 4,000
# to learn from and 500 to be tested on.

# %%
(train_images, y_train), (test_images, y_test) = mnist.load_data()
print("train:", train_images.shape, "from", train_images.min(), "to", train_images.max())

# %% tags=["figure"]
figures.digits(train_images[:16], y_train[:16], title="Sixteen digits and their labels")

# %% [markdown]
# Two things come first. A Conv2D layer wants **rows × columns × channels**, and these pictures have
# no channels axis yet. And networks train best on small numbers, so 0…255 becomes 0…1. (A table
# with any number of axes is a [tensor](#Words).)

# %%
X_train = train_images[..., np.newaxis].astype("float32") / 255
X_test = test_images[..., np.newaxis].astype("float32") / 255
num_classes = 10
print("one picture:", X_train.shape[1:], "up to", X_train.max())

# %% [markdown]
# Training makes the [loss](#Words) smaller, one number that says how wrong the network is. Its name
# depends on how labels are written: for ten zeros and ones, *one-hot*, it is
# `"categorical_crossentropy"`; for whole numbers, as here 0 to 9, put `sparse_` in front.
#
# **Three parts.** The network learns from the *training* part. The last tenth of it is the
# *validation* part: we watch it while we make choices. By the *test* part nothing is chosen.

# %% [markdown]
# ### Question 1: fill in the blanks to produce a CNN for classification! (10 points)
#
# Three cells: names to import, layers, and the way from one to the next. Every run of underscores is
# a blank, however long the word is that belongs there.

# %% answer="q1"
from keras.layers import (
    Conv2D,  # blank: Conv2D=______2D
    Dense,
    Flatten,
    Input,
    MaxPooling2D,  # blank: MaxPooling2D=______2D
)

# %% [markdown]
# Now the layers. The first two make feature maps, the third pools, the last two decide.
# `activation="______"` takes a name, a blank in `Dense` the whole argument: what do hidden layers
# like, and what turns ten numbers into ten [probabilities](#Words)? (You met both in S0 of
# notebook 1, the second on box G.)

# %% answer="q1"
conv1 = Conv2D(16, kernel_size=(3, 3), activation="relu")  # blank: relu
conv2 = Conv2D(32, kernel_size=(3, 3), activation="relu")  # blank: Conv2D
mpool = MaxPooling2D(pool_size=(2, 2))  # blank: MaxPooling2D

# MLP layers
flat = Flatten()
dense1 = Dense(128, activation="relu")  # blank: activation="relu"
dense2 = Dense(num_classes, activation="softmax")  # blank: activation="softmax"

# %% [markdown]
# A layer is an object with weights of its own; calling it on a tensor gives the next tensor. The
# model is told where the way begins and ends.

# %% answer="q1"
x_inputs = Input(shape=X_train.shape[1:])

x = conv1(x_inputs)  # blank: x_inputs
x = conv2(x)  # blank: conv2
x = mpool(x)  # blank: mpool

x = flat(x)
x = dense1(x)
output_yhat = dense2(x)

model = keras.Model(
    inputs=x_inputs,  # blank: x_inputs
    outputs=output_yhat,  # blank: output_yhat
    name="hello-world-cnn",
)

# %% check="q1"
check("q1")

# %%
untrained = conv1.get_weights()[0]  # random, as it was drawn; for later

# %% [markdown]
# ### Your turn: train it (5 points)
#
# Fill in the loss, the data, and the share of it kept for validation. While it runs, read *While it
# trains*, below. The check asks for an accuracy of at least 0.90 on pictures that the network never
# saw.

# %% answer="train" tags=["progress"]
STEPS = 29  # batches in an epoch: 3,600 pictures, 128 at a time
rate = keras.optimizers.schedules.CosineDecay(0.003, decay_steps=6 * STEPS)
model.compile(
    optimizer=keras.optimizers.Adam(rate),
    loss="sparse_categorical_crossentropy",  # blank: sparse_categorical_crossentropy=______
    metrics=["accuracy"],
)
history = model.fit(
    X_train,  # blank: X_train
    y_train,  # blank: y_train
    validation_split=0.1,  # blank: 0.1
    batch_size=128,
    epochs=6,
    verbose=2,
)

# %% [markdown]
# **While it trains**: one [epoch](#Words) is one look at every training picture, in
# [batches](#Words) of 128. After each batch every weight moves a little, as in notebook 1, so that
# the loss of that batch falls; the next may raise it again. The [optimizer](#Words), here Adam,
# decides how far; its learning rate glides down to 0. `loss` and `accuracy` belong to the training
# part, `val_…` to the validation part.

# %% check="train"
check("train")

# %% [markdown]
# **It reads your hand now.** Draw a digit; then choose a map and a value on it: what made it?

# %% tags=["figure"]
touch.your_network(model)

# %% [markdown]
# ### At home · The gap, the test part, the mistakes

# %% tags=["figure"]
figures.learning_curves(history.history)

# %% [markdown]
# (Another `fit` **goes on from the old weights**; for a fresh start run the cells of Question 1
# again. In the first epoch the training line may lie below: it is a mean over the epoch, in which
# the network still learns, and validation comes at its end.)
#
# Read the gap between the two lines. Both poor: the network **underfits**, it cannot or did not yet
# learn the task. Training good and validation clearly worse: it **overfits**, it learns the
# training pictures by heart. Notebook 3 asks what helps against it.

# %% [markdown]
# Now the test part. With 500 pictures an accuracy near 0.95 is known to about ±0.01, so
# a difference of 0.005 between two networks is within chance.
#
# Trained with twenty seeds, it got 0.962 of 2,000 unseen digits right on average, 0.955 in the worst
# case; of all 10,000 test digits 0.962 with the first seed. The network of the text that this
# lesson goes back to gets 0.973 of them, from 9,000 pictures in 12 epochs.

# %%
probabilities = model.predict(X_test, verbose=0)
predicted = probabilities.argmax(axis=1)
accuracy = np.mean(predicted == y_test)
print("at least 0.90 of the test digits are right:", bool(accuracy >= 0.90))

# %% [markdown]
# **Guess first.** Which digits will it take for one another? Write two, as in `"1 and 0"`.

# %%
my_guess = None

# %%
wrong = np.flatnonzero(predicted != y_test)[:24]

# %% tags=["figure"]
figures.digits(
    X_test[wrong, ..., 0],
    y_test[wrong],
    predicted[wrong],
    title="Which digits does it take for one another?",
)

# %% [markdown]
# ### At home · What did it learn?
#
# The output is ten **probabilities** that add up to 1. They are not one-hot: the network may
# hesitate, and it is worth looking at where it does.

# %%
hesitant = probabilities.max(axis=1).argmin()

# %% tags=["figure"]
figures.probabilities(
    X_test[hesitant, ..., 0],
    probabilities[hesitant],
    [str(digit) for digit in range(10)],
    title="The digit that the network is least sure of",
)

# %% [markdown]
# Some of its mistakes would puzzle you, too. Others tell what it has not seen often enough.

# %% tags=["figure"]
figures.confusion(y_test, predicted, [str(digit) for digit in range(10)])

# %% [markdown]
# What did it learn? These are the sixteen kernels of `conv1`, random and then trained. Most moved
# only a little from where chance had put them. The title reads the clearest of them aloud.

# %% tags=["figure"]
figures.kernels_compared(lambda: untrained, lambda: conv1.get_weights()[0])

# %%
first_layer = keras.Model(model.inputs, conv1.output)
maps = first_layer.predict(X_test[1:2], verbose=0)[0]

# %% tags=["figure"]
figures.seen(X_test[1, ..., 0], y_test[1], lambda: maps)

# %% [markdown]
# ### At home · Read the summary of your network
#
# **Guess first.** Which of the six layers holds most of the weights: `conv1`, `conv2`, `mpool`,
# `flat`, `dense1` or `dense2`?

# %%
my_guess = None

# %%
model.summary()

# %%
reveal("most-weights", my_guess)

# %% [markdown]
# Read a summary row by row: the layer, the shape that leaves it, the number of weights in it.
# `None` stands for the number of pictures, which the network leaves open. The first row is the
# input (a `Sequential` model leaves that row out), the last one the output, everything in between
# is hidden.

# %% [markdown]
# ### At home · Read the summary of another (5 points)
#
# You have never seen this network. It looks at small colour pictures. Shapes and counts of five
# layers are missing.
#
# | layer | | output shape | parameters |
# | --- | --- | --- | --- |
# | | Input | (None, 32, 32, 3) | 0 |
# | A | Conv2D, 8 kernels of 5 × 5 | ? | ? |
# | B | MaxPooling2D, 2 × 2 | ? | ? |
# | C | Conv2D, 16 kernels of 3 × 3 | ? | ? |
# | D | Flatten | ? | ? |
# | E | Dense, 10 units, softmax | ? | ? |
#
# For each: its part in the network (`"input"`, `"hidden"` or `"output"`), the shape without the
# `None`, and the number of parameters. No padding, stride 1.

# %% answer="summary"
parts = {
    "A": ("hidden", (28, 28, 8), 608),  # blank: ("hidden", (28, 28, 8), 608)=(None, None, None)
    "B": ("hidden", (14, 14, 8), 0),  # blank: ("hidden", (14, 14, 8), 0)=(None, None, None)
    "C": ("hidden", (12, 12, 16), 1168),  # blank: ("hidden", (12, 12, 16), 1168)=(None, None, None)
    "D": ("hidden", (2304,), 0),  # blank: ("hidden", (2304,), 0)=(None, None, None)
    "E": ("output", (10,), 23050),  # blank: ("output", (10,), 23050)=(None, None, None)
}

# %% check="summary"
check("summary")

# %% [markdown]
# ## S5 · The error clinic
#
# *In the hour: 4 minutes · at home: 9 minutes.* A patient is a function that builds a
# network with one fault; `examine` feeds it eight pictures of 28 × 28 × 1 and says what Keras says.
# **Repair** patient a, and change as little as you can.

# %% tags=["folded"]
from keras import Input, Model, Sequential
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D

# %% [markdown]
# **Patient a.** *expected min_ndim=4, found ndim=3* (the first axis counts the pictures)


# %% answer="error-clinic"
def patient_a():
    """A network for pictures of 28 × 28 × 1, which does not want them."""
    return Sequential(
        [
            Input((28, 28, 1)),  # blank: (28, 28, 1)=(28, 28)
            Conv2D(16, 3, activation="relu"),
            Flatten(),
            Dense(10, activation="softmax"),
        ]
    )


examine(patient_a)

# %% [markdown]
# ### At home · Three more patients (8 points)
#
# **Repair** these, too, and **name the cause** of each of the four: a number from this list, which
# goes into `causes`.
#
# 1. the pictures have no channels axis
# 2. one layer object is used in two places
# 3. the axes are in the wrong order: channels first
# 4. the feature maps were not flattened before a Dense layer
# 5. the labels are one-hot
# 6. the learning rate is too high
# 7. the stride does not fit the kernel
#
# **Patient b.** *expected axis -1 of input shape to have value 1, but received input with shape
# (None, 26, 26, 16)*


# %% answer="error-clinic"
def patient_b():
    """A network with two Conv2D layers, one of them idle."""
    conv_a = Conv2D(16, 3, activation="relu")
    conv_b = Conv2D(32, 3, activation="relu")
    start = Input((28, 28, 1))
    x = conv_a(start)
    x = conv_b(x)  # blank: conv_b=conv_a
    x = MaxPooling2D(2)(x)
    x = Flatten()(x)
    return Model(start, Dense(10, activation="softmax")(x))


examine(patient_b)

# %% [markdown]
# **Patient c.** *Computed output size would be zero or negative*


# %% answer="error-clinic"
def patient_c():
    """A network for pictures that came from another library."""
    return Sequential(
        [
            Input((28, 28, 1)),  # blank: (28, 28, 1)=(1, 28, 28)
            Conv2D(16, 3, activation="relu"),
            MaxPooling2D(2),
            Flatten(),
            Dense(10, activation="softmax"),
        ]
    )


examine(patient_c)

# %% [markdown]
# **Patient d.** This one can be built; it falls ill only when it is trained. *Argument `output`
# must have rank (ndim) `target.ndim - 1`*


# %% answer="error-clinic"
def patient_d():
    """A network that says nothing until it is asked to learn."""
    start = Input((28, 28, 1))
    x = Conv2D(16, 3, activation="relu")(start)
    x = MaxPooling2D(2)(x)
    x = Dense(10, activation="softmax")(Flatten()(x))  # blank: (Flatten()(x))=(x)
    return Model(start, x)


examine(patient_d)

# %% answer="error-clinic"
causes = {
    "a": 1,  # blank: 1=None
    "b": 2,  # blank: 2=None
    "c": 3,  # blank: 3=None
    "d": 4,  # blank: 4=None
}

# %% check="error-clinic"
check("error-clinic")

# %% [markdown]
# **Two faults are silent.** A network for (28, 28, 1) takes pictures of (28, 28) without a word and
# adds the axis itself; and a Dense layer on a picture treats each pixel alone instead of the whole.
# So look at the shapes in the summary even when nothing complains.

# %% [markdown]
# ## S6 · Dense or Conv?
#
# *In the hour: 3 minutes · at home: 11 minutes.* We shuffle the pixels of all pictures in the same
# way. Nothing is lost: pixels change places.

# %% tags=["figure"]
figures.shuffled(X_test[:4, ..., 0], shuffle_pixels(X_test[:4, ..., 0]))

# %% [markdown]
# **Predict, then run** (3 of 5 points). A `small_network` of each kind, dense layers only or two
# Conv2D with pooling first, is `trained` on plain pictures and on shuffled ones. Whose share of
# `right` answers falls clearly: `"dense"`, `"conv"`, `"both"` or `"neither"`? (You may correct it
# later.)

# %% answer="dense-vs-conv"
falls = "conv"  # blank: "conv"=None


# %% tags=["folded"]
from keras import Input, Sequential
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D


def small_network(kind):
    """Two Dense layers, or two Conv2D with pooling before the last."""
    hidden = [Flatten(), Dense(64, activation="relu")]
    if kind == "conv":
        hidden = [
            Conv2D(8, 3, activation="relu"),
            MaxPooling2D(2),
            Conv2D(16, 3, activation="relu"),
            MaxPooling2D(2),
            Flatten(),
        ]
    return Sequential([Input((28, 28, 1)), *hidden, Dense(10, activation="softmax")])


def trained(kind, pictures):
    """A small network, trained like the large one, always from the same start."""
    keras.utils.set_random_seed(1)
    network = small_network(kind)
    rate = keras.optimizers.schedules.CosineDecay(0.003, decay_steps=6 * STEPS)
    network.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    network.fit(pictures, y_train, batch_size=128, epochs=6, validation_split=0.1, verbose=0)
    return network


def right(network, pictures):
    """The share of the test digits that a network names rightly."""
    return np.mean(network.predict(pictures, verbose=0).argmax(axis=1) == y_test)


# %% tags=["training"]
plain = {kind: trained(kind, X_train) for kind in ("dense", "conv")}
shuffled = {kind: trained(kind, shuffle_pixels(X_train)) for kind in plain}

for kind in plain:
    lost = right(plain[kind], X_test) - right(shuffled[kind], shuffle_pixels(X_test))
    print(kind, "loses over 0.05:", bool(lost > 0.05))

# %% [markdown]
# In the hour go on with [03-exercises](03-exercises.ipynb).

# %% [markdown]
# ### At home · Count again
#
# Both layers give 16 outputs or feature maps: `Conv2D(16, 3)` and, after Flatten,
# `Dense(16)`. How many parameters on pictures of 28 × 28 × 1? And of 56 × 56 × 1? (2 of 5 points)

# %% answer="dense-vs-conv"
counts = {
    "conv 28": 160,  # blank: 160=None
    "conv 56": 160,  # blank: 160=None
    "dense 28": 12560,  # blank: 12560=None
    "dense 56": 50192,  # blank: 50192=None
}

# %% check="dense-vs-conv"
check("dense-vs-conv")

# %% [markdown]
# To a Dense layer the order of its inputs is of no interest. A convolution lives on it: what lies
# side by side belongs together, and what is worth finding here is worth finding there.
#
# Mean of twenty seeds on unseen digits: the Dense network 0.911 before shuffling and 0.912 after,
# the convolutional one 0.925 and 0.809.

# %% [markdown]
# ### At home · Choose the layer (4 points)
#
# Eight kinds of data. Which layer would you try first: `"dense"`, `"conv1d"` (a kernel that slides
# along one axis) or `"conv2d"`?
#
# - **calorimeter**: energies in a grid of 40 × 40 cells
# - **waveform**: the voltage of a photomultiplier, 1,000 samples in time
# - **table row**: age, mass, charge and nine other columns of one event
# - **shuffled pixels**: pictures as you have just seen them
# - **spectrogram**: loudness over time and frequency, both finely divided
# - **seismometer**: ground motion at one station, 100 samples a second
# - **micrograph**: a grey picture of a crystal surface
# - **run conditions**: temperature, pressure, humidity and voltage of one run

# %% answer="choose-layer"
choices = {
    "calorimeter": "conv2d",  # blank: "conv2d"=None
    "waveform": "conv1d",  # blank: "conv1d"=None
    "table row": "dense",  # blank: "dense"=None
    "shuffled pixels": "dense",  # blank: "dense"=None
    "spectrogram": "conv2d",  # blank: "conv2d"=None
    "seismometer": "conv1d",  # blank: "conv1d"=None
    "micrograph": "conv2d",  # blank: "conv2d"=None
    "run conditions": "dense",  # blank: "dense"=None
}

# %% check="choose-layer"
check("choose-layer")

# %% [markdown]
# ## Take-aways
#
# *At home, when all above is done.*
#
# - A summary names every layer, the shape that leaves it and its weights; the first row is the
#   input, the last the output, the rest is hidden. *(objective 2)*
# - Most errors with convolutional layers are about shapes: a missing axis, axes in the wrong order,
#   a layer used twice, a Flatten left out. *(objective 6)*
# - Load, scale, add the channels axis, compile, fit, look at the validation part, test last: that
#   runs a network on MNIST. *(objective 7)*
# - A Conv2D layer's count does not depend on the picture's size, a Dense layer's does; and only the
#   Conv2D layer cares about what lies next to what. *(objective 8)*
# - Pictures: Conv2D. Waveforms: Conv1D. Columns without neighbours: Dense. Spectrograms: Conv2D, or
#   Conv1D along time, as the same pattern at another pitch is another sound. *(objective 10)*
# - Conv2D, Conv2D, MaxPooling2D, Flatten, Dense, Dense: both layer types in one network.
#   *(objective 11)*
#
# **Further reading.** F. Chollet, *Deep Learning with Python*, the chapters on computer vision. The
# Keras guide [*The Functional API*](https://keras.io/guides/functional_api/). C. Olah and others,
# [*Feature Visualization*](https://distill.pub/2017/feature-visualization/) (2017), for what later
# layers see.
#
# **Next:** [03-exercises](03-exercises.ipynb), where you do it on your own.

# %% [markdown]
# ## Where you stand

# %% tags=["progress"]
progress("02")

# %% [markdown]
# ## Words
#
# - **Batches**: the training pictures in portions; after each of them the weights move once.
# - **Epoch**: one look at every training picture.
# - **Loss**: one number that says how wrong the network is; training makes it smaller.
# - **Optimizer**: the rule by which weights move; *Adam* gives each weight a step size of its own.
# - **Probabilities**: numbers from 0 to 1 that add up to 1; the activation *softmax* makes them.
# - **Tensor**: a table of numbers with any number of axes.
