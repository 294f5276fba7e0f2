"""The figures: do they say in words what they show, and stand whatever they are handed?"""

import base64
import functools
import inspect
import struct
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from cnn_lesson import figures
from cnn_lesson.drawing import board, picture, scale
from cnn_lesson.drawing.drawable import number
from cnn_lesson.drawing.picture import Picture
from cnn_lesson.drawing.training import shade

PNG_START = b"\x89PNG\r\n\x1a\n"
LAPTOP_PX = 900
EMPTY = "nothing to draw yet"
NAMES = "T-shirt Trouser Pullover Dress Coat Sandal Shirt Sneaker Bag Boot".split()
EDGE = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
RAMP = np.arange(36).reshape(6, 6)
DIGITS = np.random.default_rng(1).integers(0, 256, (8, 28, 28), dtype=np.uint8)
LABELS = np.array([0, 1, 2, 3, 4, 4, 4, 9])
SAID = np.array([0, 1, 2, 3, 4, 9, 9, 4])
SHARES = np.array([0.05, 0.05, 0, 0, 0.75, 0, 0, 0, 0, 0.15])
HISTORY = {
    "loss": [2.0, 0.5, 0.25],
    "accuracy": [0.5, 0.8, 0.9],
    "val_loss": [1.9, 0.6, 0.7],
    "val_accuracy": [0.55, 0.75, 0.77],
}
NETWORKS = [
    {"name": "Dense 128", "parameters": 596042, "train": 0.999, "validation": 0.957},
    {"name": "Dense 32", "parameters": None, "train": 0.95, "validation": 0.96},
]

# A call of every figure, and words that its text equivalent must hold.
CASES = {
    "anatomy": (
        ([("Input 28×28", "input"), ("Flatten", "hidden"), ("Dense 10", None)],),
        ["top to bottom: Input 28×28 (input)", "; Flatten (hidden)", "; Dense 10 (?)"],
    ),
    "picture": ((RAMP,), ["6 × 6", "6 7 8 9 10 11"]),
    "unit": (([1, 2], [3, -4], 1.5), ["1 × 3 + 2 × -4 = -5", "bias 1.5: -3.5", "leaves 0"]),
    "channels": (
        (np.ones((2, 2, 3), int), np.arange(12).reshape(2, 2, 3), 1),
        ["red: patch 2 × 2", "rows: 0 3; 6 9, sum 18", "All in all 66, with the bias 67"],
    ),
    "receptive_field": (([3, 3],), ["5 × 5 of the picture", "3 × 3 of the map 1", "1 × 1 of"]),
    "kernel_learned": (
        (RAMP, [EDGE * part for part in (0, 0.5, 1)], RAMP[1:5, 1:5] * 0 + 6),
        ["before, step 0: 0 0 0", "error 36", "after, step 2: -1 0 1", "error 0"],
    ),
    "kernels_compared": (
        (np.zeros((3, 3, 1, 2)), np.stack([EDGE * 0, EDGE], -1)[:, :, None]),
        ["2 kernels", "Kernel 2 looks for edges that are brighter on the right"],
    ),
    "seen": (
        (RAMP, 3, np.stack([RAMP, -RAMP], -1)),
        ["labelled 3", "2 feature maps", "17.5"],
    ),
    "pictures": (([RAMP, -RAMP, None], ["up", "down"]), ["1 up: 6 × 6", "2 down", EMPTY]),
    "before_after": ((RAMP, RAMP[1:5, 1:5] * 0.5, EDGE), ["-1 0 1; -1 0 1", "4 × 4", "3.5 4"]),
    "numbers": (([[1, 0.25], [-3, 1e-5]],), ["2 × 2", "1 0.25; -3 0.00001"]),
    "flip_demo": (
        (np.pad([[1]], 2), RAMP[:3, :3]),
        ["14 13 12; 8 7 6; 2 1 0", "0 0 1 2 0; 0 6 7 8 0; 0 12 13 14 0"],
    ),
    "kernel_walk": ((5, 7, 3, 2), ["2 × 3 = 6 stops", "begin at 0, 2.", "begin at 0, 2, 4."]),
    "pooling": ((RAMP, RAMP[1::2, 1::2], 2), ["Windows 2 × 2, stride 2", "7 9 11; 19 21 23"]),
    "flatten_order": ((2, 2, 2), ["Channel 0: 2 × 2, rows: 0 2; 4 6", "Channel 1", "1 3; 5 7"]),
    "digits": ((DIGITS, LABELS, SAID), ["0 ✓", "✗ 4, said 9", "3 of 8 wrong"]),
    "label_counts": ((LABELS, NAMES), ["Coat 3", "Bag 0", "8 labels"]),
    "learning_curves": ((HISTORY,), ["from 2.000 to 0.250", "lowest 0.600 in epoch 2", "0.770"]),
    "confusion": ((LABELS, SAID), ["5 of 8 right", "4 as 9 2; 9 as 4 1", "4 1;"]),
    "probabilities": ((DIGITS[0], SHARES, NAMES), ["Coat 0.75", "Boot 0.15", "says Coat"]),
    "kernels": ((np.full((3, 3, 1, 16), -0.5),), ["16 kernels of 3 × 3", "-0.5"]),
    "feature_maps": ((np.stack([RAMP, RAMP * 2], -1),), ["2 feature maps of 6 × 6", "35, 70"]),
    "parameter_bars": (
        (["Conv2D", "Flatten", "Dense"], [160, 0, 12560]),
        ["Conv2D 160", "Flatten 0", "Dense 12,560"],
    ),
    "shuffled": ((DIGITS, DIGITS[:, ::-1]), ["6 images", "6 pairs hold the same values"]),
    "accuracy_table_plot": ((NETWORKS,), ["596,042", "0.957", "gap +0.042", "gap -0.010"]),
}
DRAWN = sorted(set(figures.__all__) - {"photo"})


