"""The kind `gaussian-family-minimum`: a minimum for every k from some k on, in one certificate (theorem 4 of LEMMAS.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, arb_poly, fmpq

from certify.kernel.balls import ball
from certify.kernel.exact import Malformed, decimal, fields, natural
from certify.kernel.expansion import Expansion, power
from certify.kernel.isotypic import Pencil, component, component_types, padding, padding_types
from certify.kernel.krawczyk import krawczyk
from certify.kernel.ledger import Ledger, NotProved
from certify.kernel.linalg import pivots
from certify.kernel.outcomes import Inequality
from certify.kernel.statements import MAX_BITS, MIN_BITS, Interval, read_interval
from certify.kernel.symmetry import Block, Geometry, Number, fixed_matrix, unknowns

__all__ = ["FAMILIES", "GRADIENT_ORDER", "Chart", "Cover", "CoverBox", "GaussianFamily", "derivative_by_x", "read_cover", "verify_box", "verify_gaussian_family"]

MAX_BOXES = 400


@dataclass(frozen=True)
class Family:
    """Coordinates base_j(t) + t^scale_j X_j with t = k^(-1/2); powers of t (and sums of test matrices) that keep each pencil bounded.

    loss_order: F = O(t^loss_order) (lemma 14); pencils: for each type the exponents, and pairs (i, j) where test matrix j is added to i.
    """

    base: tuple[tuple[int, ...], ...]
    scale: tuple[int, ...]
    loss_order: int
    pencils: dict[str, tuple[tuple[int, ...], tuple[tuple[int, int], ...]]]
    paddings: dict[str, tuple[tuple[int, ...], tuple[tuple[int, int], ...]]]


GRADIENT_ORDER = 2  # every entry of the gradient is O(t^2) (lemma 14)
FAMILIES = {
    "II": Family(
        base=((1,), (), (0, 0, 2), (), (-1,)),
        scale=(4, 4, 4, 2, 2),
        loss_order=2,
        pencils={"1": ((2, 3, 2, 1, 0), ()), "s1": ((0, 0, 0, 1, 2), ((3, 4),)), "x1": ((0,), ()), "y1": ((0,), ())},
        paddings={"1": ((2, 0), ()), "s1": ((0,), ())},
    ),
}


@dataclass(frozen=True)
class CoverBox:
    """An interval of t, the order of the expansions, the number of parts, the radius of the tube around the branch (coefficients)."""

    low: fmpq
    high: fmpq
    order: int
    parts: int
    radius: fmpq
    branch: tuple[tuple[fmpq, ...], ...]


Cover = tuple[CoverBox, ...]


@dataclass(frozen=True)
class GaussianFamily:
    """For every integer k >= k_from, and orthonormal teachers v_1, ..., v_k:

    (a) F has in R^(k x D), for every D >= k, a critical point W*(k), fixed by S_(k-1) x S_1 and padded with zeros, that is a strict local minimum;
    (b) loss.low < k F(W*(k)) < loss.high, with loss.low > 0: it is spurious;
    (c) the smallest eigenvalue of the Hessian at W*(k) lies in lambda_min, for every D.
    """

    family: str
    k_from: int
    loss: Interval
    lambda_min: Interval

    @classmethod
    def read(cls, value: Any) -> GaussianFamily:
        """From the field `statement` of a certificate (FORMAT.md, section 4.4)."""
        known = fields(value, "the statement", ["problem", "family", "claims"])
        if fields(known["problem"], "the problem", ["targets"])["targets"] != "orthonormal":
            raise Malformed('the targets are not "orthonormal"')
        if not isinstance(known["family"], str) or known["family"] not in FAMILIES:
            raise Malformed(f"the family is none of {', '.join(FAMILIES)}")
        claims = fields(known["claims"], "the claims", ["k_from", "loss_times_k", "lambda_min"])
        return cls(
            family=known["family"],
            k_from=natural(claims["k_from"], "k_from", 5, 10**9),
            loss=read_interval(claims["loss_times_k"], "loss_times_k"),
            lambda_min=read_interval(claims["lambda_min"], "lambda_min"),
        )

    def headline(self) -> str:
        """The theorem in one line."""
        return (
            f"spurious local minima of the Gaussian ReLU loss for every n = k >= {self.k_from} and every d >= k, orthonormal targets, "
            f"type {self.family}, k F in {self.loss}"
        )

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        return "\n".join(
            (
                f"THEOREM.  For every integer k >= {self.k_from} and every D >= k let x ~ N(0, I_D), v_1, ..., v_k orthonormal in R^D, and for W in R^(k x D)",
                "",
                "    F(W) = 1/2 E( sum_(i=1..k) max(0, w_i.x) - sum_(j=1..k) max(0, v_j.x) )^2.",
                "",
                f"Then F has a spurious local minimum W* (type {self.family}, symmetry S_(k-1) x S_1):",
                "  (a)  W* is a strict local minimum in R^(k x D);",
                f"  (b)  k F(W*) lies in {self.loss},",
                "       while inf F = 0 is attained;",
                f"  (c)  the smallest eigenvalue of the Hessian at W* lies in {self.lambda_min}.",
            )
        )


def read_cover(witness: Any) -> tuple[int, Cover]:
    """The working precision and the cover. Raises `Malformed`."""
    known = fields(witness, "the witness", ["bits", "cover"])
    bits = natural(known["bits"], "the field bits", MIN_BITS, MAX_BITS)
    if not isinstance(known["cover"], list) or not 1 <= len(known["cover"]) <= MAX_BOXES:
        raise Malformed(f"the cover is not a list of 1 to {MAX_BOXES} boxes")
    return bits, tuple(_read_box(value, f"box {i + 1}") for i, value in enumerate(known["cover"]))


def _read_box(value: Any, where: str) -> CoverBox:
    known = fields(value, where, ["from", "to", "order", "parts", "radius", "branch"])
    order = natural(known["order"], f"the order of {where}", 4, 32)
    if not isinstance(known["branch"], list) or len(known["branch"]) != 5:
        raise Malformed(f"the branch of {where} is not a list of five polynomials")
    branch = []
    for coefficients in known["branch"]:
        if not isinstance(coefficients, list) or not 1 <= len(coefficients) <= order:
            raise Malformed(f"a polynomial of {where} does not have 1 to {order} coefficients")
        branch.append(tuple(decimal(c, f"a coefficient of {where}") for c in coefficients))
    box = CoverBox(
        low=decimal(known["from"], f"the lower end of {where}"),
        high=decimal(known["to"], f"the upper end of {where}"),
        order=order,
        parts=natural(known["parts"], f"the parts of {where}", 1, 256),
        radius=decimal(known["radius"], f"the radius of {where}"),
        branch=tuple(branch),
    )
    if not (0 <= box.low < box.high < 1 and box.radius > 0):
        raise Malformed(f"{where} is no interval in [0, 1) with a positive radius")
    return box


class Chart:
    """The family on one interval of t: s = t if it begins at 0, else s = t - the middle."""

    def __init__(self, family: Family, box: CoverBox) -> None:
        self.family, self.box = family, box
        self.at_zero = bool(box.low == 0)
        half = (box.high - box.low) / 2
        middle = half if self.at_zero else half * 0
        self.start = middle - half
        self.domain = ball(middle) + arb(0, ball(half).upper())
        origin = half * 0 if self.at_zero else box.low + half
        order = box.order
        self.t = Expansion(0, order, arb_poly([ball(origin), 1]), arb(0), self.domain) if not self.at_zero else Expansion(1, order, arb_poly([1]), arb(0), self.domain)
        self.k = 1 / (self.t * self.t)

    def parts(self) -> list[arb]:
        """Balls of s that cover the interval."""
        width = (self.box.high - self.box.low) / self.box.parts
        return [ball(self.start + width * i + width / 2) + arb(0, ball(width / 2).upper()) for i in range(self.box.parts)]

    def power(self, exponent: int) -> Number:
        """T^exponent."""
        result: Number = 1
        for _ in range(exponent):
            result = result * self.t
        return result

    def geometry(self, radius: fmpq) -> Geometry:
        """The point with X within the radius of the branch, as expansions."""
        spread = arb(0, ball(radius).upper())
        values = []
        for base, scale, coefficients in zip(self.family.base, self.family.scale, self.box.branch, strict=True):
            start, *rest = [ball(c) for c in coefficients]
            x = Expansion.of([start + spread, *rest], self.box.order, self.domain)
            value = self.power(scale) * x
            for exponent, number in enumerate(base):
                value = value + self.power(exponent) * number
            values.append(value)
        blocks = (Block(self.k - 1, True, True, 0), Block(1, True, True, 1))
        return Geometry(blocks, fixed_matrix(blocks, dict(zip(unknowns(blocks), values, strict=True))))

    def known_order(self, value: Expansion, order: int) -> Expansion:
        """F = O(t^order) (lemma 14) divided by t^order; NotProved if the expansion contradicts it."""
        if not self.at_zero:
            quotient: Expansion = value / self.power(order)
            return quotient
        found = value.without(order)
        if found is None:
            raise _undefined("order", "the expansion begins where lemma 14 says")
        return Expansion(found.valuation - order, found.order, found.polynomial, found.remainder, found.domain)

    def scaled(self, value: Number, exponent: int) -> Number:
        """T^exponent value near 0, where it may be needed to keep it bounded; the value itself elsewhere."""
        return value * self.power(exponent) if self.at_zero else value


def _undefined(code: str, sentence: str) -> NotProved:
    return NotProved(Inequality(code, sentence, "undefined", "undefined"))


def _over(value: Number, s: arb) -> arb:
    """Encloses the value on the part; NaN where it need not be bounded."""
    if not isinstance(value, Expansion):
        return arb(value)
    return value.over(s) * power(s, value.valuation) if value.valuation >= 0 else arb("nan")


def verify_gaussian_family(claim: GaussianFamily, cover: Cover, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 4 into the ledger; `NotProved` at the first that is not verified.

    The caller has set the working precision.
    """
    zero = fmpq(0)
    ledger.require("spurious", "the loss is above inf F = 0", zero, claim.loss.low)
    ledger.require("strict-minimum", "the claimed lower bound of the eigenvalues is positive", zero, claim.lambda_min.low)
    ends = [zero, *[box.high for box in cover]]
    for i, box in enumerate(cover):
        ledger.enter(bool(box.low == ends[i]), Inequality("cover", f"box {i + 1} begins where the one before ends", str(box.low), str(ends[i])))
    last = cover[-1].high
    reached = bool(last * last * claim.k_from >= 1)
    ledger.enter(reached, Inequality("cover", f"the boxes reach t = 1/sqrt({claim.k_from})", f"1/{claim.k_from}", str(last * last)))
    for i, box in enumerate(cover):
        try:
            verify_box(claim, box, f"box {i + 1}", ledger)
        except (ValueError, ArithmeticError):  # an expansion that is not defined: a division by what may vanish, an odd root
            raise _undefined("regular", f"the closed forms are smooth on box {i + 1}") from None


