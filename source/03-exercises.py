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
# # 3 · On your own
#
# **In the hour: 9 minutes. At home: 52 minutes.** Clothes instead of digits, what helps
# against overfitting, and a network of your own. In the hour run the cells below and go on with
# [S9](#S9-·-Your-own-five-layers).
#
# `scaled` prepares pictures, `fit` trains as in notebook 2; `digits_x` are 4,000 digits, scaled from
# `X_train`, `y_train` their labels.

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
from cnn_lesson.datasets import fashion_mnist, mnist
from cnn_lesson.guesses import reveal
from cnn_lesson.progress import progress
from cnn_lesson.runtime import prepare

prepare(seed=1)  # loads TensorFlow (a few seconds), one thread, one seed: runs can be repeated
import keras
from keras.layers import Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D


# %% tags=["folded"]
def scaled(images):
    """Pictures (n, 28, 28) of 0…255 as (n, 28, 28, 1) of 0…1."""
    return images[..., np.newaxis].astype("float32") / 255


def fit(network, x, y, epochs=6, rate=0.003):
    """Train as in notebook 2, the last tenth for validation; a line for each epoch."""
    steps = epochs * int(np.ceil(0.9 * len(x) / 128))
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps))
    network.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return network.fit(x, y, batch_size=128, epochs=epochs, validation_split=0.1, verbose=2)


# %% tags=["folded"]
X_train, y_train = mnist.load_data()[0]
digits_x = scaled(X_train)

# %% [markdown]
# ## S7 · Clothes instead of digits
#
# *At home: 25 minutes.* Fashion-MNIST looks like MNIST from far away: 28 × 28 pixels, ten classes.
# From near it is shirts, bags and boots. Does the same architecture work exactly the same?
#
# In Keras the data come with `from keras.datasets import fashion_mnist`. That line works here, too,
# if your computer is online: it brings all 70,000, and then a training takes minutes. The lesson's
# own `fashion_mnist` has 4,000 + 500 of them and needs no internet.

# %%
(fashion_train, fashion_labels), (fashion_test, fashion_test_labels) = fashion_mnist.load_data()
fashion_x = scaled(fashion_train)
print(fashion_x.shape, "·", *fashion_mnist.class_names, sep=" ")

# %% tags=["figure"]
figures.digits(
    fashion_train[:18],
    fashion_labels[:18],
    names=fashion_mnist.class_names,
    title="Eighteen pieces of clothing",
)

# %% [markdown]
# **Guess first.** The network of notebook 2 got about 96 of 100 digits right. How many of 100
# clothes?

# %%
my_guess = None

# %% [markdown]
# ### Exercise 1: the same architecture, then an experiment (5 points)
#
# Build the network of Question 1 once more, as `fashion_model`. Train it on `fashion_x`,
# `fashion_labels` with `fit`, folded away near the top, and keep what it returns as
# `fashion_history`.
# About ten lines, or fewer with `keras.Sequential`.
#
# The check asks for an accuracy of at least 0.78 on clothes that it never saw.

# %% answer="fashion" tags=["progress"]
### BEGIN SOLUTION
fashion_model = keras.Sequential(
    [
        Input((28, 28, 1)),
        Conv2D(16, 3, activation="relu"),
        Conv2D(32, 3, activation="relu"),
        MaxPooling2D(2),
        Flatten(),
        Dense(128, activation="relu"),
        Dense(10, activation="softmax"),
    ]
)
fashion_history = fit(fashion_model, fashion_x, fashion_labels)
### END SOLUTION

# %% tags=["figure"]
figures.learning_curves(fashion_history.history)

# %%
reveal("clothes", my_guess)

# %% [markdown]
# Now try to get closer to what it reached on the digits. **Change one thing**, train a second
# network, keep it as `tuned_model` and what `fit` returns as `tuned_history`. Is its last
# `val_accuracy` `"better"` or `"worse"` than that of `fashion_history`, or is the difference
# `"within chance"`, below 0.02 on these 400 pictures? Put the word in `tuned_is`. Each of the three
# is a result: what counts is that one thing was changed and the outcome read rightly. Or change
# what you like: a network that beats your `fashion_model` by more than chance on the check's own
# pictures counts, too.
#
# In our runs twice the `epochs` and twice the feature maps helped; a `Dropout` before the last
# layer changed little in six epochs; a third of the `rate`, or a pooling after each Conv2D, each
# alone **cost** three hundredths. `BatchNormalization` needs `momentum=0.9` here: 29 steps an epoch
# are too few for Keras' 0.99 to settle. Stay below 30 seconds a run.

# %% answer="fashion" tags=["progress"]
### BEGIN SOLUTION
tuned_model = keras.Sequential(
    [
        Input((28, 28, 1)),
        Conv2D(16, 3, activation="relu"),
        Conv2D(32, 3, activation="relu"),
        MaxPooling2D(2),
        Flatten(),
        Dense(128, activation="relu"),
        Dense(10, activation="softmax"),
    ]
)  # the same network, twice the epochs
tuned_history = fit(tuned_model, fashion_x, fashion_labels, epochs=12)
gain = tuned_history.history["val_accuracy"][-1] - fashion_history.history["val_accuracy"][-1]
tuned_is = "within chance" if abs(gain) < 0.02 else "better" if gain > 0 else "worse"
### END SOLUTION

