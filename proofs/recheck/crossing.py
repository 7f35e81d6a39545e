"""An eigenvalue that changes its sign along a branch: the inequalities 1 to 9 of FORMAT 4.3.

How the proof goes.  The parameter is a number of an interval; one branch of solutions runs over it
(2, 3).  The last pivot of one pencil rises, or falls, with the parameter (6) and is 0 inside the
interval (9); all other pivots stay positive (4, 5).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .arithmetic import Arithmetic, Num
from .blocks import Key
from .duals import Dual, value_and_slope
from .krawczyk import prove_unique
from .matrices import last_pivot
from .tilted import TiltedNetwork
from .verdict import NOTHING, require


def enclosed(ar: Arithmetic, low: Fraction, high: Fraction) -> Num:
    """All numbers from low to high."""
    return Num(
        ar,
        (
            ar.ratio(low.numerator, low.denominator)[0],
            ar.ratio(high.numerator, high.denominator)[1],
        ),
    )


@dataclass(frozen=True)
class Crossing:
    """The last pivot of the pencil of `kind` goes through 0 for a parameter between the ends,
    upwards (`sign` 1) or downwards (-1).  It is a pencil of the padding if `beyond`.

    network: the closed forms for a parameter and the coordinates.
    """

    ar: Arithmetic
    network: Callable[[Num, dict[Key, Num]], TiltedNetwork]
    centre: dict[Key, Fraction]
    distance: Fraction
    ends: tuple[Fraction, Fraction]
    kind: str
    sign: int
    beyond: bool = False

    def _pencil(self, network: TiltedNetwork) -> list[list[Num]]:
        """The one whose last pivot goes through 0."""
        parts = network.padding() if self.beyond else network.components()
        return parts[self.kind][0]

    def _at(
        self, parameter: Num, radius: Fraction, slopes: Sequence[Num | int] = ()
    ) -> TiltedNetwork:
        """On all coordinates within the radius; with `slopes` as their derivatives."""
        entry = {key: enclosed(self.ar, q - radius, q + radius) for key, q in self.centre.items()}
        entry.update((key, Dual(entry[key], slope)) for key, slope in zip(self.centre, slopes))
        return self.network(parameter, entry)

    def prove(self) -> TiltedNetwork:
        """The nine inequalities in their order; the first that fails raises a Verdict.  The result
        is the network on the whole box, for the whole interval.

        Derivatives are taken on the box: the parameter has slope 1, and the coordinates have 0 for
        dg/du and then the slopes of the branch, x' = - J^-1 dg/du.
        """
        ar, kind, delta, (low, high) = self.ar, self.kind, self.distance, self.ends
        middle, half = (low + high) / 2, (high - low) / 2
        whole, at_middle = enclosed(ar, low, high), enclosed(ar, middle, middle)
        moving = Dual(whole, Num(ar, ar.one))
        box = self._at(whole, delta)  # 1
        components = box.components()
        jacobian = components["1"][0]
        # 2, 3
        newton = prove_unique(ar, jacobian, self._at(whole, Fraction(0)).gradient(), delta)
        for beyond, parts in ((False, components), (True, box.padding())):
            for name, component in parts.items():
                if (name, beyond) != (kind, self.beyond):  # 4
                    where = f"{name} of the padding" if beyond else name
                    pivot, _ = last_pivot(component[0], where)
                    note = f", last pivot of representation {where}"
                    require("other-eigenvalues", NOTHING, pivot.side(), note)
        _, order = last_pivot(self._pencil(box), kind)  # 5

        zeros = [0] * len(jacobian)
        by_u = [value_and_slope(g)[1] for g in self._at(moving, delta, zeros).gradient()]
        slopes = newton.solve(jacobian, [0 - g for g in by_u])  # x'
        along = self._pencil(self._at(moving, delta, slopes))
        slope = self.sign * value_and_slope(last_pivot(along, kind, order)[0])[1]
        # 6
        note = f", the derivative of the last pivot of representation {kind}"
        require("slope", NOTHING, slope.side(), note + " downwards" * (self.sign < 0))
        step = newton.size(self._at(at_middle, Fraction(0)).gradient())
        # e; inequality 8 holds for it
        inner = (2 * step + Fraction(1, 1 << ar.bits)) / (1 - newton.theta)
        require("inner-box", (inner,) * 2, (delta,) * 2)  # 7
        require("inner-box", (Fraction(0), step + newton.theta * inner), (inner,) * 2)  # 8
        last, _ = last_pivot(self._pencil(self._at(at_middle, inner)), kind, order)
        value, climb = (self.sign * last).side(), slope.side()[0] * half
        # 9
        note = f", last pivot of representation {kind} at the middle, and its least change"
        require("crossing", value, (climb,) * 2, note)
        note = f", least change, and the last pivot of representation {kind} at the middle"
        require("crossing", (-climb,) * 2, value, note)
        return box
