"""Proofs in threads, and the settings of the user's own libraries, which are not touched."""

from __future__ import annotations

import decimal
import json
from concurrent.futures import ThreadPoolExecutor

import flint
import mpmath
import numpy as np
import pytest

import certify
from certify import data


@pytest.fixture
def start(root):
    centre = json.loads((root / "proofs/gaussian/n06-k06.json").read_text())["statement"]["centre"]
    return np.array(centre, dtype=float) + 1e-7


def proofs(start):
    """One proof of each finder that works with many digits."""
    yield lambda: certify.prove(start)
    yield lambda: certify.prove(start, symmetric=True)
    yield lambda: certify.enumerate_fixed(5)
    yield lambda: data.entropy_minimum([[0], [1], [2], [3]], ["a", "b", "a", "b"], widths=[2])


@pytest.mark.long
def test_threads_do_not_meet(start):
    """The user changes mpmath's precision all the time in one thread; proofs in others are what
    they are alone.
    """
    alone = [prove().digest for prove in proofs(start)]
    stop = []

    def restless():
        while not stop:
            for digits in (5, 50):
                mpmath.mp.dps = digits

    before = mpmath.mp.dps
    with ThreadPoolExecutor(5) as pool:
        pool.submit(restless)
        found = [pool.submit(prove) for _ in range(2) for prove in proofs(start)]
        try:
            digests = [future.result().digest for future in found]
        finally:
            stop.append(True)
    mpmath.mp.dps = before
    assert digests == alone * 2


def test_settings_of_the_user_stay_and_do_not_matter(start):
    alone = [prove().digest for prove in proofs(start)]
    with decimal.localcontext() as context, mpmath.workdps(7):
        context.prec, context.rounding, flint.ctx.prec = 3, decimal.ROUND_UP, 33
        try:
            assert [prove().digest for prove in proofs(start)] == alone
            assert (
                mpmath.mp.dps,
                decimal.getcontext().prec,
                decimal.getcontext().rounding,
                flint.ctx.prec,
            ) == (7, 3, decimal.ROUND_UP, 33)
        finally:
            flint.ctx.prec = 53
