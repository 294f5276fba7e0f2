"""Which attacks succeed against stock nbgrader: `python -m tests.hostile [NAME ...]`.

Attacks that could hurt this machine are listed, and not tried. What was tried is kept in
`build/hostile.jsonl`: a table that was interrupted goes on where it was. Attacks that are named
are tried again; without the file, all are.
"""

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path

import nbgrader

from cnn_course.project import Project

from .attack import FULL, Attack
from .bank import BANK
from .stock import Harm, attempt, prepare

CONTROLS = {
    "untouched": Attack("untouched", "the stub", lambda folder: None),
    "right": Attack("right", "the solution", lambda folder: None, FULL),
}
ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "hostile.jsonl"


def main(names: list[str]) -> None:
    """Print a line for each attack, or for those named, and what that comes to."""
    unknown = sorted({*names} - {*BANK, *CONTROLS})
    if unknown:
        sys.exit(f"no attack has the name {', '.join(unknown)}; the names: {', '.join(BANK)}")
    every = {**CONTROLS, **BANK}
    chosen = {name: every[name] for name in names or every}
    known = {} if names else {name: harm for name, harm in kept().items() if name in chosen}
    for harm in known.values():
        print(harm)
    unsafe = [attack for attack in chosen.values() if not attack.safe]
    for attack in unsafe:
        print(f"{attack.name:<28}not tried unconfined: {attack.what}", flush=True)
    left = [a for a in chosen.values() if a.safe and a.name not in known]
    for harm in tried(left) if left else ():
        print(harm, flush=True)
        known[harm.name] = harm
    print(summary(known, unsafe))


def tried(attacks: Iterable[Attack]) -> Iterator[Harm]:
    """What each attack does, two at a time, as they end; written down at once."""
    original = Project(ROOT)
    with tempfile.TemporaryDirectory(prefix="stock-") as folder, ThreadPoolExecutor(2) as both:
        template = Path(folder) / "template"
        template.mkdir()
        prepare(template, original)
        tries = [
            both.submit(attempt, attack, template, Path(folder) / attack.name, original)
            for attack in attacks
        ]
        try:
            for each in as_completed(tries):
                keep(each.result())
                yield each.result()
        finally:
            both.shutdown(wait=False, cancel_futures=True)


def kept() -> dict[str, Harm]:
    """What earlier runs found with this nbgrader, by name; the last word counts."""
    lines = KEPT.read_text("utf-8").splitlines() if KEPT.exists() else []
    entries = [entry for entry in map(json.loads, lines) if entry.pop("with") == VERSION]
    return {entry["name"]: Harm(**entry) for entry in entries}


def keep(harm: Harm) -> None:
    """Write down what an attack did."""
    KEPT.parent.mkdir(exist_ok=True)
    with KEPT.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"with": VERSION, **asdict(harm)}) + "\n")


VERSION = f"nbgrader {nbgrader.__version__}"


def summary(known: dict[str, Harm], unsafe: list[Attack]) -> str:
    """How many attacks succeed, by what they do, in a few lines."""
    attacks = [harm for name, harm in known.items() if name not in CONTROLS]
    bitten = [harm for harm in attacks if harm.done]
    gained = [harm for harm in bitten if any(word.startswith("gains") for word in harm.done)]
    return (
        f"\n{len(BANK)} attacks; {len(attacks)} tried against {VERSION}, {len(unsafe)} too harmful "
        f"to try\n{len(bitten)} succeed: {len(gained)} gain points, {len(bitten) - len(gained)} do "
        f"other harm; {len(attacks) - len(bitten)} do nothing"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
