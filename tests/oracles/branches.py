"""The Gaussian loss of sigma(t) = p max(0, t) + q max(0, -t) at matrices of blocks whose sizes are
any real numbers, in mpmath, and its eigenvalues on each kind of direction.

Nothing here knows of G_c, multipliers, pencils or w. A matrix has for each block a number on the
diagonal and for each pair of blocks one off it; E sigma(u.x) sigma(v.x) is summed over all pairs of
rows, counted by the sizes. Derivatives are differences. Representations are told apart by what a
transposition of two neighbours does: the first block is cut into single neurons and a rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mpmath import acos, lu_solve, matrix, mp, mpf, pi, sqrt

Number = Any  # mpf
Entry = tuple[int, int, bool]  # block of the row, block of the column, on the diagonal
EXTRA = -1  # the block of a column in a further dimension
Point = dict[Entry, Number]


def parts_of(c: Number) -> tuple[Number, Number]:
    """(p, q) with p + q = 1 and ((p - q)/(p + q))^2 = c."""
    return (1 + sqrt(c)) / 2, (1 - sqrt(c)) / 2


def mean(square: Number, other: Number, product: Number, parts: tuple[Number, Number]) -> Number:
    """E sigma(u.x) sigma(v.x) from |u|^2, |v|^2 and u.v: x in the four quadrants of u.x and v.x."""
    p, q = parts
    if square == 0 or other == 0:
        return mpf(0)
    length = sqrt(square * other)
    cosine = product / length
    angle = acos(min(mpf(1), max(mpf(-1), cosine)))
    sine = length * sqrt(max(mpf(0), 1 - cosine**2))
    same = (sine + (pi - angle) * product) / (2 * pi)  # E [u.x]_+ [v.x]_+
    apart = (sine - angle * product) / (2 * pi)  # E [u.x]_+ [-v.x]_+
    return (p**2 + q**2) * same + 2 * p * q * apart


@dataclass(frozen=True)
class Blocks:
    """Square blocks of these sizes, and the activation."""

    sizes: tuple[Number, ...]
    parts: tuple[Number, Number]

    @property
    def entries(self) -> list[Entry]:
        """Of a matrix with these blocks; a single neuron has nothing off its diagonal."""
        many = range(len(self.sizes))
        return [
            (i, j, diagonal)
            for i in many
            for j in many
            for diagonal in ((True, False) if i == j and self.sizes[i] != 1 else (i == j,))
        ]

    def count(self, entry: Entry) -> Number:
        """How often it occurs: the squared norm of the matrix that is 1 there."""
        i, j, diagonal = entry
        m = self.sizes[i]
        if j == EXTRA or diagonal:
            return m
        return m * (m - 1) if i == j else m * self.sizes[j]

    def loss(self, point: Point) -> Number:
        """1/2 E( sum_i sigma(w_i.x) - sum_j sigma(v_j.x) )^2."""
        total, sizes, p, q = mpf(0), self.sizes, *self.parts
        orthogonal, square = (p + q) ** 2 / (2 * pi), (p**2 + q**2) / 2  # of two teachers, of one
        many = range(len(sizes))
        at: Callable[[int, int, bool], Number] = lambda i, j, d: point.get((i, j, d), mpf(0))  # noqa: E731
        squares = [self._product(at, i, i, same=True) for i in many]

        def beside(i: int, entry: Number) -> Number:
            return mean(squares[i], 1, entry, self.parts)

        def rows(i: int, j: int) -> Number:
            product = self._product(at, i, j, same=False)
            return mean(squares[i], squares[j], product, self.parts) + orthogonal

        for i in many:
            m = sizes[i]
            total += m * ((squares[i] + 1) * square - 2 * beside(i, at(i, i, True)))
            if m != 1:
                total += m * (m - 1) * (rows(i, i) - 2 * beside(i, at(i, i, False)))
            for j in range(i):
                both = beside(i, at(i, j, False)) + beside(j, at(j, i, False))
                total += 2 * m * sizes[j] * (rows(i, j) - both)
        return total / 2

    def _product(self, at: Any, i: int, j: int, *, same: bool) -> Number:
        """Of a row of block i and one of block j, the same or another one."""
        found = at(i, EXTRA, False) * at(j, EXTRA, False)
        for column, m in enumerate(self.sizes):
            x, y = at(i, column, False), at(j, column, False)
            left = m - (column == i) - (column == j and not same)
            found += left * x * y
            if column == i:
                found += at(i, i, True) * (at(i, i, True) if same else y)
            if column == j and not same:
                found += x * at(j, j, True)
        return found

    def slope(self, point: Point, direction: Point, step: Number) -> Number:
        """The derivative of the loss in a direction."""
        up, down = (self.loss(_moved(point, direction, x)) for x in (step, -step))
        return (up - down) / (2 * step)

    def curvatures(self, point: Point, directions: list[Point], step: Number) -> Any:
        """The second derivatives in pairs of directions, each of squared norm 1."""
        found, here = matrix(len(directions)), self.loss(point)
        unit = [_scaled(d, 1 / sqrt(self.norm(d))) for d in directions]

        def along(direction: Point) -> Number:
            values = (self.loss(_moved(point, direction, x)) for x in (step, -step))
            return (sum(values) - 2 * here) / step**2

        for a, one in enumerate(unit):
            found[a, a] = along(one)
            for b, two in enumerate(unit[:a]):
                both = along(_moved(one, two, mpf(1)))
                found[a, b] = found[b, a] = (both - found[a, a] - found[b, b]) / 2
        return found

    def norm(self, direction: Point) -> Number:
        return sum(x**2 * self.count(entry) for entry, x in direction.items())

    def critical(self, start: Point, step: Number, rounds: int = 8) -> Point:
        """Newton's method in all entries."""
        names, point = self.entries, dict(start)
        lines = [{name: mpf(1)} for name in names]
        weights = [sqrt(self.count(name)) for name in names]
        for _ in range(rounds):
            slopes = [
                self.slope(point, line, step) / w for line, w in zip(lines, weights, strict=True)
            ]
            if max(map(abs, slopes)) < step**2:
                break
            moves = lu_solve(self.curvatures(point, lines, step), matrix(slopes))
            for name, move, w in zip(names, moves, weights, strict=True):
                point[name] -= move / w
        return point


