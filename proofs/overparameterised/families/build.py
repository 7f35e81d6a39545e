"""How the certificates in this folder came about: python proofs/overparameterised/families/build.py

Members of the families II_p+p and II_p+p' (certify family), births and deaths (certify family
--birth, --death). README.md is written by it, too. Needs the package, is no part of what a reader
has to believe, and writes nothing that the kernel has not proved.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from certify.attempt import Attempt
from certify.files import write_json
from certify.gaussian.names import family_name
from certify.gaussian.prove.birth import prove_birth
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
negative later, at k = 200. That the members between two k of the table are what these are, is not
proved here; `certify family NAME -k K` proves any of them in a second.

## Births and deaths

Over real k, between two whole ones, an eigenvalue of the representation named crosses 0
([theorem 3](../../lemmas/symmetric.md#theorem-3)): above a birth, or below a death, and near it,
the point is a minimum in every dimension.

| file | family | what | k | representation |
|---|---|---|---|---|
"""

if __name__ == "__main__":
    rows = [member(name, k) for name, sizes in WANTED.items() for k in sizes]
    births = [life(name, death=death) for name, death in LIVES]
    (HERE / "README.md").write_text(HEAD + "".join(rows) + MIDDLE + "".join(births))
