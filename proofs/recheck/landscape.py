"""gaussian-landscape: all critical points of two neurons and two teachers (FORMAT 4.27).

How the proof goes.  Rows that are parallel or opposite: the gradient is that of one neuron, whose
critical points are R+ e and -R- e (module landscape_plane: Q' = 0 at 0 and pi only), which leaves
O, P+ and P-.  Other rows in the plane of the teachers, and rows outside: modules landscape_plane
and landscape_space.  What is left is where the saddle S is, the signs of the eigenvalues, and the
smallest loss of a critical point that is not a global minimum.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .arithmetic import GUARD_BITS, Arithmetic, Num
from .landscape_plane import open_in_plane
from .landscape_space import Space, open_in_space
from .reader import fields, increasing, integer, real
from .triangle import HALF, Cell, Stretch
from .verdict import NOTHING, Side, decimal, need, refuse, require

SEARCH_BITS = 64
FURTHER_BITS = 32  # of the angle of the saddle, beyond those of the witness
NEGATIVE = "across e, the difference"  # where the saddle has its one negative eigenvalue


@dataclass(frozen=True)
class Landscape:
    """The claim of section 4.27 in exact numbers."""

    saddle: dict[str, Side] | None  # plane, beyond and loss; None for the dimension 2
    level: Fraction
    bits: int
    depth: int
    summary: str


def read(tree: dict[str, Any]) -> Landscape:
    """The certificate of section 4.27."""
    statement = fields(tree["statement"], "statement", "problem claims")
    problem = fields(statement["problem"], "problem", "neurons teachers dimension")
    claims = fields(statement["claims"], "claims", "saddle level")
    witness = fields(tree["witness"], "witness", "bits depth")
    for name in ("neurons", "teachers"):
        integer(problem[name], name, 2, 2)
    level, dimension = real(claims["level"], "level"), problem["dimension"]
    need(level > 0, "level is not positive.")
    saddle, where, also = None, "d=2", ""
    if type(dimension) is str:
        need(dimension == "every", "dimension is neither 2 nor every.")
        names = ("plane", "beyond", "loss")
        found = fields(claims["saddle"], "saddle", " ".join(names))
        saddle = {name: increasing(found[name], f"{name} of the saddle") for name in names}
        where = "every d>=2"
        also = (
            ", and for d>=3 the saddle (a (e1 + e2) + c z, a (e1 + e2) - c z), of index 1, with"
            " a in [{0[0]}, {0[1]}], c in [{1[0]}, {1[1]}] and a loss in [{2[0]}, {2[1]}]"
        ).format(*(found[name] for name in names))
    else:
        integer(dimension, "dimension", 2, 2)
        need(claims["saddle"] is None, "There is a saddle in the dimension 2.")
    return Landscape(
        saddle=saddle,
        level=level,
        bits=integer(witness["bits"], "bits", 128, 1024),
        depth=integer(witness["depth"], "depth", 1, 32),
        summary=f"n=2 k=2 targets orthonormal, {where}: the critical points without a zero row are"
        f" the global minimum, one opposite pair and two segments of parallel pairs{also}; every"
        f" local minimum is global; where the loss is below {claims['level']} there are two"
        " components, one around each global minimum",
    )


class Saddle:
    """S: the neurons at the angle x from e to its two sides.  It is critical if and only if E = 0
    at x = y (module landscape_space), and then r sin(2 x) g = root 2 a sin x.
    """

    def __init__(self, bits: int) -> None:
        self.ar = Arithmetic(bits + GUARD_BITS)
        self.space = Space(self.ar, 1 << (bits + FURTHER_BITS))
        circle = self.space.circle
        low, high = 0, circle.right
        require("saddle", self.space.diagonal(low).side(), NOTHING, ", the equation at 0")
        require("saddle", NOTHING, self.space.diagonal(high).side(), ", the equation at pi/2")
        while high - low > 1:
            middle = (low + high) // 2
            below, above = self.space.diagonal(middle).ends
            if below <= 0 <= above:
                break
            low, high = (middle, high) if above < 0 else (low, middle)
        self.span = low, high
        self.neuron = self.space.neuron(self.span)
        self.gap, _, _ = self.space.gap((2 * low, 2 * high))
        self.in_plane = self.neuron.a / (2 * self.gap)

    def place(self) -> dict[str, Num]:
        """a, c and the loss.  The gradient along W is E f (f - t) = 0, f and t the sums of the
        neurons and of the teachers; so F = E (f - t)^2/2 = E t (t - f)/2.
        """
        p, circle, root2 = self.neuron, self.space.circle, self.space.root2
        pull = self.in_plane * (root2 * (p.sa / p.c) + p.a)  # pi E t f/2
        return {
            "plane": self.in_plane,
            "beyond": self.in_plane * (root2 * (p.s / p.c)),
            "loss": half_square(self.ar) - pull / circle.pi,
        }

    def forms(self) -> dict[str, Num]:
        """Numbers with the signs of the eigenvalues of the Hessian for d = 3, times 2 pi.

        Two symmetries: to exchange the teachers, and to exchange the neurons and change the sign of
        z.  On the direction e' = (e_1 - e_2)/root 2 the Hessian is diagonal, with the sum and the
        difference of the neurons; the others are pairs (v, v') and (v, -v'), v' the mirror image
        of v, v = u or t, u the direction of the neuron and t across it in the plane of e and z.
        """
        p, pi = self.neuron, self.space.circle.pi
        double, cosine = 2 * (p.s * p.c), 2 * p.c.square() - 1
        radius = self.space.root2 * (self.in_plane / p.c)
        weight = p.sa / radius  # sin b/r
        outer = pi + double - 2 * weight - 1 / (p.sa * radius)
        across = pi + 2 * double - 2 * weight - p.s.square() / (p.sa * radius)
        found = {"across e, the sum": outer + self.gap, NEGATIVE: outer - self.gap}
        side = self.gap * double
        for name, sign in (("pairs", 1), ("pairs of opposite sign", -1)):
            first = pi + sign * (self.gap * cosine + double)
            last = across - sign * (self.gap * cosine - double)
            found[f"the neuron's direction, {name}"] = first
            found[f"the determinant, {name}"] = first * last - side.square()
        return found


def half_square(ar: Arithmetic) -> Num:
    """Half the mean square of the teachers' sum, 1/2 + 1/(2 pi)."""
    pi = Num(ar, ar.pi)
    return (pi + 1) / (2 * pi)


