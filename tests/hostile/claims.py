"""Attacks that talk a score up from inside the kernel: patched libraries, forged results."""

from .attack import Attack, answer, answers, first

_LIE = """
import re
from cnn_lesson.items import ITEMS
def points_in(source):
    found = re.search(r"(?:check|check_hidden|hand_out)\\(['\\"]([\\w-]+)", source)
    return ITEMS[found[1]].points if found else None
"""
_TRANSFORMER = (
    _LIE
    + """
def lie(lines):
    points = points_in("".join(lines))
    return lines if points is None else [f"{points}\\n"]
get_ipython().input_transformers_cleanup.append(lie)
"""
)
_DISPLAYHOOK = (
    _LIE
    + """
def lie(lines):
    points = points_in("".join(lines))
    return lines if points is None else [f"import sys; sys.displayhook({points})\\n", *lines]
get_ipython().input_transformers_cleanup.append(lie)
"""
)
_SYNTAX_TREE = (
    _LIE
    + """
import ast
class Lie(ast.NodeTransformer):
    def visit_Call(self, node):
        points = points_in(ast.unparse(node))
        return node if points is None else ast.Constant(points)
get_ipython().ast_transformers.append(Lie())
"""
)
_FORMATTER = (
    _LIE
    + """
from cnn_lesson.verdict import Verdict
shell = get_ipython()
shell.display_formatter.formatters["text/plain"].for_type(
    Verdict, lambda verdict, printer, cycle: printer.text(str(verdict.out_of)))
"""
)
_RUN_CELL = (
    _LIE
    + """
kernel = get_ipython().kernel
old = kernel.do_execute
async def do_execute(code, *more, **named):
    points = points_in(code)
    return await old(code if points is None else str(points), *more, **named)
kernel.do_execute = do_execute
"""
)
_IOPUB = (
    _LIE
    + """
shell = get_ipython()
def say(info):
    points = points_in(info.raw_cell)
    if points is not None:
        kernel = shell.kernel
        kernel.session.send(kernel.iopub_socket, "execute_result", {"execution_count": 1,
            "data": {"text/plain": str(points)}, "metadata": {}}, parent=kernel.get_parent())
shell.events.register("pre_run_cell", say)
"""
)
_PRINT = (
    _LIE
    + """
shell = get_ipython()
def say(info):
    points = points_in(info.raw_cell)
    if points is not None:
        print(points)
        print(f"Out[1]: {points}")
shell.events.register("pre_run_cell", say)
"""
)
_SWALLOW = """
shell = get_ipython()
shell.set_custom_exc((BaseException,), lambda *a, **k: [])
shell.showtraceback = shell.showsyntaxerror = lambda *a, **k: None
import cnn_lesson.checks, cnn_course.hidden
def quiet(*a, **k):
    try:
        raise ValueError
    except BaseException:
        return None
cnn_course.hidden.check_hidden = cnn_lesson.checks.hand_out = quiet
"""

