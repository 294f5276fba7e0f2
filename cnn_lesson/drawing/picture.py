"""A figure as a learner meets it: pixels, and the same thing in words."""

import base64
import html
import io
from dataclasses import dataclass

from matplotlib.figure import Figure
from PIL import Image

CSS_PIXELS_PER_INCH = 96
DPI = 288  # three pixels for each of the page, so that a beamer shows no steps
COLOURS = 128  # a palette this large halves the file and is not seen


@dataclass(frozen=True)
class Picture:
    """A PNG, its text equivalent, and the size in CSS pixels at which it is shown.

    JupyterLab and nbconvert's default template both ignore an `alt` in the metadata of an output,
    so the picture also goes out as an HTML `img` element, which both prefer to the PNG. The PNG and
    its metadata serve viewers that take pictures out of HTML, LaTeX and other readers of notebooks.
    """

    png: bytes
    alt: str
    width: int
    height: int

    @classmethod
    def of(cls, figure: Figure, alt: str) -> "Picture":
        """Return the picture of all that is drawn on a figure; equal drawings give equal bytes."""
        stream, at_once = io.BytesIO(), {"compress_level": 0}
        tight = {"bbox_inches": "tight", "pad_inches": 0.08}
        figure.savefig(stream, format="png", dpi=DPI, pil_kwargs=at_once, **tight)
        image = Image.open(stream).convert("RGB")
        image = image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        stream = io.BytesIO()
        image.save(stream, "png", optimize=True)
        sides = (round(side * CSS_PIXELS_PER_INCH / DPI) for side in image.size)
        return cls(stream.getvalue(), alt, *sides)

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, dict[str, object]]]:
        """The forms a notebook may show, and what is said about them."""
        if not self.png:
            words = f"<p>Figure: {html.escape(self.alt)}</p>"
            return {"text/html": words, "text/plain": self.alt}, {}
        pixels = base64.b64encode(self.png).decode("ascii")
        element = (
            f'<img src="data:image/png;base64,{pixels}" alt="{html.escape(self.alt)}" '
            f'width="{self.width}" style="max-width:100%;height:auto">'
        )
        data = {"text/html": element, "image/png": pixels, "text/plain": self.alt}
        return data, {"image/png": {"alt": self.alt, "width": self.width, "height": self.height}}