class Trap:
    """Raises whatever is done with it."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __len__(self):
        raise RuntimeError("len")

    __iter__ = __array__ = __str__ = __repr__ = __float__ = __index__ = __len__


def unsolved():
    raise NotImplementedError


JUNK = {
    "none": None,
    "text": "twelve",
    "number": 3,
    "nan": float("nan"),
    "empty": [],
    "mapping": {"loss": "high"},
    "ragged": [[1], [2, 3]],
    "nan array": np.full((6, 6), np.nan),
    "infinite": np.full((6, 6), np.inf),
    "complex": np.full((6, 6), 1j),
    "five axes": np.zeros((2, 2, 2, 2, 2)),
    "negative": [-1, -2],
    "objects": np.array([None, "a"], dtype=object),
    "trap": Trap(),
    "unsolved": unsolved,
    "huge": np.zeros((3000, 3000)),
}

TWICE = ("none", "text", "nan array", "trap")  # tried in a second place, too


def draw(name, *extra, **settings):
    """A figure of the cases by its name; further arguments replace the first ones."""
    arguments = list(CASES[name][0])
    arguments[: len(extra)] = extra
    return getattr(figures, name)(*arguments, **settings)


@functools.cache
def drawn(name):
    """A figure of the cases, drawn once for all who only look at it."""
    return draw(name)


coarse_frame = functools.cache(board.nothing_yet)


@pytest.fixture
def coarse(monkeypatch):
    """Few pixels, and one empty frame for the same words, where a test asks for no more."""
    monkeypatch.setattr(picture, "DPI", 30)
    monkeypatch.setattr(board, "nothing_yet", coarse_frame)


def size_of(png):
    assert png.startswith(PNG_START)
    return struct.unpack(">II", png[16:24])


def test_every_figure_is_tested():
    """Does each public figure have a case here?"""
    assert sorted(CASES) == DRAWN


def test_a_path_of_kernels_may_be_asked_for_before_it_is_there(coarse):
    """Is a function called for it, as the notebook hands one over?"""
    image, path, wanted = CASES["kernel_learned"][0]
    asked = figures.kernel_learned(image, lambda: path, lambda: wanted)
    assert str(asked) == str(figures.kernel_learned(image, path, wanted))


@pytest.mark.parametrize("name", DRAWN)
def test_words_hold_what_the_picture_shows(name):
    """Could somebody who hears the figure answer what somebody who sees it can?"""
    alt = drawn(name).alt
    assert [words for words in CASES[name][1] if words not in alt] == []


@pytest.mark.parametrize("name", DRAWN)
def test_figure_is_drawn_at_a_size_that_fits(name):
    """Is it a real PNG, sharp, and no wider than a laptop shows?"""
    picture = drawn(name)
    if name != "pictures":
        assert EMPTY not in picture.alt.lower()
    assert picture.width <= LAPTOP_PX
    assert size_of(picture.png)[0] >= 1.4 * picture.width


@pytest.mark.parametrize("name", DRAWN)
def test_same_call_gives_the_same_bytes(name):
    """Does a second build leave no trace in the repository?"""
    first, second = drawn(name), draw(name)
    assert (first.png, first.alt) == (second.png, second.alt)


@pytest.mark.parametrize("name", DRAWN)
def test_callers_title_is_the_first_sentence(name, coarse):
    """May a notebook say its finding in its own words, however many?"""
    finding = "One finding, told at some length: " + "it holds for $every$ 3 × 3 window " * 4
    picture = draw(name, title=finding)
    assert picture.alt.startswith(finding.strip() + ". ")
    assert picture.width <= LAPTOP_PX


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("name", DRAWN)
def test_junk_gives_a_picture(name, junk, coarse):
    """Does a figure stand, in its first two places, whatever a learner hands over?"""
    places = [
        parameter
        for parameter in inspect.signature(getattr(figures, name)).parameters
        if parameter not in ("title", "titles", "cols")
    ]
    for place in range(len(places[: 2 if junk in TWICE else 1])):
        arguments = list(CASES[name][0])
        arguments[place : place + 1] = [JUNK[junk]]
        picture = getattr(figures, name)(*arguments)
        size_of(picture.png)
        assert picture.alt


@pytest.mark.parametrize("name", sorted(set(DRAWN) - {"pictures"}))
def test_nothing_to_draw_is_said(name, coarse):
    """Is an open blank shown as an empty frame that keeps the title?"""
    picture = draw(name, None, title="Soon to come")
    assert picture.alt.startswith("Soon to come. Nothing to draw yet: ")


def test_an_answer_not_yet_there_leaves_its_place_empty(coarse):
    """Is the picture drawn, though the learner's function is still a stub?"""
    assert "Feature map: nothing to draw yet" in draw("before_after", RAMP, unsolved).alt
    assert "Pooled: nothing to draw yet" in draw("pooling", RAMP, None).alt


