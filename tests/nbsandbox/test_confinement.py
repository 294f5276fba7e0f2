"""What a job reaches of the machine around it, attack by attack, at both levels that confine."""

import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from nbsandbox.confinement import landlock, levels, seccomp
from nbsandbox.confinement.restricted import Restricted
from nbsandbox.confinement.spec import SandboxSpec, around
from nbsandbox.limits import Limits
from nbsandbox.runner import run_notebook
from tests.support.confinement import CONFINED, at

LIMITS = Limits(cell_s=30, total_s=60, memory_mb=700, disk_mb=30, evidence_mb=1)
SECRET = "SECRET-4711"

ATTACKS = """
import ctypes, json, os, resource, signal, socket, struct, subprocess, sys
target, other, sockets, work = TARGET, OTHER, SOCKETS, os.getcwd()
c = ctypes.CDLL(None, use_errno=True)
came_through = {}

def attack(action):
    try:
        came_through[action.__name__] = repr(action())
    except BaseException as error:
        pass
    return action

def wanted(result, *fine):
    if result in (-1, None) or result in fine:
        raise OSError
    return result

@attack
def read(): return open(target).read()
@attack
def write(): return open(target, "a").write("x")
@attack
def open_for_path_then_read(): return os.read(os.open(target, os.O_PATH), 10)
@attack
def truncate(): os.truncate(target, 0)
@attack
def unlink(): os.unlink(target)
@attack
def rename_away(): os.rename(target, work + "/mine")
@attack
def rename_over():
    open("mine", "w").write("mine"); os.rename("mine", target)
@attack
def link(): os.link(target, work + "/linked"); return open(work + "/linked").read()
@attack
def symbolic_link():
    os.symlink(target, work + "/way"); return open(work + "/way").read()
@attack
def list_folder(): return os.listdir(os.path.dirname(target))
@attack
def list_home_of_all(): return os.listdir("/home")
@attack
def new_file(): open(os.path.dirname(target) + "/new", "w")
@attack
def shared_memory():
    open("/dev/shm/escaped-4711", "w").write("x")
    return 1 / 0 if LEVEL == 1 else "written"
@attack
def watch_a_folder():
    return wanted(c.inotify_add_watch(c.inotify_init(), os.path.dirname(target).encode(), 0xFFF))
@attack
def terminal(): return os.open("/dev/tty", os.O_RDWR)
@attack
def type_into_terminals():
    import fcntl
    return [fcntl.ioctl(os.open("/dev/pts/" + n, os.O_RDWR), 0x5412, b"x")
            for n in os.listdir("/dev/pts") if n.isdigit()] or 1 / 0
@attack
def signal_a_process(): os.kill(other, signal.SIGTERM)
@attack
def signal_by_thread(): return wanted(c.syscall(200, other, 15))
@attack
def signal_by_descriptor(): return signal.pidfd_send_signal(os.pidfd_open(other), 15)
@attack
def signal_by_owner():
    import fcntl
    a, b = socket.socketpair()
    fcntl.fcntl(a, 10, 9); fcntl.fcntl(a, fcntl.F_SETOWN, other)
@attack
def limits_of_others(): return resource.prlimit(other, resource.RLIMIT_CPU, (0, 0))
@attack
def trace(): return wanted(c.ptrace(16, other, 0, 0))
@attack
def memory_of_others():
    return [open(f"/proc/{other}/{name}", "rb").read(1) for name in ("environ", "maps")]
@attack
def processes_of_others(): return str(other) in os.listdir("/proc") or 1 / 0
@attack
def connect_to_a_path(): socket.socket(socket.AF_UNIX).connect(sockets[0])
@attack
def connect_to_a_name(): socket.socket(socket.AF_UNIX).connect(sockets[1])
@attack
def datagram_to_a_path():
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", sockets[2])
@attack
def tcp(): socket.create_connection(("127.0.0.1", sockets[3]), 1)
@attack
def udp():
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", sockets[4]))
@attack
def io_uring(): return wanted(c.syscall(425, 8, ctypes.create_string_buffer(256)))
@attack
def namespaces(): return wanted(c.unshare(0x10000000))
@attack
def new_root(): os.chroot(work)
@attack
def become_unreadable(): return wanted(c.prctl(4, 0, 0, 0, 0)) if LEVEL == 2 else 1 / 0
@attack
def own_program():
    open("own", "wb").write(open("/bin/true", "rb").read()); os.chmod("own", 0o755)
    return subprocess.run([work + "/own"]).returncode if LEVEL == 2 else 1 / 0
for change in (lambda: os.chmod(target, 0), lambda: os.utime(target, (0, 0))):
    try:
        change() if LEVEL == 2 else None
    except OSError:
        pass  # a user of its own is refused; one that is shared is told that all went well
print(json.dumps(came_through))
"""


