"""Symmetric points, families, enumerations, and the searches for minima."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from benchmarks.measurement import Curve, Peer, Reach, Row
from benchmarks.timing import ROOT, Check, Command, Failed, Own, Work
from certify.gaussian.prove.enumeration import prove_enumeration
from certify.gaussian.search.loss import GaussianLoss, orthonormal

__all__ = ["rows", "searches"]

ENUMERATED = (8, 12, 16, 20)
MOST_ENUMERATED = 64
SYMMETRIC = (10, 100, 1000, 10_000, 1_000_000)
STARTS = 100

_PROOFS = ROOT / "proofs"
_FAMILIES = ("II", "A", "I")

Prepare = Callable[[Path], tuple[Own, dict[str, Peer]]]


def _alone(own: Own) -> Prepare:
    """Without a peer."""
    return lambda _: (own, {})


def _shipped(*parts: str) -> Prepare:
    """The check of a certificate that is shipped."""
    return _alone(Check(_PROOFS.joinpath(*parts)))


def rows() -> Iterator[Row]:
    """Checks."""
    for k in SYMMETRIC:
        yield Row(
            f"symmetric-{k}",
            f"symmetric check, type II, n = k = {k}",
            _shipped("symmetric", f"k{k}", "II.json"),
            curve=Curve("symmetric check", "k", k),
            quick=k in {SYMMETRIC[0], SYMMETRIC[-1]},
        )
    for name in _FAMILIES:
        yield Row(
            f"family-{name}",
            f"family check, type {name}, every k",
            _shipped("family", f"{name}.json"),
            Reach(seconds=2),
            quick=name == "A",
        )
    for name in _FAMILIES:
        yield Row(
            f"family-saddle-{name}",
            f"family-saddle check, type {name}",
            _shipped("family", "saddle", f"{name}.json"),
            Reach(seconds=2),
        )
    for k in ENUMERATED:
        yield Row(
            f"enumeration-{k}",
            f"enumeration check, k = {k}",
            _shipped("enumeration", f"k{k:02d}.json"),
            Reach(seconds=0.25) if k == ENUMERATED[-1] else Reach(),
            Curve("enumeration check", "k", k),
            quick=k in {ENUMERATED[0], ENUMERATED[-1]},
        )
    yield Row(
        f"enumeration-{MOST_ENUMERATED}",
        f"enumeration check, k = {MOST_ENUMERATED}",
        _enumeration,
        Reach(seconds=5, megabytes=100),
        Curve("enumeration check", "k", MOST_ENUMERATED),
    )


def _enumeration(folder: Path) -> tuple[Own, dict[str, Peer]]:
    """A program by itself, so that its memory is measured."""
    attempt = prove_enumeration(MOST_ENUMERATED)
    if attempt.document is None:
        raise Failed(attempt.reason)
    path = folder / "enumeration.json"
    path.write_text(json.dumps(attempt.document))
    return Command(("-m", "certify", "check", str(path))), {}


def searches() -> Iterator[Row]:
    """Commands that find minima."""
    k = 20
    survey = Command(
        (
            *("-m", "certify", "survey", "-k", str(k), "--trials", str(STARTS), "--seed", "1"),
            *("--jobs", "1", "--proofs", str(_PROOFS / "symmetric" / f"k{k}")),
        )
    )
    yield Row(
        f"survey-{k}",
        f"`certify survey -k {k}`, {STARTS} starts",
        lambda _: (survey, {f"SciPy: L-BFGS from {STARTS} starts": Peer(_descents(k), "nothing")}),
        Reach(seconds=7),
    )
    for k, seconds in ((6, 1.5), (20, 12)):
        yield Row(
            f"prove-{k}",
            f"`certify prove -k {k}`, from random starts",
            _alone(Command(("-m", "certify", "prove", "-k", str(k), "-o", "proof.json"))),
            Reach(seconds=seconds),
            quick=k == 6,
        )


def _descents(k: int) -> Work:
    """What a numerical analyst would run: other end points, since steps are long; no proofs."""
    loss, rng = GaussianLoss(orthonormal(k, k)), np.random.default_rng(1)
    starts = rng.normal(size=(STARTS, k * k)) / np.sqrt(k)

    def objective(x: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = loss.value_and_gradient(x.reshape(k, k))
        return float(value), gradient.ravel()

    def run() -> None:
        for start in starts:
            minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": 10_000})

    return Work(run)
