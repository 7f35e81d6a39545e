"""The Gaussian loss in R^(n x d), dense and written anew: closed forms in long double, the Hessian
by differences of the gradient.

Nothing here knows of blocks, representations or balls: a block-symmetric point is written out as a
matrix first. The activation is positive [t]_+ + negative [-t]_+; products of two of them are taken
apart into those of ReLU, [u.x]_+ [v.x]_+ and [u.x]_+ [-v.x]_+, which is not how the kernel does it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

Matrix = Any  # an array of long doubles
_STEP = np.longdouble("1e-6")
RELU = (1, 0)  # an activation: its value at 1 and at -1
_PI = np.arctan2(np.longdouble(0), np.longdouble(-1))
_PARALLEL = np.longdouble("1e-17")  # squared sine below which two rows count as parallel


def _pairs(rows: Matrix, others: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """For each row u and each of the others v:

    p = u.v,  S = |u||v| sin(angle),  A = pi - angle.
    """
    p = rows @ others.T
    squares = np.outer((rows * rows).sum(1), (others * others).sum(1))
    s2 = squares - p * p
    s = np.sqrt(np.where(s2 < _PARALLEL * squares, 0, s2))
    return p, s, np.arctan2(s, -p)


def _mean(sines: Matrix, angles: Matrix, activation: tuple[Any, Any]) -> tuple[Matrix, Matrix]:
    """E sigma(u.x) sigma(v.x) = (S s + A p)/(2 pi): the s and A that are to be taken for those of
    ReLU, where both factors are positive with weight 1.

    Both positive or both negative: weight positive^2 or negative^2. One of each: [u.x]_+ [-v.x]_+
    has the same S, the angle pi - A and the product -p, and weight positive negative, twice.
    """
    positive, negative = map(np.longdouble, activation)
    equal, unequal = positive**2 + negative**2, 2 * positive * negative
    return (equal + unequal) * sines, equal * angles - unequal * (_PI - angles)


def _signs(students: Matrix, teachers: Matrix, weights: Any) -> Any:
    """What the rows are multiplied by in the error: the output weights of students and those of
    teachers, less; all of them 1 without `weights`.
    """
    of_students, of_teachers = weights or ([1] * len(students), [1] * len(teachers))
    return np.array([*of_students, *(-t for t in of_teachers)])


def loss(
    students: Matrix,
    teachers: Matrix,
    activation: tuple[Any, Any] = RELU,
    weights: Any = None,
) -> float:
    """1/2 E( sum_i s_i sigma(w_i.x) - sum_j t_j sigma(v_j.x) )^2, weights: s and t."""
    rows = np.concatenate([students, teachers])
    signs = _signs(students, teachers, weights)
    p, s, a = _pairs(rows, rows)
    s, a = _mean(s, a, activation)
    return float(signs @ (s + a * p) @ signs / (4 * _PI))


def gradient(
    students: Matrix,
    teachers: Matrix,
    activation: tuple[Any, Any] = RELU,
    weights: Any = None,
) -> Matrix:
    """By the rows of the students, n x d: E( error * s_i sigma'(w_i.x) x )."""
    rows = np.concatenate([students, teachers])
    signs = _signs(students, teachers, weights)
    _, s, a = _pairs(students, rows)
    s, a = _mean(s, a, activation)
    radial = (s @ signs) / (students * students).sum(1)
    found = (radial[:, None] * students + (a * signs) @ rows) / (2 * _PI)
    return signs[: len(students), None] * found


def hessian(
    students: Matrix,
    teachers: Matrix,
    activation: tuple[Any, Any] = RELU,
    weights: Any = None,
) -> Any:
    """(n d) x (n d), float64, to about 1e-9."""
    n, d = students.shape
    columns = []
    for place in range(n * d):
        step = np.zeros(n * d, dtype=np.longdouble)
        step[place] = _STEP
        move = step.reshape(n, d)
        up, down = (gradient(students + m, teachers, activation, weights) for m in (move, -move))
        columns.append((up - down).ravel() / (2 * _STEP))
    found = np.array(columns).astype(float)
    return (found + found.T) / 2


def newton(
    students: Matrix,
    teachers: Matrix,
    steps: int = 12,
    activation: tuple[Any, Any] = RELU,
    weights: Any = None,
) -> Matrix:
    """A critical point near by."""
    for _ in range(steps):
        slope = gradient(students, teachers, activation, weights)
        if abs(slope).max() < 1e-17:
            break
        # a least-squares step, so that an eigenvalue 0 does no harm
        matrix = hessian(students, teachers, activation, weights)
        step, *_ = np.linalg.lstsq(matrix, slope.ravel().astype(float), rcond=1e-12)
        students = students - step.reshape(students.shape)
    return students


def padded(rows: Matrix, d: int) -> Matrix:
    """With zero columns up to d."""
    return np.concatenate(
        [rows, np.zeros((len(rows), d - rows.shape[1]), dtype=rows.dtype)], axis=1
    )


def spectra(
    students: Matrix,
    teachers: Matrix,
    dimensions: list[int],
    activation: tuple[Any, Any] = RELU,
    weights: Any = None,
) -> dict[int, Any]:
    """Eigenvalues of the Hessian at the students, padded, in R^(n x d) for each d; all from one in
    the largest, of which they are a part.
    """
    n, largest = len(students), max(dimensions)
    whole = hessian(padded(students, largest), padded(teachers, largest), activation, weights)
    whole = whole.reshape(n, largest, n, largest)
    return {d: np.linalg.eigvalsh(whole[:, :d, :, :d].reshape(n * d, n * d)) for d in dimensions}


def exact(rows: list[list[str]]) -> Matrix:
    """Decimal strings as long doubles."""
    return np.array([[np.longdouble(entry) for entry in row] for row in rows])


def heights_and_widths(blocks: list[dict[str, Any]]) -> tuple[list[int], list[int]]:
    """How many rows and columns each block has; all sizes whole."""
    sizes = [blocks[block.get("of", at) - 1]["size"] for at, block in enumerate(blocks, 1)]
    kinds = [block["type"] for block in blocks]
    return (
        [0 if kind == "columns" else m for kind, m in zip(kinds, sizes, strict=True)],
        [0 if kind in ("row", "copy") else m for kind, m in zip(kinds, sizes, strict=True)],
    )


def written_out(blocks: list[dict[str, Any]], centre: list[Any]) -> Matrix:
    """The n x k matrix with these coordinates: blocks and centre as in FORMAT 4.2, all
    sizes whole.
    """
    owner = [block.get("of", at) - 1 for at, block in enumerate(blocks, 1)]
    heights, widths = heights_and_widths(blocks)
    matrix = np.zeros((sum(heights), sum(widths)), dtype=np.longdouble)
    entries = iter(centre)
    for i, height in enumerate(heights):
        if not height:
            continue
        row = iter(next(entries))
        for j, width in enumerate(widths):
            if not width:
                continue
            entry = next(row)
            part = matrix[
                sum(heights[:i]) : sum(heights[: i + 1]), sum(widths[:j]) : sum(widths[: j + 1])
            ]
            on, off = entry if isinstance(entry, list) else (entry, entry)
            part[:] = np.longdouble(off)
            if owner[i] == j:
                np.fill_diagonal(part, np.longdouble(on))
    return matrix


def stabiliser(matrix: Matrix) -> int:
    """How many pairs of permutations of rows and columns fix the matrix; columns by trial, so for
    few of them.
    """
    from itertools import permutations
    from math import factorial, prod

    def key(rows: Matrix) -> list[tuple[float, ...]]:
        return sorted(tuple(round(float(entry), 9) for entry in row) for row in rows)

    here = key(matrix)
    equal = prod(factorial(here.count(row)) for row in set(here))
    return equal * sum(
        key(matrix[:, list(order)]) == here for order in permutations(range(matrix.shape[1]))
    )


def fixed_slope(k: int, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The gradient of F for n = k at W(a, b), a on the diagonal and b off it: its entries on and
    off the diagonal. Of F' by a row w it has w/2, the other rows u and minus the teachers u, each
    with (|u| sin(w, u) w/|w| + (pi - angle(w, u)) u) / (2 pi).
    """
    norm = np.sqrt(a**2 + (k - 1) * b**2)
    rows, first, others = (
        np.arccos(np.clip(cosine, -1, 1))
        for cosine in ((2 * a * b + (k - 2) * b**2) / norm**2, a / norm, b / norm)
    )
    along = (k - 1) * norm * np.sin(rows) - np.sin(first) - (k - 1) * np.sin(others)
    along = 0.5 + along / (2 * np.pi * norm)
    on = (np.pi - rows) * (k - 1) * b - (np.pi - first)
    off = (np.pi - rows) * (a + (k - 2) * b) - (np.pi - others)
    return np.array([along * a + on / (2 * np.pi), along * b + off / (2 * np.pi)])


def activation_of(problem: dict) -> tuple[Any, Any]:
    """The activation: its values at 1 and at -1."""
    known = problem.get("activation", {"positive": "1", "negative": "0"})
    values = (Fraction(known[name]) for name in ("positive", "negative"))
    return tuple(np.longdouble(x.numerator) / x.denominator for x in values)  # type: ignore[return-value]


def weights_of(problem: dict) -> Any:
    """The output weights of students and of teachers, row by row."""
    signs = problem.get("signs")
    return signs and (signs["students"], signs["teachers"])


def row_by_row(statement: dict) -> dict:
    """The problem of a symmetric statement, with a sign for each row and each column."""
    problem, found = statement["problem"], {}
    if "signs" not in problem:
        return problem
    for name, numbers in zip(
        ("students", "teachers"), heights_and_widths(statement["blocks"]), strict=True
    ):
        signs = zip(problem["signs"][name], filter(None, numbers), strict=True)
        found[name] = [sign for sign, size in signs for _ in range(size)]
    return {**problem, "signs": found}


def teachers_of(problem: dict, d: int) -> Any:
    if problem["targets"] == "orthonormal":
        return padded(np.eye(problem["k"], dtype=np.longdouble), d)
    return exact(problem["targets"])
