"""The site, made by Sphinx from a folder of sources; nothing is replaced until all of it is well.

Sphinx with myst-nb is pure Python, so the lock file carries it and it works without a network.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from cnn_course.errors import CourseError
from cnn_course.project import Project
from cnn_course.site.links import broken, foreign
from cnn_course.site.sources import prepare

OUTPUT = "build/site"
A_SITE = "searchindex.js"
BUILT_WITH = {"sphinx": "sphinx", "myst_nb": "myst-nb"}


def make_site(project: Project, output: Path, teaching: bool = False) -> Path:
    """Make the site in a folder, in place of what it held; its front page.

    ``teaching`` puts the teaching notes on it, as ``website/site.ini`` may do, too.
    Raises CourseError where something is missing, Sphinx warns, or a link leads nowhere.
    """
    missing = [name for module, name in BUILT_WITH.items() if not importlib.util.find_spec(module)]
    if missing:
        raise CourseError(
            f"the site needs {' and '.join(missing)}: `pip install {' '.join(missing)}`, "
            "or `make site`, which has them"
        )
    if output.exists() and not (output / A_SITE).is_file():
        raise CourseError(f"{output} is there and is no site: name a folder that may be replaced")
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".site-", dir=output.parent) as work:
        source, made = Path(work, "source"), Path(work, "site")
        prepare(project, source, teaching)
        run_sphinx(source, made)
        faults = [*broken(made), *foreign(made)]
        if faults:
            more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
            raise CourseError(f"the site was not made: {faults[0]}{more}")
        shutil.rmtree(output, ignore_errors=True)
        made.rename(output)
    return output / "index.html"


def run_sphinx(source: Path, made: Path) -> None:
    """Make the pages. Raises CourseError with the first warning or error, all of which count."""
    command = [sys.executable, "-m", "sphinx", "--builder", "html", "--fail-on-warning"]
    command += ["--keep-going", "--quiet", "--no-color", "--doctree-dir", str(made) + ".trees"]
    done = subprocess.run(
        [*command, str(source), str(made)], capture_output=True, text=True, cwd=source
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        said = next((line for line in lines if "WARNING" in line or "ERROR" in line), "")
        said = (said or " ".join(lines[-1:])).replace(f"{source}/", "")
        raise CourseError(f"the site was not made: {said or 'Sphinx gave no reason'}")
    (made / ".buildinfo").unlink(missing_ok=True)
