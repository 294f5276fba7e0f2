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
# # 1 · Convolution: a small window that looks everywhere
#
# **In the hour: 22 minutes. At home: 46 minutes.** Slide a small table of weights over a
# picture, watch one being learned, and count.
#
# Run each cell (Shift-Enter), folded ones (a line with dots) too; fill in a blank, run its `check`,
# improve. Stuck? `hint("q3")`, with the item's name, says a little more at each call.
#
# What stands below **At home** can wait; it counts all the same. Behind a [link](#Words) a word is
# explained.

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
from cnn_lesson.arithmetic import convolve as slide
from cnn_lesson.checks import check, hint
from cnn_lesson.datasets import mnist
from cnn_lesson.guesses import reveal
from cnn_lesson.progress import progress
from cnn_lesson.runtime import friendly_errors

friendly_errors()  # an open blank gets one line, not a page

# %% [markdown]
# ## S0 · Anatomy of a network
#
# *In the hour: 5 minutes · at home: 1 minute.* The smallest part of a network is a [unit](#Words).
# Numbers come in; each is multiplied by a [weight](#Words); the products are added up; a
# [bias](#Words), one more number, is added; and an [activation](#Words), a simple function, decides
# what leaves. ReLU, the most common one, turns negative numbers into 0.

# %% tags=["figure"]
figures.unit([0.5, 1, 0, 0.8], [2, -1, 0.5, 1.5], -0.3)

# %% [markdown]
# A [Dense](#Words) layer is many such units side by side, each with weights of its own for **all**
# the numbers that come in. Weights and biases are what a network learns.
#
# A feed-forward network passes numbers one way, through three ingredients:
#
# - the **input layer** states the shape of what comes in, and computes nothing;
# - the **hidden layers** transform it, one after the other;
# - the **output layer** gives the answer: for ten digits, ten numbers.

# %% [markdown]
# ### Your turn: sort the layers (4 points)
#
# The boxes below form a network that names a digit of 28 × 28 pixels. Its last box ends in
# [softmax](#Words): that turns ten numbers into ten probabilities.

# %% tags=["figure"]
figures.anatomy(
    [
        ("picture of 28 × 28 × 1", None),
        ("Conv2D", None),
        ("MaxPooling2D", None),
        ("Flatten", None),
        ("Dense, 64 units", None),
        ("Dropout", None),
        ("Dense, 10 units, softmax", None),
    ],
    title="Seven boxes, A to G: which ingredient is each?",
    letters=True,
)

# %% [markdown]
# For each ingredient write the letters of its boxes, as in `"XY"`. You need not know the layers yet:
# where does a box stand, and does the answer come out of it?

# %% answer="ingredients"
roles = {
    "input": "A",  # blank: "A"=""
    "hidden": "BCDEF",  # blank: "BCDEF"=""
    "output": "G",  # blank: "G"=""
}

# %% check="ingredients"
check("ingredients")

# %% [markdown]
# ### At home · One more network
#
# **Guess first.** *784 numbers → Dense 128 → Dense 32 → Dense 10.* How many hidden layers?
# Write a number in place of `None`.

# %%
my_guess = None

# %%
reveal("hidden-layers", my_guess)

# %% [markdown]
# ## S1 · Convolution by hand
#
# *In the hour: 7 minutes · at home: 20 minutes.* To a computer a picture is a table of numbers: 0
# is black, 1 is white. This one shows Grace Hopper, who wrote one of the first compilers. (The frame
# is for home.)

# %%
photo = figures.photo()

# %% tags=["figure"]
figures.picture(photo, f"A picture of {photo.shape[0]} × {photo.shape[1]} numbers", (60, 60, 6, 8))

# %% [markdown]
# A **kernel** is a small table of weights. Lay it on the picture, multiply what lies on top of each
# other, add it all up: one number. Then move the kernel and do it again, everywhere. The table of
# results is a **feature map**, and the whole walk is a **convolution**.
#
# **Guess first.** A 3-wide kernel walks along a row of 7 numbers, one step at a time. At how many
# places does it stop? Write a number in place of `None`; guesses are never graded.