@pytest.fixture(scope="module")
def around_it(tmp_path_factory):
    """A file, a process and sockets of somebody else: what an attack looks for."""
    folder = tmp_path_factory.mktemp("outside")
    target = folder / "gradebook.db"
    target.write_text(SECRET)
    os.utime(target, (4711, 4711))
    other = subprocess.Popen(["sleep", "600"])
    kinds = (socket.SOCK_STREAM, socket.SOCK_STREAM, socket.SOCK_DGRAM)
    names = (str(folder / "a"), f"\0outside-{os.getpid()}", str(folder / "d"))
    listeners = []
    for kind, name in zip(kinds, names, strict=True):
        listeners.append(socket.socket(socket.AF_UNIX, kind))
        listeners[-1].bind(name)
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        listeners.append(socket.socket(socket.AF_INET, kind))
        listeners[-1].bind(("127.0.0.1", 0))
    for each in listeners:
        each.settimeout(0.01)
        if each.type == socket.SOCK_STREAM:
            each.listen()
    ports = [each.getsockname()[1] for each in listeners[3:]]
    yield target, other, listeners, [*names, *ports]
    other.kill()
    other.wait()
    for each in listeners:
        each.close()


def run(folder, level, *sources, **options):
    """What the cells printed, and how the run ended."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    nbformat.write(notebook, folder / "work.ipynb")
    outcome = run_notebook(folder, folder / "work.ipynb", LIMITS, level=level, **options)
    executed = nbformat.read(outcome.executed, as_version=4)
    return outcome, [
        "".join(out.get("text", out.get("evalue", "")) for out in cell.outputs)
        for cell in executed.cells
    ]


def attack(around_it, tmp_path, level, abi=None):
    """Try every way out, and look at what is around."""
    target, other, listeners, names = around_it
    told = {"TARGET": str(target), "OTHER": other.pid, "SOCKETS": names, "LEVEL": level}
    given = "\n".join(f"{name} = {value!r}" for name, value in told.items())
    outcome, said = run(tmp_path, level, f"{given}\n{ATTACKS}", landlock_abi=abi)
    assert outcome.state == "done", (outcome.note, said)
    assert json.loads(said[0].strip().splitlines()[-1]) == {}
    assert target.read_text() == SECRET
    assert (target.stat().st_mode & 0o600, target.stat().st_mtime) == (0o600, 4711)
    assert other.poll() is None
    assert not os.path.exists("/dev/shm/escaped-4711")
    for each in listeners:
        with pytest.raises(OSError):
            each.accept() if each.type == socket.SOCK_STREAM else each.recv(1)


@pytest.mark.parametrize("level", at(*CONFINED))
def test_no_attack_on_what_is_around_comes_through(around_it, tmp_path, level):
    """Are files, processes, terminals and sockets of others out of reach, by any way there is?"""
    attack(around_it, tmp_path, level)


@pytest.mark.parametrize("level", at(levels.RESTRICTED))
@pytest.mark.parametrize("abi", [1, 3, 5])
def test_an_old_landlock_holds_as_well(around_it, tmp_path, level, abi):
    """Does the filter of system calls make up for what an older kernel's Landlock does not know?"""
    attack(around_it, tmp_path, level, abi)