# %% check="fashion"
check("fashion")

# %%
predicted = tuned_model.predict(scaled(fashion_test), verbose=0).argmax(axis=1)

# %% tags=["figure"]
figures.confusion(fashion_test_labels, predicted, fashion_mnist.class_names)

# %% [markdown] question="fashion-why"
# ### Exercise 1, in your words (4 points, marked by a person)
#
# **Does the same architecture work exactly the same with Fashion-MNIST?** Two to four sentences on
# four things:
#
# - **The code**: what had to change in the network?
# - **The numbers**: how often is it right on digits, how often on clothes that it did not learn from?
# - **The reason**: which classes are mixed up, and why?
# - **The experiment**: what did you change, and is the difference larger than chance?
#
# ### BEGIN MARK SCHEME
# 1 point each:
#
# - **The code**: nothing had to change, since shape and number of classes are the same.
# - **The numbers**: one for each of the two, on pictures that the network did not learn from; that
#   of the clothes is the lower one.
# - **The reason** is one in the data: shirt, pullover, coat and T-shirt share one outline, or the
#   texture matters.
# - **The experiment**: what was changed, and whether the difference is larger than chance, 0.02 on
#   400 pictures.
# ### END MARK SCHEME

# %% [markdown] essay="fashion-why"
# The code runs unchanged: both sets have 28 × 28 pixels and ten classes. But of clothes that it had
# not seen the network gets 0.84 right, of digits 0.96 (means of twenty seeds). Shirts, pullovers,
# coats and T-shirts share one outline and differ in details that few pixels can show. Twice
# the epochs, and nothing else, raise it to 0.86. As a mean of several seeds that is more than chance;
# in a single run it need not show, since two runs of one network may differ by 0.02.

# %% [markdown]
# ## S8 · Overfitting: trim or drop out
#
# *At home: 25 minutes.* With enough weights a network can learn its training pictures by heart. Two
# things to try: **trim** it, so that there is less to remember with; or mask some units at random
# in each training step, **dropout**, so that no unit can rely on another. Whether they help here,
# you will measure.
#
# **Guess first.** The dense layer shrinks from 128 to 32 units. Which share of all the network's
# weights goes: `"a tenth"`, `"half"` or `"three quarters"`?

# %%
my_guess = None

# %%
reveal("share-of-weights", my_guess)

# %% [markdown]
# ### Exercise 2: four networks (6 points)
#
# On the digits, train the network of Question 1 with a dense layer of **128**, of **64** and of
# **32** units, and with 128 units followed by a dropout layer which masks **25 %** of them. Change
# nothing else. Fill in what builds one network; the four cells below it train them. `dropout=0.25`
# masks a quarter, `dropout=0.0` leaves that layer out.


# %% answer="trim-or-drop"
def build(units, dropout=0.0):
    """The network of Question 1 with that many dense units and that share of them masked."""
    ### BEGIN SOLUTION
    layers = [
        Input((28, 28, 1)),
        Conv2D(16, 3, activation="relu"),
        Conv2D(32, 3, activation="relu"),
        MaxPooling2D(2),
        Flatten(),
        Dense(units, activation="relu"),
    ]
    if dropout:
        layers.append(Dropout(dropout))
    return keras.Sequential([*layers, Dense(10, activation="softmax")])
    ### END SOLUTION


# %% tags=["progress"]
networks = {"128": build(128)}
history = fit(networks["128"], digits_x, y_train)

# %% tags=["progress"]
networks["64"] = build(64)
history = fit(networks["64"], digits_x, y_train)

# %% tags=["progress"]
networks["32"] = build(32)
history = fit(networks["32"], digits_x, y_train)

# %% tags=["progress"]
networks["128 + dropout"] = build(128, dropout=0.25)
history = fit(networks["128 + dropout"], digits_x, y_train)

# %% [markdown]
# Now the table. Under the name of each network goes a dictionary: its number of `"parameters"`, its
# accuracy on the part it learned from (`"train"`: the first 3,600 pictures) and on the validation
# part (`"validation"`: the last 400). Use `network.count_params()` and
# `network.evaluate(x, y, verbose=0)`, which returns loss and accuracy.

# %% answer="trim-or-drop"
table = {}
for name, network in networks.items():
    ### BEGIN SOLUTION
    table[name] = {
        "parameters": network.count_params(),
        "train": network.evaluate(digits_x[:3600], y_train[:3600], verbose=0)[1],
        "validation": network.evaluate(digits_x[3600:], y_train[3600:], verbose=0)[1],
    }
    ### END SOLUTION

# %% check="trim-or-drop"
check("trim-or-drop")

# %% tags=["figure"]
figures.accuracy_table_plot([{"name": name, **row} for name, row in table.items()])