# %%
my_guess = None

# %%
reveal("stops-of-seven", my_guess)

# %% [markdown]
# Walk it yourself: move the window; change the weights, the [stride](#Words) (how long its step
# is), the [padding](#Words) (zeros laid around the picture).

# %% tags=["figure"]
touch.walk_kernel()

# %% [markdown]
# **Guess first.** The next kernel has -1 in its top row and +1 in its bottom row. On a flat grey
# area it gives 0. Where it gives large numbers it **fires**. On what? A few words in quotes.

# %%
minus_plus = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]])
my_guess = None

# %% tags=["figure"]
figures.before_after(
    photo,
    slide(photo, minus_plus),
    minus_plus,
    title="On what does it give large numbers?",
)

# %%
reveal("what-fires", my_guess)

# %% [markdown]
# ### A kernel that is learned
#
# Suppose we only have a `wall` of sixteen `digits`, and its map that `minus_plus` made, `wanted`. Can
# the nine numbers be found again? Begin with a **random** `kernel`. Its map is wrong; the `error` says
# by how much. Move each weight a little, the way that makes the error smaller: one
# [gradient step](#Words). The folded cell takes 400 and keeps their `path`.

# %% tags=["folded"]
digits = mnist.load_data()[0][0][:16] / 255
wall = np.vstack([np.hstack(digits[row : row + 4]) for row in range(0, 16, 4)])
wanted = slide(wall, minus_plus)

kernel = np.random.default_rng(3).normal(size=(3, 3))
path = [kernel]
for _ in range(400):
    error = slide(wall, kernel) - wanted
    kernel = kernel - 2 * slide(wall, error) / error.size
    path.append(kernel)

# %% tags=["figure"]
figures.kernel_learned(wall, lambda: path, lambda: wanted)

# %% [markdown]
# Compare the last kernel with `minus_plus`: nobody told the loop what an edge is. Networks find
# their kernels so, with labels in place of maps. A **Conv2D** layer is just that: learned kernels,
# a bias for each feature map, then an activation such as ReLU.

# %% [markdown]
# ### At home · Design a kernel (4 points)
#
# Nine numbers that fire on **vertical** edges and give zero on horizontal edges and on flat areas.
# The sign and the scale are up to you.

# %% answer="edge-kernel"
edge_kernel = [
    [-1, 0, 1],  # blank: -1=None, 0=None, 1=None
    [-1, 0, 1],  # blank: -1=None, 0=None, 1=None
    [-1, 0, 1],  # blank: -1=None, 0=None, 1=None
]

# %% check="edge-kernel"
check("edge-kernel")

# %% [markdown]
# ### At home · How a step is made
#
# Unfold the cell above the picture of the learned kernel: its loop is five lines. A weight had a
# hand in an error wherever its pixel was bright. So multiply the errors with those pixels and add
# up; that is a convolution again, and `slide` stops once for each weight. Then move the weights a
# little the other way. Put `edge_kernel` in place of `minus_plus` there, and yours is found.

# %% [markdown]
# ### At home · Look a little further
#
# These are the numbers in the frame, at the rim of her glasses, on the same scale of greys.

# %% tags=["figure"]
figures.numbers(photo[60:66, 60:68].round(2), "Six rows and eight columns of it", span=(0, 1))

# %% [markdown]
# See what your own kernel finds in the picture.

# %% tags=["figure"]
figures.before_after(
    photo, lambda: slide(photo, edge_kernel), edge_kernel, title="What your kernel finds"
)

# %% [markdown]
# What does averaging do to the picture? Each number becomes like its neighbours: it blurs. Nine
# pixels are too few to see it well, so here are 49.

# %%
wide_average = np.full((7, 7), 1 / 49)

# %% tags=["figure"]
figures.before_after(
    photo, slide(photo, wide_average), wide_average, title="An averaging kernel blurs"
)

# %% [markdown]
# **Several channels.** Where the picture has red, green and blue, a kernel is as deep as the
# picture. With all its depth it is called a [filter](#Words); it still makes one map.

