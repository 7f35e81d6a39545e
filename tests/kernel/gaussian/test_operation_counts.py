"""How much work a check does, counted, not timed: it does not grow unnoticed."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from certify.kernel.check import check_document
from certify.kernel.foundation.expansion import Expansion
from certify.kernel.gaussian import family
from certify.kernel.gaussian.hessian import Hessian


@pytest.fixture
def counted(monkeypatch):
    """Counts the calls of functions, each named by its owner and its name."""
    calls: Counter[str] = Counter()

    def count(owner, name):
        known = getattr(owner, name)

        def counting(*arguments, **options):
            calls[name] += 1
            return known(*arguments, **options)

        monkeypatch.setattr(owner, name, counting)

    return count, calls


def proved(root, path):
    document = json.loads((root / "proofs" / path).read_text())
    assert check_document(document).verdict == "PROVED"
    return document


@pytest.mark.parametrize("k", [6, 12])
def test_enumeration_forms_two_hessian_blocks_a_point(root, counted, k):
    """The point is fixed by S_k: the others are permutations of these."""
    count, calls = counted
    count(Hessian, "own")
    count(Hessian, "other")
    points = proved(root, f"enumeration/k{k:02d}.json")["statement"]["points"]
    assert calls == {"own": len(points), "other": len(points)}


@pytest.mark.parametrize("k", [6, 10])
def test_dense_check_forms_each_hessian_block_once(root, counted, k):
    """Those below the diagonal are transposes."""
    count, calls = counted
    count(Hessian, "own")
    count(Hessian, "other")
    proved(root, f"gaussian/n{k:02d}-k{k:02d}.json")
    assert calls == {"own": k, "other": k * (k - 1) // 2}


def test_boxes_and_products_of_a_family(root, counted):
    """Each box is verified once; products of expansions are the cost of it."""
    count, calls = counted
    count(family, "verify_box")
    count(Expansion, "__mul__")
    cover = proved(root, "family/A.json")["witness"]["cover"]
    assert calls["verify_box"] == len(cover)
    assert calls["__mul__"] <= 29_069  # as recorded, a number from the left included
