"""The teaching notes: do they say what the masters, the checks and the measurements say?"""

import json
import re
from collections import Counter
from typing import NamedTuple

import pytest

from cnn_course.cli import main
from cnn_course.project import Project
from cnn_course.site.words import term_of
from cnn_course.teach.minutes import said
from cnn_course.teach.talk import talks
from cnn_course.teach.timeline import clip_seconds, read_run_times
from cnn_lesson.checks import check
from cnn_lesson.items import ITEMS, NOTEBOOKS

LABELS = ("Minutes", "Must land", "Ask", "They have it", "Not yet", "Runs meanwhile", "Cut first")
PAGES = ("notes", "profiles", "plans", "check-list", "class", "glossary")
ANSWERS = re.compile(
    r"24 ?[×x] ?24|\b160\b|12[, ]?560|50[, ]?192|option 4|BCDEF|conv[12]d|"
    r"sparse_categorical|596[, ]?042|\b(608|1[, ]?168|2[, ]?304|23[, ]?050)\b",
    re.IGNORECASE,
)
HERE = re.compile(r"(?<![\w.])/(?:home|root|tmp|usr|opt|mnt|Users)\b")


class Section(NamedTuple):
    """A section of a master: its notebook, its heading, its minutes (hour, home), its text."""

    notebook: str
    title: str
    minutes: tuple[int, int]
    text: str

    @property
    def name(self):
        return self.title.split()[0]


class Row(NamedTuple):
    """A line of a table of the notes: where it stands, the items, the check's line, a question."""

    section: str
    items: str
    says: str
    ask: str


def sections_of(notebook: str, master: str) -> list[Section]:
    text = re.sub(r"^# ?", "", master, flags=re.MULTILINE)
    _, *parts = re.split(r"^## (?=S\d)", text, flags=re.MULTILINE)
    found = []
    for part in parts:
        title, body = part.split("\n", 1)
        body = body.split("## Take-aways")[0]
        found.append(Section(notebook, title, said(body), body))
    return found


@pytest.fixture(scope="module")
def masters(root):
    """The sections of all masters by their short names."""
    every = [
        section
        for name in NOTEBOOKS
        for section in sections_of(name, (root / "source" / f"{name}.py").read_text("utf-8"))
    ]
    return {section.name: section for section in every}


@pytest.fixture(scope="module")
def pages(root):
    return {page: (root / "teaching" / f"{page}.md").read_text("utf-8") for page in PAGES}


@pytest.fixture(scope="module")
def notes(pages):
    """The sections of the notes by their headings."""
    _, *parts = re.split(r"^## ", pages["notes"], flags=re.MULTILINE)
    return dict(part.split("\n", 1) for part in parts)


@pytest.fixture(scope="module")
def rows(notes):
    return [
        Row(title.split()[0], *cells)
        for title, body in notes.items()
        for cells in tables(body)
        if len(cells) == 3 and cells[0].startswith("`")
    ]


