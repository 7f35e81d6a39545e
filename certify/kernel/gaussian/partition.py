"""Orthonormal teachers and students parted into blocks: the fields `problem`, `blocks` and `centre`
of the symmetric kinds (FORMAT 4.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import factorial, prod
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields, natural
from certify.kernel.foundation.witness import Bits, require_work
from certify.kernel.foundation.words import Math, Words, line, lowered, plain
from certify.kernel.gaussian.activation import Activation, read_activation
from certify.kernel.gaussian.blocks import Block, Blocks, unknowns
from certify.kernel.gaussian.problem import read_sizes, require_orthonormal
from certify.kernel.gaussian.signs import Signs, read_signs

__all__ = [
    "MAX_BLOCKS",
    "MAX_BLOCK_SIZE",
    "Coordinates",
    "SymmetricProblem",
    "copies",
    "read_blocks",
    "read_centre",
    "require_blocks_work",
]

MAX_BLOCKS = 8
MAX_BLOCK_SIZE = 10**12
MAX_BLOCKS_WORK = 25 * 10**5  # the square of the coordinates, times the working precision
_MAX_EXACT = 56  # students: of more, 29 have one sign, and orbits have above 30 digits

Coordinates = dict[tuple[int, int, bool], fmpq]  # (row block, column block, on the diagonal)


@dataclass(frozen=True)
class SymmetricProblem:
    """Students W in R^(n x D), D >= k, with orthonormal teachers v_1, ..., v_k, n >= k, parted into
    blocks (FORMAT 4.2).
    """

    n: int
    k: int
    blocks: Blocks
    activation: Activation
    signs: Signs

    @classmethod
    def read(cls, problem: Any, blocks: Any) -> SymmetricProblem:
        """From the fields `problem` and `blocks` of a statement."""
        known = fields(problem, "the problem", ["n", "k", "targets"], ["activation", "signs"])
        require_orthonormal(known)
        parts = read_blocks(blocks)
        largest = MAX_BLOCKS * MAX_BLOCK_SIZE
        n, k = read_sizes(known, largest)
        if n != sum(block.height for block in parts) or k != sum(block.width for block in parts):
            raise Malformed("the blocks do not have n rows and k columns")
        heights, widths = ([b.height for b in parts], [b.width for b in parts])
        signs = read_signs(known, heights, widths, blocks=True)
        weights = zip(parts, signs.students, signs.teachers, strict=True)
        signed = tuple(replace(b, student=s, teacher=t) for b, s, t in weights)
        return cls(n, k, signed, read_activation(known), signs)

    def group(self) -> Math:
        """The group of the partition, as S₉ × S₁; blocks of one row are left out."""
        return Math(
            " × ".join(
                f"S{lowered(b.size)}" if b.rows else f"S{lowered(b.size)} (columns)"
                for b in self.blocks
                if b.columns
            )
        )

    def isotropy(self) -> str:
        """The same in ASCII."""
        return plain((self.group(),))

    def _alike(self) -> list[int]:
        """How many rows there are of each output weight, n_1 and n_-1, and how many columns."""
        counts = [
            sum(size for size, mine in sizes if mine == sign)
            for sizes in (
                [(b.height, b.student) for b in self.blocks],
                [(b.width, b.teacher) for b in self.blocks],
            )
            for sign in (1, -1)
        ]
        return [count for count in counts if count]

    def group_order(self) -> int:
        """|G| = prod p! over the blocks with columns."""
        return prod(factorial(block.size) for block in self.blocks if block.columns)

    def orbit(self) -> str:
        """The number of points that permutations of rows and columns make of W, if no permutation
        outside the group fixes W: the formula n! k! / prod p!, and its value. They are permutations
        of rows of equal output weight, and of columns.
        """
        size = self.orbit_size()
        return (
            f"{self.orbit_formula()} (about {self.orbit_about()})"
            if size is None
            else f"{self.orbit_formula()} = {size}"
        )

    def orbit_formula(self) -> str:
        """The size of the orbit as n! k! / prod p!, with signs as prod n_s! k_t! / prod p!."""
        below = " ".join(f"{b.size}!" for b in self.blocks if b.columns and b.size > 1)
        above = " ".join(f"{size}!" for size in self._alike())
        return f"{above} / ({below})" if " " in below else f"{above} / {below}" if below else above

    def orbit_size(self) -> int | None:
        """The same as a whole number, where it has at most 30 digits."""
        size = (
            prod(map(factorial, self._alike())) // self.group_order()
            if self.n <= _MAX_EXACT
            else 10**30
        )
        return size if size < 10**30 else None

    def orbit_about(self) -> str:
        """The same to three digits, rightly rounded, as 1.23e456, for numbers of more than 30
        digits.

        The number is a multiple of prod n_s!, because prod p! divides prod k_t!, and at most its
        square, since k_s <= n_s. So prod n_s! >= 10^15, some n_s >= 11, and the number is a
        multiple of 3^4 * 7 * 11. It is neither a power of ten nor in the middle between two such
        decimals: enough bits tell which is nearer.
        """
        sizes = [block.size for block in self.blocks if block.columns]
        bits = 128
        while True:
            with precision(bits):
                logarithm = (
                    sum(map(_log_factorial, self._alike()), arb(0))
                    - sum(map(_log_factorial, sizes), arb(0))
                ) / arb(10).log()
                exponent = logarithm.floor().unique_fmpz()
                digits = (
                    None
                    if exponent is None
                    else (100 * arb(10) ** (logarithm - exponent) + arb(1) / 2)
                    .floor()
                    .unique_fmpz()
                )
            if digits is not None:
                text, power = (
                    (str(digits), int(exponent)) if digits < 1000 else ("100", int(exponent) + 1)
                )
                return f"{text[0]}.{text[1:]}e{power}"
            bits *= 2


def _log_factorial(number: int) -> arb:
    return arb(number + 1).lgamma()


def copies(blocks: Blocks) -> Iterator[Words]:
    """How the group acts on the rows of copies: a line of a theorem for each of them."""
    for i, block in enumerate(blocks, start=1):
        if block.copy_of is not None:
            of = block.copy_of + 1
            yield line(
                f"Block {i} is a copy of block {of}: $S{lowered(block.size)}$ permutes the rows of"
                f" both, {block.size} each, and the columns of block {of} alike."
            )


def read_blocks(value: Any) -> Blocks:
    """The field `blocks`."""
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_BLOCKS:
        raise Malformed(f"the blocks are not a list of 1 to {MAX_BLOCKS} blocks")
    parts: list[Block] = []
    for entry in value:
        parts.append(_read_block(entry, parts))
    return tuple(parts)


def _read_block(value: Any, before: list[Block]) -> Block:
    """A block, from an object with type and size, or a copy of one of those before it."""
    i = len(before)
    where = f"block {i + 1}"
    if isinstance(value, dict) and value.get("type") == "copy":
        known = fields(value, where, ["type", "of"])
        of = natural(known["of"], f"the block that {where} copies", 1, MAX_BLOCKS) - 1
        if of >= i or not (before[of].rows and before[of].columns) or before[of].size < 2:
            raise Malformed(f"{where} does not copy a diagonal block of size 2 or more before it")
        return Block(before[of].size, rows=True, columns=False, parent=i, copy_of=of)
    known = fields(value, where, ["type", "size"])
    block_type = known["type"]
    if block_type not in ("diagonal", "columns", "row"):
        raise Malformed(f'the type of {where} is not "diagonal", "columns", "row" or "copy"')
    size = natural(
        known["size"], f"the size of {where}", 1, 1 if block_type == "row" else MAX_BLOCK_SIZE
    )
    return Block(size, block_type != "columns", block_type != "row", i)


def read_centre(value: Any, blocks: Blocks) -> Coordinates:
    """The coordinates of the centre, by name."""
    rows = [i for i, block in enumerate(blocks) if block.rows]
    columns = [j for j, block in enumerate(blocks) if block.columns]
    if not isinstance(value, list) or len(value) != len(rows):
        raise Malformed(
            f"the centre is not a list of {len(rows)} rows, one for each block with rows"
        )
    names = unknowns(blocks)
    result: Coordinates = {}
    for i, row in zip(rows, value, strict=True):
        if not isinstance(row, list) or len(row) != len(columns):
            raise Malformed(
                f"a row of the centre is not a list of {len(columns)} entries, one for each block"
                " with columns"
            )
        for j, entry in zip(columns, row, strict=True):
            where = f"entry ({i + 1}, {j + 1}) of the centre"
            here = [name for name in names if name[:2] == (i, j)]
            values = entry if len(here) == 2 else [entry]
            if not isinstance(values, list) or len(values) != len(here):
                raise Malformed(
                    f"{where} is not a list of two numbers, at a row's own column and at the others"
                )
            for name, number in zip(here, values, strict=True):
                result[name] = decimal(number, where)
    return result


def require_blocks_work(coordinates: int, witness: Bits) -> None:
    """`Malformed` where so many coordinates of the centre ask for more work than is allowed
    (FORMAT 3.1).
    """
    require_work("the blocks", coordinates**2 * witness.working, MAX_BLOCKS_WORK)
