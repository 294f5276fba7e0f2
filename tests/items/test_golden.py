"""Is every verdict on the banks of answers, word for word, what it was when it was noted?

``pytest tests/items/test_golden.py --update-golden`` notes the verdicts anew. Measured accuracies
differ from machine to machine in the last digit, so they are masked.
"""

import json
import re

import pytest

from cnn_lesson.checks import find
from tests.items import SEEDS, banks, verdict_on

WHERE = "tests/golden/verdicts.json"
MEASURED = re.compile(r"\b[01]\.\d\d+")


def answers():
    """Every answer of the banks as {"item / kind / label": (item, answers by name)}."""
    return {
        f"{item} / {kind} / {label}": (item, entry[0] if isinstance(entry, tuple) else entry)
        for kind in ("RIGHT", "WRONG", "OPEN")
        for item, entries in banks.of(kind).items()
        for label, entry in entries.items()
    }


def text_of(verdict):
    """The points, exactly, and all that is said."""
    return f"{float(verdict.points)!r}\n{verdict}"


def verdicts():
    """For each answer {text of the verdict with its exact points: the seeds that gave it}."""
    noted = {}
    for name, (item, given) in answers().items():
        texts = noted.setdefault(name, {})
        for seed in SEEDS:
            texts.setdefault(text_of(verdict_on(find(item), given, seed)), []).append(seed)
    return noted


def compare(name, found, root, request):
    """Compare with what was noted under the name, or note it."""
    path = root / WHERE
    noted = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if request.config.getoption("--update-golden"):
        text = json.dumps(noted | {name: found}, indent=0, ensure_ascii=False, sort_keys=True)
        path.write_text(text + "\n", encoding="utf-8")
        return
    assert found == noted[name]


def test_verdicts_are_as_noted(root, request):
    """Do points, findings and their order stay the same, answer by answer and seed by seed?"""
    compare("answers", verdicts(), root, request)


@pytest.mark.slow
def test_verdicts_on_networks_are_as_noted(root, request, monkeypatch):
    """The same for networks: built as told, fitted to patterns, wrong in one thing each."""
    from tests.items import networks

    networks.bank.fewer_digits(monkeypatch)
    found = {
        name: MEASURED.sub("#", text_of(judged())) for name, judged in networks.answers().items()
    }
    compare("networks", found, root, request)