def tables(text: str) -> list[list[str]]:
    """The cells of every table row that is neither a heading nor its rule."""
    lines = [line for line in text.split("\n") if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    rules = {n for n, row in enumerate(cells) if not "".join(row).strip("-| ")}
    return [row for n, row in enumerate(cells) if n not in rules and n + 1 not in rules]


def test_each_section_of_the_masters_has_its_notes(notes, masters):
    """Are they the same sections, with the same titles, in the same order?"""
    assert list(notes) == [section.title for section in masters.values()]


def test_all_sections_have_the_same_shape(notes):
    """Does a mentor find the same things in the same places?"""
    for title, body in notes.items():
        labels = re.findall(r"^\*\*(.+?):\*\*", body, flags=re.MULTILINE)
        assert tuple(label for label in labels if label != "Background") == LABELS, title


def test_one_thing_and_one_question(notes):
    """Is what must land one sentence, and does the question end as one?"""
    for title, body in notes.items():
        land, ask = (re.search(rf"\*\*{label}:\*\* (.+?)\n\n", body, re.DOTALL)[1] for label in
                     ("Must land", "Ask"))  # fmt: skip
        assert len(re.findall(r"[.!?](?=\s|$)", land)) == 1, title
        assert ask.endswith("?"), title


def test_minutes_items_and_points_are_those_of_the_lesson(notes, masters):
    """Do the notes, the masters and the table of items agree?"""
    for section in masters.values():
        line = " ".join(notes[section.title].split("**Must land")[0].split())
        told = "{} in the hour, {} at home".format(*section.minutes)
        assert f"**Minutes:** {told} · notebook `{section.notebook}`" in line
        told = {name: int(points) for name, points in re.findall(r"`(\S+)` \((\d+) point", line)}
        kept = [item for item in ITEMS.values() if item.section == section.name]
        assert told == {item.id: item.points for item in kept}


def named_by(items) -> set[str]:
    """Every line that a check of these items says about a misconception."""
    return {each.says or each.ask for item in items for each in item.misconceptions}


def test_every_misconception_in_the_notes_exists(rows):
    """Does an item that the row names say this line, word for word?"""
    assert len(rows) > 100
    for row in rows:
        items = [ITEMS[item] for item in re.findall(r"`([a-z0-9-]+)`", row.items)]
        assert row.says in named_by(items), row


def test_every_misconception_about_counts_and_shapes_is_in_the_notes(rows):
    """Does a mentor find what to ask back, whatever a check of numbers says?"""
    asked = [ITEMS[item] for item in ("q3", "q4-conv", "q4-dense", "output-shape", "summary")]
    assert named_by(asked) <= {row.says for row in rows}


def test_items_of_a_row_belong_to_its_section(rows):
    """Does a mentor look in the right place?"""
    for row in rows:
        named = re.findall(r"`([a-z0-9-]+)`", row.items)
        assert named and all(ITEMS[item].section == row.section for item in named), row


def wrong_answers(rows: list[Row]) -> list[tuple[str, object, str]]:
    found = []
    for row in rows:
        for item, given in re.findall(r"`([a-z0-9-]+)` \(([^)]+)\)", row.items):
            numbers = [int(number) for number in re.findall(r"\d+", given.replace(",", ""))]
            found.append((item, tuple(numbers) if "×" in given else numbers[0], row.says))
    return found


def test_wrong_answers_in_the_notes_are_recognised(rows):
    """Does a check, given the answer in brackets, say the line beside it?"""
    cases = wrong_answers(rows)
    assert len(cases) > 25
    for item, given, says in cases:
        name = ITEMS[item].names[0]
        verdict = check(item, namespace={name: given})
        assert says in [finding.misconception for finding in verdict.findings], (item, given)


def test_what_is_read_aloud_holds_no_answer(notes, rows):
    """Can a mentor read the questions to learners without giving anything away?"""
    asked = [re.search(r"\*\*Ask:\*\* (.+?)\n\n", body, re.DOTALL)[1] for body in notes.values()]
    assert not [text for text in [*asked, *(row.ask for row in rows)] if ANSWERS.search(text)]
    assert not [row for row in rows if not row.ask.endswith(("?", ".")) or row.ask == row.says]


def test_the_table_of_networks_is_the_measured_one(root, notes):
    """Are the means of all seeds those that were measured last?"""
    measured = json.loads((root / "cnn_course/measured.json").read_text("utf-8"))
    names = {"128": "lesson", "64": "trim-64", "32": "trim-32", "128 + dropout": "drop-128"}
    body = next(body for title, body in notes.items() if title.startswith("S8"))
    table = {row[0]: row[1:] for row in tables(body) if row[0] in names}
    for name, key in names.items():
        run = measured[key]
        train, validation = run["train"]["mean"], run["validation"]["mean"]
        means = (train, validation, train - validation, run["unseen"]["mean"])
        assert table[name] == [f"{run['parameters']:,}", *(f"{mean:.3f}" for mean in means)]


class Stay(NamedTuple):
    """A row of a plan."""

    start: int
    minutes: int
    where: str
    section: str
    clips: list[str]
    what: str


def plan(pages, length: int) -> tuple[list[Stay], str]:
    """The rows of a plan, and the words below them: homework, clips for home."""
    text = re.split(rf"^## {length} minutes\n", pages["plans"], flags=re.MULTILINE)[1]
    text = re.split(r"^## ", text, flags=re.MULTILINE)[0]
    rows = [row for row in tables(text) if len(row) == 6]
    stays = [
        Stay(int(start), int(minutes), where, section, re.findall(r"`(.+?)`", clips), what)
        for start, minutes, where, section, clips, what in rows
    ]
    return stays, text.rpartition("|\n")[2]


def in_sections(stays: list[Stay]) -> Counter[str]:
    """The minutes that a plan gives to each section; its slack is one of its own."""
    spent: Counter[str] = Counter()
    for stay in stays:
        spent["slack" if stay.what.startswith("**Slack.**") else stay.section] += stay.minutes
    return spent


both_plans = pytest.mark.parametrize("length", [60, 90])


@both_plans
def test_a_plan_adds_up(pages, masters, length):
    """Does each row begin where the last one ended, and has each section all its minutes?"""
    stays, below = plan(pages, length)
    clock = 0
    for stay in stays:
        assert stay.start == clock and stay.where in ("main room", "groups", "–")
        clock += stay.minutes
    assert clock == length
    home = {name: int(n) for name, n in re.findall(r"(S\d) \((\d+)\s+minutes?\)", below)}
    for section in masters.values():
        told = in_sections(stays)[section.name] + home.get(section.name, 0)
        assert told == sum(section.minutes), section.name


@both_plans
def test_a_plan_has_slack_and_the_core_fits_when_nobody_needs_it(pages, masters, length):
    """Are there five minutes for who is late, without which all that is marked is done?"""
    spent = in_sections(plan(pages, length)[0])
    missing = {
        section.name: section.minutes[0] - spent[section.name]
        for section in masters.values()
        if section.minutes[0] > spent[section.name]
    }
    assert spent["slack"] >= 5 and sum(missing.values()) <= spent["slack"]
    assert set(missing) <= {"S9"}, "what comes last may wait, no section before it"


@both_plans
def test_each_clip_is_shown_in_its_section_or_is_for_home(pages, root, length):
    """Does each row name clips that are there, about its section, no longer than the row?"""
    stays, below = plan(pages, length)
    times = read_run_times(Project(root))
    clips = {clip.name: clip for talk in talks(Project(root)) for clip in talk.clips}
    seconds = {name: clip_seconds(c, times.get(c.notebook, {})) for name, c in clips.items()}
    shown = [name for stay in stays for name in stay.clips]
    at_home = re.findall(r"`(\d\d-[a-z-]+-\d+)`", below)
    assert sorted([*shown, *at_home]) == sorted(clips)
    for stay in stays:
        assert sum(seconds[name] for name in stay.clips) <= 60 * stay.minutes
        for name in stay.clips:
            cells = {step.cell.partition("-")[0] for step in clips[name].steps}
            assert stay.section.lower() in cells, name


def test_the_plans_say_how_long_the_core_is(pages, masters):
    """Is it the sum of what the notebooks say?"""
    core = sum(section.minutes[0] for section in masters.values())
    assert f"Minutes are a\nbeginner's: {core} for the core path." in pages["plans"]


def test_mentors_report_while_they_are_in_their_groups(pages):
    """Is the sheet filled in before the speaker needs it?"""
    reports = [
        (stay, int(minute))
        for length in (60, 90)
        for stay in plan(pages, length)[0]
        for minute in re.findall(r"report at minute (\d+)", stay.what)
    ]
    assert len(reports) == 4
    for stay, minute in reports:
        assert stay.where == "groups" and stay.start < minute < stay.start + stay.minutes


def terms(glossary: str) -> dict[str, str]:
    _, *parts = re.split(r"^## ", glossary, flags=re.MULTILINE)
    return {title: body.strip() for title, body in (part.split("\n", 1) for part in parts)}


def test_the_glossary_is_in_alphabetical_order(pages):
    """Is a word found where one looks for it, and only once?"""
    words = [word.casefold() for word in terms(pages["glossary"])]
    assert len(words) > 40
    assert words == sorted(set(words))


def test_each_term_is_met_where_the_glossary_says(pages, masters):
    """Does each of its words occur in each of the sections that are named?"""
    for term, body in terms(pages["glossary"]).items():
        met = re.search(r"\*Met in (.+)\.\*$", body)[1].split(", ")
        for section in met:
            text = masters[section].text.casefold()
            assert all(word in text for word in term.casefold().split()), (term, section)


def test_words_of_a_notebook_are_explained_in_it_and_in_the_glossary(root, pages):
    """Does each linked word stand in the notebook's own list, and does the glossary have it?"""
    known = [*terms(pages["glossary"])]
    for name in NOTEBOOKS[:2]:
        text = (root / "source" / f"{name}.py").read_text("utf-8")
        body, words = text.split("# ## Words")
        listed = re.findall(r"^# - \*\*(.+?)\*\*: ", words, flags=re.MULTILINE)
        assert listed == sorted(listed) and all(term_of(word, known) for word in listed)
        linked = {word for word in re.findall(r"\[([^\]]+)\]\(#Words\)", body) if word != "link"}
        assert linked and all(term_of(word, listed) for word in linked), linked
        assert all(any(term_of(word, [term]) for word in linked) for term in listed)


def test_explanations_are_short(pages):
    """Is each of them one to three plain sentences?"""
    for term, body in terms(pages["glossary"]).items():
        assert len(body.split("\n*Met in")[0].split()) <= 45, term


def test_links_lead_somewhere(root, pages):
    """Does each relative link name a file, and each anchor one of its headings?"""
    for page, text in pages.items():
        for target in re.findall(r"\]\(([^)]+)\)", text):
            path, _, anchor = target.partition("#")
            file = root / "teaching" / (path or f"{page}.md")
            assert file.is_file(), (page, target)
            heads = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), flags=re.MULTILINE)
            slugs = [re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads]
            assert not anchor or anchor in slugs, (page, target)


def test_commands_exist(root, pages):
    """Is each make target that is named in the Makefile?"""
    targets = re.findall(r"^([a-z]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE)
    for text in pages.values():
        assert set(re.findall(r"`make ([a-z]+)", text)) <= set(targets)


def test_what_a_teacher_is_told_to_type_exists(root, pages):
    """Does each `cnn-lesson` command of the pages and of the README exist, with its options?"""
    texts = [*pages.values(), (root / "README.md").read_text("utf-8")]
    typed = {
        tuple(line.split())
        for text in texts
        for line in re.findall(r"`(?:\.venv/bin/)?cnn-lesson\s([^`]+)`", text)
    }
    assert {"people", "collect", "grade", "hand-back", "report", "adopt"} <= {t[0] for t in typed}
    for command, *words in typed:
        options = {name for each in main.commands[command].params for name in each.opts}
        told = {word for word in words if word.startswith("--")} - {"--help"}
        assert told <= options, (command, told)


def test_pages_name_no_place_of_a_machine(pages):
    """Can the notes be read anywhere, and is there one h1 on each page?"""
    for page, text in pages.items():
        assert not HERE.search(text), page
        assert len(re.findall(r"^# ", text, flags=re.MULTILINE)) == 1, page