def _moved(point: Point, direction: Point, step: Number) -> Point:
    found = dict(point)
    for entry, x in direction.items():
        found[entry] = found.get(entry, mpf(0)) + step * x
    return found


def _scaled(direction: Point, factor: Number) -> Point:
    return {entry: x * factor for entry, x in direction.items()}


def finer(blocks: Blocks, point: Point, singles: int) -> tuple[Blocks, Point]:
    """The first block cut into so many single neurons and the rest: the same matrix."""
    first, *others = blocks.sizes
    rest = [first - singles] if first != singles else []
    sizes = (*[mpf(1)] * singles, *rest, *others)
    of = [0] * (singles + len(rest)) + list(range(1, len(others) + 1))
    found = Blocks(sizes, blocks.parts)
    values = {}
    for i, j, diagonal in found.entries:
        values[i, j, diagonal] = point.get((of[i], of[j], diagonal), mpf(0))
    return found, values


def directions(blocks: Blocks, singles: int, further: bool) -> list[Point]:
    """Matrices that change their sign when neurons 1 and 2 change places, and with four singles
    when 3 and 4 do; in a further dimension, or in the given ones.
    """
    entries = [(i, EXTRA, False) for i in range(len(blocks.sizes))] if further else blocks.entries
    found, seen = [], set()
    for entry in entries:
        line: dict[Entry, Number] = {}
        for flips in ([False], [True]) if singles < 4 else ([0, 0], [0, 1], [1, 0], [1, 1]):
            image = entry
            for pair, flip in enumerate(flips):
                if flip:
                    image = _exchanged(image, 2 * pair)
            line[image] = line.get(image, 0) + (-1) ** sum(flips)
        line = {e: mpf(x) for e, x in line.items() if x}
        if line and not seen & set(line):
            seen |= set(line)
            found.append(line)
    return found