# %%
colours = np.random.default_rng(0).integers(0, 10, (3, 3, 3))
weights = np.random.default_rng(0).integers(-1, 2, (3, 3, 3))

# %% tags=["figure"]
figures.channels(colours, weights, bias=1)

# %% [markdown]
# **The window goes with the picture.** Move the digit, and its feature map moves along. A kernel
# learned at one place works at all places: *shift equivariance*.

# %%
digit = digits[1]
moved = np.roll(digit, (-5, 4), axis=(0, 1))

# %% tags=["figure"]
figures.pictures(
    [digit, lambda: slide(digit, edge_kernel), moved, lambda: slide(moved, edge_kernel)],
    ["a digit", "its map", "moved", "its map"],
    title="The digit moves up and right, and so does its map",
)

# %% [markdown]
# **Two layers see more than one.** A value of the second map depends on 3 × 3 values of the first,
# and those on 5 × 5 pixels: its *receptive field*.

# %% tags=["figure"]
figures.receptive_field([3, 3])

# %% [markdown]
# **Random kernels** have opinions, too. These four were drawn by chance; training starts from such.

# %%
random_kernels = np.random.default_rng(3).normal(size=(4, 3, 3))
maps = np.stack([slide(photo, kernel) for kernel in random_kernels], axis=-1)

# %% tags=["figure"]
figures.feature_maps(maps, title="One picture, four random kernels, four feature maps")

# %% [markdown]
# ### At home · Write the convolution (7 points)
#
# Slide a kernel over a picture of one channel. Only whole windows count, so nothing is added around
# the picture. The kernel need not be square; `stride` is the step, the same down and across.
# About six lines.


# %% answer="convolve"
def convolve(image, kernel, stride=1):
    """The feature map of a picture (h, w) under a kernel: multiply, add up, move on by stride."""
    ### BEGIN SOLUTION
    rows, columns = kernel.shape
    down = range(0, image.shape[0] - rows + 1, stride)
    across = range(0, image.shape[1] - columns + 1, stride)
    return np.array(
        [[np.sum(image[r : r + rows, c : c + columns] * kernel) for c in across] for r in down]
    )
    ### END SOLUTION


# %% check="convolve"
check("convolve")

# %% [markdown]
# **Which way round?** In mathematics the kernel is turned by half a turn first. SciPy's
# `ndimage.convolve` does so too, and keeps the size of the picture. A Conv layer in Keras never
# turns the kernel, and keeps the size only when it is told to. A network learns its kernels, so it
# does not mind; you will when you compare numbers.

# %%
dot = np.zeros((5, 5))
dot[2, 2] = 1

# %% tags=["figure"]
figures.flip_demo(dot, np.arange(1, 10).reshape(3, 3))

# %% [markdown]
# ## S2 · Shapes and counts
#
# *In the hour: 9 minutes · at home: 12 minutes.* How large is a feature map? Count the places where
# a window can start.

# %% [markdown]
# ### Question 3 (3 points)
#
# (Questions keep an older course's numbers.)
#
# An input image has the shape 28 × 28. What is the shape of the feature map after a single 5 × 5
# convolutional filter, without padding, stride 1? (On a grey picture a filter is one kernel.)
#
# 1. 24 × 28
# 2. 20 × 28
# 3. 26 × 26
# 4. 24 × 24

# %% answer="q3"
answer_q3 = 4  # blank: 4=None

# %% check="q3"
check("q3")

# %% [markdown]
# ### What a layer has to learn
#
# The weights of a kernel are **shared**: the same few at every place of the picture. A Dense layer
# shares nothing: each unit has a weight of its own for each input number. Both add a bias for each
# filter or unit. Weights and biases are the **parameters** of a layer.
#
# How many is that for six kernels of 5 × 5, and for a Dense layer that makes **as many numbers**?

