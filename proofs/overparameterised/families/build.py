"""How the certificates in this folder came about: python proofs/overparameterised/families/build.py

Members of the families II_p+p and II_p+p' (certify family), births and deaths (certify family
--birth, --death), and what is known of II_2+2 at other slopes than that of ReLU. README.md is
written by it, too. Needs the package, is no part of what a reader has to believe, and writes
nothing that the kernel has not proved.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from certify.attempt import Attempt
from certify.files import write_json
from certify.gaussian.activations import slopes_within
from certify.gaussian.names import family_name
from certify.gaussian.prove.birth import prove_birth
from certify.gaussian.prove.slope_birth import prove_slope_birth
from certify.gaussian.prove.slopes import prove_slopes
from certify.gaussian.prove.symmetric import prove_symmetric
from certify.gaussian.search.families import family
from certify.kernel.check import read_claim
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.report.rows import within

HERE = Path(__file__).parent
WANTED = {
    "II_2+2": (10, 11, 12, 17, 20, 40, 100, 101, 130, 200, 1000, 10**4),
    "II_3+3'": (10, 11, 12, 13, 20, 48, 100, 1000, 10**6),
    "II_3+3": (14, 15, 16),
    "II_4+4": (21, 22, 26, 35, 36),
    "II_4+4'": (21, 22, 36, 1000, 10**6),
    "II_5+5": (28, 29, 36),
    "II_6+6": (36,),
    "II_7+7": (42,),
    "II_8+8": (49,),
    "II_12+12": (75,),
    "II_20+20": (200,),
    "II_50+50": (500,),
}
LIVES = (  # birth and death
    ("II_2+2", False), ("II_2+2", True), ("II_3+3'", False), ("II_3+3", False), ("II_3+3", True),
    ("II_4+4", False), ("II_4+4", True), ("II_4+4'", False), ("II_5+5", False), ("II+1", False),
    ("I+1", False),
)  # fmt: skip
SLOPES = HERE / "slopes"
COVERED, FROM = 11, "0.1"  # k, and the least c
CEASES = (7, 8, 9, 10, 101)  # k at which an eigenvalue crosses zero at a slope


def kept(attempt: Attempt, path: Path) -> dict[str, Any]:
    """Write the certificate. Raises `SystemExit` where there is none."""
    if attempt.document is None or not isinstance(attempt.outcome, Proved):
        raise SystemExit(f"{path}: {attempt.reason}")
    write_json(attempt.document, path)
    return attempt.document


def member(name: str, k: int) -> str:
    """Prove a member; the row of the table."""
    called = family_name(name)
    attempt = prove_symmetric(family(name, k), command=f'certify family "{name}" -k {k}')
    path = HERE / f"k{k:02d}" / f"{called.stem}.json"
    claim = read_claim(kept(attempt, path))
    if not isinstance(claim, GaussianSymmetric):
        raise TypeError(path)
    what = "minimum"
    if claim.saddle:
        beyond = claim.index_beyond
        what = f"saddle of index {claim.index}" + (f", + {beyond} (d - k)" if beyond else "")
    cells = (
        f"[`{path.parent.name}/{path.name}`]({path.parent.name}/{path.name})",
        name,
        f"{k}, {claim.problem.n}",
        what,
        within(claim.loss).printed(9),
        within(claim.lambda_min).printed(7),
        within(min((i for _, v in claim.padding for i in v), key=lambda i: i.low)).printed(7),
        claim.radius.text,
    )
    print(*cells, flush=True)
    return f"| {' | '.join(cells)} |\n"


def life(name: str, *, death: bool) -> str:
    """Prove a birth or a death; the row of the table."""
    stem, option = family_name(name).stem, "death" if death else "birth"
    attempt = prove_birth(name, death=death, command=f'certify family "{name}" --{option}')
    path = HERE / "births" / f"{stem}{'-death' * death}.json"
    claims = kept(attempt, path)["statement"]["claims"]
    place = f"births/{path.name}"
    cells = f"[`{place}`]({place})", name, option, f"{claims['k'][0][:32]}...", claims["crossing"]
    print(*cells, flush=True)
    return f"| {' | '.join(cells)} |\n"


def every_slope(k: int, low: str) -> str:
    """Prove all slopes from one on; the row of the table."""
    ends = (low, "infinity")
    command = f"certify family II_2+2 -k {k} --every-slope --c {' '.join(ends)}"
    path = SLOPES / f"II_2+2-k{k:02d}.json"
    return slopes_row(path, kept(prove_slopes("II_2+2", k, ends, command=command), path))


def slopes_row(path: Path, document: dict[str, Any]) -> str:
    """Of a cover of slopes."""
    problem, claims = document["statement"]["problem"], document["statement"]["claims"]
    told = slopes_within(Fraction(claims["c"][0]), None)
    what = f"a minimum, eigenvalues above {claims['curvature']} (p + q)^2"
    return _line(path, f"{problem['k']}, {problem['n']}", what, f">= {claims['c'][0]}", told)


def slope_birth(k: int) -> str:
    """Prove where a member ceases to be a minimum; the row of the table."""
    command = f"certify family II_2+2 -k {k} --birth --digits 31"
    path = SLOPES / f"II_2+2-k{k:02d}-birth.json"
    return slope_birth_row(path, kept(prove_slope_birth("II_2+2", k, 31, command=command), path))


def slope_birth_row(path: Path, document: dict[str, Any]) -> str:
    """Of a birth in the slope."""
    problem, claims = document["statement"]["problem"], document["statement"]["claims"]
    what = f"a minimum {claims['minimum']}, representation {claims['crossing']}"
    c, slope = (f"{claims[name][0][:length]}..." for name, length in (("c", 32), ("slope", 33)))
    return _line(path, f"{problem['k']}, {problem['n']}", what, c, slope)


def _line(path: Path, *cells: str) -> str:
    place = f"slopes/{path.name}"
    print(place, *cells, flush=True)
    return f"| [`{place}`]({place}) | {' | '.join(cells)} |\n"


HEAD = """# Families of minima with more students than teachers

