"""The sandbox: what a submission can see, do, use up and leave behind. Attacks are for real."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cnn_course.held_out import HELD_OUT
from cnn_course.sandbox import LESSON
from nbsandbox import forkserver, provisioner
from nbsandbox.confinement import levels
from nbsandbox.confinement.spec import PACKAGE
from nbsandbox.files import read_files
from nbsandbox.limits import Limits, sentence
from nbsandbox.messages import clean, shown
from nbsandbox.runner import run_notebook
from nbsandbox.workers import own_processor
from tests.support.confinement import CONFINED, at


def needs_sandbox(test):
    """The test, run at each level of confinement, with kernels from one fork server."""
    return pytest.mark.usefixtures("kept_warm")(
        pytest.mark.parametrize("level", at(*CONFINED))(test)
    )


LIMITS = Limits(cell_s=20, total_s=40, memory_mb=700, disk_mb=30, evidence_mb=1)


@pytest.fixture(scope="module")
def kept_warm():
    """One fork server for all tests here: a connection keeps it alive."""
    try:
        link = forkserver.connect(provisioner.environment(), LESSON.preload)
    except OSError:
        yield
    else:
        with link:
            yield


@pytest.fixture
def level():
    """The level of confinement; the best one unless a test is asked for others."""
    return levels.best().number


@pytest.fixture
def run(tmp_path, level, kept_warm):
    """Runs cells in a sandbox; hands back the outcome and the executed notebook."""

    def run_cells(*cells, limits=LIMITS, inputs=(), **options):
        folder = tmp_path / f"job{len(list(tmp_path.iterdir()))}"
        (folder / "inputs").mkdir(parents=True)
        for name, content in dict(inputs).items():
            (folder / "inputs" / name).write_text(content)
        notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
        nbformat.write(notebook, folder / "work.ipynb")
        options = {"level": level, "course": LESSON} | options
        outcome = run_notebook(folder, folder / "work.ipynb", limits, **options)
        executed = nbformat.read(outcome.executed, as_version=4)
        nbformat.validate(executed)
        return outcome, executed

    return run_cells


def said(notebook, index=0):
    """All that a cell put out, as one text."""
    texts = []
    for output in notebook.cells[index].outputs:
        texts.append(output.get("text") or output.get("evalue") or "")
        texts.append(output.get("data", {}).get("text/plain", ""))
    return "\n".join(texts)


def processes_with(marker):
    """The processes on this machine that have `marker` among their arguments."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            arguments = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if marker.encode() in arguments:
            found.append(int(entry.name))
    return found


def gone_within(seconds, marker):
    """Whether all processes with `marker` end within so many seconds."""
    until = time.monotonic() + seconds
    while processes_with(marker) and time.monotonic() < until:
        time.sleep(0.05)
    return not processes_with(marker)


@needs_sandbox
def test_a_notebook_runs_and_hands_out_evidence(run):
    """Does honest work get through: inputs read, outputs kept, evidence handed out?"""
    outcome, executed = run(
        "text = open('inputs/question').read()",
        "open('evidence/answer', 'w').write(text.upper())",
        "!echo shell",
        inputs={"question": "why"},
    )
    assert (outcome.state, outcome.note, outcome.cells) == ("done", "", 3)
    assert "3" in said(executed, 1)
    assert "shell" in said(executed, 2)
    folder = Path(outcome.executed).parent
    assert read_files(folder / "evidence", 100) == {"answer": b"WHY"}


@needs_sandbox
@pytest.mark.parametrize("is_warm", [True, False])
def test_nothing_of_the_machine_is_to_be_seen(run, tmp_path, is_warm, level):
    """Are gradebook, other learners, held-out images and the grader's secrets out of sight?"""
    secrets = {
        "gradebook": tmp_path / "gradebook.db",
        "other": tmp_path / "other_job" / "answer.ipynb",
    }
    for path in secrets.values():
        path.parent.mkdir(exist_ok=True)
        path.write_text("SECRET-4711")
    os.environ["GRADER_TOKEN"] = "SECRET-4711"
    machine = ["/etc/shadow", "/var/log", str(Path.home())]
    looks = [*map(str, secrets.values()), str(HELD_OUT), *machine]
    outcome, executed = run(
        f"""
        import os
        for path in {looks!r}:
            try:
                print(os.listdir(path) if os.path.isdir(path) else open(path, 'rb').read())
            except OSError as error:
                print(type(error).__name__)
        print(dict(os.environ))
        print(sorted(pid for pid in os.listdir('/proc') if pid.isdigit()))
        """,
        warm=is_warm,
    )
    del os.environ["GRADER_TOKEN"]
    assert outcome.state == "done"
    text = said(executed)
    assert "SECRET-4711" not in text
    assert "root:" not in text
    assert text.count("Error") >= len(looks) - 1
    assert ("['1']" if level == 1 else "Permission denied: '/proc'") in text


