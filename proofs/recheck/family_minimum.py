"""gaussian-family-minimum: the sixteen inequalities of FORMAT 4.4 (theorem 4).

How the proof goes.  In t = k^(-1/2), or k^(-1/4), the boxes of the cover reach from 0 to every k
claimed.  On each one the branch of critical points is enclosed by Krawczyk's test, all pencils are
positive definite there, and the loss, its limit and its slope are enclosed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .arithmetic import Interval, Num
from .blocks import Size
from .covers import Box, prove_joints, prove_reach
from .expansions import Expansion
from .families import FAMILIES, Family, read_cover, read_family
from .isotypic import RowPart
from .matrices import last_pivot
from .reader import fields, increasing, integer, real
from .tubes import Tube
from .verdict import NOTHING, need, require


@dataclass(frozen=True)
class FamilyMinimum:
    """The claim of section 4.4 in exact numbers."""

    family: Family
    k_from: int
    loss: tuple[Fraction, Fraction]  # of Phi
    lambda_min: tuple[Fraction, Fraction]  # over t^soft
    rate: Fraction
    limit: tuple[Fraction, Fraction] | None  # L, where no formula is known
    cover: list[Box]
    bits: int
    summary: str


def read(tree: dict[str, Any]) -> FamilyMinimum:
    """The certificate of section 4.4."""
    opened = read_family(tree)
    name, claims = opened.name, opened.claims
    family = FAMILIES[name]
    bound, value = ("loss_times_k", "k loss") if family.order else ("loss", "loss")
    least = "lambda_min_scaled" if family.soft else "lambda_min"
    fields(claims, "claims", f"k_from {bound} {least} rate" + " limit" * family.enclosed)
    rate = real(claims["rate"], "rate")
    need(rate > 0, "rate is not positive.")
    limit = "1/2 - 2/pi^2" if family.order else "1/2 - 1/pi"
    enclosed = increasing(claims["limit"], "limit") if family.enclosed else None
    if enclosed:
        limit = f"a limit L in [{claims['limit'][0]}, {claims['limit'][1]}]"
    students = f"k+{family.further}" if family.further else "k"
    return FamilyMinimum(
        family=family,
        k_from=integer(claims["k_from"], "k_from", max(5, 4 + family.fixed), 10**9),
        loss=increasing(claims[bound], bound),
        lambda_min=increasing(claims[least], least),
        rate=rate,
        limit=enclosed,
        cover=read_cover(opened, 0),
        bits=opened.bits,
        summary=f"targets orthonormal, family {name}: for each integer k>={claims['k_from']},"
        f" n={students}, a spurious strict local minimum for every D>=k; {claims[bound][0]} <"
        f" {value} < {claims[bound][1]}, and {value} differs from {limit} by less than"
        f" {claims['rate']} k^(-1/2); the loss strictly"
        f" {'decreases' if family.order else 'increases'} with k; least"
        f" eigenvalue of the Hessian there{f', times k^({family.soft}/4),' * bool(family.soft)}"
        f" in [{claims[least][0]}, {claims[least][1]}]",
    )


Pencil = tuple[str, list[list[Expansion]]]  # a type and a matrix


class FamilyTest(Tube):
    """The inequalities of section 4.4 on one box."""

    def __init__(self, claim: FamilyMinimum, box: Box) -> None:
        """5, 6: all closed forms are formed here.  On the tube Phi differs from `phi` by at most
        delta |slopes|.
        """
        super().__init__(claim.family, box, claim.bits)
        p, t, self.claim = claim.family.order, self.powers, claim
        self.low, self.high = (self.number(x) * t[claim.family.soft] for x in claim.lambda_min)
        self.pencils = self._pencils()
        self.phi, self.by_x = self.branch.loss().from_order(p, "F") * t[-p], self.slopes()
        loss, slope = self.loss_and_slope()
        # positive if F is monotone as claimed
        self.slope = (slope if p else -slope) * t[-self.steady]
        r = claim.family.rate
        over = p * loss * t[-1] if p else 0
        pi = Num(self.ar, self.ar.pi)
        limit = self.tube.half - (2 / pi.square() if p else 1 / pi)  # L
        if claim.limit:
            limit = Num(self.ar, self._enclose(*claim.limit))
        # 14: dPhi/d(t^r), or (Phi - L)/t^r on the branch
        self.rate = (
            (self.phi - limit) * t[-r]
            if box.start
            else (slope - over).from_order(p + r - 1, "t^p dPhi/dt")
            * (t[1 - p - r] * Num(self.ar, self.ar.ratio(1, r)))
        )

    def _pencil(
        self,
        kind: str,
        images: Sequence[Sequence[Any]],
        squares: Sequence[Size],
        powers: Sequence[int],
        basis: Sequence[Sequence[Any]] = (),
    ) -> Pencil:
        """T - l N in the basis, the row i times t^(p/2) rounded up, the column i rounded down, p
        its power: with half powers in both it were P^T (T - l N) P, and the pivots are the same.
        H takes the j-th matrix of the basis to sum_i images[j][i] T_i; the basis holds coefficients
        of the test matrices T_i too, |T_i|^2 is squares[i].  T is symmetric: of the two expressions
        for an entry the one is taken that begins with the higher power of t.
        """
        order, t = range(len(squares)), self.powers
        basis = basis or self._alone(len(squares))
        full = [
            [
                sum(
                    x * (squares[m] * (images[j][m] - basis[j][m] * self.low))
                    for m, x in enumerate(basis[i])
                    if not (isinstance(x, int) and x == 0)
                )
                * t[0]
                for j in order
            ]
            for i in order
        ]
        return kind, [
            [
                max(full[i][j], full[j][i], key=lambda f: f.v)
                * t[(powers[i] + 1) // 2 + powers[j] // 2]
                for j in order
            ]
            for i in order
        ]

    @staticmethod
    def _alone(order: int) -> list[list[Any]]:
        """The test matrices themselves."""
        return [[int(i == j) for j in range(order)] for i in range(order)]

    def _pencils(self) -> list[Pencil]:
        """Those of every type and of the padding, with powers of the root of t that bound them.

        On s1 the antisymmetric test matrix, epsilon_r - epsilon_c, is replaced by its sum with the
        symmetric one: row r is 2 epsilon_r, so H of it has no sum over rows of the size of k, and a
        smaller power of t does.  For I+1 moreover a row outside the block and its companion move
        alike, and the rows of the block against them.
        """
        found, width, split = [], self.tube.shape.width, bool(self.family.moves)
        back = -2 * self.powers[self.family.root]
        for kind, (rows, squares) in self.components.items():
            images: list[Any] = list(zip(*rows))
            order = len(images)
            powers, basis = self._powers(kind, order), self._alone(order)
            if kind == "s1":
                basis[-2][-1] = 1
                images[-2] = self.tube.along_rows(
                    0, 0, RowPart({j: 0 for j in width if j}, 0, 2, 0)
                )
            if split and kind == "s1":
                half = Num(self.ar, self.ar.ratio(1, 2)) * back
                basis[0] = [1, 1, 0, back, -half, half]
                block = self.tube.along_rows(0, 0, RowPart({1: 0}, back, 0, back))
                images[0] = [sum(x) for x in zip(images[0], images[1], block)]
                powers = [-1, 0, 0, 0, 4, 8]
            if split and kind == "1":
                basis = [[moved.get(b, 0) for b in range(order)] for moved in self.basis]
                images = [self._moved(images, row) for row in basis]
            found.append(self._pencil(kind, images, squares, powers, basis))
        for kind, (rows, squares) in self.tube.padding().items():
            images, basis = list(zip(*rows)), self._alone(len(rows))
            powers = [4 * (kind == "1" and i == 0) for i in range(len(rows))]
            if split and kind == "1":
                powers, basis[1] = [8, -1, 0], [back, 1, 1]
                images[1] = self._moved(images, basis[1])
            found.append(self._pencil(f"{kind} of the padding", images, squares, powers, basis))
        if self.family.further:
            found = [(kind, self._bounded(kind, full)) for kind, full in found]
        return [(kind, self._levelled(full)) for kind, full in found]

    def _powers(self, kind: str, order: int) -> Sequence[int]:
        """Those of the root of t in front of the test matrices of a type.  On s2 a matrix that all
        rows of block 1 share has the one of c, and one along all its columns that of d.
        """
        if kind == "s2":
            return [4, *[2, 0, 0, 0] * (order // 4)]
        zeros = [0] * order
        return {"1": self.family.bounding, "s1": [*zeros[2:], 2, 4]}.get(kind, zeros)

    @staticmethod
    def _moved(images: Sequence[Any], row: Sequence[Any]) -> list[Any]:
        """The image of a combination of test matrices."""
        return [
            sum(x * f for x, f in zip(row, column) if not (isinstance(x, int) and x == 0))
            for column in zip(*images)
        ]

    def _bounded(self, kind: str, full: list[list[Expansion]]) -> list[list[Expansion]]:
        """With further rows: the entries that lemma 14 shows to be O(1), where terms cancel: all of
        the types 1, s2, x2 and y2, and what rows outside block 1 have on the diagonal; I+1: all of
        a row that moves with its companion.
        """
        outside = {
            "s1": (0, 1), "s1*s2": (1, 2), "1 of the padding": (1, 2), "s2 of the padding": (0, 1),
        }.get(kind, ())  # fmt: skip
        split = outside[:1] if self.family.moves else ()
        return [
            [
                entry.from_order(0, f"the pencil of {kind}")
                if kind in ("1", "s2", "x2", "y2") or (i == j and i in outside) or {i, j} & {*split}
                else entry
                for j, entry in enumerate(row)
            ]
            for i, row in enumerate(full)
        ]

    def _levelled(self, full: list[list[Expansion]]) -> list[list[Expansion]]:
        """After the elimination of rows and of columns at the middle of the box, by constants: it
        leaves all pivots as they are, and what varies alike in several entries cancels before
        intervals are formed.
        """
        order, middle = range(len(full)), (sum(self.span) // 2,) * 2
        full = [list(row) for row in full]
        near = [
            [sum(entry.at(middle, "lambda-min-low").ends) // 2 for entry in row] for row in full
        ]
        one = self.ar.one[0]
        for k in order:
            for i in order[k + 1 :]:
                down, across = (-(x * one // (near[k][k] or 1)) for x in (near[i][k], near[k][i]))
                near[i] = [x + (down * y) // one for x, y in zip(near[i], near[k])]
                factor = Num(self.ar, (down, down))
                full[i] = [x + y * factor for x, y in zip(full[i], full[k])]
                factor = Num(self.ar, (across, across))
                for row in full:
                    row[i] = row[i] + row[k] * factor
                for values in near:
                    values[i] += (across * values[k]) // one
        return full

    def _least(self) -> tuple[Expansion, Expansion]:
        """An eigenvalue that is not less than the smallest, and h t^soft: of x1, or for I+1 a
        quotient of Rayleigh for what X_5 moves, both times a power of t and the square norm.
        """
        t = self.powers
        if not self.family.soft:
            return self.components["x1"][0][0][0], self.high * t[0]
        (rows, squares), z = self.components["1"], [self.basis[4].get(b, 0) for b in range(7)]
        image, at = self._moved(list(zip(*rows)), z), self.family.soft
        form, square = (
            sum(x * (n * f) for x, n, f in zip(z, squares, values) if not isinstance(x, int) or x)
            for values in (image, z)
        )
        return form.from_order(at, "D^2F") * t[-at], self.high * (square * t[-at])

    def verify(self, before: Tube | None) -> None:
        """7 to 16."""
        claim, radius = self.claim, self.number(self.box.radius)
        least, short = self._least()

        def drift(x: Interval, code: str) -> Num:
            """At least | Phi - Phi(branch) | on the tube, by the mean value theorem."""
            return radius * sum(slope.at(x, code).size() for slope in self.by_x)

        def definite(x: Interval) -> None:
            for kind, rows in self.pencils:
                full = [[entry.at(x, "lambda-min-low") for entry in row] for row in rows]
                pivot, _ = last_pivot(full, kind, (), "lambda-min-low")
                require(
                    "lambda-min-low",
                    NOTHING,
                    pivot.side(),
                    f", last pivot of representation {kind}",
                )

        def lambda_high(x: Interval) -> None:
            value, bound = least.at(x, "lambda-min-high"), short.at(x, "lambda-min-high")
            require("lambda-min-high", value.side(), bound.side())

        def loss_low(x: Interval) -> None:
            require(
                "loss-low",
                (claim.loss[0],) * 2,
                (self.phi.at(x, "loss-low") - drift(x, "loss-low")).side(),
            )

        def loss_high(x: Interval) -> None:
            require(
                "loss-high",
                (self.phi.at(x, "loss-high") + drift(x, "loss-high")).side(),
                (claim.loss[1],) * 2,
            )

        def rate(x: Interval) -> None:
            bound = self.rate.at(x, "rate").size()
            if self.box.start:
                bound += drift(x, "rate") * self.powers[-claim.family.rate].at(x, "rate")
            require("rate", bound.side(), (claim.rate,) * 2)

        def monotone(x: Interval) -> None:
            note = (", dF/dt" if claim.family.order else ", -dF/dt") + " over t" * self.steady
            require("monotone", NOTHING, self.slope.at(x, "monotone").side(), note)

        self.follow(before)  # 7 to 9
        self.each_part(definite, lambda_high, loss_low, loss_high, rate, monotone)  # 10 to 15
        if claim.limit and not self.box.start:  # 16
            at_zero = (0, 0)
            middle, off = self.phi.at(at_zero, "limit"), drift(at_zero, "limit")
            require("limit", (claim.limit[0],) * 2, (middle - off).side())
            require("limit", (middle + off).side(), (claim.limit[1],) * 2)


def verify(claim: FamilyMinimum) -> None:
    """The sixteen inequalities in their order; the first that fails raises a Verdict."""
    require("spurious", NOTHING, (claim.loss[0],) * 2)  # 1
    require("strict-minimum", NOTHING, (claim.lambda_min[0],) * 2)  # 2
    # 3
    prove_reach(claim.cover[0].start, Fraction(0), "the beginning of the first box on the left")
    prove_joints(claim.cover)
    root = claim.family.root  # 4
    prove_reach(
        Fraction(1), claim.cover[-1].end ** root * claim.k_from, f"to^{root} k_from on the right"
    )
    before = None
    for box in claim.cover:  # 5 to 16
        test = FamilyTest(claim, box)
        test.verify(before)
        before = test
