"""The video: its clock, its captions, what ffmpeg is asked, and what is said where a tool lacks."""

import shutil
import subprocess
import wave

import pytest
from click.testing import CliRunner

from cnn_course.cli_teach import video as command
from cnn_course.errors import CourseError
from cnn_course.teach import video as module
from cnn_course.teach.captions import captions
from cnn_course.teach.filming import Frame, find_chromium, shares
from cnn_course.teach.talk import Clip, Step, talks
from cnn_course.teach.timeline import moments
from cnn_course.teach.timing import BREATH_S, retimed, stretched
from cnn_course.teach.video import encode, encoding, make_video, picture_list
from cnn_course.teach.voice import FRAMES_PER_S, Voice, find_voice, lay_track
from tests.support.small_deck import NAME, make_deck

WORDS = " ".join(["word"] * 13)  # six seconds
CLIP = Clip(NAME, 1, "One", (Step("s1-01", WORDS, 2.0), Step("s1-02", WORDS), Step("s1-03", WORDS)))
RUN_TIMES = {"s1-02": 1.5}


@pytest.fixture
def planned():
    return list(moments(CLIP, RUN_TIMES))


def tone(path, seconds):
    """A sound file of that length, not silent."""
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, FRAMES_PER_S, 0, "NONE", ""))
        sound.writeframes(b"\x01\x10" * round(seconds * FRAMES_PER_S))
    return path


def test_quick_narration_leaves_the_clock_as_it_is(planned):
    """Does a voice that needs less time than the script counts change no step's beginning?"""
    real = list(stretched(planned, [4.0, 4.0, 4.0]))
    assert [m.start_s for m in real] == [m.start_s for m in planned]
    assert real[-1].end_s == planned[-1].end_s == pytest.approx(21.5)
    assert real[0].silence_s == 4.0


def test_slow_narration_stretches_its_step(planned):
    """Does a step whose words take longer push the later ones back, by just that much?"""
    real = list(stretched(planned, [9.0, 4.0, 4.0]))
    late = 9.0 + BREATH_S - 6
    assert real[0].end_s == pytest.approx(planned[0].end_s + late)
    assert real[2].words_s == pytest.approx(planned[2].words_s + late)


def test_captions_follow_the_voice(planned):
    """Do captions move with the words, in order, and stay as they are without a voice?"""
    text = captions(CLIP, RUN_TIMES)
    assert retimed(text, planned, planned) == text
    real = list(stretched(planned, [9.0, 3.0, 6.0]))
    moved = retimed(text, planned, real)
    assert moved.startswith("WEBVTT") and moved.count("-->") == text.count("-->")
    times = [line.split(" --> ") for line in moved.splitlines() if "-->" in line]
    flat = [stamp for pair in times for stamp in pair]
    assert flat == sorted(flat)
    assert f"00:00:{real[1].words_s:06.3f}" in flat and f"00:00:{real[2].words_s:06.3f}" in flat


def test_pictures_last_as_long_as_their_steps(planned, tmp_path):
    """Do the pictures' durations add up to the clip, and do slides share a step by size?"""
    frames = [
        Frame(step, size, tmp_path / f"{n}.png")
        for n, (step, size) in enumerate([(1, 5), (2, 1), (2, 3), (3, 1)])
    ]
    seconds = shares(frames, [m.end_s - m.start_s for m in planned])
    assert sum(seconds) == pytest.approx(planned[-1].end_s)
    assert seconds[2] == pytest.approx(3 * seconds[1])
    lines = picture_list(frames, planned).splitlines()
    assert lines[0] == "file '0.png'" and lines[-1] == "file '3.png'"
    durations = [float(line.split()[1]) for line in lines if line.startswith("duration")]
    assert sum(durations) == pytest.approx(planned[-1].end_s, abs=0.01)


def test_the_track_is_as_long_as_the_clip_and_silent_in_pauses(planned, tmp_path):
    """Do words begin when they should, with silence in between?"""
    real = list(stretched(planned, [3.0, 7.0, 5.0]))
    spoken = [tone(tmp_path / f"{n}.wav", s) for n, s in enumerate((3.0, 7.0, 5.0))]
    lay_track(real, spoken, tmp_path / "track.wav")
    with wave.open(str(tmp_path / "track.wav")) as sound:
        samples = sound.readframes(sound.getnframes())
    assert len(samples) / 2 / FRAMES_PER_S == pytest.approx(real[-1].end_s, abs=0.001)

    def loud(second: float) -> bool:
        return samples[2 * round(second * FRAMES_PER_S)] != 0

    for moment in real:
        assert loud(moment.words_s + 0.1) and not loud(moment.silence_s + 0.1)


def test_ffmpeg_is_asked_for_what_every_player_can_show():
    """H.264 in 4:2:0, captions as a track, and sound only where there is some?"""
    spoken, silent = encoding(True, "A title", 12.5), encoding(False, "A title", 12.5)
    for options in (spoken, silent):
        assert {"libx264", "yuv420p", "mov_text", "title=A title", "12.500"} <= set(options)
    assert "narration.wav" in spoken and "aac" in spoken
    assert "narration.wav" not in silent and "aac" not in silent