def test_a_slip_in_the_notebook_is_not_hidden():
    """Does a call that cannot be right fail where its author sees it?"""
    with pytest.raises(TypeError):
        figures.picture(RAMP, tytle="?")


@pytest.mark.parametrize(
    ("images", "words"),
    [(DIGITS[..., None], "3 of 8 wrong"), (DIGITS[:1, ..., None], "0 of 1 wrong")],
)
def test_channel_axis_and_one_hot_labels_are_welcome(images, words, coarse):
    """May images and labels come as a network takes and gives them?"""
    picture = figures.digits(images, np.eye(10)[LABELS], np.eye(10)[SAID] * 0.9)
    assert words in picture.alt


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((26, 26, 3, 2), "12 × 12 = 144 stops"),
        ((28, 28, 5), "24 × 24 = 576 stops"),
        ((5, 5, 3, 1, "same"), "5 × 5 = 25 stops"),
        ((6, 6, 3, 2, "same"), "padding 0 before and 1 after"),
        ((5, 7, (1, 3), (2, 1), 1), "4 × 7 = 28 stops"),
        ((3, 3, 5), "0 × 0 = 0 stops"),
    ],
)
def test_window_walks_as_in_keras(arguments, words, coarse):
    """Does the walk follow Keras' arithmetic, "same" and oblong windows too?"""
    assert words in figures.kernel_walk(*arguments).alt


