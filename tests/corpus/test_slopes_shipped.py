"""The certificates of other slopes that are shipped: the file's name is what it proves."""

from __future__ import annotations

from fractions import Fraction

import pytest

import certify
from certify.gaussian.activations import named

FILES, COVERS = 330, 30


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


def test_every_cover_of_slopes_is_named_after_its_problem(root):
    """And the README of the folder has a row for it."""
    folder = root / "proofs" / "every-slope"
    files = sorted(folder.glob("k*/*.json"))
    assert len(files) == COVERS
    table = (folder / "README.md").read_text()
    for path in files:
        claim = certify.load(path).statement
        k, ends = claim.problem.k, (claim.slopes.low.text, claim.slopes.high)
        assert path.parent.name == f"k{k:02d}" and f"| {k} | {path.stem} |" in table
        assert ends[0] == "0" if path.stem in ("II", "II_2") else ends == ("0.05", None)
        assert (claim.slopes.high is None) == (k >= 6)


@pytest.mark.parametrize("name", ["k03/II", "k06/II", "k06/A", "k07/I"])
def test_some_covers_of_slopes_are_proved(root, name):
    path = root / "proofs" / "every-slope" / f"{name}.json"
    assert certify.check(path).verdict == "PROVED"


@pytest.mark.parametrize(
    ("k", "slope"), [(6, "minus-0.9"), (6, "0.2"), (20, "0.99"), (3, "minus-0.9")]
)
def test_covers_of_slopes_agree_with_single_slopes(root, k, slope):
    """The smallest eigenvalue at one slope is above the bound for all of them."""
    every = certify.load(root / "proofs" / "every-slope" / f"k{k:02d}" / "II.json").statement
    path = root / "proofs" / "slopes" / f"k{k:02d}" / f"II-slope-{slope}.json"
    one = certify.load(path).statement
    share = Fraction(str(one.problem.activation.share))
    bound = Fraction(every.curvature.text)
    assert Fraction(one.lambda_min_beyond.texts[0]) > bound * share
