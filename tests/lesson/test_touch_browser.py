"""The pictures to touch in Chromium: they compute as Keras does, and everybody can use them."""

import base64
import json

import keras
import numpy as np
import pytest
from keras import layers

from cnn_course.site.touch import page as page_of
from cnn_course.site.touch_stills import SEVEN, draw
from cnn_lesson.arithmetic import conv_parameters, dense_parameters, output_shape
from cnn_lesson.touch.modules import module
from cnn_lesson.touch.networks import describe
from tests.support.accessibility import (
    AXE_OPTIONS,
    CHROMIUM,
    DESKTOP,
    FLAGS,
    IMPACTS,
    PHONE,
    SIDEWAYS,
    STEP_MS,
    axe,
)

pytestmark = [pytest.mark.slow, pytest.mark.browser]

IMPORT = """async ({source, call, data}) => {
  const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  const module = await import(url);
  return (new Function("module", "data", call))(module, data);
}"""
FORWARD = """
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const floats = (text) => new Float32Array(bytes(text).buffer);
  const picture = { data: floats(data.picture), shape: data.layers.input };
  return module.forward(data.layers.layers, floats(data.weights), picture)
    .map(({ data, shape }) => ({ shape, data: Array.from(data) }));
"""
CENTRE = """
  const strokes = module.centred(data);
  const ink = module.rasterize(strokes);
  return { ink: Array.from(ink), middle: module.centreOfMass(ink, 28) };
"""


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A page with the three pictures, in a folder, without a server."""
    path = tmp_path_factory.mktemp("touch") / "page.html"
    path.write_text(page_of(), encoding="utf-8")
    return path


@pytest.fixture
def page(browser, file):
    """That page, open, with what it said on the console kept."""
    opened = show(browser, file)
    yield opened
    faults = opened.faults
    opened.context.close()
    assert faults == []


def show(browser, file, width=DESKTOP, **about):
    context = browser.new_context(viewport={"width": width, "height": 900}, **about)
    opened = context.new_page()
    opened.faults = []
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.set_default_timeout(STEP_MS)
    opened.goto(file.as_uri())
    opened.locator(".ct-stack").wait_for()
    return opened


def run(page, name, call, data):
    """What a function body makes of data, given the module of a picture."""
    return page.evaluate(IMPORT, {"source": module(name), "call": call, "data": data})


def lesson():
    """The network of Question 1."""
    return [
        layers.Conv2D(16, 3, activation="relu"),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]


def strided():
    """Even kernels, strides, padding on one side, pooling that overlaps, dropout."""
    return [
        layers.Conv2D(4, (4, 2), strides=(2, 3), padding="same", activation="tanh"),
        layers.MaxPooling2D(3, strides=2, padding="same"),
        layers.Conv2D(5, 2, use_bias=False, activation="elu"),
        layers.AveragePooling2D(2, strides=1, padding="same"),
        layers.Dropout(0.5),
        layers.Flatten(),
        layers.Dense(6, activation="sigmoid"),
        layers.Dense(10),
        layers.Softmax(),
    ]


def dilated():
    """Gaps in the kernel, normalization, a Dense layer on pixels, one number a map."""
    return [
        layers.Conv2D(4, 3, dilation_rate=2),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Dense(3, activation="silu"),
        layers.GlobalAveragePooling2D(),
        layers.Reshape((3,)),
        layers.Dense(10, activation="leaky_relu"),
    ]


@pytest.mark.parametrize("stack", [lesson, strided, dilated])
def test_the_browser_computes_what_keras_does(page, stack):
    """Is every layer's every number within 1e-5 of Keras?"""
    keras.utils.set_random_seed(5)
    network = keras.Sequential([layers.Input((28, 28, 1)), *stack()])
    for layer in network.layers:  # no factor that is 1 and no offset that is 0
        shaken = [
            w + np.random.default_rng(7).uniform(0, 0.1, w.shape) for w in layer.get_weights()
        ]
        layer.set_weights(shaken)
    picture = np.random.default_rng(2).random((28, 28), "float32")
    spec, weights = describe(network)
    assert not spec["in_kernel"]
    coded = {"picture": picture, "weights": weights}
    data = {key: base64.b64encode(value.tobytes()).decode() for key, value in coded.items()}
    found = run(page, "network", FORWARD, data | {"layers": spec})
    seen = keras.Model(network.inputs[0], [layer.output for layer in network.layers])
    for layer, got, wanted in zip(
        network.layers, found, seen(picture[None, ..., None], training=False), strict=True
    ):
        wanted = np.asarray(wanted)[0]
        assert got["shape"] == list(wanted.shape), layer.name
        scale = max(np.abs(wanted).max(), 1)
        assert np.abs(np.array(got["data"]) - wanted.ravel()).max() <= 1e-5 * scale, layer.name