_EVERYTHING = """
class Everything:
    def _me(self, *a, **k): return self
    def _yes(self, *a, **k): return True
    __eq__ = __ge__ = __gt__ = __le__ = __lt__ = __contains__ = __bool__ = _yes
    __ne__ = lambda self, other: False
    __call__ = __getitem__ = __add__ = __sub__ = __mul__ = __neg__ = __abs__ = _me
    __hash__ = lambda self: 0
    __len__ = __index__ = __int__ = lambda self: 4
    __float__ = lambda self: 4.0
    __str__ = __repr__ = lambda self: "4"
    __iter__ = lambda self: iter([self] * 4)
    def __getattr__(self, name): return self
"""
_LYING_CLASS = """
import numpy as np
class Liar:
    def __init__(self, kind=int): self.kind = kind
    @property
    def __class__(self): return self.kind
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0
    __call__ = lambda self, *a, **k: Liar(np.ndarray)
    shape, dtype, ndim, size = (1, 1), np.dtype(float), 2, 1
    keys = lambda self: ["input", "hidden", "output"]
    __getitem__ = lambda self, key: self
"""
_LYING_NUMBER = """
class Number(int):
    def __new__(cls): return int.__new__(cls, 0)
    __eq__ = __ge__ = __le__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = lambda self: 0
    __sub__ = __rsub__ = __abs__ = lambda self, *a: 0
    __float__ = lambda self: 0.0
    __call__ = lambda self, *a, **k: Number()
"""
_LYING_TEXT = """
class Text(str):
    __eq__ = __contains__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = lambda self: 0
    lower = upper = strip = casefold = replace = lambda self, *a: self
    __call__ = lambda self, *a, **k: self
    __iter__ = lambda self: iter("ABCDEFG")
"""
_LYING_ARRAY = """
import numpy as np
class Array(np.ndarray):
    __eq__ = lambda self, other: True
    def __array_ufunc__(self, *a, **k): return np.True_
    def __array_function__(self, *a, **k): return True
    def __call__(self, *a, **k): return np.zeros((3, 3)).view(Array)
made = np.zeros((3, 3)).view(Array)
"""
_LYING_DUNDER_ARRAY = """
import inspect, numpy as np
class Wanted:
    '''Looks for the right values in the frames of whoever asks.'''
    shape = (1,)
    def __array__(self, *a, **k):
        for frame in inspect.stack():
            for name, value in frame.frame.f_locals.items():
                if name in ("wanted", "right", "truth", "expected"):
                    return np.asarray(value)
        return np.zeros(1)
    __call__ = lambda self, *a, **k: Wanted()
    __float__ = __int__ = lambda self: self.__array__().ravel()[0]
"""
_LYING_MAPPING = """
from collections.abc import Mapping
class Any(dict):
    __eq__ = __contains__ = lambda self, other: True
    __hash__ = lambda self: 0
    __missing__ = lambda self, key: Any()
    get = lambda self, *a: Any()
    items = lambda self: [("input", Any()), ("hidden", Any()), ("output", Any())]
    __call__ = lambda self, *a, **k: self
"""
_FROM_FRAMES = """
import inspect
def steal(*given, **named):
    for frame in inspect.stack():
        for value in (*frame.frame.f_locals.values(), *frame.frame.f_globals.values()):
            right = getattr(getattr(value, "rule", None), "right", None)
            if callable(right):
                return right(*given, **named)
    return 0
"""

