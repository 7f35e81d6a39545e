"""Critical points fixed by a group of permutations: candidates, and Newton's method in the fixed
space.

The closed forms are the kernel's (certify.kernel.gaussian.blocks). Here they only produce
candidates: nothing in this module is trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat

from certify.errors import UnusableInput
from certify.gaussian.activations import with_activation
from certify.gaussian.search.polish import AtGlobalMinimum, NotPolished
from certify.gaussian.signs import with_signs
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.reals import counted
from certify.kernel.gaussian.activation import RELU, Activation
from certify.kernel.gaussian.blocks import (
    Block,
    Blocks,
    fixed_matrix,
    is_exactly,
    owner,
    unknowns,
)
from certify.kernel.gaussian.components import components
from certify.kernel.gaussian.geometry import Geometry
from certify.kernel.gaussian.isotypic import pencil_of
from certify.kernel.gaussian.partition import MAX_BLOCK_SIZE, MAX_BLOCKS
from certify.kernel.gaussian.signs import UNSIGNED, Signs
from certify.rationals import flint_rational, midpoint

__all__ = [
    "Parts",
    "SymmetricCandidate",
    "blocks_field",
    "expanded",
    "fixed_newton",
    "make_blocks",
    "multiplicities",
    "parts_of",
]

_SHOWN_BITS = 320  # of the loss in a repr: k may be 10^12, where much cancels

Name = tuple[int, int, bool]
# for each block ("diagonal" | "columns" | "row", size), or ("copy", the number, from 1 on, of the
# diagonal block that it copies)
Parts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, repr=False)
class SymmetricCandidate:
    """parts: the blocks. values: rationals, decimals or floats of the coordinates, in the order of
    `unknowns`. provenance: how it was found. rows, columns: which rows and columns of a dense
    matrix, counted from 0, the rows and columns of the blocks are.
    """

    parts: Parts
    values: tuple[Any, ...]
    provenance: dict[str, object] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()
    activation: Activation = RELU
    signs: Signs = UNSIGNED

    def __repr__(self) -> str:
        """Sizes, blocks and loss in one line; the loss is a float."""
        blocks = self.blocks
        n, k = sum(b.height for b in blocks), sum(b.width for b in blocks)
        parts = ", ".join(
            "row" if name == "row" else f"{name} {'of ' * (name == 'copy')}{number}"
            for name, number in self.parts
        )
        with precision(_SHOWN_BITS):
            numbers = dict(zip(unknowns(blocks), map(_exact, self.values), strict=True))
            point = fixed_matrix(blocks, numbers)
            value = float(Geometry(blocks, point, self.activation).loss().mid())
        return (
            f"<SymmetricCandidate, not proved: k = {k} orthonormal teachers, n = {n} students,"
            f" blocks {parts}, {counted(len(self.values), 'coordinate')},"
            f"{with_activation(self.activation)}{with_signs(self.signs)} loss {value:.6g}>"
        )

    @property
    def blocks(self) -> Blocks:
        """The partition. Raises `UnusableInput`."""
        return make_blocks(self.parts, self.signs)


def make_blocks(parts: Parts, signs: Signs = UNSIGNED) -> Blocks:
    """The kernel's blocks, each with its signs. Raises `UnusableInput`: sizes out of range, a copy
    of no diagonal block before it, fewer students than teachers.
    """
    if not 1 <= len(parts) <= MAX_BLOCKS:
        raise UnusableInput(f"a symmetric point has 1 to {MAX_BLOCKS} blocks, not {len(parts)}")
    blocks: Blocks = ()
    for part in parts:
        blocks = (*blocks, _block(part, blocks))
    if signs.mixed:
        weights = zip(blocks, signs.students, signs.teachers, strict=True)
        blocks = tuple(replace(block, student=s, teacher=t) for block, s, t in weights)
    n, k = sum(b.height for b in blocks), sum(b.width for b in blocks)
    if isinstance(n, int) and isinstance(k, int) and not 1 <= k <= n:
        raise UnusableInput(f"n = {n} students and k = {k} teachers: 1 <= k <= n is needed")
    return blocks


def _block(part: tuple[str, int], before: Blocks) -> Block:
    (block_type, number), i = part, len(before)
    if block_type == "copy":
        of = number - 1
        if not 0 <= of < i or owner(before, of) != of or is_exactly(before[of].size, 1):
            raise UnusableInput(
                f"block {i + 1} is a copy of block {number}, which is no diagonal block of size 2"
                " or more before it"
            )
        return Block(before[of].size, rows=True, columns=False, parent=i, copy_of=of)
    if block_type not in ("diagonal", "columns", "row"):
        raise UnusableInput(f"a block is diagonal, columns, row or copy, not {block_type!r}")
    most = 1 if block_type == "row" else MAX_BLOCK_SIZE
    if isinstance(number, int) and not 1 <= number <= most:
        raise UnusableInput(f"a {block_type} block of size {number} is out of range")
    return Block(number, block_type != "columns", block_type != "row", i)


def parts_of(blocks: Blocks) -> Parts:
    """Type and size of each of the kernel's blocks, as `make_blocks` takes them."""
    return tuple(
        ("diagonal" if b.rows else "columns", b.size)
        if b.columns
        else ("row", 1)
        if b.copy_of is None
        else ("copy", b.copy_of + 1)
        for b in blocks
    )


