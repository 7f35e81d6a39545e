"""Matrices that permutations of blocks leave fixed: the blocks, coordinates and types of
section 4.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .arithmetic import GUARD_BITS
from .bounds import MOST_BLOCKS
from .reader import fields, increasing, integer, real
from .verdict import need
from .weights import Weights, read_weights

LARGE = 1000  # the size of a growing block when names are listed, and a bound of k

Key = tuple[int, int, bool]  # names a coordinate: row block I, column block L, "own"; see Shape

Size = Any  # an integer, but the class Num where a growing block is counted

Entries = list[tuple[Size, Key]]  # coordinates, each with the number of times it occurs

Block = tuple[str, Size]  # type and size, but for a copy the number, from 0, of the block copied

Intervals = dict[str, list[tuple[Fraction, Fraction]]]  # for each type


class Shape:
    """The blocks of section 4.2, numbered from 0, with everything that is counted.

    A row of a diagonal block, or of a copy of it, owns the column with its number; two rows of
    different blocks that own one column are tied.  A row r of block I has, in a column of block L,
    the entry named (I, L, own); own is true if r owns the column.  So a diagonal block of size 1
    has no coordinate (I, I, False).

    The size of a growing block is not an integer but a Num, and counts as large.  A count that is a
    polynomial in whole k is then its value at a real k (theorem 3).  Python takes every Num for
    true, so none of these counts is left out.
    """

    def __init__(self, blocks: Sequence[Block], weights: Weights | None = None) -> None:
        sizes = [blocks[size][1] if kind == "copy" else size for kind, size in blocks]
        self.owner: dict[int, int] = {}  # of a row block, the block whose columns its rows own
        for b, (kind, size) in enumerate(blocks):
            if kind in ("diagonal", "copy"):
                self.owner[b] = size if kind == "copy" else b
        self.height = {b: size for b, size in enumerate(sizes) if blocks[b][0] != "columns"}
        self.width = {
            b: size for b, size in enumerate(sizes) if blocks[b][0] in ("diagonal", "columns")
        }
        self.n, self.k = sum(self.height.values()), sum(self.width.values())
        outer = weights or Weights([1] * len(self.height), [1] * len(self.width))
        self.outer = outer
        self.s, self.t = (
            dict(zip(self.height, outer.students)),
            dict(zip(self.width, outer.teachers)),
        )
        self.row: dict[int, Entries] = {}  # the entries of one row of I
        for i in self.height:
            self.row[i] = [
                entry
                for b, size in self.width.items()
                for own in [int(self.owner.get(i) == b)]
                for entry in [(own, (i, b, True)), (size - own, (i, b, False))]
                if entry[0]
            ]
        # N_a
        self.count = {key: m * self.height[i] for i, row in self.row.items() for m, key in row}

    def weight(self, i: int, j: int) -> int:
        """The factor of a pair of rows of the blocks I and J."""
        return self.s[i] * self.s[j]

    def teacher_weight(self, key: Key) -> int:
        """The same for a row and the teacher of a column, without the minus sign."""
        return self.s[key[0]] * self.t[key[1]]

    def couples(self) -> Size:
        """The ordered pairs of different teachers, each times its factor."""
        if -1 not in self.outer.teachers:
            return self.k * (self.k - 1)
        total = sum(self.t[b] * p for b, p in self.width.items())
        return total * total - self.k

    def tied(self, b: int) -> list[int]:
        """The row blocks whose rows own the columns of block b."""
        return [i for i, owned in self.owner.items() if owned == b]

    def others(self, i: int) -> list[tuple[int, bool, Size]]:
        """For a given row of I the other rows of each J: whether they are tied to it, how many."""
        found = []
        for j, h in self.height.items():
            one = int(i != j and i in self.owner and self.owner[i] == self.owner.get(j))
            found += [(j, True, one), (j, False, h - int(i == j) - one)]
        return [entry for entry in found if entry[2]]

    def columns(self, i: int, j: int, tied: bool) -> list[tuple[Size, Key, Key]]:
        """The columns as seen by two different rows, of I and of J: how many have which entries."""
        found = []
        for b, size in self.width.items():
            mine, yours = (int(self.owner.get(x) == b) for x in (i, j))
            both = mine * int(tied)
            found += [
                (both, (i, b, True), (j, b, True)),
                (mine - both, (i, b, True), (j, b, False)),
                (yours - both, (i, b, False), (j, b, True)),
                (size - (mine + yours - both), (i, b, False), (j, b, False)),
            ]
        return [entry for entry in found if entry[0]]

    def part(self, i: int, b: int) -> Entries:
        """The entries of a row of I in the columns of block b, that of its own column first."""
        return [(m, key) for m, key in self.row[i] if key[1] == b]

    def times(self, key: Key) -> Size:
        """How often a coordinate stands in a column: in how many rows of its block."""
        i, b, own = key
        return 1 if own else self.height[i] - int(self.owner.get(i) == b)

    def column(self, i: int, b: int) -> Entries:
        """The entries of a column of block b in the rows of I."""
        return [(self.times(key), key) for _, key in self.part(i, b)]

    def above(self, j: int, tied: bool, key: Key) -> Entries:
        """The entries in the column of `key` in the rows of J that are tied to the row of `key`, or
        in those that are not, this row itself left out.
        """
        i, b, own = key
        if tied:
            return [(1, (j, b, own))]
        owner = int(self.owner.get(j) == b and not own)  # one of these rows owns the column
        one = int(i == j or (i in self.owner and self.owner[i] == self.owner.get(j)))
        found = [(owner, (j, b, True)), (self.height[j] - one - owner, (j, b, False))]
        return [entry for entry in found if entry[0]]

    def types(self) -> dict[str, tuple[int, int]]:  # this and the next for whole sizes only
        """Copies and dimension of each type of R^(n x k) (the table of lemma 9)."""
        found = {"1": (len(self.count), 1)}
        large = {b: p for b, p in self.width.items() if p >= 2}
        for b, p in large.items():
            tied = len(self.tied(b))
            more = tied * (len(self.width) + int(p >= 3))
            found[f"s{b + 1}"] = (len(self.height) + more, p - 1)
            if tied and p >= 3:
                found[f"x{b + 1}"] = (tied, (p - 1) * (p - 2) // 2)
            if tied and p >= 4:
                found[f"y{b + 1}"] = (tied, p * (p - 3) // 2)
            for c, q in large.items():
                copies = tied + len(self.tied(c))
                if b < c and copies:
                    found[f"s{b + 1}*s{c + 1}"] = (copies, (p - 1) * (q - 1))
        return found

    def padding_types(self) -> dict[str, int]:
        """Copies of each type of R^n."""
        several = [b for b, p in self.width.items() if b in self.height and p >= 2]
        return {"1": len(self.height), **{f"s{b + 1}": len(self.tied(b)) for b in several}}

    def negative_beyond(self, padding: Intervals) -> int:
        """How many of these eigenvalues, which every dimension beyond k adds, are claimed below 0,
        multiplicities counted.
        """
        dimension = {f"s{b + 1}": p - 1 for b, p in self.width.items()}
        return sum(
            dimension.get(kind, 1) * sum(high < 0 for _, high in padding[kind])
            for kind in self.padding_types()
        )


def read_intervals(value: Any, name: str, copies: dict[str, int]) -> Intervals:
    """For each type as many intervals as it has copies."""
    fields(value, name, " ".join(copies))
    for kind, m in copies.items():
        need(
            type(value[kind]) is list and len(value[kind]) == m,
            f"{kind} of {name} is not an array of {m} intervals.",
        )
    return {
        kind: [increasing(pair, f"an interval of {name}") for pair in value[kind]]
        for kind in copies
    }


def read_blocks(value: Any, growing: bool) -> list[Block]:
    """The blocks; strings as sizes, if admitted, count as LARGE."""
    need(type(value) is list and 1 <= len(value) <= 8, "blocks is not an array of 1 to 8 blocks.")
    found: list[Block] = []
    for block in value:
        copied = type(block) is dict and block.get("type") == "copy"
        kind = fields(block, "A block", "type of" if copied else "type size")["type"]
        need(
            type(kind) is str and kind in ("diagonal", "columns", "row", "copy"),
            "The type of a block is unknown.",
        )
        if copied:
            size: Size = integer(block["of"], "of", 1, len(found)) - 1
            need(
                found[size][0] == "diagonal" and found[size][1] >= 2,
                "A copy is not of a diagonal block of size 2 or more.",
            )
        elif growing and type(block["size"]) is str:
            size = LARGE
        else:
            size = integer(block["size"], "size", 1, 1 if kind == "row" else 10**12)
        found.append((kind, size))
    return found


def blocks_told(blocks: Sequence[dict[str, Any]]) -> str:
    """The blocks of a certificate in a line."""
    return " + ".join(
        f"copy of {block['of']}" if "of" in block else f"{block['type']} {block['size']}"
        for block in blocks
    )


def read_problem(problem: Any, blocks: Any, optional: str = "") -> Shape:
    """The blocks of the problem of section 4.2."""
    fields(problem, "problem", "n k targets", optional)
    n, k = (integer(problem[name], name, 1, 8 * 10**12) for name in ("n", "k"))
    need(n >= k, "n is less than k.")
    need(
        type(problem["targets"]) is str and problem["targets"] == "orthonormal",
        "targets is not orthonormal.",
    )
    parts = read_blocks(blocks, False)
    plain = Shape(parts)
    weights = read_weights(problem, [*plain.height.values()], [*plain.width.values()])
    shape = Shape(parts, weights)
    need(shape.n == n and shape.k == k, "The blocks do not have n rows and k columns.")
    return shape


def read_centre(rows: Any, shape: Shape) -> dict[Key, Fraction]:
    """The coordinates of C."""
    centre = {}
    need(
        type(rows) is list and len(rows) == len(shape.height),
        "centre has not one array for each block with rows.",
    )
    for i, row in zip(shape.height, rows):
        need(
            type(row) is list and len(row) == len(shape.width),
            "An array of centre has not one entry for each block.",
        )
        for b, entry in zip(shape.width, row):
            keys = [key for _, key in shape.part(i, b)]
            if len(keys) == 2:  # in the own column and in the others
                need(
                    type(entry) is list and len(entry) == 2,
                    "An entry of centre for own columns is not two numbers.",
                )
            for key, number in zip(keys, entry if len(keys) == 2 else [entry]):
                centre[key] = real(number, "an entry of centre")
    return centre


def headroom(centre: dict[Key, Fraction], shape: Shape) -> int:
    """Bits beyond the working precision for large counts and for coordinates far from 1.  Compare
    `gaussian.spread`.
    """
    sizes = [
        abs(q.numerator.bit_length() - q.denominator.bit_length()) for q in centre.values() if q
    ]
    return 4 * (shape.n.bit_length() + shape.k.bit_length() + min(256, max(sizes, default=0)))


def require_effort(blocks: int, bits: int) -> None:
    """The bound on the work of section 3.1, for the number of coordinates and the bits."""
    need(
        blocks**2 * (bits + GUARD_BITS) <= MOST_BLOCKS,
        "There are too many blocks at this precision.",
    )
