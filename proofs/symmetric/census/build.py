"""How this folder came about: python proofs/symmetric/census/build.py FOLDER

FOLDER is that of `certify census --from 6 --to 60 -o FOLDER`. Its ledger is copied, the
certificates for k = 21..30 are, too, and README.md is written. Those for k <= 20 are in the folders
of proofs/symmetric and proofs/survey already; the others come again by the command.
Needs the package, is no part of what a reader has to believe, and writes nothing that the kernel
has not proved.
"""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import fill

from certify.files import write_json, write_text
from certify.gaussian.census.campaign import stands
from certify.gaussian.census.command import LEDGER
from certify.gaussian.census.ledger import Ledger, Row, ledger_text
from certify.gaussian.census.table import LEGEND, markdown
from certify.kernel.foundation.exact import parse_json, read_bytes

HERE = Path(__file__).parent
SHIPPED = range(21, 31)

README = """# The census: symmetric minima by their blocks

Made by `certify census` and `build.py`; every certificate here is re-proved by
`certify check proofs/symmetric/census`. The mathematics:
[theorem 2](../../lemmas/symmetric.md), with n = k, orthonormal teachers and ReLU.

Each class is a spurious strict local minimum in every dimension d >= k, up to permutations of
neurons and teachers, fixed by a group S_p, S_p x S_q or S_p x S_q x S_r (one, two, three diagonal
blocks). The table counts {total} classes for k = {first}..{last}: {one} with one block, {two} with
two, {three} with three. The {shipped} certificates for k = {low}..{high} are in this folder;
those for k <= 20 are in [`proofs/symmetric`](../../README.md) and
[`proofs/survey`](../../survey/README.md). The others are made again, with the digests that
`{ledger}` lists, by

    certify census --from {first} --to {last} --jobs 2 -o census

**What is proved** is each class, and that no two of one k are the same: their losses are enclosed
in disjoint intervals. So there are at least so many. **What is not**: that there are no more. All
ways to divide k into up to three blocks were tried, but only from some starts: each block near its
teachers, near minus its teachers, or near a reflection; two blocks reflected together; a few
points drawn around these. What such starts do not lead to is not here, nor what has more blocks,
blocks of rows or columns alone, or no symmetry; nor can this say how often training meets them.
For k = 6..20 the classes with one and two blocks are those of the families II_p and A_q; with
three blocks there is one each at k = 19 and 20, which the [survey](../../survey/README.md) has met.

{legend}

{table}"""


def told(rows: list[Row]) -> str:
    """README.md."""
    return README.format(
        total=sum(len(row.classes) for row in rows),
        first=rows[0].k,
        last=rows[-1].k,
        one=sum(row.count(1) for row in rows),
        two=sum(row.count(2) for row in rows),
        three=sum(row.count(3) for row in rows),
        shipped=sum(len(row.classes) for row in rows if row.k in SHIPPED),
        low=SHIPPED[0],
        high=SHIPPED[-1],
        ledger=LEDGER,
        legend=fill(LEGEND[0].upper() + LEGEND[1:], 98),
        table=markdown(rows),
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    rows = Ledger(folder / LEDGER).rows
    for k in SHIPPED:
        if not stands(rows[k], folder):
            sys.exit(f"k = {k}: a certificate of the ledger is not proved")
        for item in rows[k].classes:
            write_json(parse_json(read_bytes(folder / item.file)), HERE / item.file)
    write_text(ledger_text(rows), HERE / LEDGER)
    write_text(told([rows[k] for k in sorted(rows)]), HERE / "README.md")