Made by `build.py`; every certificate here is re-proved by
`certify check proofs/overparameterised/families`. What the names mean:
[classes](../../../docs/classes.md#companions). The mathematics:
[lemmas 8, 9, theorem 2](../../lemmas/symmetric.md#lemma-8); nine numbers describe a point, whatever
k is. The statements hold in every dimension d >= k.

The smallest eigenvalue is that of the Hessian in R^(n x k), "beyond" the smallest one in each
further dimension. Radius: of the ball with no other critical point.

| file | family | k, n | what | loss | smallest eigenvalue | beyond | radius |
|---|---|---|---|---|---|---|---|
"""
MIDDLE = """
II_2+2 at k = 101, 130 is a saddle in R^(n x k) already; the eigenvalue of further dimensions is
negative later, at k = 200. II_3+3' is a minimum at every k >= 11, by
[one file](../../family/II_3+3prime.json), and so is II_4+4' at every k >= 22, by
[another](../../family/II_4+4prime.json). For the others, that the members between two k of the
table are what these are is not proved here; `certify family NAME -k K` proves any of them in a
second.

## Births and deaths

Over real k, between two whole ones, an eigenvalue of the representation named crosses 0
([theorem 3](../../lemmas/symmetric.md#theorem-3)): above a birth, or below a death, and near it,
the point is a minimum in every dimension.

| file | family | what | k | representation |
|---|---|---|---|---|
"""
SLOPES_HEAD = """
## Slopes of II_2+2

Leaky ReLU with the slope a has c = ((1 + a)/(1 - a))^2. One file proves a minimum for every slope
from one on, at k = 11 ([theorem 18](../../lemmas/slopes.md#theorem-18)); the others a slope at
which an eigenvalue crosses 0 ([theorem 20](../../lemmas/slopes.md#theorem-20)), and near it, at
smaller slopes, a minimum. In words: [for which
slopes](../../../docs/overparameterised.md#for-which-slopes).

| file | k, n | what | c | slope |
|---|---|---|---|---|
"""

if __name__ == "__main__":
    rows = [member(name, k) for name, sizes in WANTED.items() for k in sizes]
    births = [life(name, death=death) for name, death in LIVES]
    slopes = [every_slope(COVERED, FROM), *map(slope_birth, CEASES)]
    page = [HEAD, *rows, MIDDLE, *births, SLOPES_HEAD, *slopes]
    (HERE / "README.md").write_text("".join(page))
