"""How Sphinx makes the site. `make site` fills in the lesson, the notes and the slides first."""

import re
import sys
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent))  # for the colours of code

project = "Convolutional networks in an hour"
author = "the authors of the lesson"
language = "en"

extensions = ["myst_nb"]
exclude_patterns = ["made", "extra", "theme"]
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["deflist", "attrs_block"]
myst_heading_anchors = 4

html_theme = "theme"
html_theme_path = ["."]
html_title = project
html_extra_path = ["extra"]
html_copy_source = False
html_show_sphinx = False
html_use_index = False
html_domain_indices = False
html_show_search_summary = False  # it reads other pages, which a browser forbids in a folder
html_permalinks = False
highlight_language = "none"
pygments_style = "theme.ink.Ink"

CHANGES = (
    (r'(<summary) aria-label="Toggle hidden content"', r"\1"),  # its visible words say more
    (r'<th class="head( stub)?', r'<th scope="col" class="head\1'),
    (r'<th class="stub"', '<th scope="row" class="stub"'),
    (r"<p>\[ \] ", "<p>☐ "),
    (r"(<table\b)", r'<div class="wide">\1'),
    (r"(</table>)", r"\1</div>"),
)


def say_more(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Give tables and folded cells what readers of a screen need."""
    for pattern, better in CHANGES:
        context["body"] = re.sub(pattern, better, context.get("body") or "")


def setup(app: Sphinx) -> None:
    """Every page is changed a little before it is written."""
    app.connect("html-page-context", say_more)
