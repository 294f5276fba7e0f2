"""nbgrader's ``zip_collect`` with this lesson's reading of zips and names.

`cnn-lesson collect` runs it with a plan of its own. By itself it serves, too:
``nbgrader zip_collect cnn --force --extractor=cnn_course.collect.plugins.SafeExtractor
--collector=cnn_course.collect.plugins.PlatformCollector`` takes what lies in
``downloaded/cnn/archive``.
"""

from __future__ import annotations

import functools
import shutil
from collections.abc import Mapping
from pathlib import Path

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin

from cnn_course.collect.platforms import choose, recognise
from cnn_course.collect.recognise import Recogniser
from cnn_course.collect.safe_names import safe_path
from cnn_course.collect.unpack import Unpacker
from cnn_course.collect.who import new_id
from cnn_course.learner_id import BadLearnerId
from cnn_course.project import find_project

TIME_FORM = "%Y-%m-%d %H:%M:%S UTC"


recogniser = functools.cache(Recogniser)
"""One for each project, so that its stubs are read once for all files."""


class SafeExtractor(ExtractorPlugin):
    """Unpacks with limits; links and paths that lead out are left out."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Put every file of the downloads below ``extracted_path``."""
        target = Path(extracted_path)
        unpacker = Unpacker(target / ".unpacked")
        for download in sorted(Path(archive_path).iterdir()):
            unpacker.add(download)
        for found in unpacker.found:
            path = target / safe_path(found.parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                shutil.copy(found.path, path)
        shutil.rmtree(target / ".unpacked", ignore_errors=True)
        for left in unpacker.left_out:
            self.log.warning("left out: %s: %s", left.name, left.why)


class PlatformCollector(FileNameCollectorPlugin):
    """Reads whose a file is from Moodle's, Canvas' or ILIAS' names, and what it is from inside."""

    def collect(self, submitted_file: str) -> dict | None:
        """Learner, notebook and time of a file; None where it is none of the lesson's."""
        path = Path(submitted_file)
        inside = (
            path.parts[path.parts.index("extracted") + 1 :] if "extracted" in path.parts else ()
        )
        origin = recognise(inside, choose([inside])) if inside else None
        what = recogniser(find_project(path.parent)).look_at(path)
        if origin is None or not what.notebook:
            return None
        try:
            about = {"student_id": new_id(origin), "file_id": what.notebook}
        except BadLearnerId as error:
            self.log.warning("%s", error)
            return None
        return about | ({"timestamp": origin.time.strftime(TIME_FORM)} if origin.time else {})


class PlannedCollector(FileNameCollectorPlugin):
    """Says of each staged file what `cnn-lesson collect` has planned for it."""

    planned: Mapping[str, dict] = {}

    def collect(self, submitted_file: str) -> dict | None:
        """Learner, name and time of a file by the plan."""
        return self.planned.get(submitted_file)


def planned_collector(planned: Mapping[str, dict]) -> type[PlannedCollector]:
    """A collector that follows a plan: path of a staged file to what becomes of it."""
    return type("PlannedCollector", (PlannedCollector,), {"planned": planned})