# %% [markdown] question="trim-or-drop-why"
# ### Exercise 2, in your words (4 points, marked by a person)
#
# **What do you observe?** Two to four sentences on four things:
#
# - **The size**: what does halving the dense layer do to the number of weights, and why?
# - **The gap**: how far is validation below training, and what is that called?
# - **The remedies**: does dropout do better than trimming in your table?
# - **The doubt**: how sure can you be of such differences with 400 pictures?
#
# ### BEGIN MARK SCHEME
# 1 point each:
#
# - **The size**: nearly all parameters sit in the first Dense layer, so halving it nearly halves the
#   network.
# - **The gap**: training accuracy is above validation accuracy in all four: that is the overfitting.
# - **The remedies**: a comparison of dropout with trimming that fits the learner's own table.
# - **The doubt**: 400 pictures cannot tell such small differences apart. Any bound from ±0.01 (one
#   accuracy) to 0.02 (a difference of two, as in Exercise 1) counts, or a repeat with another seed.
# ### END MARK SCHEME

# %% [markdown] essay="trim-or-drop-why"
# Nearly all weights lie between Flatten and the first Dense layer, so 64 units halve the network
# and 32 leave a quarter. All four know the training part almost by heart (0.98 to 0.99) and get
# 0.95 of the validation part right; that gap is the overfitting. Trimming narrows it a little, from
# 0.038 to 0.031, but only because training gets worse faster; on unseen digits it costs a
# hundredth: 0.962, 0.959, 0.952 as means of twenty seeds. With a quarter of the units masked it is
# 0.964, the gap 0.032: dropout costs nothing. On 400 pictures such differences drown in chance
# (±0.01); it took twenty seeds to see them.

# %% [markdown]
# ### Two more remedies
#
# **Early stopping**: end when the validation loss has not fallen for some epochs, and take the best
# weights back. In `fit` above that is one more argument for `network.fit`:
# `callbacks=[keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)]`.
#
# **Augmentation**: show each picture a little differently every time. A digit that is moved by a
# pixel or two is still that digit, so the network cannot learn single pixels by heart.

# %%
steps = [(0, 0), (2, 0), (-2, 1), (1, 2), (0, -2), (-1, -2), (2, 2), (-2, -1)]
moved = np.stack([np.roll(X_train[0], step, axis=(0, 1)) for step in steps])

# %% tags=["figure"]
figures.digits(moved, [y_train[0]] * len(moved), title="One digit, eight pictures to learn from")

# %% [markdown]
# ## S9 · Your own five layers
#
# *In the hour: 9 minutes · at home: 2 minutes.* The network of Question 1 has 596,042 parameters.
#
# ### Exercise 3: small and good (7 points)
#
# Design `my_model` for the digits: at least five layers after the input (pooling and Flatten
# count), at least one Conv2D and one Dense among them, output `(None, 10)`: ten probabilities; **at
# most 20,000 parameters**. Of digits that it never saw it must get at least 0.90 right.
#
# Try shapes and counts here first, from the network of Question 1. What makes the count after
# Flatten large? Two things shrink it.

# %% tags=["figure"]
touch.shapes(limit=20_000)

# %% [markdown]
# Then write it, layers for the dots, and train it:
#
# ```python
# my_model = keras.Sequential([Input((28, 28, 1)), ..., Dense(10, activation="softmax")])
# my_history = fit(my_model, digits_x, y_train)
# ```

# %% answer="five-layers" tags=["progress"]
### BEGIN SOLUTION
my_model = keras.Sequential(
    [
        Input((28, 28, 1)),
        Conv2D(16, 3, activation="relu"),
        MaxPooling2D(3),
        Conv2D(32, 3, activation="relu"),
        Flatten(),
        Dense(10, activation="softmax"),
    ]
)
my_history = fit(my_model, digits_x, y_train, epochs=12)
### END SOLUTION

# %% check="five-layers"
check("five-layers")

# %% [markdown]
# ### At home · Its summary
#
# In the summary look at the **trainable** parameters: after training, the total also counts what
# the optimizer keeps for itself.

# %%
my_model.summary()

# %% [markdown]
# ## Take-aways
#
# *At home, when all above is done.*
#
# - The code that learns digits learns clothes, too; the accuracy differs, because the task does.
#   *(objective 7)*
# - Change one thing at a time. Look at the gap **and** at the validation part, and ask how large a
#   difference your number of pictures can show. *(objective 9)*
# - Convolutions and pooling first, a small Dense layer last: five layers and a thirtieth of the
#   weights are enough for digits. *(objective 11)*
#
# **Further reading.** H. Xiao, K. Rasul and R. Vollgraf,
# [*Fashion-MNIST*](https://arxiv.org/abs/1708.07747) (2017). N. Srivastava and others,
# [*Dropout*](https://jmlr.org/papers/v15/srivastava14a.html) (2014). Y. LeCun and others,
# [*Gradient-based learning applied to document recognition*](https://doi.org/10.1109/5.726791)
# (1998), where five layers began.

# %% [markdown]
# ## Where you stand

# %% tags=["progress"]
progress("03")