@pytest.mark.parametrize(
    ("kernel", "side"),
    [(EDGE, "on the right"), (-EDGE, "on the left"), (EDGE.T, "below"), (-EDGE.T, "above")],
)
def test_a_kernel_is_read_aloud_as_it_fires(kernel, side, coarse):
    """Does a picture that is brighter on that side give the largest number?"""
    weights = np.stack([np.eye(3), kernel], -1)[:, :, None]
    assert figures.kernels_compared(weights, weights).alt.startswith(
        f"Kernel 2 looks for edges that are brighter {side}."
    )


def test_a_part_of_a_picture_is_framed():
    """Is the frame seen, and said in words?"""
    framed = figures.picture(RAMP, marked=(1, 2, 3, 4))
    assert "Framed: rows 1 to 3, columns 2 to 5" in framed.alt
    assert framed.png != figures.picture(RAMP).png


def test_numbers_keep_the_greys_of_their_picture():
    """Is 0.66 grey where 1 is white, in the table as in the picture?"""
    table = np.array([[0.0, 0.66]])
    assert figures.numbers(table, span=(0, 1)).png != figures.numbers(table).png
    assert scale.Scale(0.0, 1.0).colours(table)[0, 1, 0] == pytest.approx(0.66, abs=0.01)


def test_bars_are_as_long_as_counts_are_large():
    """Is the axis linear, so that thirty times looks like thirty times?"""
    assert "logarithmic" not in drawn("parameter_bars").alt
    assert "logarithmic" not in inspect.getsource(figures.parameter_bars)


def test_titles_of_a_training_follow_its_numbers(coarse):
    """Does a training that overfits not get a title that praises it?"""
    worse = HISTORY | {"val_accuracy": [0.6, 0.5, 0.4]}
    assert "accuracy 0.900, in validation 0.400" in figures.learning_curves(worse).alt


def test_a_network_without_validation_is_drawn(coarse):
    """Is a history of the training part alone shown?"""
    alt = figures.learning_curves({"loss": [1.0, 0.5]}).alt
    assert "training loss" in alt and "validation" not in alt


def test_photo_is_a_picture_with_upright_and_level_edges():
    """Is there a real picture without a network, good for edge kernels?"""
    photo = figures.photo()
    assert photo.shape == (200, 170) and photo.dtype == float
    assert 0 <= photo.min() < 0.1 and 0.9 < photo.max() <= 1
    assert min(np.abs(np.diff(photo, axis=axis)).max() for axis in (0, 1)) > 0.5
    photo[:] = 0
    assert figures.photo().any()


def test_notebook_gets_the_words_in_every_form():
    """Do JupyterLab (HTML), viewers of pixels alone and a terminal each get the words?"""
    picture = Picture(PNG_START, 'a "quoted" <title> & more', 100, 50)
    data, about = picture._repr_mimebundle_()
    assert 'alt="a &quot;quoted&quot; &lt;title&gt; &amp; more" width="100"' in data["text/html"]
    assert data["text/plain"] == repr(picture) == picture.alt
    assert base64.b64decode(data["image/png"]) == PNG_START
    assert about == {"image/png": {"alt": picture.alt, "width": 100, "height": 50}}


def test_every_figure_of_the_solutions_has_pixels_for_viewers_without_html(root):
    """Is there an image, with its words in the metadata, wherever HTML holds a picture?"""
    outputs = [
        output
        for path in (root / "solutions" / "cnn").glob("*.ipynb")
        for cell in nbformat.read(path, 4).cells
        for output in cell.get("outputs", ())
        if "<img" in output.get("data", {}).get("text/html", "")
    ]
    assert len(outputs) > 30
    for output in outputs:
        assert output.data["image/png"][:16] in output.data["text/html"]
        assert output.metadata["image/png"]["alt"] == output.data["text/plain"]