# %% tags=["figure"]
figures.parameter_bars(
    ["Conv2D(6, 5×5): 3,456 numbers", "Dense(6): only 6 numbers", "Dense(3456): 3,456 numbers"],
    [6 * 5 * 5 + 6, 6 * 28 * 28 + 6, 3456 * 28 * 28 + 3456],
    title="Parameters for a picture of 28 × 28 × 1: sharing saves weights",
)

# %% [markdown]
# ### Question 4 (3 + 3 points)
#
# An MNIST image has 28 × 28 pixels and one [channel](#Words), one number a pixel; colours need
# three.
#
# - How many parameters does a Conv2D layer need that makes 16 feature maps with a 3 × 3
#   neighbourhood?
# - How many does a Dense layer with 16 outputs need, on the flattened image (one row of pixels)?
#
# A number, or a product for Python to multiply.

# %% answer="q4-conv"
conv_parameters = 3 * 3 * 1 * 16 + 16  # blank: 3 * 3 * 1 * 16 + 16=None

# %% check="q4-conv"
check("q4-conv")

# %% answer="q4-dense"
dense_parameters = 28 * 28 * 16 + 16  # blank: 28 * 28 * 16 + 16=None

# %% check="q4-dense"
check("q4-dense")

# %% [markdown]
# ### At home · Stride and padding
#
# Two settings change where the kernel stops. The
# **stride** is the length of its step. **Guess first:** a row of 6, a kernel of 3, steps of 2. At
# how many places does it stop?

# %%
my_guess = None

# %% tags=["figure"]
figures.kernel_walk(
    6, 6, 3, 2, title="Stride 2: where does the window stop, and what is left over?"
)

# %%
reveal("stops-of-six", my_guess)

# %% [markdown]
# **Padding** decides what happens at the border. `"valid"` adds nothing. `"same"` adds as many
# zeros as it takes for the feature map to be as large as the picture, with stride 1. With a larger
# stride the map has one value for every step begun.

# %% tags=["figure"]
figures.kernel_walk(5, 5, 3, 1, "same", title="Zeros all around: a 5 × 5 picture stays 5 × 5")

# %% [markdown]
# Where the zeros cannot be shared evenly, Keras puts one more **below and on the right**: with
# stride 1 for every even kernel, with longer strides as the sizes will have it.

# %% tags=["figure"]
figures.kernel_walk(6, 6, 3, 2, "same", title="One row and one column of zeros, below and right")

# %% [markdown]
# ### At home · Predict every shape (5 points)
#
# Rows and columns of the feature map, as a tuple. `kernel` and `stride` are whole numbers, the same
# in both directions; `padding` is `"valid"` or `"same"`. Think of the start of the last window.
# About four lines.


