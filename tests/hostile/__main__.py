"""Which attacks succeed against stock nbgrader: `python -m tests.hostile [NAME ...]`.

Attacks that could hurt this machine are listed, and not tried.
"""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from cnn_lesson.course.project import Project

from .attack import FULL, Attack
from .bank import BANK
from .stock import attempt, prepare

CONTROLS = {
    "untouched": Attack("untouched", "the stub", lambda folder: None),
    "right": Attack("right", "the solution", lambda folder: None, FULL),
}


def main(names: list[str]) -> None:
    """Print a line for each attack, or for those named, and the number that succeed."""
    original = Project(Path(__file__).resolve().parents[2])
    chosen = {**CONTROLS, **{name: BANK[name] for name in names or BANK}}
    for attack in chosen.values():
        if not attack.safe:
            print(f"{attack.name:<24}not tried unconfined: {attack.what}", flush=True)
    safe = [attack for attack in chosen.values() if attack.safe]
    with tempfile.TemporaryDirectory(prefix="stock-") as folder, ThreadPoolExecutor(2) as both:
        template = Path(folder) / "template"
        template.mkdir()
        prepare(template, original)
        tries = [
            both.submit(attempt, attack, template, Path(folder) / attack.name, original)
            for attack in safe
        ]
        bitten = 0
        for each in as_completed(tries):
            print(each.result(), flush=True)
            bitten += bool(each.result().done)
    tried = sum(attack.name not in CONTROLS for attack in safe)
    print(f"{len(BANK)} attacks; {bitten} of the {tried} tried succeed against stock nbgrader")


if __name__ == "__main__":
    main(sys.argv[1:])