@needs_sandbox
def test_what_is_shown_can_be_read_and_what_is_hidden_in_it_cannot(run, tmp_path):
    """Is the training store there, read-only, without what is not meant for the kernel?"""
    store = tmp_path / "store with a space"
    (store / "private").mkdir(parents=True)
    (store / "weights").write_text("WEIGHTS")
    (store / "private" / "key").write_text("KEY")
    (store / "secret").write_text("SECRET")
    hidden = (str(store / "private"), str(store / "secret"))
    _, executed = run(
        f"""
        import os, pathlib
        store = pathlib.Path({str(store)!r})
        print((store / 'weights').read_text())
        for name, mode in (('secret', 'r'), ('private/key', 'r'), ('new', 'w')):
            try:
                print((store / name).open(mode))
            except OSError as error:
                print(type(error).__name__)
        """,
        visible=(str(store),),
        hidden=hidden,
    )
    first, *refused = said(executed).split()
    assert first == "WEIGHTS"
    assert len(refused) == 3 and all(name.endswith("Error") for name in refused)


@needs_sandbox
def test_nothing_outside_can_be_written(run, tmp_path):
    """Can a submission change inputs, system, packages, or the files of its real folder?"""
    (tmp_path / "inside").mkdir()
    outcome, executed = run(
        f"""
        import os, sys
        for path in ('/x', '/usr/x', '/etc/passwd', '/sockets/x', 'inputs/question',
                     sys.prefix + '/x', '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger',
                     {str(tmp_path / "x")!r}, {str(PACKAGE / "x.py")!r}):
            try:
                open(path, 'w').write('0')
                print('WRITTEN', path)
            except OSError as error:
                print(type(error).__name__)
        open('work.ipynb', 'w').write('0')
        """,
        inputs={"question": "why"},
    )
    assert "WRITTEN" not in said(executed)
    folder = Path(outcome.executed).parent
    assert (folder / "inputs" / "question").read_text() == "why"
    assert json.loads((folder / "work.ipynb").read_text())["cells"]


@needs_sandbox
def test_there_is_no_network(run):
    """Can a submission reach this machine or any other?"""
    with socket.socket() as open_port, socket.socket(socket.AF_UNIX) as abstract:
        open_port.bind(("127.0.0.1", 0))
        open_port.listen()
        abstract.bind(f"\0test-sandbox-{os.getpid()}")
        abstract.listen()
        _, executed = run(
            f"""
            import socket
            for address in (('127.0.0.1', {open_port.getsockname()[1]}), ('192.0.2.1', 80)):
                try:
                    socket.create_connection(address, timeout=2); print('REACHED')
                except OSError as error:
                    print(error)
            try:
                socket.socket(socket.AF_UNIX).connect('\\0test-sandbox-{os.getpid()}')
                print('REACHED')
            except OSError as error:
                print(error)
            for family in (17, 38, 40):  # packets, ciphers, the host of a virtual machine
                try:
                    socket.socket(family, socket.SOCK_STREAM); print('REACHED')
                except OSError as error:
                    print(error)
            """
        )
    assert "REACHED" not in said(executed)
    assert said(executed).count("Errno") == 6


