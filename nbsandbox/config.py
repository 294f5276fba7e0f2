"""What a course tells the sandbox about itself; the sandbox knows no course of its own."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class RunnerConfig:
    """How the notebooks of one course are run.

    `packages` are folders shown read-only beside Python itself, `hidden` paths that are covered
    wherever they would be seen. `preload` names modules that the fork server imports, once for
    all kernels. `env` is added to each kernel's environment, in which `{job}` stands for the
    job's folder as the kernel sees it.

    With `whole_folder` the job's folder is the notebook's alone: nothing in it is read-only, no
    folder for evidence is added, and what the notebook leaves in it is there afterwards.
    """

    name: str = "nbsandbox"
    packages: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    whole_folder: bool = False
