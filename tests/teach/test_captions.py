"""Captions and transcripts: valid WebVTT, easy to read, and every word of the talk."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_course.errors import CourseError
from cnn_course.project import Project
from cnn_course.teach import captions as module
from cnn_course.teach.caption_layout import LINE_LIMIT, LONGEST_S, SHORTEST_S
from cnn_course.teach.captions import captions, transcript, write_captions
from cnn_course.teach.cell_view import Screen
from cnn_course.teach.talk import Clip, Step, Talk, talks
from cnn_course.teach.timeline import clip_seconds, moments, read_run_times

STAMP = r"(\d\d):([0-5]\d):([0-5]\d\.\d{3})"
CUE = re.compile(rf"(\d+)\n{STAMP} --> {STAMP}\n((?:.+\n){{1,2}})\Z")
HALF_MILLISECOND_S = 0.0005


def parse(text):
    """(start, end, lines) of each cue; fails for what is no WebVTT."""
    header, *blocks = text.split("\n\n")
    assert header == "WEBVTT" and text.endswith("\n")
    found = []
    for number, block in enumerate(blocks, 1):
        match = CUE.match(block.removesuffix("\n") + "\n")
        assert match and int(match[1]) == number, block
        assert not re.search(r"<|>|&(?!amp;|lt;|gt;)", match[8]), block
        start, end = (
            int(h) * 3600 + int(m) * 60 + float(s)
            for h, m, s in (match.groups()[1:4], match.groups()[4:7])
        )
        found.append((start, end, html.unescape(match[8]).splitlines()))
    return found


def spoken(cues):
    """The words of the cues, without those that stand for a silence."""
    lines = [line for *_, lines in cues for line in lines if not line.startswith("[")]
    return " ".join(lines).split()


@pytest.fixture(scope="module")
def clips(pytestconfig):
    project = Project(pytestconfig.rootpath)
    times = read_run_times(project)
    return [(clip, times[talk.notebook]) for talk in talks(project) for clip in talk.clips]


def test_captions_are_in_time_and_do_not_overlap(clips):
    """Does each caption begin after the one before it has gone, and the last one end in time?"""
    for clip, times in clips:
        cues = parse(captions(clip, times))
        assert all(start < end for start, end, _ in cues), clip.name
        assert all(a[1] <= b[0] for a, b in zip(cues, cues[1:], strict=False)), clip.name
        assert cues[-1][1] <= clip_seconds(clip, times) + HALF_MILLISECOND_S


def test_captions_can_be_read_in_time(clips):
    """Are there at most two lines of 42 letters, for one to seven seconds?"""
    for clip, times in clips:
        for start, end, lines in parse(captions(clip, times)):
            assert len(lines) <= 2 and max(map(len, lines)) <= LINE_LIMIT, lines
            assert SHORTEST_S - 0.001 <= end - start <= LONGEST_S + 0.001, lines


def test_captions_hold_every_word(clips):
    """Does somebody who cannot hear get all of it?"""
    for clip, times in clips:
        words = " ".join(step.words for step in clip.steps).split()
        assert spoken(parse(captions(clip, times))) == words, clip.name


def test_most_captions_end_where_a_phrase_does(clips):
    """Are sentences cut where a speaker would breathe?"""
    ends = [
        lines[-1][-1]
        for clip, times in clips
        for _, _, lines in parse(captions(clip, times))
        if not lines[0].startswith("[")
    ]
    assert sum(end in ".?!,;:" for end in ends) / len(ends) > 0.8


def test_words_stand_below_the_picture_while_they_are_said():
    """Do run times and pauses keep captions and voice together?"""
    clip = Clip("n", 1, "t", (Step("a", "One two three four.", 5), Step("b", "Five six seven.")))
    times = {"b": 3.0}
    first, silence, last = parse(captions(clip, times))
    one, two = moments(clip, times)
    assert (first[0], first[1]) == pytest.approx((0, one.silence_s), abs=0.001)
    assert silence[2] == ["[5 seconds for your guess]"] and silence[1] - silence[0] == 5
    assert last[0] == pytest.approx(two.words_s, abs=0.001)
    assert last[0] - silence[1] == pytest.approx(3)


def test_signs_of_the_format_are_escaped():
    """Can words hold what WebVTT keeps for itself?"""
    clip = Clip("n", 1, "t", (Step("a", "Edges & corners: a < b --> c"),))
    text = captions(clip, {})
    assert "Edges &amp; corners: a &lt; b --&gt; c" in text
    assert spoken(parse(text)) == "Edges & corners: a < b --> c".split()


def test_a_word_that_no_line_holds_is_one_sentence():
    """Is it named, so that somebody can write it otherwise?"""
    clip = Clip("n", 1, "t", (Step("a", "It is " + "x" * 43),))
    with pytest.raises(CourseError, match="x{43} has more than the 42 letters"):
        captions(clip, {})


@given(
    st.lists(
        st.from_regex(r"[a-z&<]{1,42}[.,?]?", fullmatch=True).map(lambda w: w[:42]),
        min_size=1,
        max_size=60,
    ),
    st.floats(0, 30),
)
def test_any_words_make_captions(words, pause_s):
    """Do lines, order and times hold for whatever is said?"""
    clip = Clip("n", 1, "t", (Step("a", " ".join(words), pause_s), Step("b", "The end is near.")))
    cues = parse(captions(clip, {"b": 0.4}))
    assert spoken(cues) == [*words, "The", "end", "is", "near."]
    assert all(a[1] <= b[0] for a, b in zip(cues, cues[1:], strict=False))
    assert all(len(lines) <= 2 and max(map(len, lines)) <= LINE_LIMIT for *_, lines in cues)
    assert all(end - start <= LONGEST_S + 0.001 for start, end, _ in cues)


def test_a_long_speech_is_no_obstacle():
    """Are a thousand words cut as well as ten?"""
    clip = Clip("n", 1, "t", (Step("a", "and so on " * 400),))
    assert len(parse(captions(clip, {}))) > 70


def test_a_transcript_has_words_headings_figures_and_pauses():
    """Can somebody read the video instead of watching it?"""
    talk = Talk("01-small", (Clip("01-small", 1, "Why?", (Step("a", "One.\n\nTwo.", 5),)),))
    cells = {"a": Screen("a", "figure", "S1", "A window", "figures.f()")}
    assert transcript(talk, cells, {}) == (
        "# Transcript: 01-small\n\n## 1 · Why? (0:06 minutes)\n\n*[Figure: A window]*\n\n"
        "One.\n\nTwo.\n\n*[Pause of 5 seconds, for your guess]*\n"
    )


def test_a_transcript_of_a_cell_that_is_not_there_is_one_sentence():
    """Is a drifted talk named here, too?"""
    talk = Talk("n", (Clip("n", 1, "Why?", (Step("a", "One."),)),))
    with pytest.raises(CourseError, match="n-1: there is no cell a in n"):
        transcript(talk, {}, {})


def test_all_captions_and_transcripts_are_written(root, tmp_path, clips):
    """Is there one file for each clip, one for each notebook, and the same twice?"""
    paths = write_captions(Project(root), tmp_path / "video")
    assert {path.name for path in paths} == {f"{clip.name}.vtt" for clip, _ in clips} | {
        f"{notebook}-transcript.md" for notebook in {clip.notebook for clip, _ in clips}
    }
    before = [path.read_bytes() for path in paths]
    write_captions(Project(root), tmp_path / "video")
    assert [path.read_bytes() for path in paths] == before


def test_a_folder_that_cannot_be_written_is_one_sentence(root, tmp_path, monkeypatch):
    """Is what the system refuses said in a sentence?"""

    def refuse(path, text):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(module, "write_text", refuse)
    with pytest.raises(CourseError, match="the captions cannot be written: Permission denied"):
        write_captions(Project(root), tmp_path)
