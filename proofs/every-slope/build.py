"""How the certificates in this folder came about: python proofs/every-slope/build.py

Types II, A and I, and II_2 with two teachers, one file for each k, each as
`certify family NAME -k K --every-slope` makes it, in about ten seconds; and one for every k, as
`certify family II --every --from 6 --every-slope` makes it, in about ten minutes. README.md is
written by it, too. Needs the package, is no part of what a reader has to believe, and writes
nothing that the kernel has not proved.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from certify.errors import NotProved
from certify.files import write_json
from certify.gaussian.activations import slopes_told
from certify.gaussian.prove.family_slopes import prove_family_slopes
from certify.gaussian.prove.slopes import EVERY, prove_slopes
from certify.kernel.check import read_claim
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.gaussian.slopes import GaussianSlopes

HERE = Path(__file__).parent
EVERY_K = HERE / "every-k" / "II.json"
FEW = {3: "0.082", 4: "0.1198", 5: "0.2586"}  # an eigenvalue crosses zero soon after
FROM = ("0.05", "infinity")


def wanted() -> Iterator[tuple[str, int, tuple[str, str]]]:
    """(family, k, range of c)."""
    yield "II_2", 2, ("0", "0.12945")
    yield from (("II", k, ("0", high)) for k, high in FEW.items())
    yield from (("II", k, EVERY) for k in (*range(6, 21), 50, 100))
    yield from (("A", k, FROM) for k in range(6, 11))
    yield from (("I", k, FROM) for k in range(7, 11))


def path_of(name: str, k: int) -> Path:
    """Where a certificate stands."""
    return HERE / f"k{k:02d}" / f"{name}.json"


def build(name: str, k: int, c: tuple[str, str]) -> None:
    """Prove one cover and write its certificate. Raises `NotProved`."""
    range_of_c = "" if c == EVERY else f" --c {' '.join(c)}"
    command = f"certify family {name} -k {k} --every-slope{range_of_c}"
    attempt = prove_slopes(name, k, c, command=command)
    if not isinstance(attempt.outcome, Proved):
        raise NotProved(f"{command}: {attempt.reason}")
    write_json(attempt.signed(), path_of(name, k))


def build_every_k() -> None:
    """Prove every k and every slope and write the certificate. Raises `NotProved`."""
    command = "certify family II --every --from 6 --every-slope"
    attempt = prove_family_slopes(6, jobs=2, command=command)
    if not isinstance(attempt.outcome, Proved):
        raise NotProved(f"{command}: {attempt.reason}")
    write_json(attempt.signed(), EVERY_K)


def plane() -> str:
    """What README.md says of it."""
    witness = json.loads(EVERY_K.read_text())["witness"]
    strips = [len(strip["rectangles"]) for strip in witness["plane"]]
    boxes = [len(cover["cover"]) for cover in witness["sizes"]]
    return TAIL.format(
        strips=len(strips), rectangles=sum(strips), sizes=len(boxes), boxes=sum(boxes)
    )


HEAD = """# Every slope at one k, and at every k

Made by `build.py`; every certificate here is re-proved by `certify check proofs/every-slope`. The
mathematics: [theorem 18](../lemmas/slopes.md#theorem-18); in words: [every
slope](../../docs/slopes.md).

Each file proves, for every leaky ReLU max(0, t) - a max(0, -t) with a slope a in its range, one
strict spurious local minimum in every dimension d >= k, n = k. The same holds for every activation
p max(0, t) + q max(0, -t) with such a c = ((p - q)/(p + q))^2. The smallest eigenvalue of the
Hessian there is above the bound times (p + q)^2.

| k | type | c | slopes of leaky ReLU | bound | boxes |
|---|---|---|---|---|---|
"""


def line(name: str, k: int) -> str:
    """The row of one certificate. Raises `TypeError` for one of another kind."""
    document = json.loads(path_of(name, k).read_text())
    claim = read_claim(document)
    if not isinstance(claim, GaussianSlopes):
        raise TypeError("not a certificate of a cover of slopes")
    slopes, told = claim.slopes, slopes_told(claim.slopes)
    least = f">= {slopes.low}" if slopes.low.value else "> 0"
    ends = least if slopes.high is None else f"{least}, <= {slopes.high}"
    boxes = len(document["witness"]["cover"])
    return f"| {k} | {name} | {ends} | {told} | {claim.curvature} | {boxes} |\n"


def build_short() -> None:
    """The example of the format's page: every k >= 10^9, low orders and few digits."""
    corpus = HERE.parents[1] / "tests" / "corpus" / "accept"
    (EVERY_K.parent / "short.json").write_text((corpus / "family-slopes-large.json").read_text())


TAIL = """
## Every k

`every-k/II.json` proves the same for **every k >= 6**, every d >= k and every slope in (-1, 1)
([theorem 19](../lemmas/plane.md#theorem-19)): covers of all slopes for k = 6..9 ({sizes} of them,
{boxes} boxes), and for k >= 10 a plane of k and the slope in {strips} strips with {rectangles}
rectangles. The smallest eigenvalue is above 0.002 (p + q)^2 for all of them. `every-k/short.json`
is an example to read: the same for every k >= 10^9, with few digits.
"""


if __name__ == "__main__":
    for item in wanted():
        build(*item)
    build_every_k()
    build_short()
    rows = [line(name, k) for name, k, _ in wanted()]
    (HERE / "README.md").write_text(HEAD + "".join(rows) + plane())
    print(len(rows), "certificates")
