"""Critical points fixed by a group of permutations: Newton's method in the fixed space, detection of the group, named families.

The closed forms are the kernel's (certify.kernel.symmetry); here they only produce candidates, so nothing in this module is trusted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat, fmpq

from certify.kernel.balls import precision
from certify.kernel.isotypic import component, component_types
from certify.kernel.symmetric_statements import MAX_BLOCK_SIZE, MAX_BLOCKS
from certify.kernel.symmetry import Block, Blocks, Geometry, fixed_matrix, unknowns
from certify.search.candidate import UnusableInput
from certify.search.polish import NotPolished

__all__ = ["SymmetricCandidate", "make_blocks", "newton"]

Name = tuple[int, int, bool]


@dataclass(frozen=True)
class SymmetricCandidate:
    """parts: ("diagonal" | "columns" | "row", size) for each block. values: decimals or floats of the coordinates, in the order of
    `unknowns`. provenance: how it was found.
    """

    parts: tuple[tuple[str, int], ...]
    values: tuple[Any, ...]
    provenance: dict[str, object] = field(default_factory=dict)

    @property
    def blocks(self) -> Blocks:
        """The partition. Raises `UnusableInput`."""
        return make_blocks(self.parts)


def make_blocks(parts: tuple[tuple[str, Any], ...]) -> Blocks:
    """The kernel's blocks. Raises `UnusableInput`: sizes out of range, fewer students than teachers."""
    if not 1 <= len(parts) <= MAX_BLOCKS:
        raise UnusableInput(f"a symmetric point has 1 to {MAX_BLOCKS} blocks, not {len(parts)}")
    for kind, size in parts:
        if kind not in ("diagonal", "columns", "row"):
            raise UnusableInput(f"a block is diagonal, columns or row, not {kind!r}")
        if isinstance(size, int) and not 1 <= size <= (1 if kind == "row" else MAX_BLOCK_SIZE):
            raise UnusableInput(f"a {kind} block of size {size} is out of range")
    blocks = tuple(Block(size, kind != "columns", kind != "row", i) for i, (kind, size) in enumerate(parts))
    n, k = sum(b.height for b in blocks), sum(b.width for b in blocks)
    if isinstance(n, int) and isinstance(k, int) and not 1 <= k <= n:
        raise UnusableInput(f"n = {n} students and k = {k} teachers: 1 <= k <= n is needed")
    return blocks


def newton(blocks: Blocks, start: list[Any], digits: int, *, steps: int = 60, damping: bool = False) -> list[Fraction]:
    """A critical point in the fixed space to `digits` decimals: Newton's method with midpoints. Raises `NotPolished`.

    damping: halve steps until the gradient's norm decreases, for rough starts.
    """
    names = unknowns(blocks)
    bits = digits * 10 // 3 + 80
    with precision(bits):
        x = [_exact(value).mid() for value in start]
        last = _system(blocks, names, x)
        for _ in range(steps):
            value, step = last
            factor = arb(1)
            for _ in range(30):
                trial = [(a - factor * b).mid() for a, b in zip(x, step, strict=True)]
                last = _system(blocks, names, trial)
                if not damping or (_size(last[0]) < _size(value)) is True:
                    break
                factor = factor / 2
            x = trial
            if (_size(last[1]) < arb(10) ** -(digits + 3)) is True:
                return [Fraction(round(_fraction(value) * 10**digits), 10**digits) for value in x]
    raise NotPolished("Newton's method does not settle at a critical point of this symmetry")


def _exact(value: Any) -> arb:
    if isinstance(value, float):
        return arb(value)
    number = Fraction(value)
    return arb(fmpq(number.numerator, number.denominator))


def _size(values: list[arb]) -> arb:
    return sum((value * value for value in values), arb(0)).sqrt().mid()


def _fraction(value: arb) -> Fraction:
    mantissa, exponent = value.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _system(blocks: Blocks, names: list[Name], x: list[arb]) -> tuple[list[arb], list[arb]]:
    """Gradient entries and Newton's step at x."""
    geometry = Geometry(blocks, fixed_matrix(blocks, dict(zip(names, x, strict=True))))
    value = geometry.gradient()
    pencil = component(geometry, component_types(blocks)[0])
    size = len(names)
    rows = [[pencil.form[max(a, b)][min(a, b)] / pencil.norms[a] for b in range(size)] for a in range(size)]
    try:
        step = arb_mat(rows).mid().solve(arb_mat([[entry.mid()] for entry in value])).entries()
    except ZeroDivisionError:
        raise NotPolished("the Hessian on the fixed space is singular there") from None
    if not all(entry.is_finite() for entry in step):
        raise NotPolished("Newton's method left the region where the loss is smooth")
    return value, step
