"""The voice of the narration: the text-to-speech program of the system, where there is one."""

from __future__ import annotations

import shutil
import subprocess
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cnn_course.errors import CourseError
from cnn_course.teach.timeline import Moment

ESPEAK_WORDS_PER_MINUTE = 140
"""A little faster than the script counts, as espeak-ng rests at commas."""
SAY_WORDS_PER_MINUTE = 150
FRAMES_PER_S, BYTES_PER_FRAME = 22050, 2


@dataclass(frozen=True)
class Voice:
    """A program that reads a text from its standard input and writes a WAV file."""

    name: str
    command: Callable[[Path], list[str]]

    def speak(self, text: str, path: Path) -> float:
        """Say a text into a file; how long it takes. Raises CourseError where that fails."""
        run = subprocess.run(self.command(path), input=text.encode("utf-8"), capture_output=True)
        if run.returncode or not path.is_file():
            said = run.stderr.decode("utf-8", "replace").strip() or "it says no more"
            raise CourseError(f"{self.name} could not speak ({said}): use --no-narration")
        with wave.open(str(path)) as sound:
            return sound.getnframes() / sound.getframerate()


def find_voice() -> Voice | None:
    """The voice of this system: espeak-ng, or a Mac's own; None where there is neither."""
    for program in ("espeak-ng", "espeak"):
        if where := shutil.which(program):
            return Voice(program, lambda path, where=where: _espeak(where, path))
    if where := shutil.which("say"):
        return Voice("say", lambda path: _say(where, path))
    return None


def _espeak(program: str, path: Path) -> list[str]:
    return [program, "-v", "en", "-s", str(ESPEAK_WORDS_PER_MINUTE), "-w", str(path), "--stdin"]


def _say(program: str, path: Path) -> list[str]:
    form = f"--data-format=LEI16@{FRAMES_PER_S}"
    return [program, "-r", str(SAY_WORDS_PER_MINUTE), form, "-o", str(path), "-f", "-"]


def lay_track(moments: Sequence[Moment], spoken: Sequence[Path], track: Path) -> None:
    """Write one sound file of a clip: each step's words when they begin, silence in between."""
    with wave.open(str(track), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(BYTES_PER_FRAME)
        sound.setframerate(FRAMES_PER_S)
        for moment, path in zip(moments, spoken, strict=True):
            sound.writeframes(_silence(sound, moment.words_s))
            sound.writeframes(_samples(path))
            sound.writeframes(_silence(sound, moment.end_s))


def _silence(sound: wave.Wave_write, until_s: float) -> bytes:
    frames = round(until_s * FRAMES_PER_S) - sound.getnframes()
    return bytes(BYTES_PER_FRAME * max(0, frames))


def _samples(path: Path) -> bytes:
    with wave.open(str(path)) as sound:
        kind = (sound.getnchannels(), sound.getsampwidth(), sound.getframerate())
        if kind != (1, BYTES_PER_FRAME, FRAMES_PER_S):
            raise CourseError(f"{path.name} is not mono of 16 bit at {FRAMES_PER_S} Hz: {kind}")
        return sound.readframes(sound.getnframes())