def blocks_field(parts: Parts) -> list[dict[str, Any]]:
    """The field `blocks` of a statement."""
    return [{"type": name, "of" if name == "copy" else "size": number} for name, number in parts]


def multiplicities(blocks: Blocks) -> list[int]:
    """How many entries of the matrix have each of the coordinates, in the order of `unknowns`."""
    counts = []
    for i, j, diagonal in unknowns(blocks):
        height, width = blocks[i].height, blocks[j].width
        if owner(blocks, i) == j:  # the row has its own column there
            width = 1 if diagonal else width - 1
        counts.append(height * width)
    return counts


def expanded(blocks: Blocks, values: Sequence[Any]) -> list[list[Any]]:
    """The n x k matrix with these coordinates, rows and columns in the order of the blocks."""
    entries = dict(zip(unknowns(blocks), values, strict=True))
    rows = [(i, a) for i, block in enumerate(blocks) for a in range(block.height)]
    columns = [(j, b) for j, block in enumerate(blocks) for b in range(block.width)]
    return [[entries[i, j, owner(blocks, i) == j and a == b] for j, b in columns] for i, a in rows]


def fixed_newton(
    blocks: Blocks,
    start: list[Any],
    digits: int,
    *,
    steps: int = 60,
    damping: bool = False,
    activation: Activation = RELU,
) -> list[Fraction]:
    """A critical point in the fixed space to `digits` decimals: Newton's method with midpoints.
    Raises `NotPolished`, and `AtGlobalMinimum` where it ends at a permutation of the teachers or at
    another point of loss 0.

    damping: halve steps until the gradient's norm decreases, for rough starts.
    """
    names = unknowns(blocks)

    def at(numbers: list[arb]) -> Geometry:
        point = fixed_matrix(blocks, dict(zip(names, numbers, strict=True)))
        return Geometry(blocks, point, activation)

    bits = digits * 10 // 3 + 80
    with precision(bits):
        x = [_exact(value).mid() for value in start]
        try:
            last = _system(at(x))
        except NotPolished:
            _refuse_global(at(x), names, x)
            raise
        for _ in range(steps):
            value, step = last
            factor = arb(1)
            for _ in range(30):
                trial = [(a - factor * b).mid() for a, b in zip(x, step, strict=True)]
                try:
                    last = _system(at(trial))
                except NotPolished:
                    _refuse_global(at(trial), names, trial)
                    raise
                lower = (_size(last[0]) < _size(value)) is True
                if lower or not damping:
                    break
                factor = factor / 2
            x = trial
            if (_size(last[1]) < arb(10) ** -(digits + 3)) is True:
                if _near_teachers(names, x):
                    raise AtGlobalMinimum
                return [Fraction(round(midpoint(value) * 10**digits), 10**digits) for value in x]
            if damping and not lower:
                break
        _refuse_global(at(x), names, x)
    raise NotPolished("Newton's method does not settle at a critical point of this symmetry")


def _near_teachers(names: list[Name], x: list[arb]) -> bool:
    return all(
        (abs(value - int(diagonal and i == j)) < arb(10) ** -12) is True
        for (i, j, diagonal), value in zip(names, x, strict=True)
    )


def _refuse_global(geometry: Geometry, names: list[Name], x: list[arb]) -> None:
    """Raise `AtGlobalMinimum` where Newton's method has come so near to a point of loss 0 that
    rounding hides the rest.
    """
    value = geometry.loss()
    if _near_teachers(names, x) or (value.is_finite() and (value.mid() < arb(10) ** -20) is True):
        raise AtGlobalMinimum


def _exact(value: Any) -> arb:
    if isinstance(value, float):
        return arb(value)
    return arb(flint_rational(Fraction(value)))


def _size(values: list[arb]) -> arb:
    return sum((value * value for value in values), arb(0)).sqrt().mid()


def _system(geometry: Geometry) -> tuple[list[arb], list[arb]]:
    """Gradient entries and Newton's step at the point."""
    value = geometry.gradient()
    jacobian = pencil_of(geometry, components(geometry.blocks)[0]).jacobian()
    try:
        step = arb_mat(jacobian).mid().solve(arb_mat([[entry.mid()] for entry in value])).entries()
    except ZeroDivisionError:
        raise NotPolished("the Hessian on the fixed space is singular there") from None
    if not all(entry.is_finite() for entry in step):
        raise NotPolished("Newton's method left the region where the loss is smooth")
    return value, step
