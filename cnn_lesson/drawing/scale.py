"""Which colour a value has, and the palette of everything else."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import Colormap

# Okabe and Ito's palette, pale forms of it, and greys. Words are INK or QUIET: they read well.
INK, QUIET, RULE, PAPER = "#1a1a1a", "#555555", "#b5b5b5", "#f2f2f2"
BLUE, SKY, ORANGE, VERMILLION = "#0072b2", "#56b4e9", "#e69f00", "#d55e00"
PALE_BLUE, PALE_ORANGE, PALE_GREEN, PALE_PINK = "#cfe8f7", "#fbe2ad", "#c4e8dc", "#f3d5e5"

SHARE_INSIDE = 0.995  # of a large signed array, this share of values lies inside the scale
LARGE = 4000


@cache
def colour_map(name: str) -> Colormap:
    """One of Matplotlib's colour maps, with white for what is not a number."""
    return colormaps[name].with_extremes(bad="white")


@dataclass(frozen=True)
class Scale:
    """The colours of values.

    Values that are never negative run from black to white. Signed values run along cividis with
    zero in its middle: dark blue, grey, yellow. Its lightness only ever rises, so that it reads in
    grey and with every kind of colour vision.
    """

    low: float
    high: float
    clipped: bool = False

    @classmethod
    def of(cls, *arrays: np.ndarray) -> "Scale":
        """Return one scale for all arrays: 0 to 1 or 255 for pictures, else as far as they go."""
        values = np.concatenate([np.ravel(array).astype(float) for array in arrays])
        values = values[np.isfinite(values)]
        largest = max(np.abs(values).max(initial=0), 1e-12)
        if values.min(initial=0) < -1e-6 * largest:
            inner = np.quantile(np.abs(values), SHARE_INSIDE) if values.size > LARGE else largest
            limit = float(inner or largest)
            return cls(-limit, limit, limit < largest)
        if any(array.dtype == np.uint8 and array.max() > 1 for array in arrays):
            return cls(0.0, 255.0)
        return cls(0.0, 1.0 if 0.5 < largest < 1 and values.size > 100 else float(largest))

    @property
    def signed(self) -> bool:
        """Whether negative values have colours of their own."""
        return self.low < 0

    def colours(self, array: np.ndarray) -> np.ndarray:
        """Return colours of shape (..., 4), each in 0..1; what is not a number is white."""
        with np.errstate(all="ignore"):
            share = np.clip((np.asarray(array, float) - self.low) / (self.high - self.low), 0, 1)
        return colour_map("cividis" if self.signed else "gray")(np.ma.masked_invalid(share))

    def ink(self, value: float) -> str:
        """Return the text colour, white or dark, that reads better on the value's colour."""
        light = self.colours(np.array([value]))[0, :3] ** 2.2 @ (0.2126, 0.7152, 0.0722)
        return "white" if 1.05 / (light + 0.05) > (light + 0.05) / 0.06 else INK
