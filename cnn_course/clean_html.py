"""A learner's Markdown and HTML as text, tables, pictures and formulas, without anything that acts.

What may stay is listed (HTML by ammonia, through nh3); everything else goes. Markdown is rendered
first, by the renderer that Formgrader uses, so that what is judged is what a browser would get.
Remarks are drawn from a fixed list of words, so that they carry nothing of a learner's.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

import nh3
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.token import STANDARD_TYPES

TEXT = frozenset(
    "a abbr b blockquote br caption center cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small "
    "span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var".split()
)
MATHML = frozenset(
    "math mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup "
    "mtable mtd mtext mtr munder munderover semantics".split()
)
TAGS = TEXT | MATHML
ATTRIBUTES = {
    "*": {"style", "title", "align", "dir", "lang", "role", "aria-label"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "ol": {"start", "type"},
    "font": {"color", "size"},
    "table": {"border"},
    "math": {"display", "xmlns"},
    "mi": {"mathvariant"},
    "mo": {"stretchy", "fence", "separator"},
}
_COLOURS = {name for name in STANDARD_TYPES.values() if name}
CLASSES = {"div": {"highlight"}, "span": _COLOURS, "table": {"dataframe"}}
STYLES = frozenset(
    "background background-color border border-bottom border-collapse border-left border-radius "
    "border-right border-spacing border-top color font-family font-size font-style font-weight "
    "height line-height margin max-width min-width overflow-x padding padding-right text-align "
    "text-decoration text-decoration-color text-decoration-line vertical-align white-space "
    "width".split()
)

COMMON = 20_000
"""Letters: a longer text is no text of the lesson's."""

PICTURE_TYPES = ("image/png", "image/jpeg", "image/webp")
LINK = re.compile(
    r"https?://(?:[\w-]+\.)+(?!local(?:host|domain)?\b)[a-z]{2,}\.?(?::\d+)?(?:[/?#][^\s\\]*)?"
    r"|mailto:[^\s\\]+|#[^\s\\]*",
    re.I,
)
"""Where a link may lead: a host with a name (no number, nothing local), mail, this page."""
PICTURE = re.compile(r"data:image/(?:png|jpeg|webp);base64,[A-Za-z0-9+/=\s]*")
_STYLE_ACTS = re.compile(r"[\\@]|(?<!rgb)(?<!rgba)(?<!hsl)(?<!hsla)\(", re.I)

_MACROS = (
    "href|url|require|unicode|style|class|cssId|data|mmlToken|bbox|texttip|tooltip|toggle|action"
    "|enclose|def|gdef|edef|xdef|let|renewcommand|renewenvironment|newenvironment|csname|input"
    "|include|includegraphics|special|Newextarrow|html[A-Za-z]*"
)
_MACRO = re.compile(rf"\\(?=(?:{_MACROS})(?![A-Za-z]))")
_HALVES = re.compile("[\ud800-\udfff]")
_CODE = re.compile(r"(<(pre|code)\b.*?</\2>)", re.S)

ACTIVE = frozenset(
    "animate applet audio base button embed form frame frameset iframe input link "
    "meta object portal script select source svg template textarea track video".split()
)
HANDLER = "an event handler"
FOREIGN_LINK = "a link that is not http, https or mailto to a named host"
FOREIGN_PICTURE = "a picture that is not in the notebook as PNG, JPEG or WebP"
LOADING_STYLE = "a style that loads"
MACRO = "a formula that does more than show mathematics"
UNREADABLE = "HTML that cannot be read"
FORMGRADERS_IDS = ("notebook", "notebook-container", "statusmessage")


def whole(text: str) -> str:
    """The text with a replacement character for each half of a letter (a lone surrogate)."""
    return _HALVES.sub("\ufffd", text)


def clean(text: str) -> str:
    """The HTML with nothing in it but what is listed; the same again for what is clean already."""
    before, after = None, whole(text)
    while before != after:  # a browser would read it again, too
        before, after = after, _once(after)
    return after


def _once(text: str) -> str:
    return without_macros(_listed(text))


