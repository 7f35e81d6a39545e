"""Two neurons in the plane of two orthonormal teachers: no critical point but those known.

The directions of the neurons are r_1 at the angle x beyond the middle direction e, and r_2 at y
before it.  With K the overlap of two unit vectors at the angle x + y, and Q(x) that of one at the
angle x from e with both teachers, all times 2 pi, the gradient is 0 if and only if
    pi r_1 + K r_2 = Q(x),   pi r_2 + K r_1 = Q(y),   K' r_2 = Q'(x),   K' r_1 = Q'(y).
They are not parallel or opposite: K' < 0.  From the signs of Q' (below) 0 < x, y < pi and
x + y < pi; the reflection of the plane that exchanges the teachers makes x >= y.

Sums and differences of the first two and of the last two rows determine r_1 + r_2 and r_1 - r_2
twice each.  So, with no length left,
    A = (pi + K)(Q'(x) + Q'(y)) - K' (Q(x) + Q(y)) = 0,
    B = (pi - K)(Q'(y) - Q'(x)) - K' (Q(x) - Q(y)) = 0.
A is even and B odd in d = (x - y)/2: the global minimum has d = 0, and is the only zero of A there.
"""

from __future__ import annotations

from functools import cache

from .arithmetic import Arithmetic, Num
from .circle import Circle, Span, hull
from .triangle import ALL, HALF, Cell, Stretch, differs, spread, undecided


