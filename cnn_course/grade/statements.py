"""SQL compiled once a run: nbgrader opens its gradebook some twenty times for one learner.

Each time it makes an engine of its own, to which each statement is new, and compiling them takes
longer than the database does. A plugin of SQLAlchemy's has all engines share what is compiled.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy.dialects import plugins
from sqlalchemy.engine import URL, CreateEnginePlugin, Dialect, Engine

NAME = "cnn_course_compiled_once"


class CompiledOnce(CreateEnginePlugin):
    """Gives every engine for one kind of database the same dialect and the same statements."""

    dialects: ClassVar[dict[str, Dialect]] = {}
    compiled: ClassVar[dict[Any, Any]] = {}

    def update_url(self, url: URL) -> URL:
        """The URL as it is: it asks this plugin for nothing."""
        return url

    def engine_created(self, engine: Engine) -> None:
        """A new engine: a statement is known by its dialect, too, once that has met a database."""
        known = self.dialects.get(engine.name)
        if known is None or getattr(known, "server_version_info", None) is None:
            self.dialects[engine.name] = engine.dialect
        else:
            engine.dialect = known
        engine.update_execution_options(compiled_cache=self.compiled)


def compiled_once(url: str) -> str:
    """The URL of a database, with the plugin; to be opened in this process only."""
    plugins.register(NAME, __name__, CompiledOnce.__name__)
    return f"{url}{'&' if '?' in url else '?'}plugin={NAME}"
