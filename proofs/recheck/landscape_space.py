"""Two neurons outside the plane of two orthonormal teachers: no critical point but one saddle.

The rows outside the plane are c_1 z and c_2 z with a unit vector z, c_1 > 0 > c_2 and, up to
exchanging the neurons, -c_2 >= c_1; with g = pi - angle of the neurons and b_v and a_v = pi less
the angles of the first and the second neuron with teacher v,
    b_v = lambda a_v,  lambda = - c_2/c_1,  and the upper left entry of M is lambda g/2 pi
(M W = N V is the gradient equation; c M = 0 and c N = 0).  The rest is that, for the unit vectors
u_1, u_2 of the neurons, r_1 u_1 + (r_2/lambda) u_2 = (a_1, a_2, 0)/g.

So det(u_1, u_2, (b_1, b_2, 0)) = 0.  It is b_1 b_2 times
    s_1 (h(a_1) - h(a_2))/lambda + s_2 (h(b_1) - h(b_2)),   h(t) = - cos(t)/t,
s_i > 0 the size of the third coordinate of u_i.  Let b_1 > b_2.  Both differences are positive,
because h(s) > h(t) for 0 < t < s <= pi with cos^2 s + cos^2 t < 1:
    t sin t + cos t, the numerator of h', grows and then falls and is positive at 3 pi/4, so h grows
    up to there.  If s > 3 pi/4 then t < 3 pi/4 and, unless h(t) <= 0 < h(s), t < 3 pi/2 - s.  With
    s = pi - x this gives h(t) < sin x/(pi/2 + x), and that is below cos x/(pi - x) = h(s): tan x
    <= 4 x/pi < (pi/2 + x)/(pi - x) for 0 <= x < pi/4, the first by convexity, the second because
    4 x^2/pi - 3 x + pi/2 has the zeros pi/4 and pi/2.
Hence b_1 = b_2 and a_1 = a_2: both neurons are in the plane of e = (e_1 + e_2)/root 2 and z, at
angles y and x from e to its two sides, and the angle between them is x + y < pi, because the
vector equation says r_1 sin(x + y) = root 2 a sin(x)/g.  a <= b is y <= x.  Now
    b = arccos(-cos(y)/root 2),  sin b = (1 - cos(y)^2/2)^(1/2),  for a the same with x,
    r_1 = root 2 a sin(x)/(g sin g),   r_2/lambda = root 2 a sin(y)/(g sin g),
and what is left are the diagonal entries of M, both times factors that are not 0:
    E = sin x (pi a - g b) + b sin y sin g - root 2 g sin g sin b = 0
and the same with (x, a) and (y, b) exchanged, E'.  The sum E + E' is even and the difference
E' - E odd in d = (x - y)/2; the saddle has d = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from .arithmetic import Arithmetic, Num
from .circle import Circle, Span, hull
from .triangle import ALL, HALF, Cell, Stretch, differs, spread, undecided


@dataclass(frozen=True)
class Neuron:
    """At the angles of a span from e: sine and cosine; a = arccos(-cosine/root 2), its sine and
    sin(angle) a, and the derivatives of these three.
    """

    s: Num
    c: Num
    a: Num
    sa: Num
    x: Num
    da: Num
    dsa: Num
    dx: Num


class Space:
    """The tests for a cell of x and y, and for a stretch of x = y."""

    def __init__(self, ar: Arithmetic, half: int = HALF) -> None:
        self.circle = Circle(ar, half)
        self.root2 = Num(ar, ar.root(2, 1))
        self.at = cache(lambda n: self.neuron((n, n)))

    def neuron(self, span: Span) -> Neuron:
        circle, root2 = self.circle, self.root2
        s, c = circle.sines(span), circle.cosines(span)
        sa = (1 - c.square() * self._half()).root()
        ends = [(circle.cosine(n) / root2) for n in span]
        low, high = (p.outer_angle((1 - p.square()).root()) for p in ends[::-1])
        a = hull(low, high)  # it decreases
        da, dsa = 0 - s / (root2 * sa), s * c / (2 * sa)
        return Neuron(s, c, a, sa, s * a, da, dsa, da * s + a * c)

    def _half(self) -> Num:
        ar = self.circle.ar
        return Num(ar, (ar.one[0] >> 1,) * 2)

    def gap(self, sums: Span) -> tuple[Num, Num, Num]:
        """g = pi - (x + y), its sine and the cosine of x + y."""
        circle = self.circle
        left = circle.angles((circle.half - sums[1], circle.half - sums[0]))
        return left, circle.sines(sums), circle.cosines(sums)

    def even(self, p: Neuron, q: Neuron, gap: tuple[Num, Num, Num]) -> Num:
        """E + E' with p at x and q at y."""
        g, sg, _ = gap
        cross = q.a * p.s + p.a * q.s
        return (
            (self.circle.pi + sg) * (p.x + q.x)
            - g * cross
            - self.root2 * (g * (sg * (p.sa + q.sa)))
        )

    def odd(self, p: Neuron, q: Neuron, gap: tuple[Num, Num, Num]) -> Num:
        """E' - E."""
        g, sg, _ = gap
        cross = q.a * p.s - p.a * q.s
        return (
            g * cross
            - (self.circle.pi - sg) * (p.x - q.x)
            - self.root2 * (g * (sg * (p.sa - q.sa)))
        )

    def slopes(self, p: Neuron, q: Neuron, gap: tuple[Num, Num, Num], sign: int) -> tuple[Num, Num]:
        """The derivatives of E' + E (sign 1) or E' - E (sign -1) by x and y; those of g and sin g
        are -1 and cos(x + y).
        """
        g, sg, c = gap
        root2, outer = self.root2, sg + sign * self.circle.pi
        # both are  outer (p.x + sign q.x) - sign g (q.a p.s + sign p.a q.s)
        #           - root 2 g sin g (p.sa + sign q.sa)
        cross = q.a * p.s + sign * (p.a * q.s)
        common = (
            c * (p.x + sign * q.x) + sign * cross - root2 * ((g * c - sg) * (p.sa + sign * q.sa))
        )
        by_x = common + outer * p.dx - sign * (g * (q.a * p.c + sign * (p.da * q.s)))
        by_y = common + sign * (outer * q.dx) - sign * (g * (q.da * p.s + sign * (p.a * q.c)))
        weight = root2 * (g * sg)
        return by_x - weight * p.dsa, by_y - sign * (weight * q.dsa)

    def nearly_parallel(self, cell: Cell, p: Neuron, q: Neuron, both: Neuron) -> bool:
        """E + E' < 0, because (E + E')/s is, s = (x + y)/2: as pi - g = 2 s,
            E + E' = 2 s (b sin x + a sin y) + pi (a - b)(sin x - sin y)
                     + sin g (a sin x + b sin y - root 2 g (sin a + sin b)),
        sin g = sin(2 s), and the two differences are x - y = 2 d times a derivative between y and
        x; d/s is in [0, 1].
        """
        circle, sums, ar = self.circle, cell.sums, self.circle.ar
        g, _, _ = self.gap(sums)
        part = 2 * hull(circle.sine(sums[1]) / circle.angle(sums[1]), Num(ar, ar.one))
        d = circle.angles((cell.d, cell.d + cell.side)) * Num(ar, (0, ar.one[1]))
        found = (
            2 * (q.a * p.s + p.a * q.s)
            + 4 * (circle.pi * (both.da * both.c * d))
            + part * (p.x + q.x - self.root2 * (g * (p.sa + q.sa)))
        )
        return found.ends[1] < 0

    def nearly_opposite(self, cell: Cell, p: Neuron, q: Neuron) -> bool:
        """E > 0, because E/sin x is: for x >= pi/2, 0 <= sin g <= sin x."""
        if cell.larger[0] < self.circle.right:
            return False
        (g, _, _), ar = self.gap(cell.sums), self.circle.ar
        part = Num(ar, (0, ar.one[1]))
        found = self.circle.pi * p.a - g * q.a + part * (q.x - self.root2 * (g * q.sa))
        return found.ends[0] > 0

    def settled(self, cell: Cell) -> bool:
        """No pair of the cell with 0 < y < x and x + y < pi is that of a critical point."""
        p, q = self.neuron(cell.larger), self.neuron(cell.smaller)
        both = self.neuron((cell.smaller[0], cell.larger[1]))
        if self.nearly_parallel(cell, p, q, both) or self.nearly_opposite(cell, p, q):
            return True
        gap, reach = self.gap(cell.sums), cell.reach(self.circle)
        x, y = cell.centre
        centre, middle = (self.at(x), self.at(y)), self.gap((x + y, x + y))
        for sign, function in ((1, self.even), (-1, self.odd)):
            slopes = self.slopes(p, q, gap, sign)
            if differs(spread(function(*centre, middle), *slopes, reach)):
                return True
        return self.apart(cell, p, both)

    def apart(self, cell: Cell, p: Neuron, both: Neuron) -> bool:
        """E' - E != 0 for x > y, because (E' - E)/(x - y) is not: differences are x - y times a
        derivative between y and x.
        """
        g, sg, _ = self.gap(cell.sums)
        found = (
            g * (p.a * both.c - both.da * p.s)
            - (self.circle.pi - sg) * both.dx
            - self.root2 * (g * (sg * both.dsa))
        )
        return differs(found)

    def diagonal(self, n: int) -> Num:
        """E/sin x for x = y = n: a (pi - g + sin g) - 2 root 2 g cos(x) sin a, as sin g = 2 sin x
        cos x.
        """
        p, (g, sg, _) = self.at(n), self.gap((2 * n, 2 * n))
        return p.a * (self.circle.pi - g + sg) - 2 * (self.root2 * (g * (p.c * p.sa)))

    def growth(self, span: Span) -> Num:
        """The derivative of `diagonal`."""
        p, (g, sg, _) = self.neuron(span), self.gap((2 * span[0], 2 * span[1]))
        inner = 2 * (p.c * p.sa) + g * (p.s * p.sa) - g * (p.c * p.dsa)
        outer = p.da * (self.circle.pi - g + sg) + 4 * (p.a * p.c.square())
        return outer + 2 * (self.root2 * inner)

    def rising(self, stretch: Stretch) -> bool:
        """Where E = 0 on x = y > 0, E/sin x grows.  (So there is one zero at most.)"""
        growth = self.growth(stretch.span)
        here = self.diagonal(stretch.centre) + growth * stretch.reach(self.circle)
        return growth.ends[0] > 0 or differs(here)


def open_in_space(ar: Arithmetic, depth: int) -> Cell | Stretch | None:
    """A part of the space outside the plane where critical points beside the saddle are not
    excluded; None if there is none.
    """
    space = Space(ar)
    middle = undecided(Stretch(0, HALF // 2), space.rising, Stretch.halves, 2 * depth)
    return middle or undecided(ALL, space.settled, Cell.quarters, depth)
