"""What is drawn of a whole landscape: the kernel's own boxes, all of them, and losses and indices
that the oracle finds, too.
"""

from __future__ import annotations

import math
import re
from collections import Counter

import pytest
from conftest import PROOFS, SHIPPED
from oracles.landscape import index, known, local

from certify import check, load
from certify.report.gaussian import landscape_pictures
from certify.report.gaussian.landscape_pictures import landscape, losses, settled

FILES = [PROOFS / name for name in SHIPPED["gaussian-landscape"]]
OF = {"P₊": "P+", "P₋": "P-"}


def test_the_boxes_that_are_drawn_are_those_of_the_proof():
    """Counted as in the ledger; they cover [0, pi]^2 once."""
    boxes = settled()
    assert math.isclose(sum(side**2 for _, _, side, _ in boxes), 1, rel_tol=1e-12)
    assert len({(x, y) for x, y, _, _ in boxes}) == len(boxes)
    (told,) = (
        inequality.sentence
        for inequality in check(load(FILES[0])).inequalities
        if inequality.sentence.startswith("boxes of the plane:")
    )
    counted = {way: int(count) for count, way in re.findall(r"(\d+) ([a-zA-Z ]+)", told)}
    assert Counter(way for *_, way in boxes) == counted


def test_an_undecided_box_is_drawn_as_one(monkeypatch):
    monkeypatch.setattr(landscape_pictures, "_DEPTH", 2)
    found = Counter(way for *_, way in settled())
    assert 0 < found["undecided"] < found.total()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_losses_and_indices_that_are_drawn(path):
    claim = load(path).statement
    dimension = 2 if claim.saddle is None else 3
    points = known(dimension)
    drawn = losses(claim.saddle)
    assert {OF.get(name, name) for name in drawn} == points.keys()
    for name, (loss, negative) in drawn.items():
        rows = points[OF.get(name, name)]
        assert math.isclose(loss, local(rows).loss, abs_tol=1e-14)
        assert negative == index(rows)[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_pictures_have_words(path):
    claim = load(path).statement
    titles = [picture.title for picture in landscape(claim, "0" * 64)]
    assert titles[:2] == ["The boxes of the plane", "The losses of the critical points"]
    assert titles[2:] == ["The loss around the saddle S"] * (claim.saddle is not None)
    alts = [picture.alt for picture in landscape(claim, "0" * 64)]
    assert "60 by value, 52 by mean value" in alts[0] and "undecided" not in alts[0]
    assert ("S: 0.0736129, 1" in alts[1]) == (claim.saddle is not None)
