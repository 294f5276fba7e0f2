"""Links that open a notebook on somebody else's computer."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from cnn_course.project import ASSIGNMENT, STUBS


@dataclass(frozen=True)
class Launch:
    """A public GitHub repository that holds this project; there are no links where it is empty."""

    repository: str = ""
    branch: str = "main"

    def __bool__(self) -> bool:
        return bool(self.repository)

    def colab(self, name: str) -> str:
        """The address that opens a learner's notebook in Colab."""
        place = f"{self.repository}/blob/{self.branch}/{STUBS}/{ASSIGNMENT}/{name}.ipynb"
        return f"https://colab.research.google.com/github/{place}"

    def binder(self, name: str) -> str:
        """The address that opens a learner's notebook in Binder."""
        place = quote(f"lab/tree/{STUBS}/{ASSIGNMENT}/{name}.ipynb", safe="")
        branch = quote(self.branch, safe="")
        return f"https://mybinder.org/v2/gh/{self.repository}/{branch}?urlpath={place}"

    def install(self) -> str:
        """The line that a notebook in Colab needs above all others."""
        return f"%pip install --no-deps git+https://github.com/{self.repository}@{self.branch}"
