"""The pictures to touch on the site: one script with their modules, and stills until it runs."""

from __future__ import annotations

import html
import json
from pathlib import Path

from cnn_course.site.sample_network import sample_network
from cnn_lesson.touch.modules import PARTS, module, style
from cnn_lesson.touch.stills import WIDTH, WORDS, height, pixels

FOLDER = "touch"
"""Folder of the site that holds the script and the stills."""


HOST = Path(__file__).parents[2] / "website" / "theme" / "static" / "touch.js"

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Pictures to touch</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Pictures to touch</h1>{places}</main>
<script>{script}</script><script>{host}</script></body></html>
"""


def script() -> str:
    """The script that holds all modules, their style, and the network of the site."""
    held = {
        "modules": {name: module(name) for name in PARTS},
        "style": style(),
        "states": {"network": sample_network()},
    }
    return f"window.cnnTouch = {json.dumps(held)};\n".replace("</", "<\\/")


def page() -> str:
    """A page with nothing but the three pictures, for tests and for taking the stills."""
    places = "".join(f'<div data-touch="{name}"></div>\n' for name in PARTS)
    return PAGE.format(places=places, script=script(), host=HOST.read_text(encoding="utf-8"))


def write_script(folder: Path) -> None:
    """Write the script, and the stills beside it."""
    folder.mkdir(parents=True)
    (folder / "pictures.js").write_text(script(), encoding="utf-8")
    for name in PARTS:
        (folder / f"{name}.png").write_bytes(pixels(name))


def places() -> dict[str, str]:
    """The place of each picture on a page, by the name of its fragment; a still until it lives."""
    return {f"touch-{name}": _place(name) for name in PARTS}


def _place(name: str) -> str:
    size = f'width="{WIDTH}" height="{height(pixels(name))}"'
    still = f'<img src="{FOLDER}/{name}.png" alt="{html.escape(WORDS[name])}" {size}>'
    return f'<div class="touch" data-touch="{name}">{still}</div>\n'
