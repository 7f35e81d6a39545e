"""gaussian-birth-curve: the ten inequalities of FORMAT 4.21 (theorem 21).

How the proof goes.  The boxes of the cover are intervals of w up to 1.  On each, Krawczyk's test
shows one solution, in the point, the multipliers and k, of the critical equations of G_c and of
one more that says that an eigenvalue of s1 is 0.  The solutions join; k and c grow with w.  All
other pencils stay positive, and the eigenvalue falls as c grows.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .arithmetic import GUARD_BITS, Arithmetic, Interval, Num
from .blocks import Shape
from .bounds import MOST_CURVE
from .covers import Box, Chart, prove_below, prove_joints, read_boxes
from .duals import Dual, value_and_slope
from .krawczyk import Preconditioner
from .matrices import last_pivot
from .reader import fields, increasing, integer, real
from .tilted import TiltedNetwork
from .verdict import NOTHING, Verdict, need, reject, require

UNKNOWNS = 8


@dataclass(frozen=True)
class Curve:
    """The claim of section 4.21 in exact numbers."""

    values: list[tuple[Fraction, tuple[Fraction, Fraction]]]  # k and the range of c
    limit: tuple[Fraction, Fraction]
    cover: list[Box]
    bits: int
    summary: str


def read(tree: dict[str, Any]) -> Curve:
    """The certificate of section 4.21."""
    statement = fields(tree["statement"], "statement", "problem family claims")
    problem = fields(statement["problem"], "problem", "targets")
    claims = fields(statement["claims"], "claims", "values limit")
    witness = fields(tree["witness"], "witness", "bits cover")
    targets, family, rows = problem["targets"], statement["family"], claims["values"]
    need(type(targets) is str and targets == "orthonormal", "targets is not orthonormal.")
    need(type(family) is str and family == "II", "family is not II.")
    need(type(rows) is list and 1 <= len(rows) <= 100, "values is not an array of 1 to 100.")
    values = []
    for row in rows:
        one = fields(row, "A value", "k c")
        k, c = real(one["k"], "k of a value"), increasing(one["c"], "c of a value")
        need(c[0] > 0, "c of a value does not begin above 0.")
        values.append((k, c))
    limit = increasing(claims["limit"], "limit")
    order = [*(k for k, _ in values), limit[0]]
    need(all(a < b for a, b in zip(order, order[1:])), "The k are not in increasing order.")
    need(order[0] > 3 and limit[1] < 1000, "Not all k are between 3 and 1000.")
    cover = read_boxes(witness["cover"], UNKNOWNS)
    need(cover[0].start > 0, "The cover begins at 0.")
    bits = integer(witness["bits"], "bits", 128, 1024)
    work = sum(100 + 5 * box.order + box.parts for box in cover)
    need(work * (bits + 500) <= MOST_CURVE, "The cover is too large at this precision.")
    told = "; ".join(f"c*({row['k']}) in [{row['c'][0]}, {row['c'][1]}]" for row in rows)
    return Curve(
        values=values,
        limit=limit,
        cover=cover,
        bits=bits,
        summary=f"targets orthonormal, type II: for each real k from {rows[0]['k']} up to a limit"
        f" in [{claims['limit'][0]}, {claims['limit'][1]}] an eigenvalue of s1 crosses 0 downwards"
        " at c = c*(k), where all others are positive; c* is strictly increasing, analytic, and"
        f" infinite at the limit; {told}",
    )


class CurveChart(Chart):
    """The inequalities of section 4.21 on one box; the parameter is w."""

    def __init__(self, claim: Curve, box: Box) -> None:
        """2, but for k > 3."""
        super().__init__(Arithmetic(claim.bits + GUARD_BITS), box)
        self.branch = [self._polynomial(terms) for terms in box.branch]
        self.tube = [self._polynomial(terms, box.radius) for terms in box.branch]
        self.network = self._network(self.tube)

    def _network(self, z: list[Any]) -> TiltedNetwork:
        """The closed forms of G_0."""
        shape = Shape([("diagonal", z[-1] - 1), ("diagonal", 1)])
        entry = dict(zip(shape.count, z))
        try:
            return TiltedNetwork(self.ar, shape, entry, self.number(Fraction(-1, 4)))
        except Verdict as verdict:
            raise Verdict(verdict.verdict, "regular", verdict.reason) from None

    def pivots(self, network: TiltedNetwork, r: Any, w: Any) -> list[Any]:
        """d_0, d_4, d_3, d_2, d_1 of (21.1).

        B is the Hessian of G_0 on s1 in the coefficients of its test matrices, N_a B_ab the pencil,
        N_a the squares over |eps|^2 = 2, so that all pivots but the first are half those of (21.1).
        The matrices add up to the multiples sigma of eps: 1 for the row, 0 for the column, 1 for
        the diagonal, 1 - k and k - 3 for the others.
        """
        images, squares = network.components()["s1"]
        k = network.shape.width[0] + 1
        sigma = [1, 0, 1, 1 - k, k - 3]
        form = [[square * x for x in row] for square, row in zip(squares, images)]
        top = form[0]
        first = 2 * (r * top[0]) + w
        side = [x - s * top[0] for x, s in zip(top, sigma)]
        rest = {
            (a, b): form[a][b]
            - sigma[a] * top[b]
            - sigma[b] * side[a]
            - 2 * (r * (side[a] * side[b])) / first
            for a in range(1, 5)
            for b in range(1, a + 1)
        }
        found = [first]
        for a in (4, 3, 2, 1):
            pivot = rest[a, a]
            found.append(pivot)
            for i in range(1, a):
                for j in range(1, i + 1):
                    rest[i, j] = rest[i, j] - rest[a, i] * rest[a, j] / pivot
        return found

    def equations(self, z: list[Any], w: Any) -> list[Any]:
        """The left sides of (18.1), and d_1."""
        network, r = self._network(z), z[-1] * (1 - w)
        found = [g + z[5 + key[1]] for g, key in zip(network.gradient(), network.shape.count)]
        found += [w * network.lean(b) - 2 * (r * z[5 + b]) for b in (0, 1)]
        return [*found, self.pivots(network, r, w)[-1]]

    def _derivatives(self) -> list[list[Any]]:
        """The columns of the Jacobian by z on the tube, and the derivatives by w."""
        found = []
        for number in range(UNKNOWNS + 1):
            *z, w = [Dual(x, int(i == number)) for i, x in enumerate([*self.tube, self.t])]
            found.append([value_and_slope(f)[1] for f in self.equations(z, w)])
        return found

    def verify(self) -> None:
        """3 to 6."""
        *columns, by_w = self._derivatives()
        self.jacobian = [list(row) for row in zip(*columns)]
        self.prove_one(self.jacobian, self.equations(self.branch, self.t))  # 3, 4
        k, w = self.tube[-1], self.t
        edge = min(self.box.start / (1 - self.box.start), Fraction(100))
        found = self.pivots(self.network, k * (1 - w), w)[:-1]
        three, highest = Num(self.ar, self._enclose(Fraction(3), Fraction(3))), Fraction(0)

        def beyond(x: Interval) -> None:
            nonlocal highest
            here = self.value(k, x, "regular")
            require("regular", three.side(), here.side(), ", k")
            highest = max(highest, here.side()[1])

        self.each_part(beyond)
        # 5: with a c not above any of the box
        tilt = (2 * edge / highest - 1) / 4
        lowest = self.network.tilted(Num(self.ar, self._enclose(tilt, tilt)))
        pencils = {
            **lowest.components(),
            **{f"{name} of the padding": x for name, x in lowest.padding().items()},
        }
        del pencils["s1"]

        def definite(x: Interval) -> None:
            for kind, (matrix, _) in pencils.items():
                rows = [[self.value(e, x, "other-eigenvalues") for e in row] for row in matrix]
                pivot, _ = last_pivot(rows, kind)
                note = f", last pivot of representation {kind}"
                require("other-eigenvalues", NOTHING, pivot.side(), note)
            for pivot in found:
                here = self.value(pivot, x, "other-eigenvalues")
                require("other-eigenvalues", NOTHING, here.side(), ", a pivot of s1")

        def grows(x: Interval) -> None:
            rows = [[self.value(e, x, "increasing") for e in row] for row in self.jacobian]
            right = [0 - self.value(e, x, "increasing") for e in by_w]
            speed = Preconditioner(self.ar, rows).solve(rows, right)[-1]
            require("increasing", NOTHING, speed.side(), ", k'")
            at, here = (self.value(e, x, "increasing") for e in (w, k))
            rest = here - at * (1 - at) * speed
            require("increasing", NOTHING, rest.side(), ", k - w (1 - w) k'")

        self.each_part(definite, grows)  # 5, 6

    def prove_crossing(self) -> None:
        """8: D_k, what is left of the last entry of the Jacobian after Krawczyk-like elimination of
        the others.
        """

        def rises(x: Interval) -> None:
            rows = [[self.value(e, x, "crossing") for e in row] for row in self.jacobian]
            block, column = [row[:-1] for row in rows[:-1]], [row[-1] for row in rows[:-1]]
            newton = Preconditioner(self.ar, block)
            require("crossing", (Fraction(0), newton.theta), (Fraction(1),) * 2, ", theta")
            solved = newton.solve(block, column)
            last = rows[-1][-1] - sum(a * b for a, b in zip(rows[-1], solved))
            require("crossing", NOTHING, last.side(), ", D_k")

        self.each_part(rises)

    def k_at(self, w: Fraction) -> tuple[Fraction, Fraction]:
        """Two bounds of k(w)."""
        k = self.box.at(w)[-1]
        return k - self.reach, k + self.reach


def prove_joined(before: CurveChart, here: CurveChart, number: int) -> None:
    """7: the zero in the thinner tube lies in the other one."""
    w = here.box.start
    apart = max(abs(x - y) for x, y in zip(before.box.at(w), here.box.at(w)))
    thin, wide = sorted((before, here), key=lambda chart: chart.box.radius)
    note = f", distance at the beginning of box {number}, and the radius"
    require("joined", (thin.reach + apart,) * 2, (wide.box.radius,) * 2, note)


def verify(claim: Curve) -> None:
    """The ten inequalities in their order; the first that fails raises a Verdict."""
    # 1
    prove_joints(claim.cover)
    if claim.cover[-1].end != 1:
        reject("cover", (claim.cover[-1].end,) * 2, (Fraction(1),) * 2, ", the end of the cover")
    charts: list[CurveChart] = []
    for number, box in enumerate(claim.cover, 1):  # 2 to 7
        chart = CurveChart(claim, box)
        chart.verify()
        if charts:
            prove_joined(charts[-1], chart, number)
        charts.append(chart)
    charts[-1].prove_crossing()  # 8
    for k, (low, high) in claim.values:  # 9
        for c, side in ((low, 0), (high, 1)):
            w = k * c / (2 + k * c)
            prove_below("cover", claim.cover[0].start, w, "the w of an end of a range of c")
            here = [chart for chart in charts if chart.box.start <= w <= chart.box.end]
            thin = min(here, key=lambda chart: chart.box.radius)
            found = thin.k_at(w)
            pair = (k, found[0]) if side else (found[1], k)
            require("value", (pair[0],) * 2, (pair[1],) * 2, ", k at an end of a range of c")
    low, high = charts[-1].k_at(Fraction(1))  # 10
    require("limit", (claim.limit[0],) * 2, (low,) * 2, ", k at w = 1")
    require("limit", (high,) * 2, (claim.limit[1],) * 2, ", k at w = 1")
