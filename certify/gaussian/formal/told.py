"""A theorem that Coq has proved, for people: the statement with its matrix abridged, numbers as
decimals, the axioms in groups. What Coq printed itself is in `FormalProof`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from certify.gaussian.formal.block import BlockStatement

if TYPE_CHECKING:
    from certify.gaussian.formal.coqc import FormalProof, Statement

__all__ = ["told"]

_SHOWN, _DIGITS = 3, 8  # of the rows and of the entries in a row; of each entry
_MACHINE = ("Uint63", "PrimInt63", "PrimFloat", "FloatAxioms", "Sint63", "SpecFloat", "PArray")


def told(proof: FormalProof, uncovered: str, *, verbose: bool) -> str:
    """The text. verbose: the statement and the axioms as Coq printed them."""
    count = f"Assumptions ({len(proof.assumptions)}):"
    if verbose:
        axioms = "\n".join([count, *proof.assumptions])
        return f"{proof.statement}\n\nNot in the Coq statement: {uncovered}\n{axioms}"
    names = [line.split(" : ")[0] for line in proof.assumptions]
    axioms = f"{count} {'; '.join(_grouped(names))}"
    lines = [*_statement(proof.read), "", f"Not in the Coq statement: {uncovered}", axioms]
    return "\n".join(lines)


def _statement(s: Statement) -> Iterator[str]:
    n, k, d = (s.k, s.k, s.k) if isinstance(s, BlockStatement) else (s.n, s.k, s.d)
    yield (
        f"spurious_minimum {_short(s.positive)} {_short(s.negative)} {n} {k} {d} C delta low"
        " high: there is W, zero in the columns from d on, that is for every D >= d a strict local"
        " minimum of the loss, with"
    )
    yield f"  p, q = {_short(s.positive)}, {_short(s.negative)}; n = {n}, k = {k}, d = {d}"
    if isinstance(s, BlockStatement):
        yield f"  |W - C| <= delta = {_exact(s.distance)}, C = block {k - 1} a b c d e:"
        yield (
            f"  a on the diagonal and b off it in {k - 1} rows and columns, c in the last column, d"
            " in the last row, e in the corner;"
        )
        entries = zip("abcde", s.centre, strict=True)
        yield f"  {', '.join(f'{name} = {_exact(x)}' for name, x in entries)}"
    else:
        yield f"  |W - C| <= delta = {_exact(s.distance)}, C = {_abridged(s.centre)}"
    yield f"  0 < low = {_exact(s.low)} <= F(W) <= high = {_exact(s.high)}"


def _abridged(centre: Sequence[Sequence[Fraction]]) -> str:
    """The first entries of the first rows, to a few digits."""
    rows = []
    for row in centre[:_SHOWN]:
        entries = [f"{float(x):.{_DIGITS}g}" for x in row[:_SHOWN]]
        rows.append(", ".join(entries) + ", ..." * (len(row) > _SHOWN))
    more = "; ..." * (len(centre) > _SHOWN)
    count = sum(map(len, centre))
    return f"[{'; '.join(rows)}{more}] ({count} decimals: --verbose)"


def _exact(number: Fraction) -> str:
    """A decimal of the certificate, whole."""
    context = Context(prec=500)
    quotient = context.divide(Decimal(number.numerator), Decimal(number.denominator))
    found = quotient.normalize(context)
    return format(found, "f") if -8 < found.adjusted() < 9 else str(found).replace("E", "e")


def _short(number: Fraction) -> str:
    return str(number) if number >= 0 else f"({number})"


def _grouped(names: Sequence[str]) -> Iterator[str]:
    """The axioms of the real numbers by name, those of machine numbers counted."""
    machine = [name for name in names if name.partition(".")[0] in _MACHINE]
    others = [name for name in names if name not in machine]
    yield f"{len(others)} of real numbers and logic ({', '.join(others)})"
    if machine:
        yield f"{len(machine)} that specify machine numbers (--verbose)"