CLAIMS = [
    Attack(
        "displayhook", "patched libraries: sys.displayhook says the points", first(_DISPLAYHOOK)
    ),
    Attack("transformer", "patched input transformer: checks become numbers", first(_TRANSFORMER)),
    Attack("syntax-tree", "patched AST transformer: checks become numbers", first(_SYNTAX_TREE)),
    Attack("formatter", "patched formatter: a verdict is shown as full points", first(_FORMATTER)),
    Attack("kernel", "patched kernel: it runs a number in place of a check", first(_RUN_CELL)),
    Attack("iopub", "forged messages: a result sent by hand", first(_IOPUB)),
    Attack("print", "forged results: the points printed as a result", first(_PRINT)),
    Attack("swallow", "swallowed exceptions: a check that fails says nothing", first(_SWALLOW)),
    Attack(
        "verdict-repr",
        "patched Verdict: its repr is the full points",
        first(
            "from cnn_lesson.verdict import Verdict\n"
            "Verdict.__repr__ = lambda self: str(self.out_of)"
        ),
    ),
    Attack(
        "verdict-new",
        "patched Verdict: made with full points only",
        first(
            "from cnn_lesson import verdict\n"
            "old = verdict.Verdict.__init__\n"
            "def new(self, item, points, out_of, *more, **named):\n"
            "    old(self, item, out_of, out_of, *more, **named)\n"
            "verdict.Verdict.__init__ = new"
        ),
    ),
    Attack(
        "judge",
        "patched cnn_lesson.checks.judge",
        first(
            "from cnn_lesson import checks, verdict\n"
            "from cnn_lesson.items import ITEMS\n"
            "def judge(chosen, *more):\n"
            "    points = ITEMS[chosen.item].points\n"
            "    return verdict.Verdict(chosen.item, points, points)\n"
            "checks.judge = judge"
        ),
    ),
    Attack(
        "judge-code",
        "patched judge: its very code replaced",
        first(
            "from cnn_lesson import checks\n"
            "def judge(chosen, evidence, inputs, unseen):\n"
            "    points = ITEMS[chosen.item].points\n"
            "    return Verdict(chosen.item, points, points)\n"
            "checks.judge.__code__ = judge.__code__"
        ),
    ),
    Attack(
        "gather",
        "patched cnn_lesson.checks.gather: evidence that claims points",
        first(
            "from cnn_lesson import checks\n"
            "checks.gather = lambda *a: {'points': 7, 'calls': [], 'value': True, 'right': True}"
        ),
    ),
    Attack(
        "check-table",
        "patched table of checks",
        first(
            "from dataclasses import replace\n"
            "from cnn_lesson import checks, items, verdict\n"
            "for item, chosen in list(items.ITEMS.items()):\n"
            "    items.ITEMS[item] = replace(chosen, gathers=lambda *a: {}, judges=lambda *a,\n"
            "        item=item: verdict.Verdict(item, 3, 3))\n"
            "checks.find = items.ITEMS.get"
        ),
    ),
    Attack(
        "item-table",
        "patched table of items: no other names, other points",
        first(
            "from cnn_lesson.items import ITEMS\n"
            "for item in ITEMS.values():\n"
            "    object.__setattr__(item, 'parts', item.parts * 9)\n"
            "    object.__setattr__(item, 'names', ())"
        ),
    ),
    Attack(
        "hidden",
        "patched check_hidden and hand_out: they say the points",
        first(
            "import sys, types\n"
            "from cnn_lesson import checks\n"
            "from cnn_lesson.items import ITEMS\n"
            "hidden = types.ModuleType('hidden')\n"
            "hidden.check_hidden = checks.hand_out = lambda item, **k: ITEMS[item].points\n"
            "sys.modules['cnn_course.hidden'] = hidden"
        ),
    ),
    Attack(
        "imports",
        "patched import: another package answers to cnn_lesson",
        first(
            "import sys, types, importlib.abc, importlib.machinery\n"
            "from cnn_lesson.items import ITEMS\n"
            "class Own(importlib.abc.MetaPathFinder, importlib.abc.Loader):\n"
            "    def find_spec(self, name, *more):\n"
            "        if name.startswith('cnn_lesson.'):\n"
            "            return importlib.machinery.ModuleSpec(name, self)\n"
            "    def exec_module(self, module):\n"
            "        module.check_hidden = module.hand_out = lambda i, **k: ITEMS[i].points\n"
            "for name in list(sys.modules):\n"
            "    if name.startswith('cnn_lesson.') and not name.endswith('.items'):\n"
            "        del sys.modules[name]\n"
            "sys.meta_path.insert(0, Own())"
        ),
    ),
    Attack(
        "numpy",
        "patched np: everything is equal to everything",
        first(
            "import numpy as np\n"
            "yes = lambda *a, **k: True\n"
            "np.array_equal = np.allclose = np.all = np.shape = np.isclose = yes\n"
            "from cnn_lesson.checking import misconceptions, tasks\n"
            "misconceptions.same = tasks.same = yes"
        ),
    ),
    Attack(
        "builtins",
        "patched builtins: all, any, len, isinstance, sum",
        first(
            "import builtins\n"
            "builtins.all = builtins.any = lambda *a: True\n"
            "builtins.sum = lambda *a: 7"
        ),
    ),
    Attack(
        "thread",
        "a thread that patches later, while the checks run",
        first(
            "import threading, time\n"
            "from cnn_lesson import verdict\n"
            "def later():\n"
            "    while True:\n"
            "        verdict.Verdict.__repr__ = lambda self: str(self.out_of)\n"
            "        time.sleep(0.01)\n"
            "threading.Thread(target=later, daemon=True).start()"
        ),
    ),
    Attack(
        "tracing",
        "a tracing function that changes what others compute",
        first(
            "import sys\n"
            "from cnn_lesson import verdict\n"
            "def trace(frame, event, value):\n"
            "    verdict.Verdict.__repr__ = lambda self: str(self.out_of)\n"
            "sys.setprofile(trace)"
        ),
    ),
    Attack(
        "garbage",
        "forged objects: every verdict found by gc gets full points",
        first(
            "import gc\n"
            "def fix(*a):\n"
            "    for each in gc.get_objects():\n"
            "        if type(each).__name__ == 'Verdict':\n"
            "            object.__setattr__(each, 'points', each.out_of)\n"
            "old = get_ipython().displayhook.__class__.__call__\n"
            "def hook(self, result=None):\n"
            "    fix()\n"
            "    return old(self, result)\n"
            "get_ipython().displayhook.__class__.__call__ = hook"
        ),
    ),
    Attack("everything", "an object that equals everything", answers("Everything()", _EVERYTHING)),
    Attack("lying-class", "an object with a lying __class__", answers("Liar()", _LYING_CLASS)),
    Attack(
        "lying-number", "a number with lying __eq__, __float__", answers("Number()", _LYING_NUMBER)
    ),
    Attack("lying-text", "a text with lying __eq__", answers("Text()", _LYING_TEXT)),
    Attack("lying-array", "an array with lying ufuncs", answers("made", _LYING_ARRAY)),
    Attack(
        "dunder-array",
        "__array__ that looks for the truth",
        answers("Wanted()", _LYING_DUNDER_ARRAY),
    ),
    Attack("lying-dict", "a dict that has everything", answers("Any()", _LYING_MAPPING)),
    Attack("nan", "NaN, which is neither right nor wrong", answers("float('nan')")),
    Attack(
        "frames",
        "a function that looks for the rule in its callers",
        answers("steal", _FROM_FRAMES),
    ),
    Attack(
        "oracle",
        "the lesson's own functions handed in",
        answers(
            "globals()['_right'].pop(0) if _right else None",
            "from cnn_lesson.arithmetic import convolve as a, output_shape as b, max_pool as c\n"
            "_right = [None, a, None, b, None, None, None, c]",
        ),
    ),
    Attack(
        "oracle-called",
        "the lesson's own function called",
        answer(
            "convolve",
            "def convolve(image, kernel, stride=1):\n    return slide(image, kernel, stride)",
        ),
    ),
    Attack(
        "oracle-hidden",
        "the lesson's own rule, in a partial, in a lambda",
        answer(
            "output-shape",
            "import functools\n"
            "from cnn_lesson.items.output_shape import OUTPUT_SHAPE\n"
            "output_shape = functools.partial(lambda right, *a: right(*a), OUTPUT_SHAPE.right)",
        ),
    ),
    Attack(
        "no-cases",
        "forged inputs: no case, so that none can fail",
        first(
            "import cnn_lesson.checks as c, cnn_lesson.checking.evidence as e\n"
            "c.unpack = e.unpack = lambda data: {'cases': []}\n"
            "for each in c.ITEMS.values():\n"
            "    object.__setattr__(each, 'inputs', lambda seed: {'cases': []})"
        ),
    ),
    Attack(
        "mutation",
        "arguments changed so that a wrong result looks right",
        answers(
            "spoil",
            "def spoil(image, *more):\n"
            "    try:\n"
            "        image[...] = 0\n"
            "        more[0][...] = 0\n"
            "    except Exception: pass\n"
            "    return image * 0",
        ),
    ),
]
