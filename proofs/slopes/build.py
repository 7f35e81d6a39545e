"""How the certificates in this folder came about: python proofs/slopes/build.py [--jobs 2]

Types II, A, I at k = 6..20 and type II at k = 2..5, at seven slopes of leaky ReLU, and II_p (p of
the teachers flipped) at k = 2..8 and three negative slopes, where they are minima; each as
`certify family NAME -k K --slope A` makes it. README.md is written by it, too.
Needs the package, is no part of what a reader has to believe, and writes nothing that the kernel
has not proved.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from joblib import Parallel, delayed

from certify.enclosure import Enclosure
from certify.errors import UnusableInput
from certify.files import write_json
from certify.gaussian.activations import named, with_slope
from certify.gaussian.prove.symmetric import prove_symmetric
from certify.gaussian.search.families import family
from certify.kernel.check import read_claim
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric

HERE = Path(__file__).parent
SLOPES = ("-0.9", "-0.5", "0.01", "0.2", "0.5", "0.9", "0.99")
BACKWARD = ("-0.9", "-0.6", "-0.5")
FEW = {2: ("-0.9", "-0.6"), 3: ("-0.9", "-0.6"), 4: ("-0.9", "-0.5"), 5: ("-0.9", "-0.5", "-0.4")}


@dataclass(frozen=True)
class Made:
    """What came of one type at one k and slope: loss and smallest eigenvalue in words, or why there
    is no certificate.
    """

    name: str
    k: int
    slope: str
    loss: str = ""
    low: str = ""
    reason: str = ""


def wanted() -> list[tuple[str, int, str]]:
    """(family, k, slope)."""
    todo = [("II", k, slope) for k, slopes in FEW.items() for slope in slopes]
    for k in range(6, 21):
        todo += [(name, k, slope) for name in ("II", "A", "I") for slope in SLOPES]
    for k in range(2, 9):
        todo += [(f"II_{p}", k, slope) for p in range(2, k + 1) for slope in BACKWARD]
    return todo


def build(name: str, k: int, slope: str) -> Made:
    """Follow one member to the slope, prove it, and write its certificate where it is a minimum."""
    sigma = with_slope(slope)
    command = f"certify family {name} -k {k} --slope {slope}"
    try:
        attempt = prove_symmetric(family(name, k, sigma), command=command)
    except UnusableInput as error:
        return Made(name, k, slope, reason=str(error))
    if attempt.document is None or not isinstance(attempt.outcome, Proved):
        return Made(name, k, slope, reason=attempt.reason)
    claim = read_claim(attempt.document)
    if not isinstance(claim, GaussianSymmetric):
        raise TypeError("not a certificate of a symmetric kind")
    if claim.saddle:
        return Made(name, k, slope, reason=f"a saddle of index {claim.index}")
    write_json(attempt.document, HERE / f"k{k:02d}" / f"{name}-{named(sigma)}.json")
    loss, low = (
        Enclosure.of(*value.texts).printed(8) for value in (claim.loss, claim.lambda_min_beyond)
    )
    return Made(name, k, slope, loss, low)


HEAD = """# Other slopes than that of ReLU

Made by `build.py`; every certificate here is re-proved by `certify check proofs/slopes`. The
mathematics: [lemma 24](../lemmas/gaussian.md#lemma-24), theorem 2.

The activation is leaky ReLU, max(0, t) - a max(0, -t), with the slope a of the file's name, for
students and teachers alike. Each file proves a strict spurious local minimum in every dimension
d >= k, its whole spectrum, and the number of points that permutations make of it, as the files in
`symmetric/` do for ReLU. `certify family II -k 6 --slope 0.2` makes one.

Type II is a minimum from k = 6 on at every slope below (a cover of all slopes is a certificate of
its own), and at k = 3, 4, 5 where the slope is below -0.55427, -0.48563, -0.32573. At k = 2 and 3
it is the branch that begins at slope -1 with one teacher flipped. Types A and I are followed from
ReLU and are no minima at slopes near -1.

II_p, in the last rows, is the branch that begins at slope -1 with p of the k teachers flipped
(p = k: all of them). With two teachers there are spurious minima at slopes below -0.4708: those of
II_2, both flipped; one flipped (II) ends near slope -0.59. Where a branch ceases to be a minimum is
told, to 30 digits, in [`slopes-births`](../slopes-births/README.md), if an eigenvalue crosses zero
there.

What has no file below was not proved a minimum: the reason stands in its place.

| k | type | slope | loss | smallest eigenvalue |
|---|---|---|---|---|
"""


def line(made: Made) -> str:
    """Its row of the table."""
    told = made.reason or f"{made.loss} | {made.low}"
    return f"| {made.k} | {made.name} | {made.slope} | {told} |{' |' if made.reason else ''}\n"


if __name__ == "__main__":
    jobs = int(sys.argv[2]) if sys.argv[1:2] == ["--jobs"] else 1
    rows = Parallel(n_jobs=jobs)(delayed(build)(*item) for item in wanted())
    (HERE / "README.md").write_text(HEAD + "".join(map(line, rows)))
    print(sum(not made.reason for made in rows), "of", len(rows), "are minima")
