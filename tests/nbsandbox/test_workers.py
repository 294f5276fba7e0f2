"""Pools of worker processes, and what becomes of them when a worker is killed."""

import os
import signal
import subprocess
import sys
from concurrent.futures import wait
from pathlib import Path

import pytest

from nbsandbox.workers import Pool

MORE_THAN_A_PIPE_HOLDS = bytes(500_000)
PATIENCE_S = 60


def nothing():
    """What a worker begins with here."""


def killed(_: bytes) -> None:
    """A worker that ends in the middle of its work."""
    os.kill(os.getpid(), signal.SIGKILL)


def leave_a_pool(how: str) -> None:
    """Let a worker die with work on its way to it, and leave the pool in one of two ways."""
    pool = Pool(1, nothing)
    futures = [pool.submit(killed, MORE_THAN_A_PIPE_HOLDS) for _ in range(4)]
    wait(futures)
    assert all(future.exception() for future in futures)
    pool.shutdown(wait=how == "waiting")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no process can be killed like this")
@pytest.mark.parametrize("how", ["waiting", "at once"])
def test_a_killed_worker_does_not_keep_the_program_from_ending(how):
    """Does a program end although a worker died with large work on its way to it?"""
    command = f"from {__name__} import leave_a_pool; leave_a_pool({how!r})"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", command], cwd=root, timeout=PATIENCE_S)
    assert done.returncode == 0


def test_a_pool_does_its_work():
    """Does work that is larger than a pipe come back from a pool that is left as it should be?"""
    with Pool(2, nothing) as pool:
        assert list(pool.map(len, [MORE_THAN_A_PIPE_HOLDS] * 5)) == [500_000] * 5


def test_a_pool_is_left_though_its_own_thread_has_closed_the_pipe(monkeypatch):
    """Is it no error where a pool that broke is left by two at the same moment?"""
    monkeypatch.setattr("sys.version_info", (3, 11, 2))
    pool = Pool(1, nothing)
    os.close(pool._call_queue._reader.fileno())
    pool.shutdown(wait=False)
