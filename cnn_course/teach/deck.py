"""The notebook that a talk's slides are made of: for each step its cell, then a cell of notes.

Prose and code are those of the stub, so that an answer cell shows its open blank. Outputs come from
the executed solution, except those of answers and of their checks, which would give them away.
"""

from __future__ import annotations

from collections.abc import Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cnn_course.cell_kind import is_answer, is_check
from cnn_course.errors import CourseError
from cnn_course.teach.minutes import at_home
from cnn_course.teach.pagination import parts_of_code, parts_of_prose
from cnn_course.teach.talk import Clip, Step, Talk

FIGURE = "figure"
COURSE = "Convolutional neural networks in an hour"
AT_HOME = "at home"
"""Stands on the slides of what can wait until after the hour."""


def deck(talk: Talk, stub: NotebookNode, solution: NotebookNode) -> NotebookNode:
    """The slides of a talk. Raises CourseError where it shows a cell that the notebook lacks."""
    cells = {cell.id: cell for cell in stub.cells}
    outputs = {cell.id: cell.get("outputs", []) for cell in solution.cells}
    home = at_home(stub)
    shown = title_slide(stub)
    for clip in talk.clips:
        for number, step in enumerate(clip.steps, 1):
            if step.cell not in cells:
                raise CourseError(f"{clip.name}: there is no cell {step.cell} in {talk.notebook}")
            slides = slides_of(clip, number, cells[step.cell], outputs.get(step.cell, []))
            for slide in slides if step.cell in home else ():
                slide.metadata["slideshow"].get("data", {})["home"] = AT_HOME
            shown += slides
    return new_notebook(cells=shown, metadata={**stub.metadata, "title": title_of(stub)})


def title_slide(stub: NotebookNode) -> list[NotebookNode]:
    """The slide that stands there while people come in; it belongs to no clip."""
    slide = new_markdown_cell(f"# {title_of(stub)}")
    data = {"clip": "", "title": COURSE, "cell": "title", "step": "0", "part": "1", "size": "1"}
    slide.metadata["slideshow"] = {"slide_type": "slide", "data": data}
    notes = new_markdown_cell("Begin when everybody has the notebook open.")
    notes.metadata["slideshow"] = {"slide_type": "notes"}
    return [slide, notes]


def title_of(notebook: NotebookNode) -> str:
    """The first heading of a notebook."""
    lines = (line for cell in notebook.cells for line in cell.source.splitlines())
    return next((line[2:] for line in lines if line.startswith("# ")), "Slides")


def slides_of(
    clip: Clip, number: int, cell: NotebookNode, outputs: list[NotebookNode]
) -> list[NotebookNode]:
    """The slides of the step with that number, each followed by its notes."""
    step = clip.steps[number - 1]
    shown = []
    for part, slide in enumerate(parts_of(cell, outputs), 1):
        data = {"clip": clip.name, "title": clip.title, "cell": cell.id}
        data |= {"step": str(number), "part": str(part), "size": str(size_of(slide))}
        kind = "slide" if number == part == 1 else "subslide"
        slide.metadata["slideshow"] = {"slide_type": kind, "data": data}
        notes = new_markdown_cell(notes_of(step, cell, code_shown=bool(slide.source)))
        notes.metadata["slideshow"] = {"slide_type": "notes"}
        shown += [slide, notes]
    return shown


def size_of(slide: NotebookNode) -> int:
    """How much there is to look at, in lines; the parts of a step share its time by it."""
    text = slide.source + "".join(output.get("text", "") for output in slide.get("outputs", ()))
    return sum(1 for line in text.splitlines() if line.strip()) or 1


def parts_of(cell: NotebookNode, outputs: list[NotebookNode]) -> list[NotebookNode]:
    """A cell as one slide, or as several where one would be too full."""
    if cell.cell_type != "code":
        return [new_markdown_cell(part) for part in parts_of_prose(cell.source)]
    pictures, text = ("", "") if hides_outputs(cell) else _visible(outputs)
    code = "" if pictures and FIGURE in cell.metadata.get("tags", ()) else cell.source
    slides = [
        new_code_cell(source, outputs=[_text(output)] if output else [])
        for source, output in parts_of_code(code, text)
    ]
    return slides + ([new_code_cell("", outputs=[_html(pictures)])] if pictures else [])


def hides_outputs(cell: NotebookNode) -> bool:
    """True for a cell whose output says how an item is solved: an answer or its check."""
    return is_answer(cell) or is_check(cell)


def notes_of(step: Step, cell: NotebookNode, code_shown: bool) -> str:
    """What the speaker reads: the words, the silence, what to run."""
    return "\n\n".join(_notes(step, cell, code_shown))


def _notes(step: Step, cell: NotebookNode, code_shown: bool) -> Iterator[str]:
    yield step.words
    if step.pause_s:
        yield f"**Pause:** {step.pause_s:g} seconds, for the guess."
    if cell.cell_type != "code":
        return
    if is_answer(cell):
        yield "**Learners fill in** this cell."
    else:
        yield f"**Run** cell {cell.id}" + (
            "." if code_shown else f":\n\n```python\n{cell.source}\n```"
        )


def _visible(outputs: list[NotebookNode]) -> tuple[str, str]:
    """The pictures among the outputs, as HTML, and all the rest, as text."""
    pictures, text = [], []
    for output in outputs:
        data = output.get("data", {})
        if "<img" in data.get("text/html", ""):
            pictures.append(data["text/html"])
        elif output.output_type in ("stream", "display_data", "execute_result"):
            text.append(output.get("text") or data.get("text/plain", ""))
    return "\n".join(pictures), plain("\n".join(part.rstrip("\n") for part in text))


def plain(text: str) -> str:
    """A text without the codes that colour it in a terminal."""
    from nbconvert.filters import strip_ansi

    return strip_ansi(text)


def _text(text: str) -> NotebookNode:
    return NotebookNode(output_type="stream", name="stdout", text=text)


def _html(element: str) -> NotebookNode:
    data = NotebookNode({"text/html": element})
    return NotebookNode(output_type="display_data", data=data, metadata=NotebookNode())
