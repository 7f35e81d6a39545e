"""gaussian-symmetric-minimum, -saddle: the thirteen inequalities of FORMAT 4.2.

How the proof goes (theorem 2).  Krawczyk's test (7, 8) gives exactly one zero of the
gradient in a box of coordinates.  On the whole box the eigenvalues of the Hessian, isotypic
component by component, lie in the intervals claimed (11), which tell a minimum from a saddle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .arithmetic import GUARD_BITS, Arithmetic, Interval, Num
from .blocks import (
    Intervals,
    Key,
    Shape,
    blocks_told,
    headroom,
    read_centre,
    read_intervals,
    read_problem,
    require_effort,
)
from .homogeneous import Activation, read_activation
from .isotypic import Component
from .krawczyk import prove_unique
from .matrices import SymmetricMatrix, eigenvalues_below
from .reader import MAX_INTEGER, fields, increasing, integer, real
from .tilted import TiltedNetwork
from .verdict import NOTHING, need, refuse, reject, require


@dataclass(frozen=True)
class SymmetricPoint:
    """The claim of section 4.2 in exact numbers; index is None for a minimum.  Loss, spectrum and
    padding are those of the loss without its factor (module homogeneous).
    """

    shape: Shape
    activation: Activation
    centre: dict[Key, Fraction]
    distance: Fraction
    radius: Fraction
    loss: tuple[Fraction, Fraction]
    spectrum: Intervals
    padding: Intervals
    exact_isotropy: bool
    index: int | None
    bits: int
    summary: str

    @property
    def unit(self) -> str:
        return self.activation.unit


def read(tree: dict[str, Any]) -> SymmetricPoint:
    """The certificate of section 4.2, within the bound on the work."""
    claim = read_claim(tree)
    require_effort(len(claim.centre), claim.bits)
    return claim


def read_claim(tree: dict[str, Any]) -> SymmetricPoint:
    """The certificate of section 4.2; only its kind, statement and witness are looked at."""
    saddle = tree["kind"] == "gaussian-symmetric-saddle"
    statement = fields(tree["statement"], "statement", "problem blocks centre claims")
    problem, blocks = statement["problem"], statement["blocks"]
    claims = fields(
        statement["claims"],
        "claims",
        "distance radius loss spectrum padding exact_isotropy" + (" index" if saddle else ""),
    )
    witness = fields(tree["witness"], "witness", "bits")
    shape = read_problem(problem, blocks, "activation signs")
    n, k = shape.n, shape.k
    centre = read_centre(statement["centre"], shape)
    distance, radius = real(claims["distance"], "distance"), real(claims["radius"], "radius")
    need(distance > 0 and radius > 0, "distance and radius are not both positive.")
    isotropy = claims["exact_isotropy"]
    need(type(isotropy) is bool, "exact_isotropy is not true or false.")
    index = integer(claims["index"], "index", 1, 10**MAX_INTEGER - 1) if saddle else None
    activation = read_activation(problem)
    parts = blocks_told(blocks)
    padding = read_intervals(claims["padding"], "padding", shape.padding_types())
    copies = {kind: m for kind, (m, _) in shape.types().items()}
    spectrum = read_intervals(claims["spectrum"], "spectrum", copies)
    q = shape.negative_beyond(padding)
    growth = (
        f" in R^({n}x{k}) and for every D>=k"
        if q == 0
        else f" in R^({n}x{k}), {index} + {q if q > 1 else ''}(D-{k}) for D>=k"
    )
    return SymmetricPoint(
        shape=shape,
        activation=activation,
        centre=centre,
        distance=distance,
        radius=radius,
        loss=activation.over(increasing(claims["loss"], "loss")),
        spectrum=without_factor(spectrum, activation),
        padding=without_factor(padding, activation),
        exact_isotropy=isotropy,
        index=index,
        bits=integer(witness["bits"], "bits", 128, 1024),
        summary=f"n={n} k={k} targets orthonormal{activation.summary}{shape.outer.summary}, blocks"
        f" {parts}: exactly one critical point with this symmetry has all entries within"
        f" {claims['distance']} of the centre's, "
        + (
            f"a saddle of index {index}{growth}"
            if saddle
            else "a spurious strict local minimum for every D>=k"
        )
        + f"; {claims['loss'][0]} < loss < {claims['loss'][1]}; spectrum as stated; for every"
        f" D>=k no other critical point within {claims['radius']}"
        + ("; isotropy exactly this" if isotropy else ""),
    )


def without_factor(intervals: Intervals, activation: Activation) -> Intervals:
    return {kind: [*map(activation.over, pairs)] for kind, pairs in intervals.items()}


def symmetric_matrix(ar: Arithmetic, component: Component) -> SymmetricMatrix:
    """H on a component in the normed test matrices T_i/|T_i|: its entries are B_ij sqrt(N_i/N_j),
    and symmetric, so of the two expressions for an entry the one that does not enlarge errors is
    taken.
    """

    def entry(i: int, j: int) -> Interval:
        i, j = (i, j) if squares[i] <= squares[j] else (j, i)
        return ar.mul(matrix[i][j].ends, ar.root(squares[i], squares[j]))

    matrix, squares = component
    return SymmetricMatrix([entry(i, j) for j in range(i + 1)] for i in range(len(squares)))


def prove_eigenvalues(
    ar: Arithmetic, components: dict[str, Component], claimed: Intervals, where: str
) -> None:
    """Inequality 11 for `spectrum` or for `padding`.  The two counts at an end agree just if no
    eigenvalue is equal.
    """
    for kind, intervals in claimed.items():
        matrix = symmetric_matrix(ar, components[kind])
        for j, ends in enumerate(intervals, 1):
            for q, name in zip(ends, ("lower", "upper")):
                low, high = ar.ratio(q.numerator, q.denominator)
                below, upto = (
                    eigenvalues_below(matrix, low, -1, ar.bits),
                    eigenvalues_below(matrix, high, 1, ar.bits),
                )
                end = f"the {name} end of interval {j} of {kind} in {where}"
                note = f" (numbers of eigenvalues below {end})"
                known = Fraction(below or 0), Fraction(len(intervals) if upto is None else upto)
                if below is None or below != upto:
                    reject("eigenvalue", known, known, note + ", an eigenvalue may be equal to it")
                if name == "lower":
                    require("eigenvalue", known, (Fraction(j),) * 2, note)
                else:
                    require("eigenvalue", (Fraction(j - 1),) * 2, known, note)


def prove_isotropy(box: TiltedNetwork) -> None:
    """13."""
    shape, w, squares = box.shape, box.w, {key: x.square() for key, x in box.w.items()}
    for i, b in shape.owner.items():
        if shape.width[b] >= 2:
            what = (
                f"the entries of block {i + 1} in its own columns and in the others of their block"
            )
            differ(what, (w[i, b, True],), (w[i, b, False],))
    rows = shape.row.items()
    columns = [
        (b, [entry for i in shape.height for entry in shape.column(i, b)]) for b in shape.width
    ]
    for what, group in (("rows", rows), ("columns", columns)):
        marks = {b: (box.total(line, squares), box.total(line, w)) for b, line in group}
        for i, one in marks.items():
            for j, other in marks.items():
                if i < j:
                    differ(
                        f"square norm or sum of the {what} of blocks {i + 1} and {j + 1}",
                        one,
                        other,
                    )


def differ(what: str, one: Sequence[Num], other: Sequence[Num]) -> None:
    """Verify that some number differs from its counterpart; else reject and show the first pair."""
    if not any(x.ends[1] < y.ends[0] or y.ends[1] < x.ends[0] for x, y in zip(one, other)):
        low, high = sorted((one[0].side(), other[0].side()))
        reject("isotropy", low, high, f" or >, {what}")


def verify(claim: SymmetricPoint) -> TiltedNetwork:
    """The thirteen inequalities in their order; the first that fails raises a Verdict.
    Returned: all of X.
    """
    more = headroom(claim.centre, claim.shape) + claim.activation.bits
    ar, shape, delta = Arithmetic(claim.bits + GUARD_BITS + more), claim.shape, claim.distance
    claimed = [
        (kind, pair)
        for part in (claim.spectrum, claim.padding)
        for kind in part
        for pair in part[kind]
    ]

    def enclose(low: Fraction, high: Fraction) -> Interval:
        return ar.ratio(low.numerator, low.denominator)[0], ar.ratio(
            high.numerator, high.denominator
        )[1]

    if claim.index is None:
        require("spurious", NOTHING, (claim.loss[0],) * 2)  # 1
    for kind, (low, high) in claimed:  # 2
        if claim.index is None or high >= 0:
            code = "strict-minimum" if claim.index is None else "degenerate"
            require(
                code,
                NOTHING,
                (low,) * 2,
                f", the lower end of an interval of representation {kind}",
            )
    if claim.index is not None:  # 3
        found = sum(
            dimension * sum(high < 0 for _, high in claim.spectrum[kind])
            for kind, (_, dimension) in shape.types().items()
        )
        if found != claim.index:
            right = "the dimensions of the negative intervals on the right"
            refuse("index", f"{claim.index} = {found} ({right})")
    reach = Num(ar, enclose(delta, delta)) * Num(ar, ar.root(shape.n * shape.k, 1))
    require("distance-in-ball", reach.side(), (claim.radius,) * 2)  # 4
    tilt = Num(ar, enclose(claim.activation.tilt, claim.activation.tilt))
    around = {key: Num(ar, enclose(q - delta, q + delta)) for key, q in claim.centre.items()}
    box = TiltedNetwork(ar, shape, around, tilt)  # 5, 6
    # part of it
    point = TiltedNetwork(
        ar, shape, {key: Num(ar, enclose(q, q)) for key, q in claim.centre.items()}, tilt
    )
    components = box.components()
    prove_unique(ar, components["1"][0], point.gradient(), delta)  # 7, 8

    # 9, 10: by the mean value theorem |F - F(c)| on X is at most delta times the sum of N_a |g_a|
    # over the coordinates.
    width, value = Num(ar, enclose(delta, delta)), point.loss()
    drift = width * sum(m * g.size() for m, g in zip(shape.count.values(), box.gradient()))
    require("loss-low", (claim.loss[0],) * 2, (value - drift).side())
    require("loss-high", (value + drift).side(), (claim.loss[1],) * 2)
    prove_eigenvalues(ar, components, claim.spectrum, "spectrum")  # 11
    prove_eigenvalues(ar, box.padding(), claim.padding, "padding")
    radius = Num(ar, enclose(claim.radius, claim.radius)) + reach  # R
    for i, square in box.square.items():  # 12
        require(
            "uniqueness",
            radius.side(),
            square.root().side(),
            f", R and the norm of the rows of block {i + 1}",
        )
    mu = min(abs(end) for _, pair in claimed for end in pair)
    require("uniqueness", (box.lipschitz(radius) * radius).side(), (mu,) * 2, ", B(R) R and mu")
    if claim.exact_isotropy:
        prove_isotropy(box)  # 13
    return box