@pytest.mark.parametrize("level", at(*CONFINED))
def test_descendants_end_with_the_job(tmp_path, level):
    """Are processes gone that hid from their parent, their session and their group?"""
    marker = f"5550{os.getpid()}"
    hide = f"""
import os, subprocess
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execvp('sleep', ['sleep', '{marker}'])
        os._exit(0)
"""
    outcome, _ = run(tmp_path, level, hide)
    assert outcome.state == "done"
    until = time.monotonic() + 3
    while (found := running(marker)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not found


def running(marker):
    """The processes that have `marker` among their arguments."""
    done = subprocess.run(["grep", "-slaw", marker, *all_command_lines()], capture_output=True)
    own = {f"/proc/{os.getpid()}/cmdline"}
    return set(done.stdout.decode().split()) - own


def all_command_lines():
    """The command lines of all processes, as paths."""
    return [f"/proc/{pid}/cmdline" for pid in os.listdir("/proc") if pid.isdigit()]


@pytest.mark.parametrize("level", at(levels.RESTRICTED))
def test_files_without_a_name_count_too(tmp_path, level):
    """Does a job without a file system of its own end when it fills files that it has unlinked?"""
    fill = """
import os, time
held = []
for number in range(40):
    held.append(open('f', 'wb')); held[-1].write(bytes(10**6)); held[-1].flush(); os.unlink('f')
time.sleep(10)
"""
    outcome, _ = run(tmp_path, level, fill)
    assert outcome.state == "too_many_files"


@pytest.mark.parametrize("level", at(*CONFINED))
def test_nothing_of_a_job_stays_on_the_disk(tmp_path, level, monkeypatch):
    """Is the job's private folder gone, also where the job took its own rights away?"""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    (tmp_path / "job").mkdir()
    source = "import os; os.makedirs('a/b'); open('a/b/c', 'w'); os.mkdir('locked', 0)"
    run(tmp_path / "job", level, source)
    until = time.monotonic() + 3
    while list(scratch.iterdir()) and time.monotonic() < until:
        time.sleep(0.02)
    assert list(scratch.iterdir()) == []


def test_every_jump_of_the_filter_stays_inside():
    """Is the filter of system calls well formed for both kinds of processor, with all its parts?"""
    for machine in seccomp.MACHINES:
        for alone in (None, seccomp.Alone(1, True, 1), seccomp.Alone(1, False, 7)):
            steps = seccomp.program(machine, alone)
            for place, step in enumerate(steps):
                code, yes, no = step[0], step[2], step[3]
                if code & 0x07 == 0x05 and code != seccomp.JUMP:
                    assert place + 1 + max(yes, no) < len(steps)
            assert len(steps) < 4096


def test_what_lies_beside_something_hidden_is_shown(tmp_path):
    """Are the neighbours of a hidden folder visible, and it is not?"""
    for name in ("a/b/hidden", "a/b/shown", "a/c"):
        (tmp_path / name).mkdir(parents=True)
    found = set(around((str(tmp_path),), (str(tmp_path / "a/b/hidden"),)))
    assert found == {str(tmp_path / "a/b/shown"), str(tmp_path / "a/c")}


@pytest.mark.skipif(
    bool(levels.missing(levels.RESTRICTED)), reason=levels.missing(levels.RESTRICTED)
)
def test_a_container_gets_the_second_level(root):
    """Where namespaces are refused as Docker does, is the next best taken, with its cause?"""
    ask = "from nbsandbox.confinement import levels; print(levels.best())"
    command = [sys.executable, "tests/no_namespaces.py", sys.executable, "-c", ask]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert "level 2 of 3" in done.stdout and "container" in done.stdout


def has_landlock():
    """Whether this kernel has Landlock, for a machine whose calls the filter knows."""
    try:
        return landlock.abi() > 0 and platform.machine() in seccomp.MACHINES
    except OSError:
        return False


@pytest.mark.skipif(not has_landlock(), reason="this kernel has no Landlock")
def test_whoever_has_landlock_has_the_second_level():
    """Is it there for each user, root in a container too, and wherever their Python lies?"""
    assert levels.missing(levels.RESTRICTED) == ""


@pytest.mark.skipif(not has_landlock(), reason="this kernel has no Landlock")
@pytest.mark.parametrize("mode", [0o700, 0o711])
def test_a_job_gets_in_where_others_may_not_go(tmp_path, mode):
    """Does a job of root's get into its folder, also where no other user may go there?"""
    scratch = Path(tempfile.mkdtemp(dir="/tmp"))
    scratch.chmod(mode)
    job = tmp_path / "job"
    job.mkdir()
    sandbox = Restricted(SandboxSpec(str(job)), str(scratch))
    child = os.fork()
    if child == 0:
        try:
            sandbox.prepare()
            sandbox.enter("{}")
            os.chdir(sandbox.places()["job"])
            Path("mine").write_text("x")
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    sandbox.clean_up()
    scratch.rmdir()


@pytest.mark.parametrize(
    ("error", "cause"), [("ENOSYS", "5.13"), ("EOPNOTSUPP", "lsm="), ("EPERM", "container")]
)
def test_a_missing_landlock_says_why(monkeypatch, error, cause):
    """Does it name an old kernel, a switch at boot, an old container runtime?"""
    import errno

    def refuse(*_):
        raise OSError(getattr(errno, error), "refused")

    monkeypatch.setattr(landlock, "call", refuse)
    with pytest.raises(OSError, match=cause):
        landlock.abi()
