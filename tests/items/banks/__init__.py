"""A bank an item: right answers in unusual styles, wrong ones with the words that name them.

Each module holds RIGHT, WRONG and OPEN: {id of an item: its answers}, where an answer is what the
learner's names hold, {name: value}; a wrong one comes with words of its verdict. Whoever adds an
item adds its module here, and every test of the banks asks it, too.
"""

import importlib
import pkgutil

MODULES = [
    importlib.import_module(f"{__name__}.{module.name}")
    for module in pkgutil.iter_modules(__path__)
    if module.name != "writing"
]


def of(kind: str) -> dict[str, dict]:
    """{item: {label: answer}} of all banks; kind is "RIGHT", "WRONG" or "OPEN"."""
    return {
        item: entries if isinstance(entries, dict) else dict(enumerate(entries))
        for module in MODULES
        for item, entries in getattr(module, kind).items()
    }


RIGHT, WRONG, OPEN = of("RIGHT"), of("WRONG"), of("OPEN")
