"""Linear equations for two lengths whose entries are balls: no solutions, or where they are
(lemma 37).

What is trusted is `unsolvable`, `met` and `lengths_within`; `combination` may propose anything.
"""

from __future__ import annotations

from flint import arb, arb_mat, fmpq

from certify.kernel.foundation.balls import less
from certify.kernel.landscape.angles import hull
from certify.kernel.landscape.newton import dot
from certify.kernel.landscape.norms import Linear, Slopes

__all__ = [
    "combination",
    "combined",
    "lengths_within",
    "met",
    "unsolvable",
    "weights_of",
]

_ROUNDS = 4  # of enclosing the lengths


def met(one: Linear, other: Linear) -> Linear | None:
    """What both allow; None if that is nothing."""
    matrix = [
        [_meet(x, y) for x, y in zip(row, rows, strict=True)]
        for row, rows in zip(one.matrix, other.matrix, strict=True)
    ]
    right = [_meet(x, y) for x, y in zip(one.right, other.right, strict=True)]
    if any(entry is None for row in (*matrix, right) for entry in row):
        return None
    return Linear(matrix, right)


def _meet(one: arb, other: arb) -> arb | None:
    if not (one.is_finite() and other.is_finite()):
        return one if one.is_finite() else other
    if less(one, other) or less(other, one):
        return None
    return one.intersection(other)


def weights_of(linear: Linear) -> list[arb]:
    """Less for equations that are known less well."""
    found = []
    for row, right in zip(linear.matrix, linear.right, strict=True):
        widest = row[0].rad().max(row[1].rad()).max(right.rad())
        found.append((1 / (fmpq(1, 100) + widest)).mid())
    return found


def combination(linear: Linear, weights: list[arb]) -> list[arb]:
    """The weighted residuals of the least-squares solution with lengths that are not negative, in
    the middle: by them no lengths solve the equations, if none do.
    """
    rows = [[x.mid() for x in row] for row in linear.matrix]
    right, squares = [x.mid() for x in linear.right], [(w * w).mid() for w in weights]
    one, other = (
        [(row[j] * w).mid() for row, w in zip(rows, squares, strict=True)] for j in (0, 1)
    )
    a, b = dot(one, [row[0] for row in rows]), dot(one, [row[1] for row in rows])
    d = dot(other, [row[1] for row in rows])
    p, q = dot(one, right), dot(other, right)
    determinant = a * d - b * b
    lengths = (d * p - b * q) / determinant, (a * q - b * p) / determinant
    if not less(arb(0), lengths[0]):
        lengths = arb(0), (q / d).max(arb(0))
    elif not less(arb(0), lengths[1]):
        lengths = (p / a).max(arb(0)), arb(0)
    return [
        ((row[0] * lengths[0] + row[1] * lengths[1] - y) * w).mid()
        for row, y, w in zip(rows, right, squares, strict=True)
    ]


def combined(start: Linear, slopes: Slopes, moved: list[arb], y: list[arb]) -> tuple[arb, arb, arb]:
    """y . column for both columns and y . right, in mean value form."""
    columns = []
    for j in range(2):
        value = dot(y, [row[j] for row in start.matrix])
        by = [dot(y, [row[j][t] for row in slopes.matrix]) for t in range(3)]
        columns.append(value + dot(by, moved))
    by = [dot(y, [row[t] for row in slopes.right]) for t in range(3)]
    return columns[0], columns[1], dot(y, start.right) + dot(by, moved)


def unsolvable(combined: tuple[arb, arb, arb], most: tuple[arb, arb]) -> bool:
    """Whether p r + q rho = c has no solution with 0 <= r, rho <= most."""
    least = -combined[2]
    for factor, longest_ in zip(combined[:2], most, strict=True):
        if not less(arb(0), factor):
            least += factor.lower() * longest_
    return less(arb(0), least)


def lengths_within(linear: Linear, most: tuple[arb, arb]) -> list[arb] | None:
    """Enclosures of r and rho, by r = C b + (I - C A) r; None if there are none."""
    matrix = arb_mat(linear.matrix)
    turned = matrix.mid().transpose()
    try:
        inverse = ((turned * matrix.mid()).mid().inv() * turned).mid()
    except ZeroDivisionError:
        inverse = arb_mat(2, 5)
    rest = (arb_mat([[1, 0], [0, 1]]) - inverse * matrix).tolist()
    start = (inverse * arb_mat([[x] for x in linear.right])).entries()
    lengths = [hull(arb(0), top) for top in most]
    for _ in range(_ROUNDS):
        found = []
        for i in range(2):
            met = _meet(lengths[i], start[i] + dot(rest[i], lengths))
            if met is None:
                return None
            found.append(met)
        lengths = found
    return lengths
