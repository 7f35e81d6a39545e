"""Claims at the border of truth, of random problems near to degenerate ones: both checkers agree
but for the last digits, and nothing false is proved.
"""

from __future__ import annotations

import json
import random

import pytest

from attack.borders import Told, attack, border, campaign, claims
from attack.problems import MAKERS
from certify.kernel.kinds import KINDS

# seconds for each file
COSTLY = {
    "gaussian-birth-curve",
    "gaussian-enumeration",
    "gaussian-family-minimum",
    "gaussian-family-saddle",
    "gaussian-family-slopes-minimum",
    "gaussian-landscape",
    "gaussian-slopes-landscape",
    "gaussian-slopes-minimum",
}
QUICK = [kind for kind in KINDS if kind not in COSTLY]


def test_every_kind_is_attacked():
    """The others are attacked from files of the corpus."""
    assert set(MAKERS) <= set(KINDS)
    assert set(KINDS) - set(MAKERS) == {
        *("gaussian-birth", "gaussian-slope-birth", "gaussian-birth-curve"),
        *("gaussian-family-minimum", "gaussian-family-saddle", "gaussian-family-slopes-minimum"),
        *("gaussian-landscape", "gaussian-slopes-landscape"),
    }


@pytest.mark.parametrize("kind", [kind for kind in MAKERS if kind not in COSTLY])
def test_makers_make_what_they_are_named_after(kind):
    from certify.errors import NotProved, UnusableInput

    made = []
    for seed in range(12):
        try:
            made.append(MAKERS[kind](random.Random(seed)).kind)
        except (NotProved, UnusableInput):
            continue
        if kind in made:
            return
    pytest.fail(f"none of {kind}: {made}")


def test_a_border_is_found_to_the_last_digits(six):
    """The smallest distance that inequality 5 allows."""
    place = ("statement", "claims", "distance")
    assert place in set(claims(six))
    good, bad = border(six, place, -1)
    assert 0 < good - bad < good / 10**6


def test_a_checker_that_proves_too_much_is_found(six, monkeypatch):
    import tamper

    monkeypatch.setattr(tamper, "kernel_verdict", lambda data: ("PROVED", ""))
    told = Told()
    monkeypatch.setattr("attack.borders.border", lambda *_: (1, 2))
    attack(six, "six", random.Random(1), 3, told)
    assert told.wrong and told.borders == 3


@pytest.mark.parametrize("kind", QUICK)
@pytest.mark.timeout(300)
def test_claims_at_the_border(kind):
    told = campaign(kind, 20261130, 24, most=2)
    assert told.wrong == [] and told.judged >= 24 and told.borders >= 4


@pytest.mark.slow
@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("kind", KINDS)
def test_many_claims_at_the_border(kind, capsys):
    told = campaign(kind, 1, 100 if kind in COSTLY else 950)
    with capsys.disabled():
        print(f"\n{kind}: {json.dumps(told.verdicts)}, {told.borders} borders")
    assert told.wrong == []