def verify_box(claim: GaussianFamily, box: CoverBox, name: str, ledger: Ledger) -> None:
    """The inequalities of one box of the cover."""
    family = FAMILIES[claim.family]
    chart = Chart(family, box)
    centre, tube = chart.geometry(fmpq(0)), chart.geometry(box.radius)
    for value in (*tube.square.values(), *tube.sines()):
        if not value.positive():
            raise _undefined("regular", f"no row is zero and no two are parallel on {name}")

    kinds = {kind.name: kind for kind in component_types(tube.blocks)}
    first = component(tube, kinds["1"])
    value = [chart.known_order(entry, GRADIENT_ORDER) for entry in centre.gradient()]
    derivative = derivative_by_x(chart, first)
    parts = chart.parts()
    contraction = reach = arb(0)
    for s in parts:
        theta, image = krawczyk([_over(v, s) for v in value], [[_over(v, s) for v in row] for row in derivative], box.radius)
        contraction, reach = contraction.max(theta), reach.max(image)
    ledger.require("contraction", f"the preconditioned Jacobian is near the identity on {name}", contraction, fmpq(1))
    ledger.require("inclusion", f"Krawczyk's operator maps the tube into its interior on {name}", reach, box.radius)

    pencils = [(kind.name, component(tube, kind) if kind.name != "1" else first, family.pencils[kind.name]) for kind in kinds.values()]
    pencils += [(f"{kind.name} (further dimensions)", padding(tube, kind), family.paddings[kind.name]) for kind in padding_types(tube.blocks)]
    for type_name, pencil, (exponents, sums) in pencils:
        least = _least_pivot(chart, pencil, exponents, sums, claim.lambda_min.low, parts)
        ledger.require("lambda-min-low", f"the eigenvalues of type {type_name} are above the claimed bound on {name}", arb(0), least)
    (_, x, _) = next(entry for entry in pencils if entry[0] == "x1")
    above = arb(-1)
    for s in parts:
        above = above.max(_over(x.form[0][0], s) - _over(x.norms[0], s) * ball(claim.lambda_min.high))
    ledger.require("lambda-min-high", f"the eigenvalue of type x1 is below the claimed upper bound on {name}", above, arb(0))

    low, high = _loss(chart, centre, tube, first, parts)
    ledger.require("loss-low", f"k F is above its claimed lower bound on {name}", claim.loss.low, low)
    ledger.require("loss-high", f"k F is below its claimed upper bound on {name}", high, claim.loss.high)