def test_nothing_is_printed_beside_the_picture(tmp_path):
    """Are standard output and error empty, with no cache, no home and odd characters?"""
    code = (
        "from cnn_lesson import figures\n"
        "figures.numbers([[1, float('nan')]], title='\\U0001f642 \\u6f22')\n"
        "figures.learning_curves({'loss': [float('nan')] * 3, 'accuracy': [1, 1]})\n"
    )
    environment = {"HOME": "/dev/null", "MPLCONFIGDIR": str(tmp_path), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=120
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_learners_matplotlib_style_changes_nothing():
    """Are the figures the same whatever a notebook has set, and is that left alone?"""
    import matplotlib as mpl

    plain = drawn("confusion").png
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "black"}):
        assert draw("confusion").png == plain
        assert mpl.rcParams["font.size"] == 30


# Machado, Oliveira and Fernandes 2009, full protanopia, deuteranopia and tritanopia, on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protan": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deutan": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritan": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
WHITE = np.array([0.9505, 1.0, 1.089])


def lab(colours, blindness="none"):
    """CIELAB of sRGB colours (n, 3) as somebody with this colour vision sees them."""
    linear = np.clip((np.asarray(colours) ** 2.2) @ np.transpose(BLINDNESS[blindness]), 0, 1)
    root = np.cbrt(linear @ np.transpose(TO_XYZ) / WHITE)
    x, y, z = root.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize(
    "pair",
    [
        (scale.BLUE, scale.VERMILLION),
        (scale.BLUE, scale.SKY),
        (scale.PALE_BLUE, scale.PALE_ORANGE),
        (scale.INK, "white"),
        (scale.QUIET, "white"),
    ],
)
def test_colours_used_together_differ_for_everybody(pair, blindness):
    """Can two colours of one figure be told apart with every kind of colour vision?"""
    first, second = lab([to_rgb(colour) for colour in pair], blindness)
    assert np.linalg.norm(first - second) > 15


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_signed_values_grow_lighter_for_everybody(blindness):
    """Does the sign of a value survive colour blindness and a grey printout?"""
    colours = scale.Scale(-1, 1).colours(np.linspace(-1, 1, 21))[:, :3]
    assert (np.diff(lab(colours, blindness)[:, 0]) > 0).all()


def test_signed_scale_has_zero_in_its_middle():
    """Do negative values bring a scale that is the same on both sides of zero?"""
    assert scale.Scale.of(np.array([-1.0, 3.0])) == scale.Scale(-3, 3)
    assert scale.Scale.of(np.array([0.0, 3.0])) == scale.Scale(0, 3)
    assert not scale.Scale.of(np.array([-1e-9, 3.0])).signed


def test_no_text_is_small():
    """Can everything be read from the back of the room?"""
    assert min(board.FONT_PT, board.TITLE_PT) >= 12


@pytest.mark.parametrize("name", DRAWN)
def test_while_a_class_is_graded_a_figure_says_the_same_without_pixels(name, monkeypatch):
    """Are the words the same where nobody looks?"""
    shown = drawn(name)
    monkeypatch.setenv("CNN_LESSON_EVIDENCE", "anywhere")
    silent = draw(name)
    assert silent.alt == shown.alt and not silent.png
    assert "<img" not in silent._repr_mimebundle_()[0]["text/html"]


def test_every_number_of_mistakes_has_a_colour():
    """Is there a colour for each count, whatever the largest one is?"""
    for most in range(501):
        for count in range(most + 1):
            assert all(0 <= part <= 1 for part in shade(count, most)), (count, most)


@pytest.mark.parametrize("mistakes", [1, 6, 12, 24, 41, 48])
def test_a_table_of_many_mistakes_is_drawn(mistakes, coarse):
    """Is the picture there, where it was "nothing to draw yet"?"""
    labels = np.array([0] * mistakes + [1] * 10)
    picture = figures.confusion(labels, np.ones_like(labels))
    assert f"10 of {mistakes + 10} right" in picture.alt


@pytest.mark.parametrize(
    ("value", "told"),
    [(3.0, "3"), (12560, "12,560"), (0.113, "0.11"), (0.0012, "0.0012"), (4.01e-5, "0.00004")],
)
def test_a_number_in_a_title_is_written_out(value, told):
    """Does a beginner read it without knowing what e-05 means?"""
    assert number(value) == told
