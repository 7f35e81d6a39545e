"""One shipped certificate of each kind, and a tampered one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

PROOFS = Path(__file__).resolve().parent.parent.parent / "proofs"
DATA = Path(__file__).resolve().parent / "data"

SHIPPED = {
    "gaussian-minimum": ["gaussian/n06-k06.json"],
    "gaussian-symmetric-minimum": [
        "symmetric/k07/II+1.json",
        "symmetric/k1000000/II.json",
        "overparameterised/families/k12/II_3+3prime.json",
    ],
    "gaussian-symmetric-saddle": ["symmetric/k06/I.json"],
    "gaussian-birth": [
        "symmetric/birth/II.json",
        "overparameterised/families/births/II_2+2-death.json",
    ],
    "gaussian-slope-birth": ["slopes-births/II-k04.json", "slopes-births/A-k06.json"],
    "gaussian-family-minimum": ["family/II.json", "family/A.json"],
    "gaussian-family-saddle": ["family/saddle/II.json"],
    "gaussian-family-slopes-minimum": ["every-slope/every-k/short.json"],
    "gaussian-birth-curve": ["../tests/corpus/accept/birth-curve-end.json"],
    "gaussian-slopes-minimum": [
        "../tests/report/data/slopes-minimum.json",
        "../tests/report/data/slopes-minimum-from-zero.json",
    ],
    "gaussian-splitting": [
        "consequences/gaussian-n06-k06.splitting.json",
        "consequences/k07-A.splitting.json",
    ],
    "gaussian-basin": ["consequences/k07-A.basin.json", "consequences/gaussian-n06-k06.basin.json"],
    "gaussian-span-minimum": ["teachers/near-k06.json", "teachers/k10-d0100-s00.json"],
    "gaussian-enumeration": ["enumeration/k06.json"],
    "gaussian-landscape": ["landscape/plane.json", "landscape/every.json"],
    "gaussian-slopes-landscape": ["../tests/corpus/accept/slopes-landscape-negative.json"],
    "data-minimum": ["../tests/report/data/minimum.json"],
    "data-saddle": ["../tests/report/data/saddle.json"],
    "data-global-minimum": ["../tests/report/data/global-minimum.json"],
    "data-noncritical": ["../tests/report/data/noncritical.json"],
    "data-entropy-minimum": ["../tests/report/data/entropy-minimum.json"],
    "data-constant-minimum": [
        "smooth/yun-sra-jadbabaie-selu.json",
        "../tests/report/data/constant-minimum.json",
    ],
    "data-constant-family": [
        "smooth/hat-every-architecture.json",
        "../tests/report/data/constant-family.json",
    ],
    "data-splitting-family": [
        "smooth/every-width-deep.json",
        "../tests/report/data/splitting-family.json",
    ],
    "smooth-strict-minimum": [
        "../tests/report/data/strict-minimum.json",
        "../tests/report/data/strict-minimum-off.json",
        "../tests/report/data/strict-minimum-rescaling.json",
    ],
    "smooth-exact-fit": ["../tests/report/data/exact-fit.json"],
    "smooth-saddle": ["../tests/report/data/trained-saddle.json"],
    "smooth-no-critical-point": ["../tests/report/data/no-critical-point.json"],
    "piecewise-kink-minimum": ["../tests/report/data/kink-minimum.json"],
}
FILES = [(PROOFS / name).resolve() for names in SHIPPED.values() for name in names]
HOSTILE = '<script>alert("x")</script> & \\input{x} $ % _ \u202e'


@pytest.fixture(scope="session")
def tampered(tmp_path_factory) -> Path:
    """A claim too sharp to be proved, in a file with a hostile name and a hostile provenance."""
    document = json.loads((PROOFS / "gaussian" / "n06-k06.json").read_text())
    document["statement"]["claims"]["loss"][1] = "0.02508058100246301041947970235301993984367"
    document["provenance"] = {HOSTILE: HOSTILE}
    path = tmp_path_factory.mktemp("tampered") / "<img src=x onerror=alert(1)> & 50%_$.json"
    path.write_text(json.dumps(document))
    return path
