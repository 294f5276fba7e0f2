"""``make fuzz``: each target gets its share of the time; finds are kept in ``build/fuzz/``.

``python -m tests.fuzz --seconds 600 --seed 7 essays evidence`` chooses. Exit code 1 with a find.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import signal
import sys
import time
import traceback
import types
from pathlib import Path

from tests.fuzz.mutate import mutated
from tests.fuzz.targets import ROOT, TARGETS, Target

FINDS = ROOT / "build" / "fuzz"
SLOW_S = 20


class Slow(BaseException):
    """An input took too long; no Exception, so that nothing on the way takes it for an error."""


def _slow(number: int, frame: types.FrameType | None) -> None:
    raise Slow(f"longer than {SLOW_S} s")


def attempt(target: Target, data: bytes) -> str:
    """The last lines of what went wrong, or ""."""
    signal.setitimer(signal.ITIMER_REAL, SLOW_S)
    try:
        target.check(data)
    except (Exception, Slow, RecursionError):
        return traceback.format_exc(limit=-3)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return ""


def fuzz(name: str, seconds: float, rng: random.Random) -> tuple[int, dict[str, Path]]:
    """How many inputs were tried, and a file for each kind of find."""
    target, finds, tried = TARGETS[name], {}, 0
    seeds = target.seeds()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = seeds[tried] if tried < len(seeds) else mutated(rng.choice(seeds), seeds, rng)
        tried += 1
        if (why := attempt(target, data)) and why not in finds:
            finds[why] = FINDS / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}"
            FINDS.mkdir(parents=True, exist_ok=True)
            finds[why].write_bytes(data)
    return tried, finds


def main() -> int:
    """Fuzz the targets named, or all."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", help=f"some of {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=float, default=60, help="for all together")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    chosen = parser.parse_args()
    if unknown := set(chosen.targets) - set(TARGETS):
        parser.error(f"no target {', '.join(sorted(unknown))}: there are {', '.join(TARGETS)}")
    names = chosen.targets or list(TARGETS)
    signal.signal(signal.SIGALRM, _slow)
    print(f"seed {chosen.seed}")
    found = 0
    for name in names:
        rng = random.Random(f"{chosen.seed} {name}")
        tried, finds = fuzz(name, chosen.seconds / len(names), rng)
        print(f"{name:<10} {tried:>7} inputs, {len(finds)} finds", flush=True)
        for why, path in finds.items():
            print(f"{path.relative_to(ROOT)}\n{why}")
        found += len(finds)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