# %% answer="output-shape"
def output_shape(height, width, kernel, stride=1, padding="valid"):
    """Rows and columns that a convolution leaves of a picture of height × width."""
    ### BEGIN SOLUTION
    if padding == "same":
        return -(-height // stride), -(-width // stride)
    return (height - kernel) // stride + 1, (width - kernel) // stride + 1
    ### END SOLUTION


# %% check="output-shape"
check("output-shape")

# %% [markdown]
# Now stack layers, and watch the shape and the parameters. When is nothing left?

# %% tags=["figure"]
touch.shapes()

# %% [markdown]
# ## S3 · Pooling and Flatten
#
# *In the hour: 1 minute · at home: 13 minutes.* Often it is enough to know *roughly* where a kernel
# fired. **Max pooling** keeps the largest value of each window and drops the rest: with windows of
# 2 × 2 side by side a quarter remains. It has nothing to learn.

# %% tags=["figure"]
figures.pooling([[1, 3, 0, 2], [4, 2, 1, 0], [0, 1, 5, 6], [2, 0, 7, 1]], [[4, 2], [2, 7]], 2, 2)

# %% [markdown]
# A Dense layer wants one long row of numbers. **Flatten** rearranges; it computes nothing and loses
# nothing. In the hour go on with [02-mnist-cnn](02-mnist-cnn.ipynb).

# %% [markdown]
# ### At home · Question 2 (3 points)
#
# First something small: 2 rows, 3 columns, 2 channels, each number written only once.

# %%
tiny = np.arange(12).reshape(2, 3, 2)
print("channel 0:", *tiny[:, :, 0], sep="\n")
print("channel 1:", *tiny[:, :, 1], sep="\n")
print("flattened:", tiny.reshape(-1), sep="\n")

# %% [markdown]
# The Flatten operation rearranges an input image (or feature map) into a sequence of numbers. How
# does it perform this?
#
# 1. the pixel intensities are averaged per row and concatenated
# 2. all rows of the input are added, and the sum is the result
# 3. all columns of the input are concatenated (from left to right)
# 4. all rows of the input are concatenated (from top to bottom)
#
# And with several channels: which index changes from each number to the next, `"row"`, `"column"`
# or `"channel"`?

# %% answer="q2"
answer_q2 = 4  # blank: 4=None
fastest_index = "channel"  # blank: "channel"=None

# %% check="q2"
check("q2")

# %% tags=["figure"]
figures.flatten_order(2, 3, 2)

# %% [markdown]
# ### At home · Write max pooling (5 points)
#
# Windows of `size` × `size`. They stand side by side unless `stride` says otherwise. A window that
# would stick out at the border is left out. About six lines.


# %% answer="max-pool"
def max_pool(image, size=2, stride=None):
    """The largest value of each whole window of a feature map (h, w)."""
    ### BEGIN SOLUTION
    step = size if stride is None else stride
    down = range(0, image.shape[0] - size + 1, step)
    across = range(0, image.shape[1] - size + 1, step)
    return np.array([[image[r : r + size, c : c + size].max() for c in across] for r in down])
    ### END SOLUTION


# %% check="max-pool"
check("max-pool")

# %% [markdown]
# ## Take-aways
#
# *At home, when all above is done.*
#
# - A feed-forward network has three ingredients: input, hidden layers, output. What stands between
#   input and output is hidden, whether it learns anything or not. *(objective 1)*
# - A convolutional layer slides small kernels over the whole picture; each gives a feature map. The
#   numbers of a kernel are learned in many small steps. *(objective 3)*
# - Max pooling keeps the strongest value of each window; Flatten lays the rows one after the other.
#   *(objective 4)*
# - The shape follows from counting window starts: kernel, stride and padding decide. *(objective
#   5)*
# - A Conv2D layer shares its weights over the picture, a Dense layer does not: their counts grow
#   with different things. *(objective 8)*
#
# **Further reading.** V. Dumoulin and F. Visin, [*A guide to convolution arithmetic for deep
# learning*](https://arxiv.org/abs/1603.07285) (2016), for every kind of stride and padding.
# I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*,
# [chapter 9](https://www.deeplearningbook.org/contents/convnets.html), for the reasons. The
# [Keras documentation](https://keras.io/api/layers/) of `Conv2D`, `MaxPooling2D` and `Flatten`, for
# every setting.
#
# **Next:** [02-mnist-cnn](02-mnist-cnn.ipynb), where a network learns its own kernels.

# %% [markdown]
# ## Where you stand

# %% tags=["progress"]
progress("01")

# %% [markdown]
# ## Words
#
# - **Activation**: the function through which a unit or a filter sends its sum; ReLU turns negative
#   numbers into 0.
# - **Bias**: a number that is added to the sum of a unit or a filter, whatever comes in.
# - **Channel**: one of the numbers of a pixel, or one of the maps of a layer.
# - **Dense**: a layer of units of which each reads all the numbers that come in.
# - **Filter**: a kernel with all its depth, one table for each channel; it makes one feature map.
# - **Gradient step**: a small change of all weights in the direction that makes the error smaller.
# - **Padding**: zeros laid around a picture; *valid* is none, *same* as many as keep its size.
# - **Softmax**: turns a row of numbers into probabilities that add up to 1.
# - **Stride**: the length of the window's step.
# - **Unit**: many numbers in, a sum with weights, a bias, an activation, one number out.
# - **Weight**: a number that a network learns and with which it multiplies.