class Teachers:
    """Q for 0 <= x <= pi.  q + q'' = 2 |sin| for the overlap with one teacher, so Q'' = 2 root 2
    max(|sin x|, |cos x|) - Q.
    """

    def __init__(self, circle: Circle) -> None:
        self.circle, self.root2 = circle, Num(circle.ar, circle.ar.root(2, 1))
        self.value = cache(self._value)
        self.slope = cache(self._slope)

    def _value(self, n: int) -> Num:
        """With s and c the sine and cosine of x, of y = pi - x in the last case, Q/root 2 is
        (1 + 3 pi/4) c + x s    up to pi/4,    (1 + pi/4) s + (pi - x) c    up to 3 pi/4,
        (1 - pi/4) c + y s.
        """
        circle, quarter = self.circle, self.circle.angle(HALF // 4)
        s, c = circle.sine(n), circle.cosine(n)
        if n <= HALF // 4:
            found = (1 + 3 * quarter) * c + circle.angle(n) * s
        elif n <= 3 * HALF // 4:
            found = (1 + quarter) * s + circle.angle(HALF - n) * c
        else:
            found = (quarter - 1) * c + circle.angle(HALF - n) * s
        return self.root2 * found

    def _slope(self, n: int) -> Num:
        """Q'/root 2 is x c - 3 pi/4 s, then pi/4 c - (pi - x) s, then - y c - pi/4 s.

        It is 0 at 0 and pi and negative between: because tan x >= x; because pi/4 c <= pi/4 s
        < (pi - x) s up to pi/2, and c <= 0 beyond; because c and s of y are positive.
        """
        circle, quarter = self.circle, self.circle.angle(HALF // 4)
        s, c = circle.sine(n), circle.cosine(n)
        if n <= HALF // 4:
            found = circle.angle(n) * c - 3 * quarter * s
        elif n <= 3 * HALF // 4:
            found = quarter * c - circle.angle(HALF - n) * s
        else:
            found = circle.angle(HALF - n) * c - quarter * s
        return self.root2 * found

    def values(self, span: Span) -> Num:
        """Q decreases."""
        return hull(self.value(span[0]), self.value(span[1]))

    def arcs(self, span: Span) -> Num:
        """Q + Q''."""
        s, c = self.circle.sines(span).size(), self.circle.cosines(span).size()
        larger = Num(s.ar, (max(s.ends[0], c.ends[0]), max(s.ends[1], c.ends[1])))
        return 2 * (self.root2 * larger)

    def bends(self, span: Span) -> Num:
        """Q''."""
        return self.arcs(span) - self.values(span)

    def slopes(self, span: Span) -> Num:
        """Q', from its value at one end: it differs by Q'' times the distance at most."""
        far = self.circle.angle(span[1] - span[0]).ends[1]
        return self.slope(span[0]) + self.bends(span) * Num(self.circle.ar, (0, far))


class Plane:
    """The tests for a cell of x and y, and for a stretch of x = y."""

    def __init__(self, ar: Arithmetic) -> None:
        self.circle = Circle(ar, HALF)
        self.teachers = Teachers(self.circle)

    def overlap(self, n: int) -> Num:
        """K = sin + (pi - angle) cos."""
        circle = self.circle
        return circle.sine(n) + circle.angle(HALF - n) * circle.cosine(n)

    def overlaps(self, span: Span) -> tuple[Num, Num, Num]:
        """K, which decreases, K' = -(pi - angle) sin and K'' = 2 sin - K."""
        circle = self.circle
        value, s = hull(self.overlap(span[0]), self.overlap(span[1])), circle.sines(span)
        return value, 0 - circle.angles((HALF - span[1], HALF - span[0])) * s, 2 * s - value

    def even(self, x: int, y: int) -> Num:
        """A."""
        (k, slope, _), of = self.overlaps((x + y, x + y)), self.teachers
        return (self.circle.pi + k) * (of.slope(x) + of.slope(y)) - slope * (
            of.value(x) + of.value(y)
        )

    def odd(self, x: int, y: int) -> Num:
        """B."""
        (k, slope, _), of = self.overlaps((x + y, x + y)), self.teachers
        return (self.circle.pi - k) * (of.slope(y) - of.slope(x)) - slope * (
            of.value(x) - of.value(y)
        )

    def nearly_parallel(self, x: Span, y: Span, sums: Span) -> bool:
        """A > 0, because A/(x + y) is: Q'(x) = x Q'' and Q'(y) = y Q'' somewhere between 0 and x,
        and -K' = (pi - angle) sin.
        """
        circle, of = self.circle, self.teachers
        k, _, _ = self.overlaps(sums)
        part = hull(circle.sine(sums[1]) / circle.angle(sums[1]), Num(circle.ar, circle.ar.one))
        left = circle.angles((HALF - sums[1], HALF - sums[0]))
        found = (circle.pi + k) * of.bends((0, x[1])) + left * part * (of.values(x) + of.values(y))
        return found.ends[0] > 0

    def nearly_opposite(self, cell: Cell) -> bool:
        """-K' r_2 < -Q'(x): with t = pi - x - y > 0, the left is t sin(t) r_2, and r_2 <= Q(y)/pi
        because K >= 0; the right is pi - x >= t times some Q'' between x and pi, as Q'(pi) = 0.
        """
        circle, of = self.circle, self.teachers
        bend = of.bends((cell.larger[0], HALF))
        rest = circle.pi * bend - of.values(cell.smaller) * circle.sines(cell.sums)
        return bend.ends[0] > 0 and rest.ends[0] > 0

    def settled(self, cell: Cell) -> bool:
        """No pair of the cell with 0 < y < x and x + y < pi is that of a critical point."""
        x, y, sums = cell.larger, cell.smaller, cell.sums
        of, pi, reach = self.teachers, self.circle.pi, cell.reach(self.circle)
        if self.nearly_parallel(x, y, sums) or self.nearly_opposite(cell):
            return True
        k, slope, bend = self.overlaps(sums)
        qx, qy, dx, dy, ddx, ddy = (
            f(span) for f in (of.values, of.slopes, of.bends) for span in (x, y)
        )
        total, apart = bend * (qx + qy), bend * (qx - qy)
        a = spread(
            self.even(*cell.centre),
            (pi + k) * ddx + slope * dy - total,
            (pi + k) * ddy + slope * dx - total,
            reach,
        )
        if differs(a):
            return True
        b = spread(
            self.odd(*cell.centre),
            0 - (pi - k) * ddx - slope * dy - apart,
            (pi - k) * ddy + slope * dx - apart,
            reach,
        )
        return differs(b) or self.apart(x, y, sums)

    def apart(self, x: Span, y: Span, sums: Span) -> bool:
        """B != 0 for x > y, because -B/(x - y) is not: Q'(x) - Q'(y) and Q(x) - Q(y) are x - y
        times some Q'' and some Q' between y and x.
        """
        k, slope, _ = self.overlaps(sums)
        of, between = self.teachers, (y[0], x[1])
        return differs((self.circle.pi - k) * of.bends(between) + slope * of.slopes(between))

    def growth(self, span: Span) -> Num:
        """Half the derivative of A on x = y."""
        (k, slope, bend), of = self.overlaps((2 * span[0], 2 * span[1])), self.teachers
        return (
            (self.circle.pi + k) * of.bends(span)
            + slope * of.slopes(span)
            - 2 * (bend * of.values(span))
        )

    def falling(self, stretch: Stretch) -> bool:
        """Where A = 0 on x = y, A decreases.  (So there is one zero at most.)"""
        span, n, growth = stretch.span, stretch.centre, self.growth(stretch.span)
        if growth.ends[1] < 0 or self.nearly_parallel(span, span, stretch.sums):
            return True
        return differs(self.even(n, n) + 2 * (growth * stretch.reach(self.circle)))


def open_in_plane(ar: Arithmetic, depth: int) -> Cell | Stretch | None:
    """A part of the plane where other critical points are not excluded; None if there is none."""
    plane = Plane(ar)
    middle = undecided(Stretch(0, HALF // 2), plane.falling, Stretch.halves, 2 * depth)
    return middle or undecided(ALL, plane.settled, Cell.quarters, depth)
