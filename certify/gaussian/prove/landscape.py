"""The whole landscape of two neurons and two teachers: what its certificates claim. Nothing here is
trusted; the checkers subdivide by themselves.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from certify.attempt import Attempt, Refusal, judged
from certify.decimals import significant
from certify.digits import many_digits
from certify.errors import UnusableInput
from certify.gaussian.activations import slopes_told
from certify.gaussian.prove.slopes import range_of_slopes
from certify.kernel.check import FORMAT
from certify.kernel.foundation.outcomes import Proved
from certify.rationals import flint_rational

__all__ = ["GLOBAL_ONLY", "prove_landscape", "prove_slopes_landscape"]

_DIGITS = 16  # of the numbers of the saddle
_DEPTH = 16
_SLOPES_DEPTH = 32
GLOBAL_ONLY = ("0.12946", "infinity")  # c
_BIRTH = Fraction("0.129452864")  # below that of II_2, which is a spurious minimum up to it
_PLANE_LEVEL = "0.086178816"  # below the loss of the opposite neurons


def prove_landscape(dimension: str = "every", *, command: str = "") -> Attempt:
    """Certify all critical points of two neurons and two teachers. dimension: "2", or "every" for
    every d >= 2. Raises `UnusableInput`.
    """
    if dimension not in ("2", "every"):
        raise UnusableInput("the dimension is 2 or every")
    claims: dict[str, Any] = {"saddle": None, "level": _PLANE_LEVEL}
    if dimension == "every":
        saddle = _saddle()
        claims = {"saddle": saddle, "level": saddle["loss"][0]}
    document = {
        "format": FORMAT,
        "kind": "gaussian-landscape",
        "statement": {
            "problem": {
                "neurons": 2,
                "teachers": 2,
                "dimension": 2 if dimension == "2" else dimension,
            },
            "claims": claims,
        },
        "witness": {"bits": 128, "depth": _DEPTH},
    }
    return judged(document, command, {})


def prove_slopes_landscape(c: tuple[str, str] = GLOBAL_ONLY, *, command: str = "") -> Attempt:
    """Certify that two neurons and two teachers have no spurious minimum, for every activation with
    c in this range: its ends, decimals; the second may be "infinity". Raises `UnusableInput`.
    """
    slopes = range_of_slopes(c)
    if slopes.low.value <= flint_rational(_BIRTH):
        return Attempt(
            refusal=Refusal(
                "up to c = 0.12945 there are spurious minima, as certify family II_2 -k 2"
                " --every-slope --c 0 0.12945 proves"
            )
        )
    document = {
        "format": FORMAT,
        "kind": "gaussian-slopes-landscape",
        "statement": {"problem": {"neurons": 2, "teachers": 2}, "claims": {"c": list(c)}},
        "witness": {"bits": 128, "depth": _SLOPES_DEPTH},
    }
    attempt = judged(document, command, {})
    told = slopes_told(slopes)
    named = told and isinstance(attempt.outcome, Proved)
    return replace(attempt, remarks=(f"as slopes a of leaky ReLU: {told}",) if named else ())


def _saddle() -> dict[str, list[str]]:
    """Enclosures of a, c and F of the saddle (a, a, c), (a, a, -c), by its equation for the angle b
    (lemma 37).
    """
    with many_digits(40) as mp:

        def between(b: Any) -> Any:
            return 2 * mp.asin(-mp.sqrt(2) * mp.cos(b))

        def equation(b: Any) -> Any:
            g = between(b)
            return -4 * g * mp.sin(b) * mp.cos(b) - b * (mp.pi - g + mp.sin(g))

        ends = (mp.mpf(7) * mp.pi / 10, mp.mpf(18) * mp.pi / 25)
        b = mp.findroot(equation, ends, solver="illinois")
        g = between(b)
        r = -b / (2 * g * mp.cos(b))
        a, c = -r * mp.cos(b), r * mp.sqrt(1 - 2 * mp.cos(b) ** 2)

        def common(length: Any, angle: Any) -> Any:
            return length * (mp.sin(angle) + (mp.pi - angle) * mp.cos(angle)) / (2 * mp.pi)

        loss = r * r / 2 + common(r * r, mp.pi - g) - 4 * common(r, mp.pi - b)
        loss += mp.mpf(1) / 2 + 1 / (2 * mp.pi)
        return {name: _around(x) for name, x in (("plane", a), ("beyond", c), ("loss", loss))}


def _around(number: Any) -> list[str]:
    """Decimals at both sides of it."""
    mantissa, exponent = int(number.man), int(number.exp)
    exact = Fraction(mantissa) * Fraction(2) ** exponent
    return [significant(exact, _DIGITS, up=up) for up in (False, True)]