@pytest.mark.parametrize(
    "strokes",
    [
        [[[1, 1], [5, 1], [3, 6]]],
        [[[20, 4], [27, 4], [22, 27]]],
        [[[14, 14]]],
        [[[2, 2], [2, 26]], [[9, 9], [25, 9]]],
    ],
    ids=["small in a corner", "large at the edge", "a dot", "two strokes"],
)
def test_what_is_drawn_is_centred_as_mnist_was(page, strokes):
    """Does ink drawn anywhere fill a box of 20, with its centre of mass in the middle?"""
    made = run(page, "network", CENTRE, strokes)
    assert np.allclose(made["middle"], 14, atol=0.25)
    rows, columns = np.nonzero(np.array(made["ink"]).reshape(28, 28) > 0.5)
    longest = max(np.ptp(rows), np.ptp(columns)) + 1
    assert longest <= 20 and (longest >= 18 or len(strokes[0]) == 1)


def test_windows_stop_where_keras_stops(page):
    """Are stride, padding, dilation and sizes that do not divide counted as Keras counts them?"""
    call = "return data.map(([n, about]) => module.stops(n, about))"
    cases = [
        (n, {"size": k, "stride": s, "padding": padding, "dilation": d})
        for n in (5, 6, 26, 28)
        for k in (1, 2, 3, 5)
        for s in (1, 2, 3)
        for padding in ("valid", "same")
        for d in (1, 2)
    ]
    for (n, about), made in zip(cases, run(page, "walk", call, cases), strict=True):
        reach = (about["size"] - 1) * about["dilation"] + 1
        if about["padding"] == "valid" and reach > n:
            assert made["count"] == 0
        else:
            wanted = output_shape(n, n, reach, about["stride"], about["padding"])[0]
            assert made["count"] == wanted, (n, about)
    uneven = {"size": 3, "stride": 2, "padding": "valid", "dilation": 1}
    (made,) = run(page, "walk", call, [(26, uneven)])
    assert (made["count"], made["left"]) == (12, 1)


def test_stacked_layers_have_keras_shapes_and_counts(page):
    """Do shapes and counts agree with the lesson's arithmetic, which is checked against Keras?"""
    stack = [
        {"kind": "Conv2D", "filters": 16, "size": 5, "stride": 2, "padding": "same"},
        {"kind": "MaxPooling2D", "size": 3, "stride": 2, "padding": "valid"},
        {"kind": "Flatten"},
        {"kind": "Dense", "units": 10},
    ]
    call = "return module.stacked([28, 28, 3], data)"
    conv, pool, flat, dense = run(page, "shapes", call, stack)
    assert conv["shape"] == [14, 14, 16] and conv["parameters"] == conv_parameters(16, 5, 3)
    assert pool["shape"] == [6, 6, 16] and flat["shape"] == [576]
    assert dense["parameters"] == dense_parameters(576, 10)
    stack[1]["size"] = 15
    _, pool, flat, _ = run(page, "shapes", call, stack)
    assert "does not fit into 14 × 14" in pool["fault"] and flat["idle"]
    _, flat, conv = run(page, "shapes", call, [stack[0], stack[2], stack[0]])
    assert "expected min_ndim=4, found ndim=2" in conv["fault"]


def test_a_seven_drawn_with_the_mouse_is_read(page):
    """Do the probabilities move while one draws, and is a 7 a 7?"""
    root = page.locator("[data-touch=network] .ct")
    assert root.get_attribute("data-reading") == ""
    draw(page, SEVEN)
    page.wait_for_function("document.querySelector('[data-reading=\"7\"]')")
    assert "Read as 7" in page.locator(".ct-verdict").inner_text()
    assert float(root.get_attribute("data-latency")) < 500


def test_a_seven_drawn_with_keys_is_read_and_said(page):
    """Can one draw without a mouse, and hear what it is read as?"""
    page.locator(".ct-pad").focus()
    press(page, ["ArrowUp"] * 9 + ["ArrowLeft"] * 7 + [" "] + ["ArrowRight"] * 14)
    press(page, ["ArrowDown", "ArrowDown", "ArrowLeft"] * 8 + [" "])
    page.wait_for_function("document.querySelector('[data-reading=\"7\"]')")
    live = page.locator("[data-touch=network] [role=status]")
    page.wait_for_timeout(500)
    assert "Read as 7" in live.inner_text() or "Pen up" in live.inner_text()
    press(page, ["Delete"])
    page.wait_for_function("document.querySelector('[data-reading=\"\"]')")


def press(page, keys):
    for key in keys:
        page.keyboard.press(key)


def test_a_digit_in_the_corner_is_misread_unless_it_is_centred(page):
    """Does the switch show why MNIST was centred?"""
    corner = tuple((x * 0.3 + 0.02, y * 0.3 + 0.02) for x, y in SEVEN)
    draw(page, corner)
    page.wait_for_function("document.querySelector('[data-reading=\"7\"]')")
    page.get_by_label("Centre and scale it as MNIST was").uncheck()
    page.wait_for_function("!document.querySelector('[data-reading=\"7\"]')")
    assert "no others" in page.locator(".ct-seen").inner_text()