@pytest.mark.parametrize(("tool", "said"), [("ffmpeg", "ffmpeg"), ("chromium", "Chromium")])
def test_a_missing_tool_is_one_sentence_and_captions_are_there(tmp_path, monkeypatch, tool, said):
    """Is it said what to install, with captions and transcript already made?"""
    project = make_deck(tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: None if tool in name else f"/bin/{name}")
    monkeypatch.setattr("cnn_course.teach.filming.CHROMIUM_NAMES", (tool,))
    monkeypatch.setattr("cnn_course.teach.filming.MAC_CHROME", tmp_path / "none")
    with pytest.raises(CourseError, match=f"needs {said}: on Debian, apt install {tool}"):
        make_video(project, tmp_path / "video", lambda line: None)
    made = {path.name for path in (tmp_path / "video").iterdir()}
    assert made == {f"{NAME}-1.vtt", f"{NAME}-2.vtt", f"{NAME}-transcript.md"}


def test_a_clip_that_stays_keeps_its_captions(tmp_path):
    """Do captions that follow the voice of another clip survive, and those without one not?"""
    project, folder = make_deck(tmp_path), tmp_path / "video"
    folder.mkdir()
    for name in (f"{NAME}-1.vtt", f"{NAME}-1.mp4", f"{NAME}-2.vtt"):
        (folder / name).write_text("spoken")
    module.write_planned_captions(project, folder, {f"{NAME}-1", f"{NAME}-2"})
    assert (folder / f"{NAME}-1.vtt").read_text() == "spoken"
    assert (folder / f"{NAME}-2.vtt").read_text().startswith("WEBVTT")


def test_a_clip_that_nobody_knows_is_one_sentence(tmp_path):
    """Are the clips named that there are?"""
    with pytest.raises(CourseError, match=f"{NAME}-1, {NAME}-2"):
        make_video(make_deck(tmp_path), tmp_path / "video", print, only="02-none-1")


def test_no_voice_is_said_once(tmp_path, monkeypatch):
    """Does a machine that cannot speak say so, and not where nobody asked for a voice?"""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert find_voice() is None
    monkeypatch.setattr(module, "find_ffmpeg", lambda: "ffmpeg")
    monkeypatch.setattr(module, "find_chromium", lambda: "chromium")

    def stop(*_):
        raise CourseError("far enough")

    monkeypatch.setattr(module, "make_slides", stop)
    project = make_deck(tmp_path)
    for narration in (True, False):
        said = []
        with pytest.raises(CourseError, match="far enough"):
            make_video(project, tmp_path / "video", said.append, narration=narration)
        assert ("apt install espeak-ng" in " ".join(said)) is narration


def test_a_voice_that_fails_is_one_sentence(tmp_path):
    """Is what the program says passed on?"""
    broken = Voice("espeak-ng", lambda path: ["sh", "-c", "echo no such voice >&2; exit 1"])
    with pytest.raises(CourseError, match="espeak-ng could not speak .no such voice."):
        broken.speak("Hello", tmp_path / "x.wav")


def test_an_encoder_that_fails_leaves_nothing_half_written(tmp_path):
    """Does the old clip stay, and no draft, when ffmpeg ends with an error?"""
    program = tmp_path / "ffmpeg"
    program.write_text(
        '#!/bin/sh\nfor last; do :; done\necho half > "$last"\necho disk full >&2\nexit 1\n'
    )
    program.chmod(0o755)
    clip = tmp_path / "clips" / f"{NAME}-1.mp4"
    clip.parent.mkdir()
    clip.write_text("old")
    studio = module.Studio(tmp_path, clip.parent, str(program), None, {})
    with pytest.raises(CourseError, match=f"could not make {NAME}-1.mp4: disk full"):
        encode(studio, tmp_path, "One", 1.0, clip)
    assert [path.name for path in clip.parent.iterdir()] == [clip.name]
    assert clip.read_text() == "old"


@pytest.mark.browser
@pytest.mark.skipif(
    not (shutil.which("ffmpeg") and shutil.which("ffprobe")), reason="needs Debian's ffmpeg"
)
def test_a_real_clip(tmp_path, monkeypatch):
    """Does the command make a clip with picture, captions and, if there is a voice, sound?"""
    project = make_deck(tmp_path)
    monkeypatch.chdir(project.root)
    run = CliRunner().invoke(command, ["--clip", f"{NAME}-2"])
    assert run.exit_code == 0, run.output
    folder = project.root / "build" / "video"
    assert f"clips made: 1, in {folder.relative_to(project.root)}" in run.output
    assert not list(folder.glob(".*"))
    probe = ["ffprobe", "-v", "error", "-show_entries", "format=duration:stream=codec_name"]
    shown = subprocess.run(
        [*probe, "-of", "csv=p=0", str(folder / f"{NAME}-2.mp4")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert {"h264", "mov_text"} <= set(shown)
    assert ("aac" in shown) is (find_voice() is not None)
    [talk] = talks(project)
    least = list(moments(talk.clips[1], {"s1-03": 0.5}))[-1].end_s
    assert float(shown[-1]) >= least - 0.2
    assert find_chromium()
