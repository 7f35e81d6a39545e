"""The certificates of other slopes that are shipped: the file's name is what it proves."""

from __future__ import annotations

from fractions import Fraction

import pytest

import certify
from certify.gaussian.activations import named

FILES = 286


def test_every_file_is_named_after_its_problem(root):
    files = sorted((root / "proofs" / "slopes").glob("k*/*.json"))
    assert len(files) == FILES
    for path in files:
        claim = certify.load(path).statement
        name = named(claim.problem.activation)
        assert path.parent.name == f"k{claim.problem.k:02d}"
        assert path.stem.endswith(f"-{name}") and name.startswith("slope-")
        assert not claim.saddle and claim.exact_isotropy


@pytest.mark.parametrize(
    "name",
    ["k03/II-slope-minus-0.9", "k06/II-slope-0.99", "k06/A-slope-0.5", "k20/I-slope-minus-0.5"],
)
def test_some_are_proved(root, name):
    assert certify.check(root / "proofs" / "slopes" / f"{name}.json").verdict == "PROVED"


@pytest.mark.parametrize(("k", "limit"), [(6, "0.0256006671"), (7, "0.0237302644")])
def test_losses_grow_with_c_to_the_limit(root, k, limit):
    """F_sigma / (p + q)^2 = F + (c - 1)/8 |sum w - sum v|^2 grows with c at its minima."""
    low = Fraction(0)
    for slope in ("minus-0.9", "minus-0.5", "0.01", "0.2", "0.5", "0.9", "0.99"):
        claim = certify.load(
            root / "proofs" / "slopes" / f"k{k:02d}" / f"II-slope-{slope}.json"
        ).statement
        share = Fraction(str(claim.problem.activation.share))
        loss = Fraction(claim.loss.texts[1]) / share
        assert low < loss < Fraction(limit)
        low = loss
    assert Fraction(limit) - low < Fraction(1, 10**6)