def derivative_by_x(chart: Chart, pencil: Pencil) -> list[list[Number]]:
    """D G_a / d X_b = D^2F[Z_a, Z_b]/N_a t^(scale_b - 2), G = gradient / t^2."""
    powers = [chart.power(scale - GRADIENT_ORDER) for scale in chart.family.scale]
    return [[entry * power for entry, power in zip(row, powers, strict=True)] for row in pencil.jacobian()]


def _least_pivot(
    chart: Chart, pencil: Pencil, exponents: tuple[int, ...], sums: tuple[tuple[int, int], ...], bound: fmpq, parts: list[arb]
) -> arb:
    """A lower bound, over the parts, of the pivots of P^T (form - bound diag(norms)) P, P unimodular times powers of t > 0."""
    full = pencil.matrix()
    for a, norm in enumerate(pencil.norms):
        full[a][a] = full[a][a] - norm * ball(bound)
    for i, j in sums:  # test matrix i becomes i + j: rows, then columns
        full[i] = [x + y for x, y in zip(full[i], full[j], strict=True)]
        for row in full:
            row[i] = row[i] + row[j]
    scaled = [[chart.scaled(full[a][b], exponents[a] + exponents[b]) for b in range(a + 1)] for a in range(len(full))]
    least = arb(1)
    for s in parts:
        for pivot in pivots([[_over(value, s) for value in row] for row in scaled]):
            least = least.min(pivot)
    return least


def _loss(chart: Chart, centre: Geometry, tube: Geometry, pencil: Pencil, parts: list[arb]) -> tuple[arb, arb]:
    """K F on the tube: its value on the branch, and the mean value theorem with the gradient N_a g_a t^scale_a."""
    value = chart.known_order(centre.loss(), chart.family.loss_order)
    slopes = [
        chart.known_order(g, GRADIENT_ORDER) * norm * chart.power(scale)
        for g, norm, scale in zip(tube.gradient(), pencil.norms, chart.family.scale, strict=True)
    ]
    low, high = arb("inf"), arb("-inf")
    for s in parts:
        drift = arb(0)
        for slope in slopes:
            drift += _over(slope, s).abs_upper()
        spread = drift * ball(chart.box.radius)
        low, high = low.min(_over(value, s) - spread), high.max(_over(value, s) + spread)
    return low, high


