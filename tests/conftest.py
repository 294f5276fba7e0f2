"""What every test gets: no network, no settings of the person who runs it, a quiet TensorFlow."""

import ctypes
import errno
import fcntl
import functools
import ipaddress
import os
import socket
import struct
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.support.accessibility import CHROMIUM

# The same examples in every run; `pytest --hypothesis-profile=default` looks for new ones.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parents[1]
CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS = 0x8914
LOOPBACK_UP = struct.pack("16sH14x", b"lo", 0x1 | 0x40)  # IFF_UP | IFF_RUNNING

LONGEST = (
    *("test_hostile.py", "test_processes.py", "test_grading.py", "test_resume.py"),
    *("test_formgrader.py", "test_own_cells.py", "test_any_course.py", "test_solutions.py"),
)

LEFT_OUTSIDE = ("PYTHONPATH", "NBGRADER_EXECUTION", "JUPYTER_PATH", "JUPYTER_CONFIG_PATH")
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "MPLBACKEND": "Agg", "JUPYTER_PLATFORM_DIRS": "1"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-golden`` notes the verdicts on the banks anew instead of comparing them."""
    parser.addoption("--update-golden", action="store_true")


def pytest_configure(config: pytest.Config) -> None:
    """Settle the environment before any test module is imported."""
    for name in LEFT_OUTSIDE:
        os.environ.pop(name, None)
    os.environ.update(QUIET)
    tools = os.path.dirname(sys.executable)  # nbgrader calls alembic by name
    os.environ["PATH"] = os.pathsep.join([tools, os.environ.get("PATH", os.defpath)])
    home = tempfile.TemporaryDirectory(prefix="cnn-lesson-tests-")
    config.add_cleanup(home.cleanup)
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        os.environ[name] = str(Path(home.name) / name.lower())
    config.network = "cut off" if cut_network() else "refused in this process only"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs a stranger's notebook is slow; the files that take longest come first.

    So no worker is left alone with one at the end. The order in a file stays as it is. A test of
    the browser is left out where there is none.
    """
    for item in items:
        if "kept_warm" in item.fixturenames:
            item.add_marker(pytest.mark.slow)
        if CHROMIUM is None and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="needs Debian's chromium"))
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else 99)


@pytest.hookimpl(tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> None:
    """TensorFlow has one thread, as in the notebooks, from the first module on that uses it."""
    is_module = isinstance(collector, pytest.Module)
    if is_module and "keras" in collector.path.read_text(encoding="utf-8"):
        one_thread()


@functools.cache
def one_thread() -> None:
    """Pin TensorFlow to one thread; it refuses once it has computed anything."""
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(1)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)


def pytest_report_header(config: pytest.Config) -> str:
    """Says whether child processes are without a network, too."""
    return f"network: {config.network}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Says what this run left out, and why: one line a reason."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", ())
        if isinstance(report.longrepr, tuple)
    )
    if reasons:
        terminalreporter.section("left out here, and why")
        for reason, number in reasons.most_common():
            terminalreporter.write_line(f"{number:>5}  {reason}")


def cut_network() -> bool:
    """True when this process and its children now have the loopback interface and nothing else."""
    if not hasattr(os, "fork") or not _in_child(_enter_own_network):
        return False
    _enter_own_network()
    return True


def _enter_own_network() -> None:
    """Linux only. Raises OSError or AttributeError where the machine does not allow it."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, LOOPBACK_UP)


def _in_child(action: Callable[[], None]) -> bool:
    """True when the action goes well in a child process, which then ends."""
    child = os.fork()
    if not child:
        try:
            action()
        except (OSError, AttributeError):
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse what leaves this machine, as a machine without a network would."""
    look_up = socket.getaddrinfo

    def local_look_up(host: str | None, *port_and_kind: object, **kind: object) -> list:
        if not is_local(host):
            raise socket.gaierror(socket.EAI_AGAIN, f"tests run without a network: {host}")
        return look_up(host, *port_and_kind, **kind)

    monkeypatch.setattr(socket, "getaddrinfo", local_look_up)
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))


def _guarded(connect: Callable) -> Callable:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and not is_local(address[0]):
            raise OSError(errno.ENETUNREACH, f"tests run without a network: {address[0]}")
        return connect(self, address)

    return guarded


def is_local(host: str | bytes | None) -> bool:
    """True for this machine, by address or by name; None and "" are what servers listen on."""
    name = host.decode() if isinstance(host, bytes) else host or "localhost"
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name in ("localhost", socket.gethostname())


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def known_trainings(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The training cache of the solutions, which are trained once a run for all workers."""
    from cnn_course.grade.fill_cache import stock
    from cnn_course.project import Project

    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (base / "trainings.lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        return stock(Project(root), base / "trainings", 2) or base / "trainings"
