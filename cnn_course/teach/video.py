"""The video: each clip filmed from its slides, with captions and, where it can be, a voice.

Chromium takes the pictures, ffmpeg puts them together by the script's clock, and the system's
text-to-speech program says the words. Captions and transcripts need none of the three.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cnn_course.errors import CourseError
from cnn_course.project import Project, choose
from cnn_course.teach.captions import captions, write_captions
from cnn_course.teach.filming import Frame, camera, film, find_chromium, shares
from cnn_course.teach.slides import SLIDES, make_slides
from cnn_course.teach.talk import Clip, talks
from cnn_course.teach.timeline import Moment, moments, read_run_times, shown
from cnn_course.teach.timing import retimed, stretched
from cnn_course.teach.voice import Voice, find_voice, lay_track
from nbsandbox.atomic import write_bytes, write_text

VIDEO = Path("build") / "video"
PICTURES_PER_S = 10
NO_VOICE = (
    "no text-to-speech program was found, so the video is silent: on Debian, apt install espeak-ng"
)


@dataclass(frozen=True)
class Studio:
    """What all clips share: where slides are, where clips go, the tools, the measured times."""

    slides: Path
    folder: Path
    ffmpeg: str
    voice: Voice | None
    run_times: dict[str, dict[str, float]]


def make_video(
    project: Project,
    folder: Path,
    say: Callable[[str], None],
    only: str | None = None,
    narration: bool = True,
) -> list[Path]:
    """Write ``<folder>/<clip>.mp4`` for each clip, or for the one that is meant; the paths.

    Captions and transcripts are made first. Raises CourseError where a tool is missing.
    """
    clips = {clip.name: clip for talk in talks(project) for clip in talk.clips}
    names = [choose(list(clips), only)] if only else list(clips)
    write_planned_captions(project, folder, set(clips) - set(names))
    say(f"captions and transcripts of {len(clips)} clips are made")
    ffmpeg, _ = find_ffmpeg(), find_chromium()
    voice = find_voice() if narration else None
    if narration and voice is None:
        say(NO_VOICE)
    slides = project.root / SLIDES
    make_slides(project, slides)
    studio = Studio(slides, folder, ffmpeg, voice, read_run_times(project))
    with camera() as page:
        return [make_clip(clips[name], studio, page, say) for name in names]


def write_planned_captions(project: Project, folder: Path, others: set[str]) -> None:
    """Write all captions and transcripts, but leave a clip that stays as it is its own captions.

    These follow its voice, and may differ from the plan.
    """
    beside = [folder / f"{name}.vtt" for name in others if (folder / f"{name}.mp4").is_file()]
    kept = {path: path.read_bytes() for path in beside if path.is_file()}
    write_captions(project, folder)
    for path, captions_of_clip in kept.items():
        write_bytes(path, captions_of_clip)


def find_ffmpeg() -> str:
    """Where ffmpeg is. Raises CourseError, which says what to install, where there is none."""
    found = shutil.which("ffmpeg")
    if found is None:
        raise CourseError("the video needs ffmpeg: on Debian, apt install ffmpeg")
    return found


def make_clip(clip: Clip, studio: Studio, page: object, say: Callable[[str], None]) -> Path:
    """Film, speak and put together one clip; its captions follow the voice."""
    run_times = studio.run_times.get(clip.notebook, {})
    planned = list(moments(clip, run_times))
    with tempfile.TemporaryDirectory(prefix="cnn-lesson-video-") as name:
        work = Path(name)
        frames = film(page, studio.slides / f"{clip.notebook}.html", clip, work)
        real = narrate(planned, studio.voice, work) if studio.voice else planned
        text = retimed(captions(clip, run_times), planned, real)
        write_text(work / "captions.vtt", text)
        write_text(work / "pictures.txt", picture_list(frames, real))
        path = studio.folder / f"{clip.name}.mp4"
        encode(studio, work, clip.title, real[-1].end_s, path)
    write_text(path.with_suffix(".vtt"), text)
    say(f"{path.name:<24} {shown(real[-1].end_s)}")
    return path


def narrate(planned: Sequence[Moment], voice: Voice, work: Path) -> list[Moment]:
    """Speak the words of each step into ``work/narration.wav``; the clip's real times."""
    spoken = [work / f"{number:03d}.wav" for number in range(len(planned))]
    seconds = [
        voice.speak(moment.step.words, path) for moment, path in zip(planned, spoken, strict=True)
    ]
    real = list(stretched(planned, seconds))
    lay_track(real, spoken, work / "narration.wav")
    return real


def picture_list(frames: Sequence[Frame], real: Sequence[Moment]) -> str:
    """What ffmpeg's concat reads: each picture and how long it stays."""
    seconds = shares(frames, [moment.end_s - moment.start_s for moment in real])
    lines = [
        f"file '{frame.picture.name}'\nduration {stay:.3f}\n"
        for frame, stay in zip(frames, seconds, strict=True)
    ]
    # Without a last picture once more, its duration would not count.
    return "".join([*lines, f"file '{frames[-1].picture.name}'\n"])


def encode(studio: Studio, work: Path, title: str, seconds: float, path: Path) -> None:
    """Put a clip together; the file is there only when it is whole. Raises CourseError."""
    draft = path.with_name(f".{path.stem}.part.mp4")
    spoken = (work / "narration.wav").is_file()
    command = [studio.ffmpeg, *encoding(spoken, title, seconds), str(draft.resolve())]
    try:
        run = subprocess.run(command, cwd=work, capture_output=True, stdin=subprocess.DEVNULL)
        if run.returncode:
            said = run.stderr.decode("utf-8", "replace").strip().splitlines() or [
                "no more is known"
            ]
            raise CourseError(f"ffmpeg could not make {path.name}: {said[-1]}")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def encoding(spoken: bool, title: str, seconds: float) -> list[str]:
    """The options of ffmpeg for a clip whose parts are in the current folder."""
    sound = ["-i", "narration.wav"] if spoken else []
    tracks = ["-map", "0:v", "-map", "1:s"] + (["-map", "2:a"] if spoken else [])
    return [
        *["-y", "-loglevel", "error", "-f", "concat", "-i", "pictures.txt"],
        *["-i", "captions.vtt", *sound, *tracks],
        *["-vf", f"fps={PICTURES_PER_S}", "-c:v", "libx264", "-preset", "veryfast"],
        *["-tune", "stillimage", "-crf", "20", "-pix_fmt", "yuv420p"],
        *["-c:s", "mov_text", "-metadata:s:s:0", "language=eng"],
        *(["-c:a", "aac", "-b:a", "96k", "-metadata:s:a:0", "language=eng"] if spoken else []),
        *["-metadata", f"title={title}", "-t", f"{seconds:.3f}", "-movflags", "+faststart"],
    ]
