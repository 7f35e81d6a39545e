"""The Gaussian loss and its gradient to any number of digits, in mpmath: written without the
kernel's closed forms.
"""

from __future__ import annotations

from typing import Any

__all__ = ["precise_gradient", "precise_loss"]

Rows = list[list[Any]]  # of numbers of one mpmath context, which they carry


def _pair(u: list[Any], v: list[Any], uu: Any) -> tuple[Any, Any, Any]:
    """p, S and A of two rows (lemma 1); S from the component of v across u, free of
    cancellation.
    """
    mp = uu.context
    p = mp.fdot(u, v)
    ratio = p / uu
    across = mp.fsum((y - ratio * x) ** 2 for x, y in zip(u, v, strict=True))
    sine = mp.sqrt(across * uu)
    return p, sine, mp.atan2(sine, -p)


def _squares(rows: Rows) -> list[Any]:
    return [row[0].context.fdot(row, row) for row in rows]


def precise_loss(students: Rows, teachers: Rows) -> Any:
    """F(W) as an mpf at the precision of the entries' context."""
    rows, n, mp = students + teachers, len(students), students[0][0].context
    squares = _squares(rows)
    total = mp.mpf(0)
    for i, u in enumerate(rows):
        total += squares[i] * mp.pi / 2
        for j in range(i):
            p, sine, angle = _pair(u, rows[j], squares[i])
            total += (1 if (i < n) == (j < n) else -1) * (sine + angle * p)
    return total / (2 * mp.pi)


def precise_gradient(students: Rows, teachers: Rows) -> Rows:
    """grad F(W), n x d, at the precision of the entries' context."""
    rows, n, mp = students + teachers, len(students), students[0][0].context
    squares = _squares(rows)
    gradient = []
    angles: dict[tuple[int, int], tuple[Any, Any]] = {}
    for i in range(n):
        kappa = mp.mpf(0)
        columns = [mp.mpf(0)] * len(rows)
        for j in range(len(rows)):
            if j != i:
                if (j, i) not in angles:
                    angles[i, j] = _pair(rows[i], rows[j], squares[i])[1:]
                sine, angle = angles[i, j] if (i, j) in angles else angles[j, i]
                sign = 1 if j < n else -1
                kappa += sign * sine
                columns[j] = sign * angle
        columns[i] = mp.pi + kappa / squares[i]
        gradient.append(
            [mp.fdot(columns, [row[a] for row in rows]) / (2 * mp.pi) for a in range(len(rows[0]))]
        )
    return gradient