def test_a_value_says_what_made_it(page):
    """Do the products shown add up to the value, with the bias?"""
    draw(page, SEVEN)
    page.wait_for_function("document.querySelector('[data-reading=\"7\"]')")
    for row, words in enumerate(["Number × weight", "largest", "sum runs over all 8", "largest"]):
        page.locator(".ct-layer").nth(row).locator(".ct-maps button").first.click()
        assert words in page.locator(".ct-lens").inner_text()
    page.locator(".ct-layer").nth(5).locator(".ct-maps button").first.click()
    lens = page.locator(".ct-lens").inner_text()
    assert "The other 391 add" in lens and "softmax" in lens and "Unit 8" in lens
    page.keyboard.press("ArrowLeft")
    assert "Unit 7" in page.locator(".ct-lens").inner_text()


def test_everything_is_within_reach_of_the_keyboard(page):
    """Is each control a stop of the Tab key, once, in the order of the page, with a name?"""
    page.get_by_role("button", name="Take a test picture").click()
    controls = page.evaluate(
        """() => [...document.querySelectorAll(
          ".ct :is(button, input, select, canvas[tabindex])")].filter(e => e.tabIndex === 0 &&
          !e.disabled && e.getClientRects().length).length"""
    )
    page.locator("h1").click()
    tops = []
    for _ in range(controls):
        page.keyboard.press("Tab")
        tops.append(page.evaluate("document.activeElement.closest('[data-touch]')?.dataset.touch"))
    assert tops == sorted(tops, key=["walk", "network", "shapes"].index)
    assert set(tops) == {"walk", "network", "shapes"}


def test_the_window_walks_with_arrow_keys(page):
    """Does the map grow with each step, and is the sum said aloud?"""
    page.locator("[data-touch=walk] canvas").first.focus()
    press(page, ["ArrowRight", "ArrowDown"])
    page.wait_for_timeout(500)
    said = page.locator("[data-touch=walk] [role=status]").inner_text()
    assert "row 2, column 2" in said and "3 of 49 stops" in said and "sum is" in said


def test_sizes_that_do_not_divide_and_that_do_not_fit_are_said(page):
    """Is 26 with steps of 2 a map of 12, one row left over, and a window too large a sentence?"""
    walk = page.locator("[data-touch=walk]")
    walk.get_by_label("Its side").fill("26")
    walk.get_by_label("Stride").fill("2")
    assert "12 × 12 = 144 stops" in walk.inner_text() and "1 row and column" in walk.inner_text()
    walk.get_by_label("Its side").fill("4")
    walk.get_by_label("Dilation").fill("3")
    assert "nothing is left" in walk.inner_text()
    walk.get_by_label("Padding").select_option("same")
    assert "2 × 2 = 4 stops" in walk.inner_text()


def test_a_stack_is_built_with_buttons_and_says_where_nothing_is_left(page):
    """Can layers be added, moved and removed, and does the fault name its layer?"""
    stack = page.locator("[data-touch=shapes]")
    for _ in range(2):
        stack.get_by_role("button", name="Move layer 2, MaxPooling2D down").click()
        if stack.get_by_text("found ndim=2").count():
            break
    assert "found ndim=2" in stack.inner_text()
    stack.get_by_role("button", name="Remove layer 3, MaxPooling2D").click()
    assert "This network cannot be built" not in stack.inner_text()
    stack.get_by_label("Window").first.fill("11")
    stack.get_by_label("Input rows").fill("8")
    assert "a window of 11 × 11 does not fit into 8 × 28" in stack.inner_text()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize(("scheme", "ground"), [("light", "#fff"), ("dark", "#111")])
def test_nobody_is_left_out(browser, file, tmp_path, scheme, ground, width):
    """Does axe find nothing serious, by day and by night, on a desk and on a phone?"""
    path = tmp_path / "page.html"
    style = f"<style>body{{background:{ground}}}h1{{color:#777}}</style></head>"
    path.write_text(file.read_text(encoding="utf-8").replace("</head>", style))
    opened = show(browser, path, width, color_scheme=scheme, reduced_motion="reduce")
    draw(opened, SEVEN)
    opened.locator(".ct-layer").nth(2).locator(".ct-maps button").first.click()
    opened.get_by_label("Window", exact=True).first.fill("11")
    opened.get_by_label("Input rows").fill("8")
    dark = opened.locator(".ct").first.get_attribute("data-dark")
    assert dark == str(scheme == "dark").lower()
    opened.evaluate(axe())
    found = opened.evaluate("options => axe.run(document, options)", AXE_OPTIONS)["violations"]
    assert [rule["nodes"][0]["html"] for rule in found if rule["impact"] in IMPACTS] == []
    opened.context.close()


def test_it_fits_a_phone_and_stands_still_where_that_is_wished(browser, file):
    """Does nothing scroll sideways at 390 pixels, and does the walk not move by itself?"""
    opened = show(browser, file, PHONE, reduced_motion="reduce", has_touch=True)
    draw(opened, SEVEN)
    opened.locator(".ct-layer").nth(2).locator(".ct-maps button").first.click()
    assert not opened.evaluate(SIDEWAYS)
    opened.get_by_role("button", name="Walk", exact=True).click()
    label = opened.locator("[data-touch=walk] canvas").nth(1).get_attribute("aria-label")
    assert "49 of them done" in label
    assert json.dumps(opened.faults) == "[]"
    opened.context.close()