@needs_sandbox
def test_there_are_no_privileges(run, level):
    """Can a submission become somebody, make namespaces, trace or signal anyone?"""
    _, executed = run(
        """
        import ctypes, os
        library = ctypes.CDLL(None, use_errno=True)
        for name, *arguments in (
            ('unshare', 0x10000000), ('mount', b'none', b'/tmp', b'tmpfs', 0, None),
            ('setuid', 4711), ('setgid', 4711), ('ptrace', 16, 1, 0, 0), ('memfd_create', b'm', 0),
            ('shmget', 0, 4096, 0o1600), ('chroot', b'/'), ('prctl', 1, 0, 0, 0, 0),
            ('sched_setaffinity', 0, 8, ctypes.byref(ctypes.c_long(-1))),
        ):
            if getattr(library, name)(*arguments) != -1:
                print('ALLOWED', name)
        """,
        "print(open('/proc/self/status').read(), os.getuid())",
    )
    assert said(executed, 0) == ""
    status = dict(re.findall(r"(\w+):\t(\w+)", said(executed, 1)))
    assert {status[name] for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")} == {"0" * 16}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert level > 1 or status["Uid"] != "0" or os.geteuid() == 0


@needs_sandbox
def test_background_processes_end_with_the_job(run):
    """Does anything a submission starts outlive it?"""
    marker = f"98765{os.getpid()}"
    outcome, _ = run(
        f"""
        import os, subprocess
        subprocess.Popen(['sleep', '{marker}'], start_new_session=True)
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execvp('sleep', ['sleep', '{marker}'])
            os._exit(0)
        import time; time.sleep(0.2)
        """
    )
    assert outcome.state == "done"
    assert gone_within(0, marker)


ENDINGS = {
    "exit": ("import os; os._exit(3)", "died", "exit code 3"),
    "crash": ("import ctypes; ctypes.string_at(0)", "died", "signal 11"),
    "closed": ("import os; os.closerange(0, 1000)", "died", ""),
    "ignores": (
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
        "out_of_time",
        "1 s (limit cell_s)",
    ),
    "memory": (
        "hoard = []\nwhile True: hoard.append(bytearray(10**7))",
        "out_of_memory",
        "700 MB of memory (limit memory_mb)",
    ),
    "shared memory": (
        "import mmap\nhoard = [mmap.mmap(-1, 10**8) for _ in range(20)]\n"
        "for block in hoard: block.write(bytes(10**8))",
        "out_of_memory",
        "(limit memory_mb)",
    ),
    "forks": (
        "import os, time\nfor _ in range(60):\n  if os.fork() == 0: time.sleep(60)\ntime.sleep(60)",
        "too_many_processes",
        "16 processes (limit processes)",
    ),
}


@needs_sandbox
@pytest.mark.parametrize("name", ENDINGS)
def test_what_was_done_before_the_end_is_kept(run, name):
    """Does a kernel that dies, hangs or takes too much keep what it had, and say what happened?"""
    source, state, note = ENDINGS[name]
    limits = replace(LIMITS, cell_s=1) if name == "ignores" else LIMITS
    limits = replace(limits, memory_mb=5000) if name == "forks" else limits
    outcome, executed = run("20 + 2", source, "1 + 1", limits=limits)
    assert outcome.state == state
    assert note in outcome.note and "\n" not in outcome.note
    assert said(executed, 0).strip() == "22"
    for index in (1, 2):
        assert executed.cells[index].outputs[-1].output_type == "error"
        assert outcome.note in said(executed, index)
    assert outcome.cells == 1


@needs_sandbox
@pytest.mark.parametrize(
    ("limit", "source"),
    [
        ("total_s", "import time; time.sleep(30)"),
        ("cpu_s", "while True: pass"),
        ("flood_mb", "for _ in range(100): print('x' * 10**6)"),
        ("messages", "for number in range(10): display(number)"),
    ],
)
def test_the_limits_of_the_whole_notebook_hold(run, limit, source):
    """Is a notebook ended that takes too long, computes too much or floods the grader?"""
    limits = replace(LIMITS, **{limit: 1})
    outcome, _ = run(source, "1 + 1", limits=limits)
    assert outcome.note == sentence(limits, limit)


@needs_sandbox
def test_a_limit_that_is_passed_before_the_first_cell_is_said_at_once(run):
    """Is a kernel that is ended while it is greeted not waited for, and its reason the true one?"""
    limits = replace(LIMITS, total_s=0)
    outcome, executed = run("1 + 1", limits=limits)
    assert (outcome.state, outcome.note) == ("out_of_time", sentence(limits, "total_s"))
    assert outcome.seconds < limits.start_s / 2
    assert outcome.note in said(executed, 0)


@needs_sandbox
def test_a_cell_over_time_is_interrupted_and_the_rest_goes_on(run):
    """Does one slow cell cost only itself?"""
    outcome, executed = run(
        "import time; print('begun', flush=True); time.sleep(30)",
        "1 + 1",
        limits=replace(LIMITS, cell_s=1),
    )
    assert outcome.state == "out_of_time"
    assert "begun" in said(executed, 0)
    assert "limit cell_s" in said(executed, 0)
    assert said(executed, 1).strip() == "2"


@needs_sandbox
def test_a_full_disk_is_the_submissions_own(run, level):
    """Does writing without end stop at the limit, and only there?

    Without namespaces there is no file system of limited size: the job ends instead.
    """
    outcome, executed = run(
        """
        kept = 0
        try:
            for number in range(100):
                with open(f'f{number}', 'wb') as file:
                    file.write(bytes(10**6))
                kept += 1
        except OSError as error:
            print(kept, error)
        """,
    )
    if level == levels.RESTRICTED:
        assert (outcome.state, outcome.note) == ("too_many_files", sentence(LIMITS, "disk_mb"))
        return
    assert outcome.state == "done"
    kept, rest = said(executed).split(maxsplit=1)
    assert int(kept) < 1.1 * LIMITS.disk_mb and "No space" in rest


@needs_sandbox
def test_threads_run_out_in_the_sandbox_only(run):
    """Do threads without end stop at the limit, before the machine's run out?"""
    _, executed = run(
        "'ready'",
        """
        import threading, time
        try:
            for number in range(10_000):
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        except RuntimeError:
            print(number)
        """,
    )
    assert int(said(executed, 1)) < LIMITS.tasks


@needs_sandbox
def test_only_plain_files_come_back_as_evidence(run):
    """Are links, pipes, folders and giants left behind, and swapped folders not followed?"""
    outcome, _ = run(
        """
        import os
        open('evidence/good', 'w').write('fine')
        os.symlink('/etc/passwd', 'evidence/link')
        os.mkfifo('evidence/pipe')
        os.mkdir('evidence/folder')
        open('evidence/giant', 'wb').truncate(2 * 10**6)
        open('evidence/two\\nlines', 'w').write('x')
        os.rename('/tmp/job', '/tmp/moved')
        os.symlink('/etc', '/tmp/job')
        """
    )
    assert outcome.state == "done"
    evidence = Path(outcome.executed).parent / "evidence"
    assert {path.name for path in evidence.iterdir()} == {"good"}


def test_reading_files_follows_nothing_and_takes_no_more_than_told(tmp_path):
    """Is a folder that a stranger filled safe to read, missing or a link included?"""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").write_bytes(b"12345")
    (tmp_path / "real" / "b").write_bytes(b"1234567890")
    (tmp_path / "real" / "c").symlink_to(tmp_path / "real" / "a")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert read_files(tmp_path / "real", 12) == {"a": b"12345"}
    assert read_files(tmp_path / "real", 100).keys() == {"a", "b"}
    assert read_files(tmp_path / "link", 100) == {}
    assert read_files(tmp_path / "missing", 100) == {}


@needs_sandbox
def test_floods_of_output_are_cut(run):
    """Do 30 MB of prints leave a small notebook and the rest of its cells alone?"""
    outcome, executed = run(
        "for _ in range(300_000): print('x' * 100)",
        "from IPython.display import display\nfor number in range(1000): display(number)",
        "print('a' * 10**5 + '\\b' * 10**5)",
        "1 + 1",
    )
    assert outcome.state == "done"
    assert Path(outcome.executed).stat().st_size < 6 * 2**20
    assert "limit cell_output_mb" in said(executed, 0)
    assert "limit outputs" in said(executed, 1)
    assert said(executed, 2).strip() == ""
    assert said(executed, 3).strip() == "2"


FORGE = """
import json
from ipykernel.kernelapp import IPKernelApp
app = IPKernelApp.instance()
session, thread, parent = app.session, app.iopub_thread, app.kernel.get_parent()
header = {'msg_type': 'stream', 'session': 's', 'username': 'u', 'version': '5.3'}
def raw(*frames):
    thread.schedule(lambda: thread._really_send(list(frames)))
def signed(number, *parts):
    first = json.dumps({**header, 'msg_id': str(number)}).encode()
    rest = [part if isinstance(part, bytes) else json.dumps(part, default=str).encode()
            for part in parts]
    raw(b'x', b'<IDS|MSG>', session.sign([first, *rest]), first, *rest)
raw(b'garbage'); raw(b'<IDS|MSG>'); raw(b'x', b'<IDS|MSG>', b'0' * 64, b'{}', b'{}', b'{}', b'{}')
mine = parent['header']
for number, content in enumerate((b'no json', b'[' * 10**5, b'[1]', b'7', b'{"name": NaN}',
        b'{"name": "stdout", "text": "\\\\ud800"}', b'\\xff')):
    signed(number, mine, {}, content)
signed('p', [], {}, {}); signed('q', {'msg_id': []}, {}, {})
odd = ({}, {'data': 5}, {'data': {'text/plain': 5, 'application/json': {'a': [1]}}, 'metadata': 7},
       {'data': {}, 'transient': {'display_id': [1]}, 'execution_count': 'x'}, {'name': 'evil'},
       {'ename': 5, 'traceback': 'abc'}, {'execution_state': 5, 'wait': 'x', 'comm_id': 7})
for content in odd:
    for kind in ('stream', 'display_data', 'execute_result', 'update_display_data', 'error',
                 'status', 'comm_open', 'comm_msg', 'clear_output', 'execute_input', 'weird'):
        session.send(app.kernel.iopub_socket, kind, content, parent=parent)
"""


@needs_sandbox
def test_forged_messages_do_no_harm(run):
    """Does a kernel that sends nonsense, signed or not, leave a valid notebook behind?"""
    outcome, executed = run(FORGE, "1 + 1")
    assert outcome.state == "done"
    assert said(executed, 1).strip() == "2"


@needs_sandbox
def test_senseless_answers_end_the_run_only(run):
    """Does a kernel that answers without a status end its own run, and nothing else?"""
    outcome, executed = run(
        """
        from ipykernel.kernelapp import IPKernelApp
        session = IPKernelApp.instance().session
        send = session.send
        def lie(stream, kind, content=None, *more, **rest):
            return send(stream, kind, {} if kind == 'execute_reply' else content, *more, **rest)
        session.send = lie
        """,
        "1 + 1",
    )
    assert outcome.state == "died"
    assert executed.cells[1].outputs[-1].output_type == "error"


def test_outputs_are_valid_whatever_comes():
    """Is what a message says made into something a notebook may hold?"""
    half = "\ud800"
    assert clean("stream", {"name": "stdout", "text": half}) == {"name": "stdout", "text": "?"}
    assert clean("stream", {"name": "other", "text": "x"}) is None
    assert clean("error", {"ename": 5}) == {"ename": "Error", "evalue": "", "traceback": []}
    bundle = {"text/plain": 5, "image/png": "x", "a/json": {"deep": [1, float("inf")]}}
    cleaned = clean("display_data", {"data": bundle, "metadata": []})
    assert cleaned["data"] == {"image/png": "x", "a/json": {"deep": [1, None]}}
    assert cleaned["metadata"] == {}


@pytest.mark.parametrize(
    ("text", "seen"),
    [("a\rb", "b"), ("a\r\nb", "a\nb"), ("ab\b\bc", "c"), ("\b\bx", "x"), ("5%\r10%\n", "10%\n")],
)
def test_text_is_kept_as_a_terminal_shows_it(text, seen):
    """Are progress bars reduced to their last state?"""
    assert shown(text) == seen


@needs_sandbox
def test_handed_in_outputs_and_tags_count_for_nothing(tmp_path, level):
    """Can a submission bring its own outputs, or have a cell skipped?"""
    forged = new_code_cell("1 + 1", metadata={"tags": ["skip-execution"]})
    forged.outputs = [nbformat.v4.new_output("stream", name="stdout", text="FORGED")]
    cells = [new_markdown_cell("hello"), forged]
    kernel = {"kernelspec": {"name": "evil", "display_name": "evil", "language": "perl"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), tmp_path / "work.ipynb")
    outcome = run_notebook(tmp_path, tmp_path / "work.ipynb", LIMITS, level=level, course=LESSON)
    executed = nbformat.read(outcome.executed, as_version=4)
    assert outcome.state == "done"
    assert said(executed, 1).strip() == "2"


def test_a_notebook_that_cannot_be_read_is_written_all_the_same(tmp_path):
    """Is there an executed notebook that says what happened, whatever was handed in?"""
    (tmp_path / "work.ipynb").write_text('{"cells": [')
    outcome = run_notebook(tmp_path, tmp_path / "work.ipynb", LIMITS, course=LESSON)
    executed = nbformat.read(outcome.executed, as_version=4)
    assert outcome.state == "unreadable"
    assert outcome.note in said(executed)


@pytest.mark.skipif(sys.platform != "linux", reason="a supervisor needs Linux")
def test_trusted_submissions_run_without_a_sandbox(run):
    """Does --trust-submissions run, clear up and keep the limits where no sandbox can be had?"""
    marker = f"98766{os.getpid()}"
    outcome, executed = run(
        f"import subprocess; subprocess.Popen(['sleep', '{marker}'], start_new_session=True); 1",
        "open('evidence/answer', 'w').write('x')",
        ENDINGS["memory"][0],
        level=levels.NONE,
    )
    assert outcome.state == "out_of_memory"
    assert said(executed, 0).strip() == "1"
    assert read_files(Path(outcome.executed).parent / "evidence", 100) == {"answer": b"x"}
    assert gone_within(2, marker)


def test_where_there_is_no_confinement_one_sentence_says_why(monkeypatch):
    """Is the reason one clear line, on another system and where the system refuses?"""
    monkeypatch.setattr(levels.sys, "platform", "darwin")
    assert levels.missing.__wrapped__(1).startswith("this is macOS")
    monkeypatch.setattr(levels.sys, "platform", "linux")
    refused = subprocess.CompletedProcess([], 1, "", "trace\nunshare: Operation not permitted\n")
    monkeypatch.setattr(levels.subprocess, "run", lambda *_, **__: refused)
    reason = levels.missing.__wrapped__(1)
    assert "unshare: Operation not permitted" in reason and "\n" not in reason


@pytest.mark.parametrize(
    ("path", "text", "cause"),
    [
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n", "AppArmor"),
        ("/proc/sys/user/max_user_namespaces", "0\n", "max_user_namespaces"),
        ("/proc/self/status", "Name:\tx\nSeccomp:\t2\n", "container"),
        ("", "", "this system refuses"),
    ],
)
def test_a_refusal_names_its_true_cause(monkeypatch, path, text, cause):
    """Does an ordinary user read what keeps namespaces from them?"""
    monkeypatch.setattr(levels.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(levels.os.path, "exists", lambda _: False)
    monkeypatch.setattr(levels, "read", lambda asked: text if asked == path else "")
    assert cause in levels.namespaces_cause("Operation not permitted")


def run_in_worker(folder, source, level):
    """One job, as a pool's worker runs it."""
    folder = Path(folder)
    folder.mkdir()
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), folder / "work.ipynb")
    level = int(level)
    outcome = run_notebook(folder, folder / "work.ipynb", LIMITS, level=level, course=LESSON)
    return outcome, own_processor()


