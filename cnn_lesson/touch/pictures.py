"""The three pictures as a notebook shows them: a widget where one can live, a still everywhere."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from cnn_lesson.touch.modules import module, style
from cnn_lesson.touch.stills import stands_still, still

VIEW = "application/vnd.jupyter.widget-view+json"
VALID = {"stride": 1, "padding": "valid"}
QUESTION_1 = [
    {"kind": "Conv2D", "filters": 16, "size": 3, **VALID},
    {"kind": "Conv2D", "filters": 32, "size": 3, **VALID},
    {"kind": "MaxPooling2D", "size": 2, "stride": 2, "padding": "valid"},
    {"kind": "Flatten"},
    {"kind": "Dense", "units": 128},
    {"kind": "Dense", "units": 10},
]


class Touchable:
    """A picture to touch; shown in a notebook, it is a still and the widget that takes its place.

    They are two outputs: a saved notebook keeps both, while the widget is gone with the kernel.
    """

    def __init__(self, name: str, make_widget: Callable[[], Any] | None) -> None:
        self.name = name
        self.widget = None if stands_still() or make_widget is None else _or_none(make_widget)

    def __repr__(self) -> str:
        return still(self.name)[0]["text/plain"]

    def _ipython_display_(self) -> None:
        from IPython.display import display

        bundle, about = still(self.name)
        display(bundle, raw=True, metadata=about)
        if self.widget is not None:
            view, about = self.widget._repr_mimebundle_()  # Colab asks for metadata of its own
            display({VIEW: view[VIEW], "text/html": ""}, raw=True, metadata=about)


def walk_kernel(
    picture: str = "seven", side: int = 9, size: int = 3, stride: int = 1, padding: str = "valid"
) -> Touchable:
    """A window of ``size`` that walks over a picture, its products, sum and feature map."""
    spec = {"picture": picture, "n": side, "size": size, "stride": stride, "padding": padding}
    return Touchable("walk", lambda: widget_class("walk")(spec=spec))


def shapes(input: Sequence[int] = (28, 28, 1), limit: int | None = None) -> Touchable:
    """A stack of layers to build; with a ``limit`` of parameters it begins with Question 1's."""
    spec: dict[str, Any] = {"input": list(input)}
    if limit:
        spec |= {"limit": limit, "layers": QUESTION_1}
    return Touchable("shapes", lambda: widget_class("shapes")(spec=spec))


def your_network(model: Any, pictures: Any = None, names: Sequence[str] | None = None) -> Touchable:
    """A trained Keras model that reads what is drawn, layer by layer.

    ``pictures`` (n, side, side) can be taken instead of drawing, by default test digits; ``names``
    are those of the classes. A model that takes no square pictures is refused in one sentence.
    """

    def widget() -> Any:
        from cnn_lesson.touch.networks import make_network

        return make_network(widget_class("network"), model, pictures, names)

    return Touchable("network", widget)


def _or_none(make_widget: Callable[[], Any]) -> Any:
    """The widget, or None where anywidget is not installed: the still stands then."""
    try:
        return make_widget()
    except ModuleNotFoundError as missing:
        if missing.name not in ("anywidget", "ipywidgets", "traitlets"):
            raise
        return None


@functools.cache
def widget_class(name: str) -> type:
    """The widget of a picture. Raises ModuleNotFoundError without anywidget."""
    import anywidget
    import traitlets

    members = {
        "_esm": module(name),
        "_css": style(),
        "spec": traitlets.Dict().tag(sync=True),
        "weights": traitlets.Bytes().tag(sync=True),
        "pictures": traitlets.Bytes().tag(sync=True),
        "__module__": __name__,
        "__doc__": f"The picture {name!r} as a widget.",
    }
    return type(f"Touch{name.title()}", (anywidget.AnyWidget,), members)
