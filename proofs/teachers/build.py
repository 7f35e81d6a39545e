"""How the certificates and the table in this folder came about: python proofs/teachers/build.py

Random unit teachers (certify random-teacher), type II followed to each; and all nearly orthonormal
teachers at once (certify near-orthonormal).
Needs the package, is no part of what a reader has to believe, and counts as a success only what the
kernel has proved.
"""

from __future__ import annotations

from math import ceil, log10
from math import log as ln
from pathlib import Path

from certify.files import write_json
from certify.gaussian.prove.teachers import draw_teachers, prove_near_orthonormal, prove_teachers
from certify.gaussian.survey.table import clopper_pearson
from certify.kernel.foundation.outcomes import Proved

HERE = Path(__file__).parent
# draws, kept
DRAWS = {
    (10, 30): (60, 0),
    (10, 100): (60, 5),
    (10, 1000): (60, 5),
    (15, 100): (30, 4),
    (15, 1000): (30, 4),
    (20, 100): (15, 1),
    (20, 1000): (15, 1),
}


def random_teachers() -> list[str]:
    """Rows of the table of success rates."""
    rows = []
    for (k, d), (draws, kept) in DRAWS.items():
        proved = 0
        for seed in range(draws):
            attempt = prove_teachers(
                draw_teachers(k, d, seed),
                command=f"certify random-teacher -k {k} -d {d} --seed {seed}",
                found={"seed": seed},
            )
            if isinstance(attempt.outcome, Proved) and attempt.document is not None:
                proved += 1
                if proved <= kept:
                    write_json(attempt.document, HERE / f"k{k:02d}-d{d:04d}-s{seed:02d}.json")
        low, high = clopper_pearson(proved, draws)
        rows.append(
            f"| {k} | {d} | {draws} | {proved} | {proved / draws:.2f} | [{low:.3f}, {high:.3f}] |"
        )
        print(rows[-1], flush=True)
    return rows


def near_orthonormal() -> list[str]:
    """Rows of the table of rho and d_0."""
    rows = []
    for k in range(6, 21):
        attempt = prove_near_orthonormal(k, command=f"certify near-orthonormal -k {k}")
        if not isinstance(attempt.outcome, Proved) or attempt.document is None:
            rows.append(f"| {k} | not proved | |")
            continue
        write_json(attempt.document, HERE / f"near-k{k:02d}.json")
        rho = attempt.document["statement"]["problem"]["rho"]
        d0 = 1 + 2 * ln(50 * k * (k - 1)) / float(rho) ** 2
        exponent = int(log10(d0))
        rows.append(f"| {k} | {rho} | {ceil(d0 / 10 ** (exponent - 1)) / 10} * 10^{exponent} |")
        print(rows[-1], flush=True)
    return rows


TEXT = """# Teachers that are not orthonormal

Made by `build.py`; every certificate here is re-proved by `certify check` and `recheck`.
The mathematics: [lemma 16, theorem 8](../lemmas/teachers.md).

## Random teachers

Unit vectors drawn uniformly on the sphere of R^d, rounded to 12 decimals, n = k. Type II is
followed from orthonormal teachers by Newton's method; a success is a certificate that the kernel
proves: a spurious local minimum for exactly these teachers, in every dimension D >= d. A failure is
no statement about the loss. 95 % intervals by Clopper and Pearson.

| k | d | draws | proved | rate | interval |
|---|---|---|---|---|---|
{random}

## All nearly orthonormal teachers at once

One certificate each: for every v_1, ..., v_k with |v_a.v_b| <= rho (a != b) and ||v_a|^2 - 1| <=
rho, in every dimension, type II has a strict spurious local minimum in the ball of the certificate.
By the remark after theorem 8, k independent uniform unit vectors in R^d satisfy this with a
probability of at least 99 % for d >= d_0 = 1 + 2 log(50 k (k-1))/rho^2. These d_0 are explicit and
astronomically large: the bound is for the worst Gram matrix, and the table above shows how far it
is from what happens.

| k | rho | d_0 |
|---|---|---|
{near}
"""


if __name__ == "__main__":
    near, random = near_orthonormal(), random_teachers()
    (HERE / "README.md").write_text(TEXT.format(random="\n".join(random), near="\n".join(near)))
