"""Is every verdict on the banks of answers, word for word, what it was when it was noted?

``pytest tests/items/test_golden.py --update-golden`` notes the verdicts anew.
"""

import json

import pytest

from cnn_lesson.checks import find
from tests.items import SEEDS, choices, convolution, verdict_on

BANKS = {"choices": choices, "convolution": convolution}
WHERE = "tests/golden/verdicts.json"


def answers_of(bank):
    """Every answer of a bank as {"item / kind / label": (item, answers by name)}."""
    return {
        f"{item} / {kind} / {label}": (item, entry[0] if isinstance(entry, tuple) else entry)
        for kind in ("RIGHT", "WRONG", "OPEN")
        for item, entries in getattr(bank, kind).items()
        for label, entry in (entries.items() if isinstance(entries, dict) else enumerate(entries))
    }


def verdicts(bank):
    """For each answer {text of the verdict with its exact points: the seeds that gave it}."""
    noted = {}
    for name, (item, answers) in answers_of(bank).items():
        texts = noted.setdefault(name, {})
        for seed in SEEDS:
            verdict = verdict_on(find(item), answers, seed)
            texts.setdefault(f"{verdict.points!r}\n{verdict}", []).append(seed)
    return noted


@pytest.mark.parametrize("name", BANKS)
def test_verdicts_are_as_noted(name, root, request):
    """Do points, findings and their order stay the same, answer by answer and seed by seed?"""
    path, found = root / WHERE, verdicts(BANKS[name])
    noted = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if request.config.getoption("--update-golden"):
        text = json.dumps(noted | {name: found}, indent=0, ensure_ascii=False, sort_keys=True)
        path.write_text(text + "\n", encoding="utf-8")
        return
    assert found == noted[name]