def _listed(text: str) -> str:
    return nh3.clean(
        text,
        tags=set(TAGS),
        clean_content_tags={"script", "style"},
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        filter_style_properties=set(STYLES),
        link_rel="noopener noreferrer",
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The attribute's value, or None where it may not stay."""
    if name == "href":
        return value if LINK.fullmatch(value) else None
    if name == "src":
        return value if PICTURE.fullmatch(value) else None
    if name == "style":
        return None if _STYLE_ACTS.search(value) else value
    return value


def without_macros(text: str) -> str:
    """HTML or TeX whose formulas neither link, load nor define: shown with a ∖ that MathJax skips.

    MathJax reads no formulas in ``pre`` and ``code``, so these keep their backslash.
    """
    parts = _CODE.split(text)
    return "".join(
        "" if number % 3 == 2 else part if number % 3 else _MACRO.sub("∖", part)
        for number, part in enumerate(parts)
    )


class _Render(IPythonRenderer):
    """Formgrader's renderer, which notes what a learner could act with."""

    def __init__(self, pictures: Mapping[str, str], items: Collection[str]) -> None:
        super().__init__(escape=False)
        self.pictures, self.items = pictures, items
        self.noted: set[str] = set()

    def block_html(self, html: str) -> str:
        """Raw HTML, noted."""
        self.noted.add("")
        return super().block_html(html)

    def inline_html(self, html: str) -> str:
        """Raw HTML, noted."""
        self.noted.add("")
        return super().inline_html(html)

    def block_mermaidjs(self, code: str) -> str:
        """The text of a diagram; nbconvert would put it into the page as HTML."""
        self.noted.add("")
        return f"<pre><code>{html.escape(code)}</code></pre>"

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """A heading; its id, made of its words, must not be one that Formgrader looks for."""
        words = html.unescape(re.sub(r"<[^>]*>", "", text)).strip().replace(" ", "-")
        ids = {f"{item}{end}" for item in self.items for end in ("", "-comment", "_extra_credit")}
        if words in ids.union(FORMGRADERS_IDS):
            self.noted.add("")
        return super().heading(text, level, **attrs)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link, noted where it leads elsewhere."""
        if not LINK.fullmatch(url):
            self.noted.add(FOREIGN_LINK)
        return super().link(text, url, title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """A picture, noted where it is not in the notebook."""
        if url.startswith("attachment:"):
            url = self.pictures.get(url.removeprefix("attachment:"), "")
        if not PICTURE.fullmatch(url):
            self.noted.add(FOREIGN_PICTURE)
            url = ""
        return super().image(text, url, title)


def safe_markdown(
    source: str, pictures: Mapping[str, str] | None = None, items: Collection[str] = ()
) -> tuple[str, list[str]]:
    """Markdown that shows the same and cannot act, and what could have acted in it.

    Unchanged where there is neither raw HTML nor anything to be found; else the clean HTML on one
    line, which Markdown takes as it is. ``pictures`` are data addresses by the attachment's name.
    """
    if pictures or len(source) > COMMON:
        return _safe_markdown(source, pictures or {}, items)
    safe, found = _safe_alone(source, frozenset(items))
    return safe, list(found)


@lru_cache(maxsize=1024)
def _safe_alone(source: str, items: frozenset[str]) -> tuple[str, list[str]]:
    """A text without pictures. Most are the lesson's own, and a class hands them in many times."""
    return _safe_markdown(source, {}, items)


def _safe_markdown(
    source: str, pictures: Mapping[str, str], items: Collection[str]
) -> tuple[str, list[str]]:
    renderer, source = _Render(pictures, items), whole(source)
    try:
        shown = MarkdownWithMath(renderer=renderer).render(source)
        found = acting(shown)
    except (Exception, RecursionError):  # a renderer's own fault: Formgrader would show an error
        return _one_line(clean(f"<pre>{html.escape(source)}</pre>")), []
    cleaned = clean(shown)
    found |= renderer.noted - {""}
    if not found and not renderer.noted:
        return source, []
    return _one_line(cleaned), sorted(found)


def shown_markdown(source: str, pictures: Mapping[str, str] | None = None) -> str:
    """Markdown as clean HTML for a page of ours; the text itself where it cannot be rendered."""
    source = whole(source)
    try:
        return clean(MarkdownWithMath(renderer=_Render(pictures or {}, ())).render(source))
    except (Exception, RecursionError):  # a renderer's own fault
        return clean(f"<pre>{html.escape(source)}</pre>")


def safe_html(text: str) -> tuple[str, list[str]]:
    """The clean HTML, and what could have acted in it."""
    return clean(text), sorted(acting(text))


def _one_line(cleaned: str) -> str:
    body = cleaned.strip()
    if not body.startswith("<div"):
        body = f"<div>{body}</div>"
    return re.sub(r"\r\n|\r|\n", "&#10;", body)


def acting(text: str) -> set[str]:
    """What in a page could act, in words of a fixed list."""
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
    except (AssertionError, ValueError, RecursionError):
        reader.found.add(UNREADABLE)
    listed = _listed(whole(text))
    return reader.found | ({MACRO} if without_macros(listed) != listed else set())


class _Reader(HTMLParser):
    """Notes tags, handlers and addresses that are not on the list."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        """Note a tag and its attributes."""
        names = {name for name, _ in attrs}
        box = tag == "input" and names <= {"class", "type", "disabled", "checked"}
        if tag in ACTIVE and not box:  # Markdown's list of tasks has boxes
            self.found.add(f"<{tag}>")
        for name, value in attrs:
            self.found |= _fault(tag, name, value or "")

    def handle_data(self, data: str) -> None:
        """Note a style sheet that loads something."""
        if self.cdata_elem == "style" and re.search(r"url|@import|\\", data, re.I):
            self.found.add(LOADING_STYLE)


def _fault(tag: str, name: str, value: str) -> set[str]:
    """What is wrong with an attribute, if anything."""
    if name.startswith("on"):
        return {HANDLER}
    if name in ("href", "xlink:href", "action", "formaction"):
        return set() if LINK.fullmatch(value) or not value else {FOREIGN_LINK}
    if tag == "img" and name in ("src", "srcset"):
        return set() if PICTURE.fullmatch(value) else {FOREIGN_PICTURE}
    return {LOADING_STYLE} if name == "style" and _STYLE_ACTS.search(value) else set()
