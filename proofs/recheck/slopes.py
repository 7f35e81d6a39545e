"""gaussian-slopes-minimum: the six inequalities of FORMAT 4.18 (theorem 18).

How the proof goes.  Without its factor (module homogeneous) the loss of an activation is
G_c = F + (c - 1)/8 |s|^2 with one number c > 0.  The boxes of the cover are intervals of
w = k c/(2 + k c).  On each, Krawczyk's test shows one solution of the critical equations of G_c for
every w; all pencils of the Hessian are positive definite there for the least c of the box, so for
every c; and G_c is positive.  Where a box begins at w = 0 the branch begins at teachers with signs,
where G_0 = 0; there all equations are divided by w.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .arithmetic import GUARD_BITS, Arithmetic, Interval, Num
from .blocks import Key, Shape, blocks_told, headroom, read_problem
from .bounds import MOST_SLOPES
from .covers import Box, Chart, prove_joints, prove_reach, read_boxes
from .expansions import Expansion
from .homogeneous import read_slope_range
from .matrices import last_pivot
from .reader import fields, integer, real
from .tilted import TiltedNetwork
from .verdict import NOTHING, Verdict, need, require


@dataclass(frozen=True)
class Slopes:
    """The claim of section 4.18 in exact numbers."""

    shape: Shape
    c: tuple[Fraction, Fraction | None]  # None: no upper bound
    curvature: Fraction
    cover: list[Box]
    signs: list[int]  # of the teachers at w = 0, for each block
    bits: int
    summary: str


def read(tree: dict[str, Any]) -> Slopes:
    """The certificate of section 4.18."""
    statement = fields(tree["statement"], "statement", "problem blocks claims")
    problem, blocks = statement["problem"], statement["blocks"]
    claims = fields(statement["claims"], "claims", "c curvature")
    witness = fields(tree["witness"], "witness", "bits cover signs")
    shape = read_problem(problem, blocks)
    need(shape.k >= 2, "k is less than 2.")
    c, signs = read_slope_range(claims["c"]), witness["signs"]
    curvature = real(claims["curvature"], "curvature")
    need(curvature > 0, "curvature is not positive.")
    bits = integer(witness["bits"], "bits", 128, 1024)
    cover = read_slopes_cover(witness["cover"], signs, shape, len(blocks), bits)
    parts = blocks_told(blocks)
    return Slopes(
        shape=shape,
        c=(c.low, c.high),
        curvature=curvature,
        cover=cover,
        signs=signs,
        bits=bits,
        summary=f"n={shape.n} k={shape.k} targets orthonormal, blocks {parts}: for every"
        " sigma(t) = p [t]_+ + q [-t]_+ with p + q != 0 and c = ((p - q)/(p + q))^2"
        f" {c.words} a spurious strict local minimum with this symmetry, for every D>=k; Hessian"
        f" there > {claims['curvature']} (p + q)^2",
    )


def work_of(cover: list[Box], shape: Shape, bits: int) -> int:
    """What a cover asks for, in the units of section 3.1."""
    often = [m for m, _ in shape.types().values()] + list(shape.padding_types().values())
    often[0] += len(shape.width)
    effort = sum((box.order + 10) * (box.parts + 8) for box in cover)
    return effort * (bits + GUARD_BITS) * sum(m * m + 10 * m for m in often)


def read_slopes_cover(value: Any, signs: Any, shape: Shape, blocks: int, bits: int) -> list[Box]:
    """The cover of a number of blocks; `signs` is looked at."""
    unknowns = len(shape.count) + len(shape.width)
    cover = read_boxes(value, unknowns)
    work = work_of(cover, shape, bits)
    need(work <= MOST_SLOPES, "The cover is too large for these blocks at this precision.")
    need(
        type(signs) is list and all(type(sign) is int and sign in (1, -1) for sign in signs),
        "signs is not an array of 1 and -1.",
    )
    need(
        len(signs) == (blocks if cover[0].start == 0 else 0),
        "There is not one sign for each block where the cover begins at 0.",
    )
    need(
        not signs or len(shape.height) == len(shape.width) == blocks,
        "The cover begins at 0, and not all blocks are diagonal.",
    )
    return cover


class SlopesChart(Chart):
    """The inequalities of section 4.18 on one box; the parameter is w."""

    def __init__(self, claim: Slopes, box: Box) -> None:
        """2: all closed forms are formed here."""
        super().__init__(Arithmetic(claim.bits + GUARD_BITS + headroom({}, claim.shape)), box)
        self.claim, self.shape = claim, claim.shape
        self.q = (1 - self.t) * self.number(Fraction(self.shape.k, 2))
        self.tube, self.multipliers = self._network(box.radius)
        # G_c' with the least c of the box
        least = 2 * box.start / (self.shape.k * (1 - box.start))
        lowest = self.tube.tilted(self.number((least - 1) / 4))
        self.pencils = {
            **lowest.components(),
            **{f"{name} of the padding": x for name, x in lowest.padding().items()},
        }

    def _network(self, radius: Fraction) -> tuple[TiltedNetwork, dict[int, Expansion]]:
        """The closed forms of G_0 and the multipliers, mu_L, on the branch or on a tube."""
        shape, signs = self.shape, self.claim.signs
        found = [self._polynomial(terms, radius) for terms in self.box.branch]
        if self.box.start == 0:
            found = [x * self.t for x in found]
        entry: dict[Key, Num] = dict(zip(shape.count, found))
        if self.box.start == 0:
            entry = {key: x + signs[key[0]] if key[2] else x for key, x in entry.items()}
        try:
            network = TiltedNetwork(self.ar, shape, entry, self.number(Fraction(-1, 4)))
        except Verdict as verdict:
            raise Verdict(verdict.verdict, "regular", verdict.reason) from None
        return network, dict(zip(shape.width, found[len(entry) :]))

    def _reduced(self, f: Any, what: str) -> Any:
        """What is O(w) at w = 0, divided by w there."""
        return f.from_order(1, what) * (1 / self.t) if self.box.start == 0 else f

    def equations(self) -> list[Any]:
        """The left sides of (18.1) on the branch: grad_L G_0 + mu_L, and w s_L - 4 q mu_L."""
        branch, mu = self._network(Fraction(0))
        found = {
            f"the equation of {key}": g + mu[key[1]]
            for key, g in zip(self.shape.count, branch.gradient())
        }
        for b, m in mu.items():
            found[f"the equation of mu_{b + 1}"] = self.t * branch.lean(b) - 4 * (self.q * m)
        return [self._reduced(f, what) for what, f in found.items()]

    def jacobian(self) -> list[list[Any]]:
        """Their derivatives on the tube, by the coordinates and by the multipliers."""
        columns, q = list(self.shape.width), -4 * self.q
        rows: list[list[Any]] = [
            [*row, *(int(key[1] == b) for b in columns)]
            for key, row in zip(self.shape.count, self.tube.jacobian())
        ]
        for b in columns:
            by_w = [self.t * self.shape.times(key) * int(key[1] == b) for key in self.shape.count]
            rows.append([*by_w, *(q * int(b == c) for c in columns)])
        return rows

    def loss(self) -> Any:
        """G_c where the equations hold, c s = 4 mu: G_0 + 1/2 sum_L l_L mu_L s_L, on the tube."""
        more = sum(
            p * (self.multipliers[b] * self.tube.lean(b)) for b, p in self.shape.width.items()
        )
        return self._reduced(self.tube.loss() + self.tube.half * more, "the loss")

    def verify(self) -> None:
        """3 to 6."""
        lowest = self.number(self.claim.curvature)

        def definite(x: Interval) -> None:
            for kind, (matrix, _) in self.pencils.items():
                rows = [[self.value(entry, x, "curvature") for entry in row] for row in matrix]
                for i, row in enumerate(rows):
                    row[i] -= lowest
                pivot, _ = last_pivot(rows, kind, (), "curvature")
                note = f", last pivot of representation {kind}"
                require("curvature", NOTHING, pivot.side(), note)

        self.prove_one(self.jacobian(), self.equations())  # 3, 4
        self.each_part(definite)  # 5
        loss = self.loss()

        def positive(x: Interval) -> None:
            require("spurious", NOTHING, self.value(loss, x, "spurious").side(), ", the loss")

        self.each_part(positive)  # 6


def verify(claim: Slopes) -> None:
    """The six inequalities in their order; the first that fails raises a Verdict."""
    k, (low, high) = claim.shape.k, claim.c

    def place(c: Fraction) -> Fraction:
        return k * c / (2 + k * c)

    # 1
    prove_reach(claim.cover[0].start, place(low), "the beginning of the first box on the left")
    prove_joints(claim.cover)
    last = Fraction(1) if high is None else place(high)
    prove_reach(last, claim.cover[-1].end, "the end of the last box on the right")
    for box in claim.cover:  # 2 to 6
        SlopesChart(claim, box).verify()
