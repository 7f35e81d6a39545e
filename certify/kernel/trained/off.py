"""Hidden units that decay switched off: all weights into them and out of them are 0, and their
biases are free (lemma 30).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields, natural
from certify.kernel.foundation.ledger import UNDEFINED, Ledger
from certify.kernel.foundation.reals import Real, counted, read_real
from certify.kernel.foundation.words import Words, line
from certify.kernel.trained.network import Parameters
from certify.kernel.trained.passes import backward, by_outputs, forward
from certify.kernel.trained.problem import TrainedProblem

__all__ = ["Off"]


@dataclass(frozen=True)
class Off:
    """Units of one hidden layer, by their places in the larger network, with their biases. layer:
    from 0; meaningless without units.
    """

    layer: int
    units: tuple[tuple[int, Real], ...]

    @classmethod
    def read(cls, value: Any, problem: TrainedProblem) -> Off:
        """From the field `off` of a statement. Raises `Malformed`."""
        if not isinstance(value, list):
            raise Malformed("the field off is not a list")
        layers = problem.network.layers
        found: list[tuple[int, int, Real]] = []
        for entry in value:
            known = fields(entry, "a unit that is off", ["layer", "unit", "bias"])
            layer = natural(known["layer"], "the layer of a unit that is off", 1, len(layers) - 1)
            most = layers[layer - 1].units + len(value)
            unit = natural(known["unit"], "the place of a unit that is off", 1, most)
            found.append((layer - 1, unit - 1, read_real(known["bias"], "the bias of a unit")))
        if not found:
            return cls(0, ())
        number = found[0][0]
        places = [unit for _, unit, _ in found]
        if any(layer != number for layer, _, _ in found) or places != sorted(set(places)):
            raise Malformed("the units that are off are not of one layer, in increasing order")
        if not (layers[number].bias and layers[number + 1].bias):
            raise Malformed("the layer of the units that are off, or the next, has no biases")
        return cls(number, tuple((unit, bias) for _, unit, bias in found))

    def larger(self, problem: TrainedProblem) -> TrainedProblem:
        """The problem with these units."""
        return problem.wider(self.layer, len(self.units)) if self.units else problem

    def inserted(self, parameters: Parameters) -> Parameters:
        """The parameters of the larger network."""
        if not self.units:
            return parameters
        layers = [([list(row) for row in rows], list(biases)) for rows, biases in parameters]
        (rows, biases), (above, _) = layers[self.layer], layers[self.layer + 1]
        inputs = len(rows[0])
        for unit, bias in self.units:
            rows.insert(unit, [fmpq(0)] * inputs)
            biases.insert(unit, bias.value)
            for row in above:
                row.insert(unit, fmpq(0))
        return tuple((tuple(map(tuple, rows)), tuple(biases)) for rows, biases in layers)

    def require_decay(self, problem: TrainedProblem, ledger: Ledger) -> None:
        """Verify that the weights into and out of these units have decay, and that their biases and
        those of the next layer have none.
        """
        if not self.units:
            return
        (into, own), (out, next_) = problem.decay[self.layer : self.layer + 2]
        ledger.require_equal("off", "the decay of the biases of the units", own, fmpq(0))
        ledger.require_equal("off", "the decay of the biases of the next layer", next_, fmpq(0))
        ledger.require("off", "the weights into the units have decay", fmpq(0), into)
        ledger.require("off", "the weights out of the units have decay", fmpq(0), out)

    def require(self, problem: TrainedProblem, layers: list[arb_mat], ledger: Ledger) -> None:
        """Verify that the risk grows in all weights into and out of each unit (equation 30.2):

        h'(b)^2 |Q|_F^2 < d e,  Q = sum_n delta_n a_n^T,

        where d and e are the decays of the weights into and out of the unit, a_n what its layer
        gets and delta_n the derivative of R by what the next layer's activation gets. layers:
        balls around the critical point.
        """
        if not self.units:
            return
        made = forward(problem, layers, ledger)
        slopes = [slope for slope, _ in by_outputs(problem, made, ledger)]
        _, deltas = backward(problem, layers, made, slopes)
        layer = problem.network.layers[self.layer]
        table = made.below[self.layer].tolist()
        inputs = arb_mat([row[: layer.inputs] for row in table])
        square = arb(0)
        for entry in (deltas[self.layer + 1].transpose() * inputs).entries():
            square += entry * entry
        product = problem.decay[self.layer][0] * problem.decay[self.layer + 1][0]
        for unit, bias in self.units:
            _, slope, _ = layer.activation.taylor(ball(bias.value))
            if not slope.is_finite():
                ledger.refuse("undefined", f"the activation of unit {unit + 1}", UNDEFINED, 0)
            sentence = f"unit {unit + 1}: what its weights could gain is below what they cost"
            ledger.require("off", sentence, slope * slope * square, product)

    def counted(self) -> str:
        """How many there are, for a headline; nothing where there are none."""
        many = len(self.units)
        return f", {many} of its units switched off" if many else ""

    def in_words(self, letters: Iterator[str]) -> Iterator[Words]:
        """What is claimed of these units."""
        if not self.units:
            return
        one = len(self.units) == 1
        yield line(
            f"  ({next(letters)})  Add to hidden layer {self.layer + 1}"
            f" {'a unit' if one else counted(len(self.units), 'unit')} with all incoming and"
            " outgoing weights 0:"
        )
        for unit, bias in self.units:
            yield line(f"         as number {unit + 1}, with the bias ", bias)
        yield line(
            "       For the risk of this larger network $θ*$, completed in this way, is a local"
            f" minimum. It is not strict: {'this bias is' if one else 'these biases are'} free."
        )
        yield line("       Below, $R$ and $θ*$ are those of the larger network.")
