"""Dense certificates: their checks against n = k, beside float64 at the same point."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measurement import Curve, Peer, Reach, Row
from benchmarks.peers import dense_peers
from benchmarks.timing import ROOT, Check, Command, Failed, Own
from certify.decimals import decimal_text, significant
from certify.gaussian.prove.symmetric import prove_symmetric
from certify.gaussian.search.families import family
from certify.gaussian.search.loss import GaussianLoss, orthonormal
from certify.gaussian.search.symmetric import expanded, make_blocks
from certify.kernel.check import FORMAT, read_claim
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.rationals import fraction

__all__ = ["dense_certificate", "rows"]

SIZES = (6, 10, 14, 20, 40, 60)  # 61 is the largest k that the format admits
SPAN = (10, 15, 20)

_SHIPPED = 20
_PLACES = 45  # of the centre
_GOALS = {20: Reach(ratio=20), 60: Reach(seconds=60, megabytes=1000)}


def rows() -> Iterator[Row]:
    """Dense and span certificates."""
    for k in SIZES:
        yield Row(
            f"dense-{k}",
            f"dense check, n = k = {k}",
            _dense(k),
            _GOALS.get(k, Reach()),
            Curve("dense check", "N = n k", k * k),
            quick=k <= _SHIPPED,
        )
    for k in SPAN:
        yield Row(
            f"span-{k}",
            f"span check, n = k = {k}, d = 100",
            _span(k),
            Reach(seconds=0.5) if k == SPAN[-1] else Reach(),
            Curve("span check", "N = n k", k * k),
            quick=k == SPAN[-1],
        )


Prepare = Callable[[Path], tuple[Own, dict[str, Peer]]]


def _dense(k: int) -> Prepare:
    """Shipped up to k = 20, type II made dense beyond, where the program is run by itself: so its
    memory is measured.
    """

    def prepare(folder: Path) -> tuple[Own, dict[str, Peer]]:
        path = ROOT / "proofs" / "gaussian" / f"n{k:02d}-k{k:02d}.json"
        if k > _SHIPPED:
            path = folder / f"dense-{k}.json"
            path.write_text(json.dumps(dense_certificate(k)))
        statement = json.loads(path.read_text())["statement"]
        w = np.array(statement["centre"], dtype=float)
        smallest = float(statement["claims"]["lambda_min"][0])
        own = Check(path) if k <= _SHIPPED else Command(("-m", "certify", "check", str(path)))
        return own, dense_peers(GaussianLoss(orthonormal(k, k)), w, smallest)

    return prepare


def dense_certificate(k: int) -> dict[str, Any]:
    """Type II at k as a certificate of kind gaussian-minimum, with claims that float64 does not
    have to be asked for: the loss and the smallest eigenvalue are those of its symmetric proof.
    """
    attempt = prove_symmetric(family("II", k))
    if attempt.document is None:
        raise Failed(f"type II at k = {k}: {attempt.reason}")
    claim = read_claim(attempt.document)
    if not isinstance(claim, GaussianSymmetric):
        raise Failed(f"type II at k = {k} has no symmetric certificate")
    values = [
        decimal_text(round(fraction(value) * 10**_PLACES), _PLACES)
        for value in claim.centre.values()
    ]
    centre = expanded(make_blocks(family("II", k).parts), values)
    known = attempt.document["statement"]["claims"]
    spectra = [*known["spectrum"].values(), *known["padding"].values()]
    low, high = min((tuple(map(Fraction, pair)) for pairs in spectra for pair in pairs), key=min)
    loss = GaussianLoss(orthonormal(k, k))
    radius = Fraction(known["radius"]) / 2
    bound = loss.hessian_lipschitz(np.array(centre, dtype=float), float(radius))
    margin, far = Fraction(1, 10**12), Fraction(1, 10**30)
    first, last = map(Fraction, known["loss"])
    return {
        "format": FORMAT,
        "kind": "gaussian-minimum",
        "statement": {
            "problem": {"n": k, "k": k, "d": k, "targets": "orthonormal"},
            "centre": centre,
            "claims": {
                "radius": significant(radius, 3, up=False),
                "distance": "1e-30",
                "loss": [_decimal(first - far), _decimal(last + far)],
                "curvature": significant((low - Fraction(bound) * radius) / 2, 3, up=False),
                "lambda_min": [_decimal(low - margin), _decimal(high + margin)],
                "every_dimension": True,
            },
        },
        "witness": {"bits": 128},
    }


def _decimal(value: Fraction) -> str:
    return decimal_text(round(value * 10**_PLACES), _PLACES)


def _span(k: int) -> Prepare:
    """The first certificate shipped for given teachers, in coordinates of their span."""

    def prepare(_: Path) -> tuple[Own, dict[str, Peer]]:
        path = ROOT / "proofs" / "teachers" / f"k{k}-d0100-s00.json"
        statement = json.loads(path.read_text())["statement"]
        targets = np.array(statement["problem"]["targets"], dtype=float)
        triangle = np.linalg.qr(targets.T)[1].T  # the teachers in a basis of their span
        w = np.array(statement["coefficients"], dtype=float) @ triangle
        loss = GaussianLoss(triangle)
        smallest = float(np.linalg.eigvalsh(loss.hessian(w))[0])
        name, peer = next(iter(dense_peers(loss, w, smallest).items()))
        return Check(path), {name: peer}

    return prepare
