"""How much work a certificate may ask for, by its sizes and its working precision alone: FORMAT.md,
section 3.1.

A file that asks for more is malformed, before any work is done. The numbers were chosen by
measurement so that the costliest file takes about a minute and 1 GB in this checker. The exact
kinds, whose numbers grow, have further bounds in `room`.
"""

from __future__ import annotations

from typing import Any

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.reals import GUARD_BITS
from certify.kernel.gaussian.birth import GaussianBirth
from certify.kernel.gaussian.consequences import GaussianBasin, GaussianSplitting
from certify.kernel.gaussian.family import GaussianFamily, GaussianFamilySaddle
from certify.kernel.gaussian.minimum import GaussianMinimum
from certify.kernel.gaussian.span import GaussianSpan
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.kernel.piecewise.entropy import DataEntropyMinimum
from certify.kernel.smooth.constant import DataConstantMinimum
from certify.kernel.smooth.problem import SmoothProblem
from certify.kernel.smooth.splitting import DataSplittingFamily

__all__ = ["require_effort"]

_DENSE = 6 * 10**11  # cube of the unknowns, times the working precision
_COVER = 6 * 10**7  # over the boxes, the sum of order^2 * parts, times the working precision
_CLASSES = (
    10**10
)  # data, times the square of the unknowns of the last layer, times the working precision
_LAST_LAYER = 256  # unknowns
_VALUES = (
    15 * 10**4
    # data * hidden units * nodes of the activation (erf counts 4) * the square of the words of 256 bits
)
_BLOCKS = (
    25 * 10**5
)  # the square of the coordinates of a symmetric point, times the working precision
_CONSTANT = 10**7  # the widest layer, times the square of the first
_SPLITTING = 4 * 10**6  # the widest layer, times the square of the parameters


def require_effort(claim: Any, bits: int, hints: Any) -> None:
    """`Malformed` where the work is above its bound. bits: the precision asked for; hints: the rest
    of the witness.
    """
    match claim:
        case GaussianSplitting() | GaussianBasin():
            require_effort(claim.minimum, bits, hints)
        case GaussianSymmetric() | GaussianBirth():
            _require("the blocks", len(claim.centre) ** 2 * (bits + GUARD_BITS), _BLOCKS)
        case GaussianMinimum():
            _require("n d", (claim.problem.n * claim.problem.d) ** 3 * (bits + GUARD_BITS), _DENSE)
        case GaussianSpan():
            _require("n k", (claim.n * claim.k) ** 3 * (bits + GUARD_BITS), _DENSE)
        case GaussianFamily() | GaussianFamilySaddle():
            _require(
                "the orders and parts of the cover",
                sum(box.order**2 * box.parts for box in hints) * (bits + GUARD_BITS),
                _COVER,
            )
        case DataEntropyMinimum():
            unknowns = claim.unknowns
            if unknowns > _LAST_LAYER:
                raise Malformed(f"the last layer has more than {_LAST_LAYER} unknowns")
            _require(
                "the unknowns of the last layer",
                int(claim.inputs.ncols()) * unknowns**2 * (bits + GUARD_BITS),
                _CLASSES,
            )
        case DataConstantMinimum():
            _require("the widths", max(claim.widths) * claim.widths[0] ** 2, _CONSTANT)
            _require_values(claim.problem, claim.widths, bits)
        case DataSplittingFamily():
            _require("the parameters", max(claim.widths) * claim.unknowns**2, _SPLITTING)
            for widths in (claim.widths, (*claim.widths[:-1], claim.better_width)):
                _require_values(claim.problem, widths, bits)


def _require_values(problem: SmoothProblem, widths: tuple[int, ...], bits: int) -> None:
    """The evaluation of a smooth network on the data; a function takes about the square of the
    digits.
    """
    words = -(-(bits + GUARD_BITS) // 256)
    _require(
        "the hidden units", problem.data * sum(widths) * problem.activation.cost * words**2, _VALUES
    )


def _require(of_what: str, work: int, most: int) -> None:
    if work > most:
        raise Malformed(
            f"the work that {of_what} and the precision ask for is {work}, more than {most}"
        )