def loss_of_opposite(ar: Arithmetic) -> Num:
    """F of O: half_square less (R+^2 + R-^2)/4, R+ = root 2/pi (1 + 3 pi/4), R- = root 2/pi
    (1 - pi/4).  Those of P+ and P- lack one of the two squares.
    """
    pi = Num(ar, ar.pi)
    squares = (4 + 3 * pi).square() + (4 - pi).square()
    return half_square(ar) - squares / (32 * pi.square())


def verify(claim: Landscape) -> None:
    """The inequalities in their order; the first that fails raises a Verdict.

    The indices of G, O, P+ and P- need none.  At G the Hessian has the blocks I/2 and, beside them,
    I/4 + (e_1 e_2^T + e_2 e_1^T)/(2 pi): no eigenvalue is below 1/4 - 1/(2 pi) > 0.  Across e a
    neuron at R e has the eigenvalues 1/2 + h outside the plane and 1/2 + 2 h in it, h = - root 2
    /(2 pi R): with R+ both are positive, as pi > 4/3, and with -R- both are negative, and h is
    below -1/2, as pi > 0.  O has those of its neurons.  P has, for eta = h or 2 h, the matrices
    (1/2 + eta/t, 1/2; 1/2, 1/2 + eta/(1 - t)), of determinant eta (1/2 + eta)/(t (1 - t)) and a
    trace of 1 + 4 eta at most; along e they are those for eta = 0.
    """
    ar, level = Arithmetic(claim.bits + GUARD_BITS), (claim.level,) * 2
    require("level", level, loss_of_opposite(ar).side(), ", the loss of the opposite neurons")
    search = Arithmetic(SEARCH_BITS)
    prove_settled("the plane", open_in_plane(search, claim.depth))
    if claim.saddle is None:
        return
    saddle = Saddle(claim.bits)
    place = {name: value.side() for name, value in saddle.place().items()}
    for name, (low, high) in claim.saddle.items():
        require("saddle", (low,) * 2, place[name], f", {name} of the saddle")
        require("saddle", place[name], (high,) * 2, f", {name} of the saddle")
    for name, form in saddle.forms().items():
        sides = (form.side(), NOTHING) if name == NEGATIVE else (NOTHING, form.side())
        require("index", *sides, f", the Hessian of the saddle: {name}")
    require("level", level, place["loss"], ", the loss of the saddle")
    prove_settled("the space outside the plane", open_in_space(search, claim.depth))


def prove_settled(where: str, part: Cell | Stretch | None) -> None:
    """There are no other critical points."""
    if part is not None:
        low, high = (decimal(Fraction(end, HALF), False) for end in part.sums)
        refuse(
            "settled",
            f"other critical points of {where} are not excluded, at the latest where the sum of"
            f" two angles over pi is in [{low}, {high}]",
        )
