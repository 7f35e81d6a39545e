"""The kind `gaussian-splitting`: a neuron of a certified minimum, split in two, gives saddles
(theorem 6).

How the proof goes. The minimum is verified first. Moving the two halves of w apart by opposite
vectors z costs z^T (H_ww - h I) z in second order, up to a positive factor, with h = 1/2 for ReLU
and h = (p^2 + q^2)/2 for other activations. So the point is a saddle as soon as the block H_ww of
the Hessian has an eigenvalue below h. For a dense minimum a
Rayleigh quotient shows it, for a symmetric one an eigenvalue count on what the stabiliser of the
row fixes. The mean eigenvalue beyond the span is enough where it is below 1/2 (lemma 15).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball, less
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import natural
from certify.kernel.foundation.ledger import UNDEFINED, Ledger
from certify.kernel.foundation.witness import Bits
from certify.kernel.foundation.words import Words, line
from certify.kernel.gaussian.consequence import DENSE, Minimum, read_minimum, read_witness
from certify.kernel.kind import Kind

if TYPE_CHECKING:
    from certify.kernel.gaussian.pairs import Pairs

__all__ = ["GAUSSIAN_SPLITTING", "GaussianSplitting", "verify_gaussian_splitting"]

_BELOW = fmpq(1, 2**16)


@dataclass(frozen=True)
class GaussianSplitting:
    """Of the minimum W* and each neuron i listed (a row; of a symmetric point: any row of the block
    with this number):

    for every alpha in (0, 1) the point W*(i, alpha) in R^((n+1) x D), where w_i is replaced by
    alpha w_i and (1 - alpha) w_i, is a critical point with the same loss and a saddle; for
    alpha = 0 (a zero neuron added) it is no local minimum.
    """

    minimum_kind: Kind[Any, Any]
    minimum: Minimum
    neurons: tuple[int, ...]

    @classmethod
    def read(cls, value: Any) -> GaussianSplitting:
        """From the field `statement` of a certificate (FORMAT 4.6)."""
        kind, minimum, claims = read_minimum(value, ["neurons"])
        neurons = claims["neurons"]
        if not isinstance(neurons, list) or not neurons:
            raise Malformed("the neurons are not a list of numbers")
        rows = minimum.neurons()
        numbers = tuple(natural(i, "a neuron", 1, rows[-1]) for i in neurons)
        if list(numbers) != [i for i in rows if i in numbers]:
            raise Malformed(
                "the neurons are not numbers of rows, or of blocks with rows, in increasing order"
            )
        return cls(kind, minimum, numbers)

    def _which(self) -> str:
        numbers = ", ".join(map(str, self.neurons))
        many = "s" if len(self.neurons) > 1 else ""
        return (
            f"any of the neurons {numbers}"
            if self.minimum_kind.name == DENSE
            else f"any neuron of the block{many} {numbers}"
        )

    def headline(self) -> Words:
        """The theorem in one line."""
        return line(f"splitting {self._which()} gives saddles, of the ", *self.minimum.headline())

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield from self.minimum.theorem()
        weight = ", with the output weight of $w$" if self.minimum.problem.signs.mixed else ""
        yield line(
            f"Moreover, let $w$ be {self._which()} (a row of $W*$), $0 < α < 1$, and $F$ the loss"
            f" of one student more{weight}. The point that has the two rows"
        )
        yield line(
            "$α w$ and $(1 − α) w$ in the place of $w$ is a critical point of $F$ with the same"
            " loss, and a saddle. The point that has a row 0 added to $W*$"
        )
        yield line("is no local minimum of $F$.")


def verify_gaussian_splitting(claim: GaussianSplitting, witness: Bits, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 6 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    # (1), and then (2)
    proved = claim.minimum_kind.verify(claim.minimum, witness, ledger)
    if claim.minimum_kind.name == DENSE:
        _verify_dense(claim, proved, ledger)
    else:
        _verify_symmetric(claim, proved, ledger)


def _verify_dense(claim: GaussianSplitting, proved: Any, ledger: Ledger) -> None:
    from certify.kernel.gaussian.closed_form import pad_block
    from certify.kernel.gaussian.lipschitz import hessian_lipschitz

    (point, _), delta = proved, claim.minimum.distance.value
    lipschitz = hessian_lipschitz(point, delta)
    if lipschitz is None:
        ledger.refuse("splitting", "the Hessian varies little", UNDEFINED, 0)
    change, means, half = lipschitz * delta, pad_block(point), point.activation.half_square
    for i in claim.neurons:
        mean = means[i - 1][i - 1] + change
        bound = mean if less(mean, ball(half)) else _least_of_row(point, i - 1) + change
        _require_splitting(ledger, f"neuron {i}", bound, half)


def _least_of_row(point: Pairs, i: int) -> arb:
    """An upper bound of the smallest eigenvalue of H_ii: a Rayleigh quotient."""
    from certify.kernel.foundation.definite import above, fixed_bits
    from certify.kernel.foundation.rounded import Rounded
    from certify.kernel.gaussian.hessian import Hessian

    unit = replace(point, activation=point.activation.normalised())
    block = Rounded.of([[Hessian(unit, fixed_bits(point.bits)).own(i)]])
    return arb(above(block, fmpq(-1)).lowest) * ball(point.activation.share)


def _verify_symmetric(claim: GaussianSplitting, box: Any, ledger: Ledger) -> None:
    from certify.kernel.foundation.pivots import inertia
    from certify.kernel.gaussian.isotypic import neuron_block

    half, share = box.activation.half_square, box.activation.share
    for i in claim.neurons:
        which = f"the neurons of block {i}"
        if less(box.weight[i - 1], ball(half)):
            _require_splitting(ledger, which, box.weight[i - 1], half)
            continue
        # w itself is an eigenvector of H_rr with the eigenvalue h: the count is taken below it
        pencil = neuron_block(box, i - 1)
        below = inertia(pencil.form, pencil.norms, half - share * _BELOW)
        ledger.require("splitting", _sentence(which, half), 0, below)


def _require_splitting(ledger: Ledger, which: str, bound: arb, half: fmpq) -> None:
    ledger.require("splitting", _sentence(which, half), bound, half)


def _sentence(which: str, half: fmpq) -> str:
    return f"the block of the Hessian of {which} has an eigenvalue below {half}"


GAUSSIAN_SPLITTING = Kind(
    name="gaussian-splitting",
    section="4.6",
    theorem="theorem 6",
    read_statement=GaussianSplitting.read,
    read_witness=read_witness,
    verify=verify_gaussian_splitting,
)
