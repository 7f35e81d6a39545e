"""Two neurons in the plane of two orthonormal teachers, for a range of activations: no local
minimum but the teachers.

The activation is w, 0 <= w <= 1; two unit vectors at the angle t overlap by k(t) = 4 (1 - w) P(t) +
2 pi (2 w - 1) cos t, P(t) = sin t + (pi - t) cos t, all times 2 pi; w = 1/2 is ReLU.  The neurons
have the directions x = s + d beyond the middle direction e of the teachers and y = s - d before it.
With q(x) the overlap of one with both teachers, sum and difference of the lengths are, at a
critical point, by the radial and by the tangential derivatives
    (k(0) + k) (r_1 + r_2) = q(x) + q(y),     k' (r_1 + r_2) = q'(x) + q'(y),
    (k(0) - k) (r_1 - r_2) = q(x) - q(y),   - k' (r_1 - r_2) = q'(x) - q'(y),   k = k(2 s).
Without the lengths, and divided by 4 (1 - w), these are A = 0 and B = 0, affine in w:
    A = 4 (1 - w) ((pi + P) Z' - P' Z) + 2 pi (2 w - 1) (2 c (c Z' + s Z) - 2 root 2 cos(d) g),
    B = 4 (1 - w) (- (pi - P) D' - P' D) + 2 pi (2 w - 1) (- 2 s (s D' - c D) + 2 root 2 sin(d) h),
Z and D the sum and the difference of ReLU's Q(x) and Q(y), c and s the cosine and sine of s,
g = s (2 s + sin 2 s), h = c (2 s - sin 2 s): the products of two cosines cancel.

All pairs of directions have 0 < s < pi/2 and, by the reflection that exchanges the teachers,
0 <= d <= pi; no critical point has s <= pi/8 (lemma 41).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import isqrt

from .arithmetic import Arithmetic, Num, exactly
from .circle import Circle, Span, hull
from .landscape_plane import Plane, Teachers
from .triangle import HALF, undecided

MOST_BLOCKS = 70_000
LONG = 2  # w is halved where it is so many times longer than the angles over pi
NEAR = 3 * HALF // 10  # farther away a known zero is not tried
KNOWN = ((HALF // 4, 0), (HALF // 2, HALF // 2))  # s and d of the teachers, of opposite neurons

Pair = tuple[Num, Num]  # one for each end of w


@dataclass(frozen=True)
class Block:
    """s, d and w, each from this end on, and the lengths."""

    s: int
    d: int
    w: Fraction
    sides: tuple[int, int, Fraction]

    def halves(self) -> list[Block]:
        """None where a side has none: angles are integers."""
        s, d, w = self.sides
        if w * HALF > LONG * max(s, d):
            return [Block(self.s, self.d, self.w + i * w / 2, (s, d, w / 2)) for i in (0, 1)]
        if max(s, d) % 2:
            return []
        if s >= d:
            return [Block(self.s + i, self.d, self.w, (s // 2, d, w)) for i in (0, s // 2)]
        return [Block(self.s, self.d + i, self.w, (s, d // 2, w)) for i in (0, d // 2)]


class Folded:
    """Q for -pi <= x <= 3 pi/2: it is even, of period 2 pi."""

    def __init__(self, of: Teachers) -> None:
        self.of = of

    def pieces(self, span: Span) -> Iterator[tuple[int, Span]]:
        """Parts of [0, pi] with the same values, and the sign that a derivative has there."""
        for turn in (-1, 0, 1):
            low, high = max(span[0] - turn * HALF, 0), min(span[1] - turn * HALF, HALF)
            if low <= high:
                yield (1, (low, high)) if turn == 0 else (-1, (HALF - high, HALF - low))

    def value(self, n: int) -> Num:
        _, (at, _) = next(self.pieces((n, n)))
        return self.of.value(at)

    def slope(self, n: int) -> Num:
        sign, (at, _) = next(self.pieces((n, n)))
        return sign * self.of.slope(at)

    def values(self, span: Span) -> Num:
        return reduce(hull, (self.of.values(part) for _, part in self.pieces(span)))

    def bends(self, span: Span) -> Num:
        return reduce(hull, (self.of.bends(part) for _, part in self.pieces(span)))

    def slopes(self, span: Span) -> Num:
        return reduce(hull, (sign * self.of.slopes(part) for sign, part in self.pieces(span)))


@dataclass(frozen=True)
class Sums:
    """At a pair of directions, or on a block: c, s, cos d, sin d; P, P', P'' at 2 s; 2 s; and the
    sums and the differences of Q, Q', Q'' at x and at y.
    """

    c: Num
    s: Num
    cd: Num
    sd: Num
    p: Num
    dp: Num
    ddp: Num
    angle: Num
    z: Num
    dz: Num
    ddz: Num
    m: Num
    dm: Num
    ddm: Num


class Tilted:
    """The tests for a block."""

    def __init__(self, ar: Arithmetic) -> None:
        self.ar, self.plane = ar, Plane(ar)
        self.circle: Circle = self.plane.circle
        self.of, self.root2 = Folded(self.plane.teachers), self.plane.teachers.root2

    def weights(self, w: Fraction) -> Pair:
        """4 (1 - w) and 2 pi (2 w - 1)."""
        return Num(self.ar, exactly(self.ar, 4 * (1 - w))), self.circle.pi * Num(
            self.ar, exactly(self.ar, 4 * w - 2)
        )

    def sums(self, s: Span, d: Span) -> Sums:
        """On a block, or in a point: s[0] = s[1] and d[0] = d[1]."""
        circle, of = self.circle, self.of
        x, y = (s[0] + d[0], s[1] + d[1]), (s[0] - d[1], s[1] - d[0])
        if x[0] == x[1]:
            qx, qy, dx, dy = of.value(x[0]), of.value(y[0]), of.slope(x[0]), of.slope(y[0])
        else:
            qx, qy, dx, dy = of.values(x), of.values(y), of.slopes(x), of.slopes(y)
        bx, by = of.bends(x), of.bends(y)
        p, dp, ddp = self.plane.overlaps((2 * s[0], 2 * s[1]))
        return Sums(
            c=circle.cosines(s),
            s=circle.sines(s),
            cd=circle.cosines(d),
            sd=circle.sines(d),
            p=p,
            dp=dp,
            ddp=ddp,
            angle=circle.angles((2 * s[0], 2 * s[1])),
            z=qx + qy,
            dz=dx + dy,
            ddz=bx + by,
            m=qx - qy,
            dm=dx - dy,
            ddm=bx - by,
        )

    def parts(self, t: Sums) -> tuple[Pair, Pair]:
        """A and B: ReLU's part, and the other."""
        pi, root8 = self.circle.pi, 2 * self.root2
        twice = 2 * (t.s * t.c)  # sin 2 s
        g, h = t.s * (t.angle + twice), t.c * (t.angle - twice)
        a = (
            (pi + t.p) * t.dz - t.dp * t.z,
            2 * (t.c * (t.c * t.dz + t.s * t.z)) - root8 * (t.cd * g),
        )
        b = (
            0 - (pi - t.p) * t.dm - t.dp * t.m,
            root8 * (t.sd * h) - 2 * (t.s * (t.s * t.dm - t.c * t.m)),
        )
        return a, b

    def slopes(self, t: Sums) -> tuple[tuple[Pair, Pair], tuple[Pair, Pair]]:
        """The derivatives of A and of B: by s, both parts, and by d."""
        pi, root8, c, s = self.circle.pi, 2 * self.root2, t.c, t.s
        twice = 2 * (s * c)
        more, less = t.angle + twice, t.angle - twice
        g, h = s * more, c * less
        dg, dh = c * more + 4 * (s * c.square()), 4 * (c * s.square()) - s * less
        u, v = c * t.dz + s * t.z, s * t.dm - c * t.m
        a_s = (
            t.dp * t.dz + (pi + t.p) * t.ddz - 2 * (t.ddp * t.z),
            2 * (c.square() * (t.ddz + t.z)) - 2 * (s * u) - root8 * (t.cd * dg),
        )
        a_d = (
            (pi + t.p) * t.ddm - t.dp * t.dm,
            2 * (c * (c * t.ddm + s * t.dm)) + root8 * (t.sd * g),
        )
        b_s = (
            t.dp * t.dm - (pi - t.p) * t.ddm - 2 * (t.ddp * t.m),
            root8 * (t.sd * dh) - 2 * (c * v) - 2 * (s.square() * (t.ddm + t.m)),
        )
        b_d = (
            0 - (pi - t.p) * t.ddz - t.dp * t.dz,
            root8 * (t.cd * h) - 2 * (s * (s * t.ddz - c * t.dz)),
        )
        return (a_s, a_d), (b_s, b_d)

    def settled(self, block: Block) -> bool:
        """No pair of directions of the block is that of a local minimum, or only the teachers'."""
        s, d = (block.s, block.s + block.sides[0]), (block.d, block.d + block.sides[1])
        ends = self.weights(block.w), self.weights(block.w + block.sides[2])
        here = self.sums(s, d)
        if _contrary(self.signs(here, ends)):
            return True
        middle = [(n, n) for n in ((s[0] + s[1]) // 2, (d[0] + d[1]) // 2)]
        centre = self.parts(self.sums(*middle))
        rows = [[_at_ends(part, ends) for part in row] for row in self.slopes(here)]
        values = [_at_ends(part, ends) for part in centre]
        reach = [self.reach(side) for side in block.sides[:2]]
        (a_s, a_d), (b_s, b_d) = ([_middle(x) for x in row] for row in rows)
        for u, v in ((1, 0), (0, 1), (b_d, -a_d), (-b_s, a_s)):
            at_ends = [
                u * values[0][j]
                + v * values[1][j]
                + (u * rows[0][0][j] + v * rows[1][0][j]) * reach[0]
                + (u * rows[0][1][j] + v * rows[1][1][j]) * reach[1]
                for j in (0, 1)
            ]
            if _apart(at_ends):
                return True
        return self.only_known(s, d, ends) or self.curved(here, ends)

    def signs(self, t: Sums, ends: tuple[Pair, Pair]) -> list[int]:
        """Those of k', q'(x) and q'(y), which are one sign at a critical point; 0: not told."""
        found = []
        root2, c, s = self.root2, t.c, t.s
        for relu, other in (
            (t.dp, 0 - 2 * (s * c)),
            # twice q'(x), and twice q'(y): root 2 sin(s + d) and root 2 sin(s - d)
            (t.dz + t.dm, 0 - 2 * (root2 * (s * t.cd + c * t.sd))),
            (t.dz - t.dm, 0 - 2 * (root2 * (s * t.cd - c * t.sd))),
        ):
            value = _at_ends((relu, other), ends)
            found.append(_sign(value[0]) if _sign(value[0]) == _sign(value[1]) else 0)
        return found

    def reach(self, side: int) -> Num:
        """How far from the centre of a side the block goes."""
        far = self.circle.angle(side - side // 2).ends[1]
        return Num(self.ar, (-far, far))

    def only_known(self, s: Span, d: Span, ends: tuple[Pair, Pair]) -> bool:
        """For each w, A and B together take no value twice on the hull of the block and a known
        zero: the Jacobian, times a matrix, has dominant diagonal entries of one sign.
        """
        for at_s, at_d in KNOWN:
            wide = [(min(n, x[0]), max(n, x[1])) for n, x in ((at_s, s), (at_d, d))]
            if any(x[1] - x[0] > NEAR for x in wide):
                continue
            slopes = self.slopes(self.sums(*wide))
            rows = [[hull(*_at_ends(part, ends)) for part in row] for row in slopes]
            (a_s, a_d), (b_s, b_d) = ([_middle((x, x)) for x in row] for row in rows)
            turned = [
                [u * rows[0][t] + v * rows[1][t] for t in (0, 1)]
                for u, v in ((b_d, -a_d), (-b_s, a_s))
            ]
            if all(
                row[i].size().ends[0] > row[1 - i].size().ends[1] for i, row in enumerate(turned)
            ):
                return True
        return False

    def curved(self, t: Sums, ends: tuple[Pair, Pair]) -> bool:
        """No lengths that a critical point of the block can have are positive, or the loss has a
        direction of negative curvature there.
        """
        found = self.curvature(t, (hull(ends[0][0], ends[1][0]), hull(ends[0][1], ends[1][1])))
        if found is None:
            return False
        (total, apart), (by_s, mixed, by_d) = found
        if (total + apart).ends[1] < 0 or (total - apart).ends[1] < 0:
            return True
        u, v = _lowest(by_s, mixed, by_d)
        return (u * u * by_s + 2 * u * v * mixed + v * v * by_d).ends[1] < 0

    def curvature(self, t: Sums, weights: Pair) -> tuple[Pair, tuple[Num, Num, Num]] | None:
        """The sum l and the difference n of the lengths at a critical point, and the second
        derivatives of the loss with both eliminated, twice; None where they may not be determined.

        The loss is (e l^2 + f n^2)/4 less (z l + m n)/2, e = k(0) + k and f = k(0) - k, z and m for
        this activation.  Where its derivatives are 0, e l = z, f n = m, k' l = z_s and k' n = - m_s
        (derivatives by s), and the second derivatives are
            by s, s:  2 k'' (l^2 - n^2) - l z_ss - n m_ss - z_s^2/e - m_s^2/f,
            by s, d:  - l z_sd - n m_sd + z_s z_d/e + m_s m_d/f,
            by d, d:  - l z_dd - n m_dd - z_d^2/e - m_d^2/f.
        """
        (a, b), pi, root8, c, s = weights, self.circle.pi, 2 * self.root2, t.c, t.s
        e, f = a * (pi + t.p) + 2 * (b * c.square()), a * (pi - t.p) + 2 * (b * s.square())
        if e.ends[0] <= 0 or f.ends[0] <= 0:
            return None
        ccd, ssd = root8 * (c * t.cd), root8 * (s * t.sd)
        z, m = a * t.z + b * ccd, a * t.m - b * ssd
        # z_s = m_d and m_s = z_d; z_ss = z_dd = m_sd and m_ss = m_dd = z_sd
        z_s, m_s = a * t.dz - b * (root8 * (s * t.cd)), a * t.dm - b * (root8 * (c * t.sd))
        z_ss, m_ss = a * t.ddz - b * ccd, a * t.ddm + b * ssd
        total, apart = z / e, m / f
        bend = a * t.ddp - b * (c.square() - s.square())
        stretch = total * z_ss + apart * m_ss
        by_s = 2 * (bend * (total.square() - apart.square())) - stretch
        by_s = by_s - z_s.square() / e - m_s.square() / f
        mixed = z_s * m_s / e + m_s * z_s / f - total * m_ss - apart * z_ss
        by_d = 0 - stretch - m_s.square() / e - z_s.square() / f
        return (total, apart), (by_s, mixed, by_d)


def _at_ends(part: Pair, ends: tuple[Pair, Pair]) -> Pair:
    """The value with the weights of each end of w: with those of any w between it is between."""
    low, high = (weight[0] * part[0] + weight[1] * part[1] for weight in ends)
    return low, high


def _sign(x: Num) -> int:
    return (x.ends[0] > 0) - (x.ends[1] < 0)


def _apart(values: list[Num]) -> bool:
    """From 0, both to one side."""
    return _sign(values[0]) * _sign(values[1]) == 1


def _contrary(signs: list[int]) -> bool:
    return 1 in signs and -1 in signs


def _middle(pair: Pair) -> int:
    """About the mean, in units of which 1 is many."""
    return sum(sum(x.ends) for x in pair) >> (pair[0].ar.bits - 20)


def _lowest(a: Num, b: Num, c: Num) -> tuple[int, int]:
    """About an eigenvector of the least eigenvalue of the matrix (a, b; b, c)."""
    p, q, r = (_middle((x, x)) for x in (a, b, c))
    root = isqrt((p - r) ** 2 + 4 * q * q)
    # (2 q, r - p - root) and (p - r - root, 2 q) are parallel to it: the longer one
    u, v = (2 * q, r - p - root) if p > r else (p - r - root, 2 * q)
    size = max(abs(u), abs(v), 1)
    return (u << 10) // size, (v << 10) // size


def open_in_plane(ar: Arithmetic, low: Fraction, high: Fraction, depth: int) -> Block | None:
    """A part of the plane, and of w between these ends, where local minima are not excluded; None
    if there is none.
    """
    tilted, side = Tilted(ar), HALF // 8
    starts = [
        Block(i * side, j * side, low, (side, side, high - low))
        for i in (1, 2, 3)
        for j in range(8)
    ]
    for start in starts:
        found = undecided(start, tilted.settled, Block.halves, depth, MOST_BLOCKS)
        if found is not None:
            return found
    return None
