"""What this machine has for the lesson and what it lacks, a line each; nothing is changed."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata

from cnn_lesson.command import pythons

OK, LESS, STOP = "ok", "less", "STOP"
"""All well; something is left out or slower; nothing runs before this is mended."""

GB = 1024**3
LITTLE_MEMORY_GB = 4
MODULES = ("tensorflow", "keras", "numpy", "matplotlib", "jupyterlab", "ipykernel")


@dataclass(frozen=True)
class Finding:
    """A thing that was looked for: what there is of it, what it is for, and what to do."""

    thing: str
    state: str
    found: str
    use: str
    remedy: str = ""

    def lines(self) -> list[str]:
        """As it is shown: a line, and one more for a remedy."""
        first = f"{self.state:<5} {self.thing:<15} {self.found} ({self.use})"
        return [first] + ([f"{'':<21} -> {self.remedy}"] if self.remedy else [])


Look = Callable[[], Finding]


def examine(looks: Iterable[tuple[str, Look]]) -> list[Finding]:
    """What all of them found; one that fails is a finding, too."""
    return [carefully(thing, look) for thing, look in looks]


def carefully(thing: str, look: Look) -> Finding:
    """What a look found, or that it could not be told, and why."""
    try:
        return look()
    except Exception as error:  # an odd machine must not keep the rest from being said
        why = f"{type(error).__name__}: {error}".splitlines()[0]
        return Finding(thing, LESS, "cannot be told", why)


def show(findings: Iterable[Finding], what: str, say: Callable[[str], None]) -> int:
    """Say all of it, and at the end whether `what` can run; the exit code."""
    findings = list(findings)
    for finding in findings:
        for line in finding.lines():
            say(line)
    first = next((each.thing for each in findings if each.state == STOP), "")
    say(f"{what} cannot run: see {first} above" if first else f"{what} can run")
    return 1 if first else 0


def python() -> Finding:
    """The Python at work."""
    version, use = platform.python_version(), "runs everything"
    if pythons.fits():
        return Finding("Python", OK, f"{version} at {sys.executable}", use)
    return Finding("Python", STOP, version, use, pythons.refusal())


def packages() -> Finding:
    """The packages that the notebooks import."""
    missing = [name for name in MODULES if not importlib.util.find_spec(name)]
    if missing:
        remedy = "install as START.md says; in the project itself, `make lesson` does it"
        return Finding("packages", STOP, f"no {', no '.join(missing)}", "the notebooks", remedy)
    versions = (f"{name} {version(name)}" for name in ("tensorflow", "keras", "numpy"))
    return Finding("packages", OK, ", ".join(versions), "the notebooks")


def version(name: str) -> str:
    """The version of a package, by the name of its module."""
    for distribution in (name, f"{name}-cpu"):
        try:
            return metadata.version(distribution)
        except metadata.PackageNotFoundError:
            continue
    return "of unknown version"


def validate() -> Finding:
    """What checks a whole notebook at a click."""
    use = "the Validate button of JupyterLab"
    if importlib.util.find_spec("nbgrader"):
        return Finding("nbgrader", OK, metadata.version("nbgrader"), use)
    return Finding("nbgrader", LESS, "none", use, "pip install nbgrader; the checks work without")


def memory() -> Finding:
    """The memory of the machine."""
    size, use = total_memory() / GB, "two trained networks at a time"
    if size < LITTLE_MEMORY_GB:
        return Finding("memory", LESS, f"{size:.1f} GB", use, "close other notebooks first")
    return Finding("memory", OK, f"{size:.1f} GB", use)


def total_memory() -> int:
    """Bytes of memory. Raises what the system says where it does not tell."""
    try:
        import psutil  # comes with ipykernel

        return psutil.virtual_memory().total
    except (ImportError, OSError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


LEARNERS = (
    ("Python", python),
    ("packages", packages),
    ("nbgrader", validate),
    ("memory", memory),
)
