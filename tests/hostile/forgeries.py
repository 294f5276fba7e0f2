"""Attacks on the evidence: written by hand, in every shape that a reader may trip over."""

from .attack import Attack, first

_WRITE = """
import io, json, os, pathlib, struct, zipfile
import numpy as np
import cnn_lesson.checks as checks
from cnn_lesson.items import ITEMS
try:
    place = pathlib.Path(os.environ["CNN_LESSON_EVIDENCE"])
except KeyError:
    place = pathlib.Path("evidence")
    place.mkdir(exist_ok=True)
checks.hand_out = lambda item: None
def tree(value, **arrays):
    stream = io.BytesIO()
    text = np.frombuffer(json.dumps(value).encode(), dtype=np.uint8)
    np.savez(stream, tree=text, **arrays)
    return stream.getvalue()
def give(data, items=ITEMS):
    for item in items:
        (place / f"{item}.npz").write_bytes(data)
"""

_SHAPES = """
def hand_out(item):
    from cnn_lesson.checking.evidence import pack, unpack
    inputs = pathlib.Path(os.environ["CNN_LESSON_INPUTS"]) / f"{item}.npz"
    calls = [{"value": np.zeros(np.shape(case[0])), "callable": True, "changed": False}
             for case in unpack(inputs.read_bytes()).get("cases", [])]
    (place / f"{item}.npz").write_bytes(pack({"calls": calls}))
checks.hand_out = hand_out
"""
_POINTS = """
give(tree({"points": 1e9, "out_of": 1, "right": True, "correct": True, "item": "q3",
           "calls": [], "value": {"points": 1e9}, "untouched": False, "earned": ["all"]}))
"""
_NAN = """
nan = {"value": {"__array__": "a0"}, "callable": True, "changed": False}
values = dict.fromkeys(("edge_kernel", "answer_q3", "conv_parameters"), {"__array__": "a0"})
give(tree({"calls": [nan] * 25, "value": nan, **values}, a0=np.full((3, 3), np.nan)))
"""
_INFINITY = """
text = '{"calls": Infinity, "value": NaN, "points": -Infinity, "answer_q3": 1e999}'
stream = io.BytesIO()
np.savez(stream, tree=np.frombuffer(text.encode(), dtype=np.uint8))
give(stream.getvalue())
"""
_PICKLE = """
class Run:
    def __reduce__(self):
        return (exec, (f"open({MARK!r}, 'w').write('0')",))
MARK = COURSE + "/hostile-7f3a"
stream = io.BytesIO()
np.savez(stream, tree=np.array([Run()], dtype=object), a0=np.array([Run()], dtype=object))
give(stream.getvalue())
give(__import__("pickle").dumps(Run()), ["q3"])
"""
_BOMB = """
with zipfile.ZipFile(place / "q3.npz", "w", zipfile.ZIP_DEFLATED) as archive:
    with archive.open("tree.npy", "w", force_zip64=True) as file:
        np.lib.format.write_array_header_1_0(
            file, {"descr": "|u1", "fortran_order": False, "shape": (10**9,)})
        for _ in range(1000):
            file.write(bytes(10**6))
data = (place / "q3.npz").read_bytes()
give(data)
"""
_LONG_TREE = """
pieces = b"[]," * 500_000
with zipfile.ZipFile(place / "q3.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
    with archive.open("tree.npy", "w", force_zip64=True) as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False,
            "shape": (80 * len(pieces) + 3,)})
        file.write(b"[")
        for _ in range(80):
            file.write(pieces)
        file.write(b"0]")
data = (place / "q3.npz").read_bytes()
give(data)
"""
_LYING_SIZE = """
def lying(shape, name):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        with archive.open(name, "w") as file:
            np.lib.format.write_array_header_1_0(
                file, {"descr": "<f8", "fortran_order": False, "shape": shape})
            file.write(bytes(64))
        if name != "tree.npy":
            text = np.frombuffer(b'{"calls": {"__array__": "a0"}}', dtype=np.uint8)
            with archive.open("tree.npy", "w") as file:
                np.lib.format.write_array(file, text)
    return stream.getvalue()
give(lying((10**12,), "a0.npy"))
give(lying((10**6, 10**6, 10**6), "tree.npy"), ["q3", "q2"])
give(lying((-1,), "tree.npy"), ["convolve"])
"""
_DEEP = """
text = "[" * 200_000 + "]" * 200_000
stream = io.BytesIO()
np.savez(stream, tree=np.frombuffer(text.encode(), dtype=np.uint8))
give(stream.getvalue())
"""
_TREES = """
loop = {"__array__": "tree"}
give(tree({"calls": [loop] * 25, "value": loop, "answer_q3": loop, "roles": loop}))
give(tree({"calls": {"__array__": "../../etc/passwd"}}), ["convolve"])
give(tree({"calls": {"__array__": ["a"]}}), ["output-shape"])
give(tree([1, 2, 3]), ["q3"])
give(tree(None), ["q2"])
give(tree({"calls": [{"value": [[[[[[[[1]]]]]]]], "changed": False}] * 100_000}), ["max-pool"])
"""
_NUMBERS = """
digits = {"__big__": 0}
text = '{"answer_q3": ' + "9" * 100_000 + ', "conv_parameters": 1e400, "calls": -0}'
stream = io.BytesIO()
np.savez(stream, tree=np.frombuffer(text.encode(), dtype=np.uint8))
give(stream.getvalue())
"""
_LINKS = """
from cnn_course import held_out
targets = ["/etc/passwd", "/etc/shadow", str(held_out.HELD_OUT), COURSE + "/gradebook.db",
           COURSE + "/submitted/honest/cnn/01-convolution.ipynb", "/dev/zero", "/proc/self/mem"]
for item, target in zip(ITEMS, targets):
    (place / f"{item}.npz").symlink_to(target)
"""
_ODD_FILES = """
os.mkfifo(place / "q3.npz")
(place / "convolve.npz").mkdir()
(place / "convolve.npz" / "inner.npz").write_bytes(b"0")
import socket
try:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(place / "q2.npz"))
except OSError:
    pass
(place / "max-pool.npz").write_bytes(b"")
os.chmod(place / "max-pool.npz", 0)
"""
_EXTRA = """
good = tree({"calls": []})
for name in ("q1.npz", "train.npz", "fashion.npz", "q3.npz.npz", "-rf.npz", "a b.npz", ".npz",
             "\\n.npz", "\\u202e.npz", "grades.json", "gradebook.db", "__init__.py", "numpy.py"):
    (place / name).write_bytes(good)
for number in range(3000):
    (place / f"zz{number}.npz").write_bytes(b"0")
for name in ("../escaped.npz", "../../escaped.npz", "../inputs/q3.npz"):
    try:
        (place / name).write_bytes(good)
    except OSError:
        pass
"""
_SPARSE = """
with open(place / "q3.npz", "wb") as file:
    try:
        file.truncate(10**12)
    except OSError:
        file.truncate(25 * 2**20)
"""
_LOCKED = """
give(tree({"calls": []}))
os.chmod(place, 0)
"""
_REPLACED = """
import shutil
try:
    shutil.rmtree(place)
    os.symlink(COURSE + "/submitted/honest/cnn", place)
except OSError:
    pass
os.environ["CNN_LESSON_EVIDENCE"] = COURSE + "/submitted"
os.environ["CNN_LESSON_INPUTS"] = "/nowhere"
"""
_AT_EXIT = """
import atexit, signal, threading
def late(*a):
    try:
        give(tree({"points": 7, "calls": []}))
    finally:
        os._exit(0)
atexit.register(late)
for name in ("SIGTERM", "SIGINT", "SIGHUP"):
    signal.signal(getattr(signal, name), late)
"""
_BEHIND = """
import subprocess, sys
source = '''
import os, time
end = time.monotonic() + 20
while time.monotonic() < end:
    for name in os.listdir("."):
        try: open(name, "wb").write(b"PK" * 100)
        except OSError: pass
    time.sleep(0.001)
'''
subprocess.Popen([sys.executable, "-c", source, "hostile-7f3a"], cwd=place,
                 start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
"""
_TIMES = """
give(tree({"points": 7}))
for path in (place, *place.iterdir()):
    os.utime(path, (0, 0))
for name in ("timestamp.txt", "evidence/timestamp.txt"):
    try:
        pathlib.Path(name).write_text("1999-01-01 00:00:00 UTC")
    except OSError:
        pass
"""
_TABLE = [
    ("shapes", "right shapes, wrong content", _SHAPES),
    ("huge-points", "points in place of evidence, a thousand million", _POINTS),
    ("nan-arrays", "NaN in every array", _NAN),
    ("infinity", "JSON's Infinity and NaN", _INFINITY),
    ("pickle", "a pickle that runs code where it is read", _PICKLE),
    ("zip-bomb", "a zip bomb: 1 MB that unfolds to 1 GB", _BOMB),
    ("long-tree", "a tree of 40 000 000 branches in a file of 1 MB", _LONG_TREE),
    ("lying-size", "arrays whose header claims terabytes", _LYING_SIZE),
    ("deep-json", "JSON 200 000 levels deep", _DEEP),
    ("odd-trees", "trees that refer to themselves, to paths, to nothing", _TREES),
    ("long-numbers", "numbers of 100 000 digits", _NUMBERS),
    ("links", "symbolic links to what the grader may read", _LINKS),
    ("odd-files", "a pipe, a folder, a socket and a locked file as evidence", _ODD_FILES),
    ("extra-files", "evidence for other notebooks, odd names, names with a path", _EXTRA),
    ("sparse-file", "a sparse file of a terabyte", _SPARSE),
    ("locked-folder", "a folder that nobody may open", _LOCKED),
    ("other-folder", "the folder replaced by a link, the environment changed", _REPLACED),
    ("at-exit", "written at exit, and by signal handlers", _AT_EXIT),
    ("background", "rewritten by a background process while it is read", _BEHIND),
    ("timestamps", "forged timestamps", _TIMES),
]
FORGERIES = [
    Attack(f"evidence-{name}", f"forged evidence: {what}", first(_WRITE + source))
    for name, what, source in _TABLE
]