@needs_sandbox
def test_one_job_cannot_hurt_another(tmp_path, level):
    """Do jobs side by side, one of them a bomb, end as they would alone?"""
    sources = {
        "bomb": ENDINGS["memory"][0],
        "honest": "import time\nfor _ in range(20): time.sleep(0.05)\n6 * 7",
    }
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        folders = [str(tmp_path / name) for name in sources]
        (bomb, first), (honest, second) = pool.map(
            run_in_worker, folders, sources.values(), [level] * 2
        )
    assert (bomb.state, honest.state) == ("out_of_memory", "done")
    assert first is None or first != second


@needs_sandbox
def test_a_job_ends_with_the_worker_that_started_it(tmp_path, level):
    """Does a grader that is killed leave nothing running?"""
    marker = f"98767{os.getpid()}"
    source = f"import subprocess; subprocess.run(['sleep', '{marker}'])"
    code = f"import sys; from {__name__} import run_in_worker as run; run(*sys.argv[1:])"
    arguments = [sys.executable, "-c", code, str(tmp_path / "job"), source, str(level)]
    worker = subprocess.Popen(arguments, cwd=Path(__file__).parents[2])
    until = time.monotonic() + 30
    while not processes_with(marker) and time.monotonic() < until:
        time.sleep(0.05)
    assert processes_with(marker)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert gone_within(3, marker)