def _exchanged(entry: Entry, first: int) -> Entry:
    swap = {first: first + 1, first + 1: first}
    i, j, diagonal = entry
    return swap.get(i, i), swap.get(j, j), diagonal


def negative(form: Any, bound: Number = 0) -> int:
    """How many eigenvalues of a symmetric matrix are below the bound: signs of pivots."""
    rows = form.copy() - bound * mp.eye(form.rows)
    count = 0
    for a in range(rows.rows):
        count += bool(rows[a, a] < 0)
        for b in range(a + 1, rows.rows):
            factor = rows[b, a] / rows[a, a]
            for c in range(a, rows.rows):
                rows[b, c] -= factor * rows[a, c]
    return count


def forms(blocks: Blocks, point: Point, step: Number) -> dict[str, Any]:
    """The Hessian on each kind of direction, in given and in a further dimension: fixed by the
    group ("fixed"), or odd under one transposition ("s1, x1") or under two ("x1, y1").
    """
    fixed = [{name: mpf(1)} for name in blocks.entries]
    padding: list[Point] = [{(i, EXTRA, False): mpf(1)} for i in range(len(blocks.sizes))]
    found = {
        "fixed": blocks.curvatures(point, fixed, step),
        "fixed+": blocks.curvatures(point, padding, step),
    }
    for singles, name in ((2, "s1, x1"), (4, "x1, y1")):
        if blocks.sizes[0] >= singles:
            cut, same = finer(blocks, point, singles)
            for sign, further in (("", False), ("+", True)):
                lines = directions(cut, singles, further)
                if lines:
                    found[name + sign] = cut.curvatures(same, lines, step)
    return found


# What the kinds 4.18 to 4.21 claim, at single k and c


TYPE_II: tuple[Entry, ...] = (
    (0, 0, True),
    (0, 0, False),
    (0, 1, False),
    (1, 0, False),
    (1, 1, True),
)
PLANE = ((1, 4), (0, 4), (0, 2), (0, 2), (-1, 2))  # of each: its value at t = 0, its power of t


def polynomial(coefficients: list[str], at: Number) -> Number:
    return sum((mpf(x) * at**n for n, x in enumerate(coefficients)), mpf(0))


def boxed(boxes: list[dict], w: Number) -> tuple[dict, Number]:
    """The box or rectangle that holds w, or the nearest, and w less its origin."""
    for box in boxes:
        if w <= mpf(box["to"]):
            break
    low, high = mpf(box["from"]), mpf(box["to"])
    return box, w - (low if low == 0 else (low + high) / 2)


def on_plane(plane: list[dict], k: Number, c: Number) -> tuple[Point, list[Number]]:
    """The branch of a certificate of 4.19 at k and c, and how far each coordinate may be off."""
    t, w = 1 / sqrt(k), k * c / (2 + k * c)
    strip, s = boxed(plane, t)
    box, y = boxed(strip["rectangles"], w)
    point, reach = {}, []
    for entry, (base, power), rows, radius in zip(
        TYPE_II, PLANE, box["branch"], box["radii"], strict=False
    ):
        value = sum((polynomial(row, s) * y**n for n, row in enumerate(rows)), mpf(0))
        point[entry] = base + w * t**power * value
        reach.append(w * t**power * mpf(radius))
    return point, reach


def on_curve(cover: list[dict], k: Number, c: Number) -> Point:
    """The branch of a certificate of 4.21 at the w of k and c."""
    box, y = boxed(cover, k * c / (2 + k * c))
    return {e: polynomial(line, y) for e, line in zip(TYPE_II, box["branch"], strict=False)}


def crossing(k: Number, c: Number, start: Point, step: Number) -> tuple[int, int]:
    """Type II at k and c: how many eigenvalues are negative on the directions that are odd under
    one transposition, and on all others.
    """
    blocks = Blocks((k - 1, mpf(1)), parts_of(c))
    found = forms(blocks, blocks.critical(start, step), step)
    here = negative(found.pop("s1, x1"))
    return here, sum(map(negative, found.values()))
